"""Cleaning: from a column's schema to the SQL that types its text. What does not convert is NULL, then an issue.

Exact throughout: a number is never a float. A unit is applied by writing its power of ten behind the digits
(``1.2万`` becomes ``1.2e4``) before the one cast to DECIMAL.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rpt.engine import literal, quote
from rpt.intake.schema import ColumnSchema, ColumnType
from rpt.language.parse import SCALES, WORDS, kind_of_unit, scale_of_unit

SQL_TYPES: dict[ColumnType, str] = {
    "id": "varchar",
    "text": "varchar",
    "measure": "varchar",
    "date": "date",
    "month": "date",
    "datetime": "timestamp",
    "year": "integer",
    "integer": "bigint",
    "number": "decimal(18,6)",
    "money": "decimal(18,4)",
    "rate": "decimal(18,10)",
    "yes_no": "boolean",
}
MISSING = ("", "-", "--", "---", "—", "——", "－", "/", "null", "#null!", "none", "nan", "n/a", "无", "空")
TOTAL_WORDS = (
    "合计",
    "总计",
    "小计",
    "汇总",
    "总和",
    "累计",
    "平均",
    "均值",
    "全部合计",
    "本页合计",
    "年度合计",
    "本年合计",
)
SUMMED_WORDS = ("合计", "总计", "汇总", "总和", "全部合计", "年度合计")

_WIDE = "０１２３４５６７８９．，－＋％（）：／　\u00a0\u2212–—﹣‐‑\t\r\n"
_PLAIN = "0123456789.,-+%():/  ------   "
_POWERS = {word: power for word, power in SCALES.items() if word}

_CURRENCY = "(?:[¥￥]|RMB|CNY)"
_DIGITS = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_CLOCK = r"([0-9]{1,2})[:时]([0-9]{1,2})(?:[:分](?:([0-9]{1,2})(?:\.[0-9]+)?)?秒?)? *(?:\+08:?00)?"
_WRITTEN_DAY = rf"^([0-9]{{4}})[-/.年] *([0-9]{{1,2}})[-/.月] *([0-9]{{1,2}})(?:[T ] *{_CLOCK})?$"
_COMPACT_DAY = rf"^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[T ] *{_CLOCK})?(?:\.0)?$"
_COMPACT_MOMENT = r"^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?$"
_WRITTEN_MONTH = r"^([0-9]{4})[-/.年] *([0-9]{1,2})(?:月份?)?$"
_COMPACT_MONTH = r"^([0-9]{4})([0-9]{2})(?:\.0)?$"
_YEAR = "(?:19|20)[0-9]{2}"


def plain(column: str) -> str:
    """SQL for a cell's text with full-width signs folded and ends trimmed."""
    return _by_signs(column, column, f"trim({column})", f"trim({_folded(column)})")


def cleaned(column: str) -> str:
    """SQL for a cell's plain text, NULL where it stands for no value. Missing is not zero."""
    # what stands twice in a query the planner has made once for every row, whichever case it is in: so put into each
    # case, and with a text that is made there as an argument
    usual, other = (
        f"list_transform([{text}], lambda made: {_present('made')})[1]"
        for text in (f"trim({column})", f"trim({_folded(column)})")
    )
    return _by_signs(column, _present(column), usual, other)


def _folded(column: str) -> str:
    return f"translate({column}, {literal(_WIDE)}, {literal(_PLAIN)})"


def _by_signs(column: str, bare: str, usual: str, other: str) -> str:
    """SQL by what is in a text: it is ``bare`` where it is ASCII without line ends, tabs and spaces around it, as most
    numbers, days and ids are, ``usual`` where there are but ASCII and Chinese characters in it. To see the one costs a
    third of seeing the other, and that less than to fold signs."""
    signs = " and ".join(f"not contains({column}, {literal(sign)})" for sign in "\t\r\n")
    ends = f"not prefix({column}, ' ') and not suffix({column}, ' ')"
    return (
        f"case when strlen({column}) = length({column}) and {signs} and {ends} then {bare} "
        f"when regexp_full_match({column}, '[ -~一-鿿]*') then {usual} else {other} end"
    )


def _present(text: str) -> str:
    longest = max(len(word.encode()) for word in MISSING)
    # a pattern, since a list is made a join that looks at every row
    words = literal("|".join(re.escape(word) for word in MISSING))
    is_none = f"regexp_full_match({text}, {words}, 'i')"
    return f"case when strlen({text}) > {longest} then {text} when not {is_none} then {text} end"


