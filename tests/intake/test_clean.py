import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from rpt.intake.clean import MISSING, SQL_TYPES
from rpt.intake.schema import ColumnType
from rpt.language.parse import ParseError, parse_date, parse_month, parse_number
from tests.projects import read

from .cleaning import clean_column, values

D = Decimal
WIDE = str.maketrans("0123456789,.-%()", "０１２３４５６７８９，．－％（）")
# one query types a whole list, so few examples reach many cells, and a list that fails shows which of them
BATCHES = settings(max_examples=6, deadline=None, phases=set(Phase) - {Phase.shrink})
AMOUNTS = st.lists(
    st.decimals(min_value=-99_999, max_value=99_999, places=4, allow_nan=False), min_size=30, max_size=50
)
DAYS = st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=30, max_size=50)


# spreadsheets know no zones
moment = datetime.fromisoformat


def brackets(value: Decimal) -> str:
    """Accountants' minus."""
    return f"({-value:,f})" if value < 0 else f"{value:,f}"


WRITTEN: dict[str, tuple[Callable[[Decimal], str], int]] = {
    "plain": (lambda v: f"{v:f}", 0),
    "thousands": (lambda v: f"{v:,f}", 0),
    "thousands by spaces": (lambda v: f"{v:,f}".replace(",", " "), 0),
    "full width": (lambda v: f"{v:,f}".translate(WIDE), 0),
    "in brackets": (brackets, 0),
    "in full-width brackets": (lambda v: brackets(v).translate(WIDE), 0),
    "a typographic minus": (lambda v: f"{v:f}".replace("-", "−"), 0),
    "with 元": (lambda v: f"{v:,f}元", 0),
    "with a currency sign": (lambda v: f"¥{v:,f}", 0),
    "with a sign before the currency": (lambda v: f"-￥{-v:f}" if v < 0 else f"+￥{v:f}", 0),
    "scientific": (lambda v: f"{v:E}", 0),
    "padded": (lambda v: f"\t {v:f}\u3000\r\n", 0),
    "万": (lambda v: f"{v:f}万", 4),
    "万元": (lambda v: f"{v:,f} 万元", 4),
    "w": (lambda v: f"{v:f}w", 4),
    "千": (lambda v: f"{v:f}千", 3),
    "百万": (lambda v: f"{v:f}百万", 6),
    "亿元": (lambda v: f"{v:f}亿元", 8),
}


@BATCHES
@given(AMOUNTS)
def test_amounts_read_back_exactly_however_they_are_written(amounts: list[Decimal]) -> None:
    cells = [(write(v), v.scaleb(power)) for v in amounts for write, power in WRITTEN.values()]
    read_back = values([text for text, _ in cells], "money", "元")
    assert read_back == [value for _, value in cells]


@BATCHES
@given(AMOUNTS)
def test_a_headers_unit_scales_bare_numbers_and_a_unit_in_the_cell_wins(amounts: list[Decimal]) -> None:
    bare = [f"{v:,f}" for v in amounts]
    assert values(bare, "money", "元", "万元") == [v.scaleb(4) for v in amounts]
    assert values([f"{v:f}元" for v in amounts], "money", "元", "万元") == amounts
    assert values([f"{v:f}亿" for v in amounts], "money", "元", "万元") == [v.scaleb(8) for v in amounts]
    whole = [int(v) for v in amounts]
    assert values([f"{n}" for n in whole], "integer", "", "万人") == [n * 10_000 for n in whole]
    assert values([f"{n}" for n in whole], "money", "元", "分") == [D(n).scaleb(-2) for n in whole]


@BATCHES
@given(AMOUNTS)
def test_rates_come_from_the_text_never_from_the_magnitude(amounts: list[Decimal]) -> None:
    for write in (lambda v: f"{v:f}%", lambda v: f"{v:f} ％", lambda v: f"{v:f}个百分点"):
        assert values([write(v) for v in amounts], "rate") == [v.scaleb(-2) for v in amounts]
    assert values([f"{v:f}" for v in amounts], "rate") == amounts
    assert values([f"{v:f}" for v in amounts], "rate", "", "%") == [v.scaleb(-2) for v in amounts]
    assert values([f"{v:f}‰" for v in amounts], "rate", "", "%") == [v.scaleb(-3) for v in amounts]


def test_a_magnitude_is_no_hint() -> None:
    assert values(["0.35", "35", "35%", "0.35%"], "rate") == [D("0.35"), D(35), D("0.35"), D("0.0035")]
    assert values(["0.35", "35", "35%"], "rate", "", "%") == [D("0.0035"), D("0.35"), D("0.35")]


