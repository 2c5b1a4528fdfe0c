"""What an xlsx file says in its XML only: nothing of it is lost or altered without a word."""

import random
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.cell_notes import examine
from rpt.intake.formats import xlsx
from rpt.intake.load import load
from rpt.intake.number_formats import Styles, is_date, is_percent
from rpt.intake.raw import CellNote, Merged
from rpt.intake.sheet_xml import regular
from rpt.project.find import read_project
from rpt.values.issue import Issue, Level
from rpt.values.limits import Limits
from tests.intake.sheets import grid, number, text, worksheet, write_xml
from tests.projects import SETTINGS

ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
HEADER = [text("日期"), text("平台"), text("支付金额")]
DAY = text("2025-06-18")


def intake(folder: Path, sheets: dict[str, str], formats: Sequence[str] = ()) -> tuple[Dataset, list[Issue]]:
    write_xml(folder / "data.xlsx", {name: worksheet(inside) for name, inside in sheets.items()}, formats)
    return load_folder(folder)


def load_folder(folder: Path) -> tuple[Dataset, list[Issue]]:
    (folder / "rpt.toml").write_text(SETTINGS, encoding="utf-8")
    return load(read_project(folder / "rpt.toml"), Duck())


def rows(dataset: Dataset, columns: str, table: str = "channel_daily") -> list[Any]:
    return dataset.engine.rows(f"select {columns} from typed_{table} order by _src, _row")


def found(issues: Sequence[Issue], code: str) -> list[tuple[Level, str, str | None]]:
    return [(i.level, f"{i.origin.sheet} {i.origin.cell}", i.value) for i in issues if i.code == code]


def error(value: str) -> str:
    return f' t="e"><f>A1/0</f><v>{value}</v></c>'


def test_a_hundred_error_cells_are_reported_with_their_address_and_none_is_counted(tmp_path: Path) -> None:
    rng = random.Random(1)
    sheets, planted, total = {}, set(), 0
    for name in ("渠道日报", "渠道日报2", "渠道日报3", "渠道日报4"):
        lines: list[list[str | None]] = [[*HEADER, text("推广花费")]]
        bad = set(rng.sample(range(200), 25))
        for at in range(200):
            amount = error(rng.choice(ERRORS)) if at in bad else number("100")
            total += 0 if at in bad else 100
            lines.append([text(f"2025-{at // 28 + 1:02}-{at % 28 + 1:02}"), text(f"{name}店"), amount, number("1")])
        planted |= {f"{name} C{at + 2}" for at in bad}
        sheets[name] = grid(lines)
    dataset, issues = intake(tmp_path, sheets)
    reported = found(issues, "cell_error")
    assert len(reported) == 100
    assert {place for _, place, _ in reported} == planted
    assert {level for level, _, _ in reported} == {Level.ERROR}
    assert {value for _, _, value in reported} == set(ERRORS)
    assert dataset.engine.rows("select sum(paid_amount), count(*) from typed_channel_daily") == [(total, 800)]
    assert {issue.code for issue in issues if issue.level is Level.ERROR} == {"cell_error"}