def is_total(text: str) -> str:
    """SQL that is true where (plain) text labels a totals row."""
    words = "|".join(TOTAL_WORDS)
    match = f"regexp_full_match(replace({text}, ' ', ''), '(.*[^一-龥])?({words})[行:]*')"
    # a CASE looks no further where the first test fails
    return f"coalesce(case when strlen({text}) > length({text}) and length({text}) <= 16 then {match} end, false)"


def typed(column: ColumnSchema, source: str, text: str, unit: str = "") -> str:
    """SQL that types what nearly every cell of a column looks like, by one test and one cast; the rest is NULL.

    ``source`` is the raw text, ``text`` the same made plain (NULL where it stands for no value), ``unit`` what the
    header states.
    """
    match column.type:
        case "text" | "measure":
            spaced = f"translate({source}, '\t\r\n\u00a0', '    ')"
            trimmed = _by_signs(source, source, f"trim({source})", f"trim({spaced})")
            return f"case when {text} is not null then {trimmed} end"
        case "id":
            return f"case when regexp_full_match({text}, '[A-Za-z_-]+[0-9_-]*|[0-9]+') then {text} end"
        case "yes_no":
            return _yes_no(text)
        case "date":
            return _iso_day(text)
        case "datetime":
            moment = f"try_cast({text} as timestamp)"
            return f"case when {text} like '____-__-__ __:__:__' then {_of_our_time(moment)} end"
        case "month":
            return f"cast(date_trunc('month', {_iso_day(text)}) as date)"
        case "year":
            return f"case when regexp_full_match({text}, '{_YEAR}') then cast({text} as integer) end"
        case _:
            scale = _scale(column, unit)
            written = text if scale == 0 else f"{text} || 'e{scale}'"
            if column.type == "integer" and scale == 0:  # 12.0 and 1.2万 take the long way
                return f"case when regexp_full_match({text}, '-?\\d{{1,18}}') then cast({text} as bigint) end"
            return f"case when regexp_full_match({text}, '-?\\d+(\\.\\d+)?') then {_cast(written, column)} end"


def typed_otherwise(column: ColumnSchema, text: str, unit: str = "") -> str:
    """SQL that types whatever else people and exports write; for the cells that ``typed`` left NULL."""
    match column.type:
        case "id":
            return _id(text)
        case "date":
            return _date(text)
        case "datetime":
            return _datetime(text)
        case "month":
            return f"cast(date_trunc('month', coalesce({_month(text)}, {_date(text)})) as date)"
        case "year":
            return f"try_cast(regexp_extract({text}, '^({_YEAR})(\\.0| *年度?)?$', 1) as integer)"
        case "integer" | "number" | "money" | "rate":
            return _number(text, unit, column)
        case _:
            return "null"


def _scale(column: ColumnSchema, unit: str) -> int:
    """The power of ten of a header's unit in the column's own unit."""
    stated = unit or column.unit
    return scale_of_unit(stated, column.unit).adjusted() if stated else 0


def _iso_day(text: str) -> str:
    day = f"try_cast(left({text}, 10) as date)"
    return f"case when {text} like '____-__-__' or {text} like '____-__-__ __:__:__' then {_of_our_time(day)} end"


def _of_our_time(moment: str) -> str:
    """A year outside 1900–2099 is a slip of the finger."""
    return f"case when year({moment}) between 1900 and 2099 then {moment} end"


def _groups(text: str, pattern: str, names: str) -> str:
    """SQL for what a pattern's groups matched, as a struct; all of it empty where the pattern doesn't match."""
    listed = ", ".join(literal(name) for name in names)
    return f"regexp_extract({text}, {literal(pattern)}, [{listed}])"


def _number(text: str, unit: str, column: ColumnSchema) -> str:
    """Digits, an optional exponent, scale and word, as ``language.parse`` reads them. What stands in the cell wins over
    the header's unit; a word of another kind (35% under 万元) is no number."""
    stated = unit or column.unit
    kind = kind_of_unit(stated)
    counters = [word for word in WORDS if kind in ("", kind_of_unit(word))]
    scales = [word for word, power in _POWERS.items() if power > 0]
    rates = [word for word, power in _POWERS.items() if power < 0 and kind in ("", "%")]
    signs = f"[+-]? *{_CURRENCY}? *|{_CURRENCY} *[+-]"
    pattern = (
        f"^({signs})({_DIGITS})((?:[eE][+-]?[0-9]{{1,3}})?)"
        f"(?: *((?i:{_either(scales)})?) *((?:(?:{_either(counters)})(?:/(?:{_either(WORDS)}))?)?)"
        f"| *({_either(rates)}))$"
    )
    bare = f"regexp_replace({text}, '^\\( *([^-+ ].*)\\)$', '-\\1')"
    read = _groups(f"trim({bare})", pattern, "sdepwr")
    powers = " ".join(f"when {literal(word)} then {power}" for word, power in _POWERS.items())
    own = f"when {read}.w not in ('', {literal(stated)}) then 0"
    power = f"case {own} else {_scale(column, unit)} end"
    written = (
        f"(case when contains({read}.s, '-') then '-' else '' end) || translate({read}.d, ', ', '') || 'e' || "
        f"(case lower({read}.p || {read}.r) {powers} else {power} end + coalesce(try_cast({read}.e[2:] as integer), 0))"
    )
    return f"case when {read}.d <> '' then {_cast(written, column)} end"