@pytest.mark.parametrize(
    ("unit", "header", "texts"),
    [
        ("元", "万元", ["35%", "24小时", "12人", "5‰"]),  # another kind than money
        ("天", "天", ["35%", "12元", "8小时"]),
        ("", "%", ["12元", "3天"]),
        ("元", "", ["1,23", "12 34", "1,2,3", ",5", "5,", "1,000,00", "1234,567"]),  # separators in odd places
        (
            "元",
            "",
            [
                "$5",
                "USD5",
                "1.2.3",
                "1-2",
                "--5",
                "((5))",
                "(-5)",
                "5万%",
                "35%%",
                "5%元",
                "5/人",
                "5kg",
                "约5",
                "10万+",
            ],
        ),
        ("元", "", ["abc", "#N/A", "#DIV/0!", "暂无", "TRUE", "1/2", "½", "5²", "0x10", "1e999999", "()", "¥"]),
    ],
)
def test_what_is_no_number_is_an_issue_and_no_value(unit: str, header: str, texts: list[str]) -> None:
    read_back, issues = clean_column(texts, "money", unit, header)
    assert read_back == [None] * len(texts)
    assert [(i.code, i.value) for i in issues] == [("cell_bad", text) for text in texts]


def test_whole_numbers() -> None:
    texts = ["1.0", "1.2345万", "1,234", "1e3", "-0", "1.5", "12.34567万", "３"]
    assert values(texts, "integer") == [1, 12345, 1234, 1000, 0, None, None, 3]


NUMBER_PIECES = [
    "1",
    "23",
    "456",
    "0",
    ".",
    ",",
    " ",
    "-",
    "+",
    "(",
    ")",
    "¥",
    "%",
    "万",
    "亿",
    "w",
    "元",
    "天",
    "e",
    "E3",
]


@BATCHES
@given(
    st.lists(st.lists(st.sampled_from(NUMBER_PIECES), min_size=1, max_size=6).map("".join), min_size=60, max_size=120),
    st.sampled_from(["元", "万元", "亿", "%", "天", "人", ""]),
)
@example(["0e+456元", "0e-999", "1e+10", "2E-3万"], "元")
def test_sql_and_the_parser_agree_on_any_number(texts: list[str], unit: str) -> None:
    texts = [text for text in texts if text.strip() not in MISSING]
    expected = [_or_none(lambda text: parse_number(text, unit), text) for text in texts]
    found = values(texts, "money", "", unit)
    pairs = zip(texts, found, expected, strict=True)
    # what the column's DECIMAL cannot hold exactly is not for the parser to say
    assert [pair for pair in pairs if pair[1] != pair[2] and (pair[2] is None or _fits(pair[2]))] == []


def _fits(value: Decimal) -> bool:
    return abs(value) < 10**13 and value == value.quantize(D("0.0001"))


def _or_none(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ParseError:
        return None


DAY_FORMS: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "iso with midnight": lambda d: f"{d} 00:00:00",
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "padded slashes": lambda d: f"{d:%Y/%m/%d}",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "年月日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "full width": lambda d: f"{d.year}年{d.month}月{d.day}日".translate(WIDE),
    "compact": lambda d: f"{d:%Y%m%d}",
    "compact from a float": lambda d: f"{d:%Y%m%d}.0",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
    "serial with time": lambda d: f"{(d - date(1899, 12, 30)).days}.75",
    "weekday": lambda d: f"{d} 星期{'一二三四五六日'[d.weekday()]}",
    "with a time": lambda d: f"{d.year}/{d.month}/{d.day} 8:05",
    "padded": lambda d: f" {d}\t",
}


@BATCHES
@given(DAYS)
def test_days_read_back_however_they_are_written(days: list[date]) -> None:
    cells = [(write(day), day) for day in days for write in DAY_FORMS.values()]
    texts = [text for text, _ in cells]
    assert values(texts, "date") == [day for _, day in cells]
    assert values(texts, "month") == [day.replace(day=1) for _, day in cells]
    assert values([f"{day.year}年" for day in days], "year") == [day.year for day in days]


MONTH_FORMS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d:%Y-%m}",
    lambda d: f"{d.year}-{d.month}",
    lambda d: f"{d.year}/{d.month}",
    lambda d: f"{d:%Y.%m}",
    lambda d: f"{d.year}年{d.month}月",
    lambda d: f"{d.year}年{d.month}月份",
    lambda d: f"{d:%Y%m}",
    lambda d: f"{d:%Y%m}.0",
)


