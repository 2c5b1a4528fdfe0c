"""Cleaning: from a column's schema to the SQL that types its text. What does not convert is NULL, then an issue.

Exact throughout: a number is never a float. A unit is applied by writing its power of ten behind the digits
(``1.2万`` becomes ``1.2e4``) before the one cast to DECIMAL.
"""

from __future__ import annotations

from rpt.engine import literal, quote
from rpt.intake.schema import ColumnSchema, ColumnType
from rpt.language.parse import scale_of_unit

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

_WIDE = "０１２３４５６７８９．，－＋％（）：／　\u00a0\u2212\t\r\n"
_PLAIN = "0123456789.,-+%():/  -   "
_SUFFIXES = {"亿": 8, "万": 4, "w": 4, "W": 4, "千": 3, "k": 3, "K": 3, "%": -2, "‰": -3}
_COUNTERS = "元|人次|人|次|单|件|条|个|天|小时|秒|分钟|家|场|组|档|笔"


def plain(column: str) -> str:
    """SQL for a cell's text with full-width signs folded and ends trimmed."""
    return f"trim(translate({column}, {literal(_WIDE)}, {literal(_PLAIN)}))"


def is_missing(text: str) -> str:
    """SQL that is true where (plain) text stands for no value. Missing is not zero."""
    words = ", ".join(literal(word) for word in MISSING)
    return f"({text} is null or lower({text}) in ({words}))"


def is_total(text: str) -> str:
    """SQL that is true where (plain) text labels a totals row."""
    words = "|".join(TOTAL_WORDS)
    match = f"regexp_full_match(replace({text}, ' ', ''), '(.*[^一-龥])?({words})[行:]*')"
    return f"coalesce(length({text}) <= 16 and {match}, false)"


def typed(column: ColumnSchema, source: str, text: str, unit: str = "") -> str:
    """SQL that types what nearly every cell of a column looks like, by one test and one cast; the rest is NULL.

    ``source`` is the raw text, ``text`` the same made plain, ``unit`` what the header states.
    """
    match column.type:
        case "text" | "measure":
            value = f"trim(translate({source}, '\t\r\n\u00a0', '    '))"
        case "id":
            value = f"case when regexp_full_match({text}, '[A-Za-z_-]+[0-9_-]*|[0-9]{{1,15}}') then {text} end"
        case "yes_no":
            value = _yes_no(text)
        case "date":
            value = _iso_day(text)
        case "datetime":
            value = f"case when {text} like '____-__-__ __:__:__' then try_cast({text} as timestamp) end"
        case "month":
            value = f"cast(date_trunc('month', {_iso_day(text)}) as date)"
        case "year":
            value = f"try_cast({text} as integer)"
        case _:
            scaled = _cast(f"{text} || 'e{_scale(column, unit)}'", column)
            value = f"case when regexp_full_match({text}, '-?\\d+(\\.\\d+)?') then {scaled} end"
    return f"case when {is_missing(text)} then null else {value} end"


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
            return f"try_cast(regexp_extract({text}, '^(\\d{{4}})(\\.0)?年?(度)?$', 1) as integer)"
        case "integer" | "number" | "money" | "rate":
            return _number(text, unit, column)
        case _:
            return "null"


def _scale(column: ColumnSchema, unit: str) -> int:
    """The power of ten of a header's unit in the column's own unit."""
    stated = unit or column.unit
    return scale_of_unit(stated, column.unit).adjusted() if stated else 0


def _iso_day(text: str) -> str:
    return f"case when {text} like '____-__-__%' then try_cast(left({text}, 10) as date) end"


