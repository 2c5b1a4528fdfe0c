"""Bytes → text, in the encodings that Chinese tools write, judged by what the text says.

UTF-8 proves itself; gb18030 decodes nearly anything, Latin, Big5 and Shift-JIS included, into some characters. So its
result is believed only where it looks like Chinese: level-1 characters of GB 2312 and among them the everyday ones,
hardly any rare ones, private use or controls. What is not sure is refused with the guess and how to state the encoding.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rpt.intake.common_hanzi import EVERYDAY
from rpt.intake.refusal import RefusedError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# what people call them → what reads them; gb18030 reads all that gb2312 and gbk can write
_SAME = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "936": "gb18030", "utf-8-sig": "utf-8"}
# other encodings of bytes that gb18030 takes; a page that declares one of them is believed
_OTHERS = {
    "big5": "Big5（繁体）",
    "shift_jis": "Shift-JIS（日文）",
    "euc_jp": "EUC-JP（日文）",
    "euc_kr": "EUC-KR（韩文）",
    "cp1252": "Windows-1252（西文）",
}
_SAMPLE = 200_000  # characters judged at each end of a long text
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef\ufffe\uffff]")
_HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FOREIGN = re.compile(r"[\u00a1-\u00ff\u0100-\u02af\u0370-\u0fff\u3040-\u312f\u2500-\u257f\uac00-\ud7af]")
# signs that gb2312 has and Chinese tables use
_SIGNS = frozenset("·×÷°±¤§¨àáèéêìíòóùúüαβγδΩΦφμ")
_ENOUGH, _SOME = 5.0, 2.5  # log odds, as of six everyday characters in a row, and of three
# Korean and Japanese of the same grid of bytes as GB 2312 make sense more often than they are meant
_SAME_GRID = {"euc_kr", "euc_jp"}


@dataclass(frozen=True)
class Decoded:
    """A text without BOM or NUL, its encoding, and how many NULs were dropped and how many characters were lost (�)."""

    text: str
    encoding: str
    nuls: int = 0
    lost: int = 0


def decode(data: bytes, stated: str = "", declared: str = "") -> Decoded:
    """Decode a file. ``stated`` is what rpt.toml says (it wins), ``declared`` what the file says of itself.

    Raises RefusedError where the encoding is not sure, or the text does not fit the one stated.
    """
    if stated:
        return _as_stated(data, encoding_named(stated) or stated)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    if b"\0" in data:
        found = _wide(data)
        if found:
            return found
        _refuse_binary(data)
        data, nuls = data.replace(b"\0", b""), data.count(b"\0")
    else:
        nuls = 0
    return _narrow(data, encoding_named(declared), nuls)


def encoding_named(name: str) -> str:
    """The codec of an encoding's name as people and pages write it; empty where there is none that makes text."""
    plain = name.strip().lower().replace("_", "-")
    plain = _SAME.get(plain, plain)
    try:
        codecs.lookup(plain)
        "".encode(plain)  # codecs of bytes (hex, zip) have no text
    except (LookupError, ValueError, TypeError):
        return ""
    return plain


def _as_stated(data: bytes, encoding: str) -> Decoded:
    for bom, own in _BOMS:
        if data.startswith(bom) and own.startswith(encoding.rstrip("lebn-")):
            data = data[len(bom) :]
            break
    try:
        return _cleaned(data.decode(encoding), encoding, 0)
    except (UnicodeDecodeError, LookupError) as error:
        where = f"（{_where(data, error.start)}）" if isinstance(error, UnicodeDecodeError) else ""
        message = f"文件不是 rpt.toml 里 [encodings] 写的 {encoding} 编码{where}"
        raise RefusedError("encoding", message, "请改正或删去这一项；删去后自动识别") from error


def _strict(data: bytes, encoding: str) -> Decoded:
    """Text with a BOM: it says what it is, and has to be it."""
    try:
        return _cleaned(data.decode(encoding), encoding, 0)
    except UnicodeDecodeError as error:
        message = f"文件开头标明是 {encoding.upper()}，{_where(data, error.start)}却不是"
        raise RefusedError(
            "encoding", message, f"文件可能没有下载完整或被拼接过：请重新导出；{_how(encoding)}"
        ) from error


