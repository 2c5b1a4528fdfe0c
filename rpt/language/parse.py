"""Chinese quantities and dates as people type them, read into exact values in base units. Nothing is ever guessed
from a number's magnitude: 0.35 in a percent column is 0.35 %."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import lru_cache
from typing import Literal

Op = Literal["=", ">=", "<=", ">", "<", "~"]

_EXACT = Context(prec=200)
_LARGEST, _FINEST = 30, -30  # powers of ten beyond which a cell is a slip of the finger and not a quantity
_DASHES = str.maketrans("−–—﹣‐‑", "------")
SCALES = {
    "": 0, "千": 3, "k": 3, "万": 4, "w": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12,
    "%": -2, "‰": -3, "百分点": -2, "个百分点": -2,
}  # fmt: skip
WORDS = (
    *(
        "元",
        "人",
        "人次",
        "次",
        "单",
        "笔",
        "件",
        "条",
        "个",
        "家",
        "场",
        "组",
        "档",
        "群",
        "份",
        "款",
        "套",
        "台",
        "箱",
    ),
    *("位", "名", "户", "部", "篇", "项", "倍", "瓶", "盒", "包", "袋", "双", "只", "支", "粉", "吨", "公斤"),
    *("天", "小时", "分钟", "分", "秒", "年", "月", "周", "日"),
)
_SCALE = r"万亿|千万|百万|亿|万|千|[wWkK]"
_RATE = r"%|‰|个?百分点"
_UNIT = re.compile(
    rf"(?P<scale>{_SCALE})?(?P<word>(?:{'|'.join(WORDS)})(?:/(?:{'|'.join(WORDS)}))?)?|(?P<rate>{_RATE})"
)
_DIGITS = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?)\s*(?:¥|RMB|CNY)?\s*(?P<inner>[+-]?)(?P<digits>{_DIGITS})(?P<exponent>[eE][+-]?[0-9]+)?"
    rf"\s*(?P<scale>{_RATE}|{_SCALE})?\s*(?P<unit>\D*)"
)
_HEADER_UNIT = re.compile(r"(?P<label>.*?)\s*[(\[【](?:单位\s*:?\s*)?(?P<unit>[^()\[\]【】]*)[)\]】]")
_NOTE = re.compile(r"(?P<measure>.*\d.*?)\s*\([^()]*\)")
_BOUNDS: dict[Op, str] = {
    ">=": "不低于 不少于 不小于 大于等于 至少 ≥ ≧ >= 提升至 提高至 提高到 增长至 达到 达",
    "<=": "不高于 不超过 不多于 不大于 小于等于 至多 最多 控制在 压降至 降至 降到 ≤ ≦ <=",
    ">": "高于 超过 大于 >",
    "<": "低于 少于 小于 <",
    "=": "=",
}
_PREFIXES = [(word, op) for op, words in _BOUNDS.items() for word in words.split()]  # >= before >
_SUFFIXES: tuple[tuple[str, Op], ...] = (
    ("及以上", ">="), ("以上", ">="), ("及以下", "<="), ("以下", "<="), ("以内", "<="), ("之内", "<="), ("内", "<="),
)  # fmt: skip
# another zone's clock may mean another day, so only Shanghai's own offset is read
_CLOCK = r"(?:(?:[T ]|(?<=[日号]))\s*\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2}(?:\.\d+)?)?秒?)?\s*(?:\+08:?00)?)?"
_DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.年])\s*(?P<month>\d{1,2})"
    rf"(?:[-/.月]\s*(?P<day>\d{{1,2}})[日号]?\s*(?:(?:星期|周)[一二三四五六日天])?{_CLOCK}|月份?)?"
)
_COMPACT = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d\d)(?:(?P<day>\d\d)(?:\d{{4}}(?:\d\d)?|{_CLOCK}))?(?:\.0)?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(32874, 73051)  # 1990-01-01 to 2099-12-31
_YEARS = range(1900, 2100)


class ParseError(ValueError):
    """A text that is not what its column holds; the message is Chinese and names the text."""


@dataclass(frozen=True)
class Measure:
    """A target as people write it.

    ``value`` is in base units (元, fractions) and None where several were written, which then stand in ``parts``
    (``60%/30%/10%``; the two ends of a range, where ``op`` is ``~``). ``unit_text`` is what stood behind the number
    and its 万 or 亿: ``天``, ``%``, ``/场``, ``条/天``.
    """

    value: Decimal | None
    op: Op = "="
    unit_text: str = ""
    parts: tuple[Decimal, ...] = ()


def parse_number(text: str, unit: str = "") -> Decimal:
    """Read one number into base units (1.2万 → 12000, 35% → 0.35, (1,200) → −1200).

    ``unit`` is what the header states: it scales a bare number, while a suffix in the cell wins over it (``1.2万`` and
    ``12000元`` are both 12000 in a 万元 column). Raises ParseError for anything else than one number, and where cell
    and header state units of different kinds (35% in a 万元 column).
    """
    plain = _plain(text)
    negative = plain.startswith("(") and plain.endswith(")")
    value, scale, word = _quantity(plain[1:-1].strip() if negative else plain, text)
    if negative and plain[1:].lstrip()[0] in "+-":
        raise ParseError(f"“{text.strip()}”里括号与正负号重复")
    suffix = scale + word
    if word and not _is_unit(suffix):
        raise ParseError(f"“{text.strip()}”不是一个数：不认识“{suffix}”")
    kinds = {kind_of_unit(suffix), kind_of_unit(unit)}
    if suffix and unit and len(kinds) == 2 and "" not in kinds:
        raise ParseError(f"“{text.strip()}”的单位与表头的“{unit}”不符")
    exact = _EXACT.multiply(value, scale_of_unit(suffix or unit))
    return -exact if negative and exact else exact


def parse_measure(text: str) -> Measure:
    """Read a target as people write it: 6亿, ≥15%, 28天以内, 4∶1, 8万/场, 60%/30%/10%, 10~12万.

    ``4:1`` is 4; ``1:4`` raises, since some mean 4 by it and some 0.25. Raises ParseError where no number is found.
    """
    bare, op = _bound(_plain(text), text)
    if ratio := re.fullmatch(r"(?P<a>[0-9.]+)\s*[:∶比]\s*(?P<b>[0-9.]+)", bare):
        first, second = _quantity(ratio["a"], text)[0], _quantity(ratio["b"], text)[0]
        if second == 0 or first < second:
            raise ParseError(f"“{text.strip()}”的比值不明确，请写成 4∶1 的样子")
        return Measure(Context(prec=28).divide(first, second), op, "∶1")
    if len(ends := re.split(r"(?<=\S)\s*(?:~|至|到|(?<=[\d%‰万亿天])-)\s*(?=\d)", bare)) == 2:
        return _several(ends, "~", text)
    pieces = re.split(r"\s*[/、]\s*", bare)
    if len(pieces) > 1 and all(re.match(r"[+-]?[¥.]?\d", piece) for piece in pieces):
        return _several(pieces, op, text)
    value, scale, word = _quantity(bare, text)
    return Measure(_EXACT.multiply(value, scale_of_unit(scale)), op, word or _rate_sign(scale))


def parse_date(text: str) -> date:
    """Read a date: Excel serial, 20240618, 2024/6/18, 2024-06-18, 2024年6月18日; a month gives its first day.

    A time of day is ignored. Raises ParseError, also for days that don't exist and for dates without a year.
    """
    plain = _plain(text)
    if (serial := _SERIAL.fullmatch(plain)) and int(serial[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(serial[1]))
    found = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if not found or int(found["year"]) not in _YEARS:
        raise ParseError(f"“{text.strip()}”不是日期")
    if re.fullmatch(r"\d{4}\.1", plain):  # a number that was 2024.10 looks like this, too
        raise ParseError(f"“{text.strip()}”可能是1月，也可能是10月，请写成 {found['year']}-01 的样子")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"] or 1))
    except ValueError as error:
        raise ParseError(f"“{text.strip()}”不是存在的日期") from error


def parse_month(text: str) -> date:
    """Read a month (2025年3月, 2025-03, 202503) or any date in it: its first day. Raises ParseError."""
    return parse_date(text).replace(day=1)


@lru_cache(1024)
def split_unit(header: str) -> tuple[str, str]:
    """Split ``成交总额（万元）`` into label and unit; brackets that hold no unit stay in the label. NFKC, one line."""
    plain = " ".join(unicodedata.normalize("NFKC", header).split())
    found = _HEADER_UNIT.fullmatch(plain)
    if found and found["label"] and _is_unit(found["unit"].strip()):
        return found["label"], found["unit"].strip()
    return plain, ""


def scale_of_unit(unit: str, base: str = "") -> Decimal:
    """What one of this unit is in base units: 万元 10000, % 0.01, 天 1; 1 where nothing is known about it.

    分 is a hundredth only where ``base`` says that the column holds 元: a score is counted in 分, too.
    """
    plain = _plain(unit)
    if plain == "分" and base == "元":
        return Decimal("0.01")
    found = _UNIT.fullmatch(plain)
    word = (found["rate"] or found["scale"] or "").lower() if found else ""
    return Decimal(1).scaleb(SCALES[word])


def _plain(text: str) -> str:
    """NFKC, one kind of minus, trimmed. Circled and raised digits stay out: NFKC would glue a footnote to a number."""
    if any(unicodedata.category(sign) == "No" for sign in text):
        raise ParseError(f"“{text.strip()}”里有上标或带圈数字")
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def _quantity(plain: str, text: str) -> tuple[Decimal, str, str]:
    """The unscaled number, its scale word (万, %) and the unit word behind it. Raises ParseError."""
    found = _QUANTITY.fullmatch(plain)
    if not found or (found["sign"] and found["inner"]):
        raise ParseError(f"“{text.strip()}”不是一个数" if plain else "没有填写数值")
    exponent = found["exponent"] or ""
    if len(exponent.lstrip("eE+-")) > 3:
        raise ParseError(f"“{text.strip()}”超出可处理的范围")
    value = Decimal(re.sub("[, ]", "", found["digits"]) + exponent)
    if value and not _FINEST <= value.adjusted() <= _LARGEST:
        raise ParseError(f"“{text.strip()}”超出可处理的范围")
    negative = "-" in (found["sign"], found["inner"]) and value
    return (-value if negative else value), (found["scale"] or "").lower(), found["unit"].strip()


def _several(pieces: list[str], op: Op, text: str) -> Measure:
    """Several values, in which the last one's unit serves those that have none (60/30/10%, 10~12万)."""
    read = [_quantity(piece, text) for piece in pieces]
    last_scale, last_word = read[-1][1:]
    scales = [scale if scale or word else last_scale for _, scale, word in read]
    words = [word or _rate_sign(scale) for (_, _, word), scale in zip(read, scales, strict=True)]
    values = tuple(
        _EXACT.multiply(value, scale_of_unit(scale)) for (value, _, _), scale in zip(read, scales, strict=True)
    )
    shown = [word for word in dict.fromkeys(words) if word] or ([last_word] if last_word else [])
    return Measure(None, op, "/".join(shown), values)