def _either(words: Collection[str]) -> str:
    """Alternatives of a pattern, longest first; one that matches nothing where there are none."""
    return "|".join(sorted(words, key=len, reverse=True)) or r"[^\s\S]"


def _cast(written: str, column: ColumnSchema) -> str:
    """The one cast to an exact type. Whole numbers are cast wide first: 1.2345万 is 12345, and 1.5 no number at all."""
    if column.type != "integer":
        return f"try_cast({written} as {SQL_TYPES[column.type]})"
    exact = f"try_cast({written} as decimal(38,10))"
    return f"case when {exact} = round({exact}, 0) then try_cast({exact} as bigint) end"


def _id(source: str) -> str:
    """Ids are text: strip tabs, a leading apostrophe, ``="…"`` and the ``.0`` a float left behind."""
    bare = f"trim(translate({source}, '\t\r\n\u00a0', '    '))"
    unquoted = f"regexp_replace(regexp_replace({bare}, '^=\"(.*)\"$', '\\1'), '^''', '')"
    value = f"regexp_replace({unquoted}, '^(\\d+)\\.0$', '\\1')"
    return f"case when regexp_full_match({value}, '\\d(\\.\\d+)?[eE]\\+?\\d+') then null else {value} end"


def _yes_no(text: str) -> str:
    yes = "'是','有','y','yes','true','1','1.0','已','√','✓','成功','已接入'"
    no = "'否','无','n','no','false','0','0.0','未','×','x','失败','未接入'"
    return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"


def _written(text: str) -> list[str]:
    """SQL for the parts (year, month, day, hour, minute, second) of the three ways in which people write a day."""
    # the weekday says nothing new; 日 ends a date as a space does
    spaced = f"trim(translate(regexp_replace({text}, '(星期|周)[一二三四五六日天]', ' '), '日号', '  '))"
    return [
        _groups(spaced, _WRITTEN_DAY, "ymdhis"),
        _groups(text, _COMPACT_DAY, "ymdhis"),
        _groups(text, _COMPACT_MOMENT, "ymdhis"),
    ]


def _day_of(read: str) -> str:
    day = f"try_cast({read}.y || '-' || lpad({read}.m, 2, '0') || '-' || lpad({read}.d, 2, '0') as date)"
    return _of_our_time(day)


def _time_of(read: str) -> str:
    """Midnight where no time was written."""
    hour, minute, second = (f"lpad({read}.{part}, 2, '0')" for part in "his")
    return f"try_cast({hour} || ':' || {minute} || ':' || {second} as time)"


def _serial(text: str) -> str:
    """An Excel serial of 1990–2099; day 60 never existed, so serials count from 1899-12-30."""
    number = f"try_cast({text} as double)"
    looks = f"regexp_full_match({text}, '[0-9]{{5}}(\\.[0-9]+)?')"
    return f"case when {looks} and {number} >= 32874 and {number} < 73051 then {number} end"


def _date(text: str) -> str:
    serial = f"date '1899-12-30' + cast(floor({_serial(text)}) as integer)"
    return f"coalesce({', '.join(map(_day_of, _written(text)))}, {serial})"


def _datetime(text: str) -> str:
    moments = [f"{_day_of(read)} + {_time_of(read)}" for read in _written(text)]
    serial = f"timestamp '1899-12-30 00:00:00' + to_seconds(round({_serial(text)} * 86400))"
    return f"coalesce({', '.join(moments)}, {serial})"


def _month(text: str) -> str:
    """A month alone. 2024.1 may have been the number 2024.10, so it is neither."""
    written, compact = (
        _of_our_time(f"try_cast({read}.y || '-' || lpad({read}.m, 2, '0') || '-01' as date)")
        for read in (_groups(text, pattern, "ym") for pattern in (_WRITTEN_MONTH, _COMPACT_MONTH))
    )
    return f"case when not regexp_full_match({text}, '\\d{{4}}\\.1') then coalesce({written}, {compact}) end"


def plain_name(key: str) -> str:
    """The name under which a column's plain text stands beside its typed value."""
    return quote(f"text_{key}")