def test_an_error_is_said_once_and_only_where_it_matters(tmp_path: Path) -> None:
    lines = [
        [error("#REF!"), None, text("表"), None, None],
        [*HEADER, text("备忘"), text("推广花费")],
        [
            error("#N/A"),
            text("天猫"),
            number("100"),
            error("#REF!"),
            number("1"),
        ],  # 日期 is required, 备忘 nobody reads
        [DAY, text("天猫"), error("#VALUE!"), None, number("1")],
        [text("合计"), None, error("#REF!"), None, number("2")],
        [None, None, None, None, None],
        [None, None, None, None, error("#DIV/0!")],  # below the table, in a column that is read
    ]
    dataset, issues = intake(tmp_path, {"渠道日报": grid(lines)})
    assert [(i.code, i.level, i.origin.cell, i.message) for i in issues if i.code != "column_unknown"] == [
        ("cell_error", Level.ERROR, "A3", "“日期”是错误值 #N/A"),
        ("cell_error", Level.ERROR, "C4", "“支付金额”是错误值 #VALUE!"),
        ("cell_error", Level.INFO, "C5", "“支付金额”是错误值 #REF!"),
        ("cell_error", Level.ERROR, "E7", "“推广花费”是错误值 #DIV/0!"),
    ]
    assert rows(dataset, "paid_amount, ad_spend") == [(100, 1), (None, 1)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("><f>B3*2</f></c>", "=B3*2"),
        ("><f>B3*2</f><v/></c>", "=B3*2"),
        (' s="0"><f>B3*2</f><v></v></c>', "=B3*2"),
        (' t="str"><f>B3&amp;"元"</f></c>', '=B3&"元"'),
        ('><f t="shared" ref="C3:C9" si="0">B3</f></c>', "=B3"),
        ('><f t="shared" si="0"/></c>', "="),
    ],
)
def test_a_formula_saved_without_its_result(tmp_path: Path, cell: str, value: str) -> None:
    dataset, issues = intake(tmp_path, {"渠道日报": grid([HEADER, [DAY, text("天猫"), cell]])})
    assert found(issues, "formula_no_value") == [(Level.ERROR, "渠道日报 C2", value)]
    (issue,) = (i for i in issues if i.level is Level.ERROR)
    assert (issue.message, "保存" in issue.hint) == ("“支付金额”的公式没有保存结果", True)
    assert rows(dataset, "paid_amount") == [(None,)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("><f>B3*2</f><v>0</v></c>", 0),
        (' t="str"><f>IF(B3,"","x")</f><v></v></c>', None),  # the result is an empty text
        (' s="0"/>', None),
        ("></c>", None),
        ("><v/></c>", None),
        (text("=1+1; t=&quot;e&quot; &lt;f/&gt;"), None),  # text that looks like a formula is a bad cell, as it was
    ],
)
def test_what_is_no_formula_without_a_result(tmp_path: Path, cell: str, value: int | None) -> None:
    dataset, issues = intake(tmp_path, {"渠道日报": grid([HEADER, [DAY, text("天猫"), cell]])})
    assert found(issues, "formula_no_value") + found(issues, "cell_error") == []
    assert rows(dataset, "paid_amount") == [(value,)]


def test_formulas_that_openpyxl_wrote_have_no_result(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "渠道日报"
    for row in (["日期", "平台", "支付金额"], ["2025-06-18", "天猫", "=1+1"], ["2025-06-19", "天猫", 3]):
        sheet.append(row)
    book.save(tmp_path / "data.xlsx")
    _, issues = load_folder(tmp_path)
    assert found(issues, "formula_no_value") == [(Level.ERROR, "渠道日报 C2", "=1+1")]


PERCENT = ["9", "10", "0.0%;[Red]-0.0%", '0.0"%"', "0.00", "0.0\\%", '"约"0%', "[>0.5]0%;0.0%", "#,##0.0_%", "0.0 %"]


@pytest.mark.parametrize("code", [code for code in PERCENT if not code.isdigit()])
def test_a_percent_format_is_one_whose_sign_is_no_text(code: str) -> None:
    assert is_percent(code) == (code in ("0.0%;[Red]-0.0%", '"约"0%', "[>0.5]0%;0.0%", "0.0 %"))


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy-mm-dd", True),
        ('yyyy"年"m"月"', True),
        ("[$-804]aaaa h:mm", True),
        ("[h]:mm", True),
        ("General", False),
        ("[Red]0.0", False),
        ('#,##0"days"', False),
        ("0.0_d", False),
        ("@", False),
    ],
)
def test_a_date_format_is_one_whose_letters_are_no_text(code: str, date: bool) -> None:
    assert is_date(code) == date