@BATCHES
@given(DAYS)
def test_months_read_back_and_a_day_column_takes_no_month(days: list[date]) -> None:
    cells = [(write(day), day.replace(day=1)) for day in days for write in MONTH_FORMS]
    texts = [text for text, _ in cells]
    assert values(texts, "month") == [day for _, day in cells]
    assert values(texts, "date") == [None] * len(texts)


MOMENT_FORMS: tuple[Callable[[datetime], str], ...] = (
    lambda t: f"{t:%Y-%m-%d %H:%M:%S}",
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S}",
    lambda t: f"{t:%Y-%m-%d %H:%M:%S}.000",
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S}+08:00",
    lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t:%M:%S}",
    lambda t: f"{t.year}年{t.month}月{t.day}日 {t.hour}:{t:%M:%S}",
    lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}时{t.minute}分{t.second}秒",
    lambda t: f"{t:%Y%m%d %H:%M:%S}",
    lambda t: f"{t:%Y%m%d%H%M%S}",
    lambda t: f"{(t - moment('1899-12-30')) / timedelta(days=1):.10f}",
)
SECONDS = st.datetimes(moment("1990-01-01"), moment("2099-12-31")).map(lambda t: t.replace(microsecond=0))
MOMENTS = st.lists(SECONDS, min_size=30, max_size=50)


@BATCHES
@given(MOMENTS)
def test_moments_read_back_to_the_second(moments: list[datetime]) -> None:
    cells = [(write(t), t) for t in moments for write in MOMENT_FORMS]
    assert values([text for text, _ in cells], "datetime") == [t for _, t in cells]


def test_moments_without_seconds_and_at_midnight() -> None:
    texts = ["2024/6/18 8:05", "2024-06-18 20:30", "2024年6月18日20时30分", "2024-06-18", "20240618"]
    day = moment("2024-06-18")
    times = [timedelta(hours=8, minutes=5), *2 * [timedelta(hours=20, minutes=30)], *2 * [timedelta(0)]]
    assert values(texts, "datetime") == [day + time for time in times]


@pytest.mark.parametrize("type", ["date", "month", "datetime"])
def test_what_is_no_date_is_an_issue(type: ColumnType) -> None:
    texts = [
        *("2024-02-30", "2025-02-29", "2024-13-01", "2024-06-31", "6月18日", "18/6/2024", "24-06-18", "12345678"),
        *("2024-06-18abc", "2024-06-018", "2024-06-18~2024-06-20", "2024-06-18 8:30 PM", "2024-06-1820:30"),
        *("2024-06-18T20:30:00Z", "2024-06-18T20:30:00-05:00"),  # another zone's day may be another day
        *("2024.1", "1899-12-31", "2100-01-01", "99999", "2024年6月-7月", "20241301", "待定"),
    ]
    read_back, issues = clean_column(texts, type)
    assert dict(zip(texts, read_back, strict=True)) == dict.fromkeys(texts)
    assert [(i.code, i.value) for i in issues] == [("cell_bad", text) for text in texts]


DATE_PIECES = [
    "2024",
    "2025",
    "1",
    "2",
    "06",
    "10",
    "13",
    "31",
    "-",
    "/",
    ".",
    "年",
    "月",
    "日",
    " ",
    "T",
    "8:05",
    "45461",
]
MONTH_ALONE = re.compile(r"\d{4}[-/.年] *\d{1,2}(月份?)?|\d{6}(\.0)?")


@BATCHES
@given(st.lists(st.lists(st.sampled_from(DATE_PIECES), min_size=1, max_size=7).map("".join), min_size=60, max_size=120))
def test_sql_and_the_parser_agree_on_any_date(texts: list[str]) -> None:
    texts = [text.strip() for text in texts if text.strip() not in MISSING]
    months = [_or_none(parse_month, text) for text in texts]
    # a month names no day: the parser's first of the month is for columns of months
    days = [None if MONTH_ALONE.fullmatch(text) else _or_none(parse_date, text) for text in texts]
    rows = zip(texts, values(texts, "month"), months, values(texts, "date"), days, strict=True)
    assert [row for row in rows if row[1] != row[2] or row[3] != row[4]] == []


@pytest.mark.parametrize(("text", "month"), [("2024.1", None), ("2024.01", 1), ("2024.10", 10), ("2024.2", 2)])
def test_a_number_that_lost_its_zero_is_no_month(text: str, month: int | None) -> None:
    expected = None if month is None else date(2024, month, 1)
    assert values([text], "month") == [expected]
    assert _or_none(parse_month, text) == expected