def _cleaned(text: str, encoding: str, nuls: int) -> Decoded:
    text = text.removeprefix("\ufeff")
    found = text.count("\0")
    if found:
        text = text.replace("\0", "")
    return Decoded(text, encoding, nuls + found, text.count("\ufffd"))


def _refuse_binary(data: bytes) -> None:
    head = data[:_SAMPLE]
    if sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head) * 5 > len(head):
        raise RefusedError("not_text", "文件不是文字，也不是认识的表格", "请重新导出为 Excel 或 CSV")


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a BOM: half of the bytes of its digits, tabs and line ends are NUL."""
    texts = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = _sample(text)
        odd = sum(1 for c in sample if not (" " <= c <= "~" or c in "\t\r\n\u3000" or _is_ours(c)))
        everyday = sum(1 for c in sample if c in "\t\r\n,;0123456789" or c in EVERYDAY)
        if odd * 20 <= len(sample) and everyday:
            texts.append((odd, -everyday, encoding, text))
    texts.sort()
    if not texts:
        return None
    _, _, encoding, text = texts[0]
    return _cleaned(text, encoding, 0)


def _narrow(data: bytes, declared: str, nuls: int) -> Decoded:
    utf8 = _try(data, "utf-8")
    gb = _try(data, "gb18030")
    if data.isascii() and utf8 is not None:
        if len(_CONTROL.findall(_sample(utf8))) * 50 > min(len(utf8), 2 * _SAMPLE):
            raise RefusedError("not_text", "文件不是文字，也不是认识的表格", "请重新导出为 Excel 或 CSV")
        return _cleaned(utf8, "utf-8", nuls)
    if utf8 is not None:
        if declared == "utf-8" or _proves_itself(utf8) or gb is None or not _all_hanzi(gb):
            return _cleaned(utf8, "utf-8", nuls)
        if all(c < "\x80" or c > "\u017f" for c in utf8) and _odds(gb)[0] > 0:
            return _cleaned(gb, "gb18030", nuls)  # 元 of gb18030 is a Cyrillic letter in UTF-8
        raise _unsure("gb18030" if declared == "gb18030" else "utf-8", "文字太少，UTF-8 与 GB18030 都读得通")
    if declared in _OTHERS and declared != "cp1252":
        text = _try(data, declared)
        if text is not None:
            return _cleaned(text, declared, nuls)
    if gb is not None and _is_chinese(gb, data):
        return _cleaned(gb, "gb18030", nuls)
    raise _neither(data, gb)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _proves_itself(text: str) -> bool:
    """UTF-8 of three bytes is no accident; of two bytes ("路" in gb18030 is "·" in UTF-8) it may be one, unless all are
    letters with accents among plain ones (café)."""
    if any(c >= "\u0800" for c in text):
        return True
    wide = len(re.findall(r"[^\x00-\x7f]", text))
    return wide == len(re.findall(r"(?<=[A-Za-z])[À-ſ]|[À-ſ](?=[A-Za-z])", text))


def _all_hanzi(text: str) -> bool:
    return all(c < "\x80" or _level(c) > 0 for c in text)


def _is_ours(c: str) -> bool:
    """A character of Chinese tables that is not rare: GB 2312 has it, or it is punctuation, a symbol or an emoji."""
    if _HANZI.match(c):
        return _level(c) > 0
    return not (_CONTROL.match(c) or _PRIVATE.match(c) or (_FOREIGN.match(c) and c not in _SIGNS))


def _level(hanzi: str) -> int:
    """1 for the 3,755 common characters of GB 2312, 2 for its 3,008 others, 0 for the rest."""
    try:
        lead = hanzi.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0
    return 1 if lead <= 0xD7 else 2


def _odds(text: str) -> tuple[float, int, int]:
    """How a text decoded as gb18030 speaks for Chinese: log odds, characters looked at, those against it."""
    everyday = common = second = rare = odd = 0
    for word in _words(_sample(text)):
        for c in word:
            if c in EVERYDAY:
                everyday += 1
            elif _HANZI.match(c):
                level = _level(c)
                common += level == 1
                second += level == 2
                rare += level == 0
            elif not _is_ours(c):
                odd += 1
    total = everyday + common + second + rare + odd
    odds = everyday * math.log(0.6 / 0.25) + common * math.log(0.38 / 0.6) + (second + rare + odd) * math.log(0.2)
    return odds, total, rare + odd


def _is_chinese(text: str, data: bytes) -> bool:
    """Whether a text decoded as gb18030 is what was meant, and not another encoding's bytes."""
    odds, total, against = _odds(text)
    if not total:  # signs only: ¥, ％, full-width digits
        return not _plausible_others(data)
    if against * 12 > total:
        return False
    if odds >= _ENOUGH:
        return True
    # too little to go by alone; believed where no other reading of the bytes makes sense
    others = _plausible_others(data)
    if odds >= _SOME:
        others = [encoding for encoding in others if encoding not in _SAME_GRID]
    return odds > -0.25 * total - 1 and against == 0 and not others