def test_percent_cells_are_scaled_by_their_format_and_never_by_their_size(tmp_path: Path) -> None:
    lines = [[*HEADER, text("退款率")]]
    numbers = ["0.352", "1.2", "0.35199999999999998", "5.0000000000000001E-3", "1"]
    for at, value in enumerate(numbers):
        for style in range(len(PERCENT) + 1):
            day = text(f"2025-{style + 1:02}-{at + 1:02}")
            lines += [[day, text("天猫"), number("1"), number(value, style)]]
    sheet = worksheet(grid(lines)).encode()
    styles = Styles(percent=frozenset({1, 2, 3, 7, 8, 10}))
    _, handed = examine(sheet, styles)
    assert handed.count(b'<c r="D2" s="0"><v>0.352</v></c>') == 1
    assert handed.count(b'<c r="D3" t="str"><v>35.2%</v></c>') == 1
    assert [handed.count(b"<v>%b%%</v>" % text) for text in (b"35.2", b"120", b"0.5", b"100")] == [12, 6, 6, 6]


def texts(path: Path) -> list[Any]:
    """The one sheet of a workbook as its reader gives it."""
    (sheet,) = xlsx.read(path, Limits())
    engine = Duck()
    engine.ingest("raw", sheet.data)
    return engine.rows("select * exclude _row from raw order by _row")


def test_percentages_reach_the_reader_and_only_numbers_are_percentages(tmp_path: Path) -> None:
    lines = [
        [number("1.2", 1), number("1.2", 2), number("0", 1), number("-0.05", 2)],
        [text("1.2"), ' s="1" t="str"><f>A1</f><v>1.2</v></c>', ' s="2"><f>A1/10</f><v>0.12</v></c>', ' t="n" s="1"/>'],
        [' t="b" s="1"><v>1</v></c>', ' t="n" s="1"><v>0.5</v></c>', ' s="1" t="n"><v>0.5</v></c>', number("x", 1)],
    ]
    write_xml(tmp_path / "data.xlsx", {"x": worksheet(grid(lines))}, ["9", "0.0%;[Red]-0.0%"])
    assert texts(tmp_path / "data.xlsx") == [
        ("120%", "120%", "0%", "-5%"),
        ("1.2", "1.2", "12%", None),
        ("true", "50%", "50%", "x"),
    ]


def test_a_rate_column_in_percent_format_is_typed_exactly(tmp_path: Path) -> None:
    header = [text(label) for label in ("发布日期", "作品ID", "播放量", "完播率", "平台")]
    lines = [header]
    for at, value in enumerate([number("0.35199999999999998", 1), number("0.352"), number("1.4999999999999999E-2", 1)]):
        lines.append([DAY, text(f"v{at}"), number("1"), value, text("抖音")])
    dataset, issues = intake(tmp_path, {"短视频作品": grid(lines)}, ["10"])
    assert rows(dataset, "finish_rate", "video") == [(Decimal("0.352"),), (Decimal("0.352"),), (Decimal("0.015"),)]
    assert [issue for issue in issues if issue.level is Level.ERROR] == []


@pytest.mark.parametrize(
    ("written", "handed"),
    [
        ("0.352941176470588", "0.352941176470588"),
        ("0.35294117647058826", "0.352941176470588"),  # as many digits as Excel shows
        ("1.5E-11", "0.000000000015"),
        ("716.8099999999999", "716.81"),
        ("0.30000000000000004", "0.3"),
        ("-2.5000000000000001E-2", "-0.025"),
        ("123456789.12345678", "123456789.123457"),
        ("12345678901234567", "12345678901234567"),
        ("1.23456789012346E+17", "1.23456789012346E+17"),
    ],
)
def test_numbers_keep_the_digits_that_excel_shows(tmp_path: Path, written: str, handed: str) -> None:
    write_xml(tmp_path / "data.xlsx", {"x": worksheet(grid([[number(written)]]))})
    assert texts(tmp_path / "data.xlsx") == [(handed,)]