def test_dates_that_excel_keeps_as_dates(tmp_path: Path) -> None:
    days = [date(2024, 2, 29), date(2025, 1, 1), date(2025, 12, 31)]
    rows = [["日期", "平台", "支付金额"], *([day, "天猫", n] for n, day in enumerate(days))]
    moments = [moment("2025-01-01 20:30:15"), moment("2025-06-18"), moment("2024-12-31 23:59:59")]
    live = [["开播时间", "场次ID", "平台", "直播类型", "成交金额"]]
    live += [[at, f"L{n}", "抖音", "自播", 1] for n, at in enumerate(moments)]
    stock = [["月份", "商品编码", "期末库存数量", "期末库存金额"], *([day, "P1", 1, 1] for day in days)]
    dataset, issues = read(tmp_path, {"渠道日报": rows, "直播场次": live, "库存月报": stock})
    rows_of = dataset.engine.rows
    assert [day for (day,) in rows_of("select date from typed_channel_daily order by _row")] == days
    assert [at for (at,) in rows_of("select started_at from typed_live order by _row")] == moments
    months = [month for (month,) in rows_of("select month from typed_stock_monthly order by _row")]
    assert months == [day.replace(day=1) for day in days]
    assert issues == []


@pytest.mark.parametrize("type", sorted(SQL_TYPES))
def test_missing_is_not_zero(type: ColumnType) -> None:
    texts = [
        *(word for word in MISSING if type not in ("text", "measure", "yes_no") or word != "无"),
        None,
        " ",
        "NULL",
    ]
    read_back, issues = clean_column(texts, type)
    assert read_back == [None] * len(texts)
    assert issues == []
    if type in ("integer", "number", "money", "rate"):
        assert values(["0", "0.00", "０"], type) == [0, 0, 0]


def test_a_required_cell_that_says_nothing_is_an_issue() -> None:
    _, issues = clean_column(["1", "-", None, "--"], "money", required=True)
    assert [(i.code, str(i.origin)) for i in issues] == [("cell_empty", f"表.xlsx › 表 › B{row}") for row in (3, 4, 5)]


def test_ids_are_text() -> None:
    cells = {
        "00123": "00123",
        "6920123456789012345678": "6920123456789012345678",
        "\t00123": "00123",
        "00123\t": "00123",
        "'00123": "00123",
        '="00123"': "00123",
        "123.0": "123",
        "１２３": "123",
        "A-01_b": "A-01_b",
        "SKU 12": "SKU 12",
        "12E4": "12E4",
    }
    assert values(list(cells), "id") == list(cells.values())


@BATCHES
@given(st.lists(st.from_regex(r"[0-9]{1,24}", fullmatch=True), min_size=30, max_size=50))
def test_ids_lose_only_what_exports_wrap_around_them(ids: list[str]) -> None:
    for wrap in ("{}", "\t{}", "'{}", '="{}"', "{}.0", " {} "):
        assert values([wrap.format(id) for id in ids], "id") == ids


def test_ids_that_lost_their_digits_are_issues() -> None:
    texts = ["6.92E+18", "1e5", '="1.2E+15"']
    read_back, issues = clean_column(texts, "id")
    assert read_back == [None, None, None]
    assert [i.code for i in issues] == ["cell_bad"] * 3
    assert "科学计数法" in issues[0].hint


def test_yes_and_no() -> None:
    yes, no = (
        ["是", "有", "Y", "yes", "TRUE", "1", "1.0", "√", "已接入"],
        ["否", "未", "N", "False", "0", "0.0", "×", "未接入"],
    )
    assert values(yes + no, "yes_no") == [True] * len(yes) + [False] * len(no)
    assert clean_column(["也许"], "yes_no")[1][0].hint.startswith("应填是 或 否")


def test_bounds_and_allowed_words() -> None:
    _, issues = clean_column(["-1", "0", "1", "1.01"], "rate", min=0, max=1)
    assert [(i.code, i.origin.cell, i.value) for i in issues] == [
        ("cell_low", "B2", "-1"),
        ("cell_high", "B5", "1.01"),
    ]
    _, issues = clean_column(["自播", "达人", "转播"], "text", allowed=("自播", "达人"))
    assert [(i.code, i.origin.cell, i.hint) for i in issues] == [("cell_unknown", "B4", "可填：自播、达人")]