def _plausible_others(data: bytes) -> list[str]:
    """The other encodings in which the bytes make sense, likeliest first."""
    sample = data[: 2 * _SAMPLE]
    return [encoding for encoding in _OTHERS if _makes_sense(sample, encoding)]


def _makes_sense(sample: bytes, encoding: str) -> bool:
    if encoding == "cp1252":  # letters with accents stand alone among plain ones
        runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
        return bool(runs) and sum(1 for run in runs if run == 1) * 2 >= len(runs)
    text = _try(sample, encoding) or _try(sample[:-1], encoding)
    if text is None:
        return False
    wide = [c for c in text if c > "\x7f"]
    match encoding:
        case "big5":  # the 5,401 characters of its first level
            fits = sum(1 for c in wide if c.encode("big5") < b"\xc6\x7f")
        case "euc_kr":
            fits = sum(1 for c in wide if "\uac00" <= c <= "\ud7af")
        case _:
            fits = sum(1 for c in wide if "\u3040" <= c <= "\u30ff" or "\uff61" <= c <= "\uff9f" or c in EVERYDAY)
    return fits * 10 >= len(wide) * 9


def _words(text: str) -> Iterator[str]:
    """Each different run of non-ASCII text once, so that a name repeated in every row counts no more than any other."""
    return iter(dict.fromkeys(re.findall(r"[^\x00-\x7f]+", text)))


def _sample(text: str) -> str:
    return text if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + text[-_SAMPLE:]


def _unsure(guess: str, why: str) -> RefusedError:
    return RefusedError("encoding", f"文字编码不能确定：{why}", _how(guess), guess)


def _how(guess: str) -> str:
    return f'可在 rpt.toml 的 [encodings] 里写明，如 "文件名.csv" = "{guess}"，或另存为“CSV UTF-8”'


def _neither(data: bytes, gb: str | None) -> RefusedError:
    """Why the bytes are neither UTF-8 nor Chinese in gb18030, with the likeliest guess."""
    good, bad = _up_to_error(data, "utf-8")
    tail = len(data) - bad
    if good and tail < 4 and gb is None:
        return RefusedError("encoding", "文件末尾缺了半个字，可能没有下载完整", f"请重新导出；{_how('utf-8')}", "utf-8")
    if good:
        message = f"{_where(data, bad)}起不是 UTF-8，之前都是：可能由两种编码拼接而成"
        return RefusedError("encoding", f"文字编码不能确定：{message}", f"请重新导出；{_how('utf-8')}", "utf-8")
    if gb is None:
        start, bad = _up_to_error(data, "gb18030")
        if start and _is_chinese(data[:bad].decode("gb18030"), data[:bad]):
            where = "末尾缺了半个字，可能没有下载完整" if len(data) - bad < 4 else f"{_where(data, bad)}有读不出的字"
            return RefusedError(
                "encoding", f"文件像是 GB18030 编码，但{where}", f"请重新导出；{_how('gb18030')}", "gb18030"
            )
    for encoding in _plausible_others(data):
        return _unsure(encoding, f"不是 UTF-8，按 GB18030 读出来不像中文，像是 {_OTHERS[encoding]}")
    wide = _wide(data) if len(data) % 2 == 0 else None
    if wide:
        return _unsure(wide.encoding, f"不是 UTF-8，按 GB18030 读出来不像中文，像是 {wide.encoding.upper()}")
    return _unsure("gb18030", "不是 UTF-8，按 GB18030 读出来不像中文" if gb else "试过 UTF-8 与 GB18030，都读不通")


def _up_to_error(data: bytes, encoding: str) -> tuple[bool, int]:
    """Where decoding fails, and whether there was text other than ASCII before."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return not data[: error.start].isascii(), error.start
    return True, len(data)


def _where(data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"第 {line} 行"