def _bound(plain: str, text: str) -> tuple[str, Op]:
    """Strip what is said about a bound (不低于, 以内) and a note in brackets; the rest and the bound's sign."""
    if note := _NOTE.fullmatch(plain):
        plain = note["measure"]
    plain = re.sub(r"^(?:大约|约)|左右$", "", plain).strip()
    before = next(((word, op) for word, op in _PREFIXES if plain.startswith(word)), ("", None))
    plain = plain.removeprefix(before[0]).strip()
    after = next(((word, op) for word, op in _SUFFIXES if plain.endswith(word)), ("", None))
    plain = plain.removesuffix(after[0]).strip()
    if before[1] and after[1] and before[1][0] != after[1][0]:
        raise ParseError(f"“{text.strip()}”前后说法相反")
    return plain, before[1] or after[1] or "="


def _is_unit(word: str) -> bool:
    return bool(word) and _UNIT.fullmatch(word) is not None


def _rate_sign(scale: str) -> str:
    return scale if SCALES[scale] < 0 else ""


def kind_of_unit(unit: str) -> str:
    """元, %, a unit of time, or 个 for all that is counted; empty where only a scale is known."""
    found = _UNIT.fullmatch(_plain(unit))
    if not found:
        return ""
    if found["rate"]:
        return "%"
    word = (found["word"] or "").partition("/")[0]
    return word if word in ("", "元", "天", "小时", "分钟", "秒") else "个"