def test_moments_stay_moments_whatever_their_digits(tmp_path: Path) -> None:
    lines = [HEADER, [number("45826.854166666664", 1), text("天猫"), number("1")]]
    dataset, issues = intake(tmp_path, {"渠道日报": grid(lines)}, ["22"])
    assert [str(day) for (day,) in rows(dataset, "date")] == ["2025-06-18"]
    assert issues == []


@pytest.mark.parametrize(("above", "left"), [(0, 0), (1, 0), (0, 3), (7, 2)])
@pytest.mark.parametrize("border", [False, True])
def test_leading_empty_rows_and_columns_keep_the_addresses(tmp_path: Path, above: int, left: int, border: bool) -> None:
    lead: list[str | None] = [' s="0"/>' if border else None] * left
    lines = [[' s="0"/>'] if border else [] for _ in range(above)]
    lines += [[*lead, *HEADER], [*lead, DAY, text("天猫"), error("#N/A")], [*lead, DAY, text("抖音"), text("x")]]
    _, issues = intake(tmp_path, {"渠道日报": grid(lines)})
    column = "CDEF"[left]
    assert [(i.code, i.origin.cell) for i in issues] == [
        ("cell_error", f"{column}{above + 2}"),
        ("cell_bad", f"{column}{above + 3}"),
    ]


ORDERS = [text(label) for label in ("订单编号", "会员ID", "平台", "支付时间", "支付金额")]
PAID = text("2025-06-18 20:30:00")


def orders(tmp_path: Path, cells: Sequence[str]) -> tuple[list[str | None], list[Issue]]:
    lines = [ORDERS, *([cell, text("m1"), text("天猫"), PAID, number("1")] for cell in cells)]
    dataset, issues = intake(tmp_path, {"订单明细": grid(lines)})
    return [identity for (identity,) in rows(dataset, "order_id", "orders")], issues


def some_ids(count: int) -> list[str]:
    rng = random.Random(7)
    return sorted(
        {str(rng.randrange(10 ** (digits - 1), 10**digits)) for digits in range(16, 23) for _ in range(count)}
    )


def test_a_thousand_long_ids_as_text_are_kept(tmp_path: Path) -> None:
    ids = some_ids(143)
    kept, issues = orders(tmp_path, [text(identity) for identity in ids])
    assert len(ids) > 1000
    assert kept == ids
    assert issues == []


def test_a_thousand_long_ids_as_numbers_with_all_their_digits_are_kept(tmp_path: Path) -> None:
    ids = some_ids(143)
    kept, issues = orders(tmp_path, [number(identity) for identity in ids])
    assert kept == ids
    assert issues == []


@pytest.mark.parametrize("written", ["{:.15g}", "{:.17g}", "{!r}", "{:.16G}", "{:.15E}", "{:.0f}"])
def test_a_thousand_long_ids_that_went_through_a_double_are_reported(tmp_path: Path, written: str) -> None:
    ids = [identity for identity in some_ids(143) if float(identity) > 2**53]
    cells = [written.format(float(identity)) for identity in ids]
    if written == "{:.0f}":  # as programs write the shortest double without exponent
        cells = [f"{Decimal(repr(float(identity))):f}" for identity in ids]
    kept, issues = orders(tmp_path, [number(cell) for cell in cells])
    reported = {origin for level, origin, _ in found(issues, "cell_bad") if level is Level.ERROR}
    altered = {
        f"订单明细 A{at}" for at, (got, identity) in enumerate(zip(kept, ids, strict=True), 2) if got != identity
    }
    assert altered <= reported
    assert len(reported) == len(ids) > 850


@pytest.mark.parametrize("cell", ["1234567890123450", "123456789012345680", "1.23456789012346E+17", "1.5e+20"])
def test_digits_that_may_be_lost_are_said_to_be(tmp_path: Path, cell: str) -> None:
    kept, issues = orders(tmp_path, [number("1001"), number(cell)])
    assert kept == ["1001", None]
    (issue,) = [issue for issue in issues if issue.level is Level.ERROR]
    assert (issue.code, issue.origin.cell) == ("cell_bad", "A3")
    assert "E+" in str(issue.value).upper()
    assert "科学计数法会丢失位数" in issue.hint