def _number(text: str, unit: str, column: ColumnSchema) -> str:
    """Digits, an optional exponent, an optional suffix; the suffix in the cell wins over the header's unit."""
    squeezed = f"regexp_replace({text}, '[, ¥￥$]|^RMB|^CNY', '', 'g')"
    unsigned = f"regexp_replace({squeezed}, '^\\((.*)\\)$', '-\\1')"
    pattern = f"^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?(亿|万|[wW]|千|[kK]|%|‰)?({_COUNTERS})?$"
    digits = f"regexp_extract({unsigned}, '^[+-]?(\\d+\\.?\\d*|\\.\\d+)')"
    exponent = f"coalesce(try_cast(regexp_extract({unsigned}, '[eE]([+-]?\\d+)', 1) as integer), 0)"
    suffix = f"regexp_extract({unsigned}, {literal(pattern)}, 3)"
    powers = " ".join(f"when {literal(word)} then {power}" for word, power in _SUFFIXES.items())
    power = f"(case {suffix} {powers} else {_scale(column, unit)} end + {exponent})"
    written = _cast(f"{digits} || 'e' || {power}", column)
    return f"case when regexp_full_match({unsigned}, {literal(pattern)}) then {written} end"


def _cast(written: str, column: ColumnSchema) -> str:
    """A wide cast first, so that 1.2345万 in a whole-number column is 12345, and 1.5 there is no number at all."""
    exact = f"try_cast({written} as decimal(38,10))"
    if column.type == "integer":
        return f"case when {exact} = round({exact}, 0) then try_cast({exact} as bigint) end"
    return f"try_cast({exact} as {SQL_TYPES[column.type]})"


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


def _ymd(text: str) -> str:
    pattern = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    parts = [f"regexp_extract({text}, {literal(pattern)}, {i})" for i in (1, 2, 3)]
    separated = f"try_cast({parts[0]} || '-' || lpad({parts[1]}, 2, '0') || '-' || lpad({parts[2]}, 2, '0') as date)"
    compact = rf"try_cast(regexp_replace({text}, '^(\d{{4}})(\d{{2}})(\d{{2}})(\D.*)?$', '\1-\2-\3') as date)"
    return (
        f"case when regexp_matches({text}, {literal(pattern)}) then {separated} "
        rf"when regexp_matches({text}, '^\d{{8}}(\D|$)') then {compact} end"
    )


def _serial(text: str) -> str:
    """An Excel serial of 1990–2060; day 60 never existed, so serials count from 1899-12-30."""
    number = f"try_cast({text} as double)"
    return f"case when regexp_full_match({text}, '\\d{{5}}(\\.\\d+)?') and {number} between 32874 and 58806 then {number} end"


def _date(text: str) -> str:
    serial = f"date '1899-12-30' + cast(floor({_serial(text)}) as integer)"
    return f"coalesce({_ymd(text)}, {serial})"


def _month(text: str) -> str:
    pattern = r"^(\d{4})[-/.年](\d{1,2})月?(份)?$"
    parts = [f"regexp_extract({text}, {literal(pattern)}, {i})" for i in (1, 2)]
    compact = rf"try_cast(regexp_replace({text}, '^(\d{{4}})(\d{{2}})$', '\1-\2-01') as date)"
    separated = f"try_cast({parts[0]} || '-' || lpad({parts[1]}, 2, '0') || '-01' as date)"
    return f"case when regexp_matches({text}, {literal(pattern)}) then {separated} when regexp_full_match({text}, '\\d{{6}}') then {compact} end"


def _datetime(text: str) -> str:
    clock = f"regexp_extract({text}, '(\\d{{1,2}}:\\d{{2}}(:\\d{{2}})?(\\.\\d+)?)\\s*$', 1)"
    time = f"try_cast(case when {clock} = '' then '00:00:00' when length({clock}) <= 5 then lpad({clock}, 5, '0') || ':00' else lpad({clock}, 8, '0') end as time)"
    serial = f"timestamp '1899-12-30 00:00:00' + to_seconds(round({_serial(text)} * 86400))"
    return f"coalesce({_ymd(text)} + {time}, {serial})"


def plain_name(key: str) -> str:
    """The name under which a column's plain text stands beside its typed value."""
    return quote(f"text_{key}")