ODD: dict[str, Callable[[str], str]] = {
    "prefix": lambda xml: xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x="),
    "single quotes": lambda xml: xml.replace('"', "'"),
    "utf-16": lambda xml: '<?xml version="1.0" encoding="UTF-16"?>' + xml,
    "line by line": lambda xml: xml.replace("><", ">\n  <"),
    "comment": lambda xml: xml.replace("<row", '<!-- <c r="A1" t="e"><v>#REF!</v></c> --><row', 1),
    "cdata": lambda xml: xml.replace("<v>#N/A</v>", "<v><![CDATA[#N/A]]></v>"),
    "other order": lambda xml: xml.replace('<c r="C2" t="e"', '<c t="e" r="C2"'),
    "no addresses": lambda xml: re.sub(r' r="[A-Z]*[0-9]+"', "", xml),
}


@pytest.mark.parametrize("kind", ODD)
def test_however_the_xml_is_written(kind: str) -> None:
    lines = [HEADER, [number("0.5", 1), text("a &lt;b"), error("#N/A")], [number("12345678901234567"), None, None]]
    merged = '<mergeCells count="1"><mergeCell ref="B1:C1"/></mergeCells>'
    xml = ODD[kind](worksheet(grid(lines) + merged))
    notes, handed = examine(xml.encode("utf-16" if kind == "utf-16" else "utf-8"), Styles(percent=frozenset({1})))
    assert notes.notes == (CellNote(2, 2, "error", "#N/A"),)
    assert (notes.first_column, notes.rows, notes.merged) == (0, 3, (Merged(1, 1, 1, 2),))
    assert b'<c r="A2" t="str"><v>50%</v></c>' in handed
    assert b'<c r="A3" t="str"><v>12345678901234567</v></c>' in handed


def test_a_regular_sheet_is_taken_as_it_is() -> None:
    xml = worksheet(grid([HEADER, [DAY, text("a"), number("1")]])).encode()
    assert regular(xml) is xml
    assert examine(xml, Styles())[1] is xml


def test_merged_ranges_of_the_first_rows() -> None:
    ranges = ["B1:C1", "A1:A2", "A40:B40"]
    inside = "".join(f'<mergeCell ref="{cells}"/>' for cells in ranges)
    notes, _ = examine(worksheet(grid([HEADER]) + f"<mergeCells>{inside}</mergeCells>").encode(), Styles())
    assert notes.merged == (Merged(1, 0, 2, 0), Merged(1, 1, 1, 2))


def test_rows_that_stand_twice_in_a_file_are_not_lost_without_a_word(tmp_path: Path) -> None:
    twice = grid([HEADER, [DAY, text("天猫"), number("1")]]).removesuffix("</sheetData>")
    twice += grid([[DAY, text("抖音"), number("2")]], first_row=2).removeprefix("<sheetData>")
    _, issues = intake(tmp_path, {"渠道日报": twice})
    assert [(i.code, i.message) for i in issues] == [("rows_lost", "工作表里有 3 行数据，只读到 2 行")]


def test_a_cell_that_stands_twice_in_its_row_is_said_and_not_counted(tmp_path: Path) -> None:
    lines = grid([HEADER, [DAY, text("天猫"), number("5")], [DAY, text("抖音"), number("2")]])
    again = lines.replace("<v>5</v></c>", '<v>5</v></c><c r="C2"><v>7</v></c>')
    dataset, issues = intake(tmp_path, {"渠道日报": again})
    assert found(issues, "cell_repeated") == [(Level.ERROR, "渠道日报 C2", None)]
    assert rows(dataset, "platform, paid_amount") == [("天猫", None), ("抖音", 2)]
