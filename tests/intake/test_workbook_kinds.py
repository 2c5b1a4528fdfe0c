"""xls, xlsb and ods say as much as xlsx: error cells, percent formats, exact digits, merged names."""

import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.child import Job, look_and_read
from rpt.intake.load import load
from rpt.intake.raw import CellNote, Merged, RawSheet
from rpt.intake.refusal import DAMAGED, TOO_LARGE
from rpt.project.find import read_project
from rpt.values.issue import Issue, Level
from rpt.values.limits import COLUMNS, ROWS
from tests.intake.workbooks import ERRORS, Cell, Day, Error, Percent, Uncalculated, ods, record, wide, write
from tests.projects import SETTINGS

KINDS = ("xlsx", "xls", "xlsb", "ods")
OTHERS = ("xls", "xlsb", "ods")  # whose readers are our own
HEADER: list[Cell] = ["日期", "平台", "支付金额"]


def load_folder(folder: Path) -> tuple[Dataset, list[Issue]]:
    """Intake of all that is in the folder, in one run."""
    (folder / "rpt.toml").write_text(SETTINGS.replace("*.xlsx", "data*"), encoding="utf-8")
    return load(read_project(folder / "rpt.toml"), Duck())


def sheets_of(path: Path) -> tuple[list[RawSheet], list[Issue]]:
    found = look_and_read(Job(str(path), path.name, ""))
    return list(found.sheets), list(found.issues)


def only(path: Path) -> RawSheet:
    (sheet,), issues = sheets_of(path)
    assert issues == []
    return sheet


def texts(path: Path) -> list[list[str | None]]:
    return [list(row) for row in only(path).data]  # type: ignore[attr-defined]


def test_of_a_hundred_error_cells_all_are_reported_and_none_is_counted_whatever_the_workbook(tmp_path: Path) -> None:
    rng = random.Random(4)
    planted, total = {}, 0
    for kind in KINDS:
        sheets: dict[str, list[list[Cell]]] = {}
        for name in ("渠道日报", "渠道日报2"):
            bad = set(rng.sample(range(80), 50))
            sheets[name] = [HEADER]
            for at in range(80):
                error = rng.choice(ERRORS)
                day = f"2025-{at // 28 + 1:02}-{at % 28 + 1:02}"
                sheets[name].append([day, f"{kind}{name}", Error(error) if at in bad else 100])
                if at in bad:
                    planted[f"data.{kind} {name} C{at + 2}"] = error
                else:
                    total += 100
        write(tmp_path / f"data.{kind}", sheets)
    dataset, issues = load_folder(tmp_path)
    errors = [issue for issue in issues if issue.level is Level.ERROR]
    assert {issue.code for issue in errors} == {"cell_error"}
    assert len(errors) == len(planted) == 400
    assert {f"{i.origin.file} {i.origin.sheet} {i.origin.cell}": i.value for i in errors} == planted
    assert dataset.engine.rows("select sum(paid_amount), count(*) from typed_channel_daily") == [(total, 640)]


@pytest.mark.parametrize("kind", OTHERS)
def test_cells_are_what_they_are_in_the_file(tmp_path: Path, kind: str) -> None:
    rows: list[list[Cell]] = [
        [None, None, None],
        [None, "a <b>", Percent(0.352), Percent(1.2), Percent(0.35199999999999998), Percent(-0.05)],
        [None, 1 / 3, 1.5e-11, 0.30000000000000004, 716.8099999999999, -7, 1234567.25],
        [],
        [None, Day(45826), True, False, "  x", "007", 0],
    ]
    third = "0.3333333333333333" if kind == "ods" else "0.333333333333333"
    assert texts(write(tmp_path / f"data.{kind}", {"表": rows})) == [
        [],
        [None, "a <b>", "35.2%", "120%", "35.2%", "-5%"],
        [None, third[:17], "0.000000000015", "0.3", "716.81", "-7", "1234567.25"],
        [],
        [None, "2025-06-18", "true", "false", "  x", "007", "0"],
    ]


@pytest.mark.parametrize("kind", OTHERS)
def test_long_numbers_are_whole_or_say_that_they_may_not_be(tmp_path: Path, kind: str) -> None:
    ids: list[list[Cell]] = [[1234567890123456], [1234567890123450], [2**53 + 2.0], [1.2345678901234568e17]]
    (first,), (second,), (third,), (fourth,) = texts(write(tmp_path / f"data.{kind}", {"表": ids}))
    assert (first, second) == ("1234567890123456", "1234567890123450")
    assert "E+" in str(fourth)
    if kind != "ods":  # which writes digits, not doubles
        assert "E+" in str(third)
    doubtful = write(tmp_path / f"other.{kind}", {"表": [[1234567890123450]]})
    assert texts(doubtful) == [["1.23456789012345E+15"]]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_formulas_saved_without_their_results(tmp_path: Path, kind: str) -> None:
    sheet = only(write(tmp_path / f"data.{kind}", {"表": [HEADER, ["2025-06-18", "天猫", Uncalculated()]]}))
    assert sheet.notes == (CellNote(2, 2, "no_value", "=1+1" if kind == "ods" else "="),)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_without_a_single_value_is_named(tmp_path: Path, kind: str) -> None:
    without: list[list[Cell]] = [[Error("#N/A"), Error("#REF!")], [Error("#N/A")]]
    if kind != "xlsb":
        without += [[Uncalculated()]]
    sheets, (issue,) = sheets_of(write(tmp_path / f"data.{kind}", {"渠道日报": without, "表": [["a"]], "空": []}))
    assert [sheet.name for sheet in sheets] == ["表"]
    assert (issue.code, issue.level, issue.origin.sheet) == ("sheet_no_values", Level.WARNING, "渠道日报")
    formulas = "" if kind == "xlsb" else "、1 个没有保存结果的公式"
    assert issue.message == f"工作表里只有3 个错误值{formulas}，没有读入"


@pytest.mark.parametrize("kind", KINDS)
def test_merged_ranges_are_known(tmp_path: Path, kind: str) -> None:
    rows: list[list[Cell]] = [["组", None], ["a", 1], [None, 2], [None, 3]]
    sheet = only(write(tmp_path / f"data.{kind}", {"表": rows}, [(0, 0, 0, 1), (1, 0, 3, 0)]))
    assert sheet.merged == (Merged(1, 0, 1, 1), Merged(2, 0, 4, 0))


def test_names_merged_down_a_column_are_those_of_all_their_rows(tmp_path: Path) -> None:
    """A quantity is not: it is one for all its rows. Nor is a row that holds nothing else, nor a cell with a value."""
    for at, kind in enumerate(KINDS):
        rows: list[list[Cell]] = [
            ["平台", "日期", "支付金额"],
            [f"天猫{kind}", "2025-06-18", 100],
            [None, "2025-06-19", None],
            [None, "2025-06-20", 300],
            [None, None, None],
            [f"抖音{kind}", "2025-06-18", 4],
            [None, "2025-06-19", 5],  # no merge, no name
        ]
        merged = [(1, 0, 4, 0), (1, 2, 2, 2)]
        write(tmp_path / f"data{at}.{kind}", {"渠道日报": rows}, merged)
    dataset, issues = load_folder(tmp_path)
    found = dataset.engine.rows("select platform, day(date), paid_amount from typed_channel_daily order by _src, _row")
    for at, kind in enumerate(KINDS):
        assert found[at * 5 : at * 5 + 5] == [
            (f"天猫{kind}", 18, 100), (f"天猫{kind}", 19, None), (f"天猫{kind}", 20, 300),
            (f"抖音{kind}", 18, 4), (None, 19, 5),
        ]  # fmt: skip
    told = [(i.code, i.level, i.origin.cell) for i in issues if i.origin.file == "data1.xls" and "merged" in i.code]
    assert told == [("merged_filled", Level.INFO, "A2"), ("merged_quantity", Level.INFO, "C2")]
    assert "下面 2 行" in next(issue.message for issue in issues if issue.code == "merged_filled")


# --- what only one kind of workbook has ---------------------------------------------------------------------------


def table(rows: str) -> str:
    return f'<table:table table:name="表">{rows}</table:table>'


def ods_texts(tmp_path: Path, rows: str) -> list[list[str | None]]:
    return texts(ods(tmp_path / "data.ods", table(rows)))


def test_repeated_rows_and_cells_of_an_ods(tmp_path: Path) -> None:
    ones = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2"/>'
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
        "</table:table-row>"
        f'<table:table-row table:number-rows-repeated="3"><table:table-cell/>{ones}'
        '<table:table-cell table:number-columns-repeated="16381"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048571"><table:table-cell/></table:table-row>'
    )
    assert ods_texts(tmp_path, rows) == [[], [], *[[None, "1", "1"]] * 3]


NUMBER = 'office:value-type="float" office:value="1"'
ERROR = 'office:value-type="string" calcext:value-type="error"'


@pytest.mark.parametrize(("rows", "columns"), [(1_048_577, 1), (999_999_999, 16_384), (1, 16_385), (2_000, 16_384)])
@pytest.mark.parametrize("cell", [NUMBER, ERROR])
def test_an_ods_that_repeats_beyond_all_sheets_is_refused(tmp_path: Path, rows: int, columns: int, cell: str) -> None:
    """A few bytes, which would stand for billions of cells."""
    repeated = (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell {cell} table:number-columns-repeated="{columns}"/></table:table-row>'
    )
    sheets, (issue,) = sheets_of(ods(tmp_path / "data.ods", table(repeated)))
    is_sheet = rows <= ROWS and columns <= COLUMNS
    assert (sheets, issue.code) == ([], TOO_LARGE if is_sheet else DAMAGED)


def test_errors_of_an_ods_however_they_are_written(tmp_path: Path) -> None:
    cells = [
        ' office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#REF!</text:p>',
        ' office:value-type="float" office:value="0"><text:p>Err:508</text:p>',
        ' office:value-type="string"><text:p>错误:502</text:p>',
        ' office:value-type="string"><text:p>#SPILL!</text:p>',
        ' office:value-type="string"><text:p>x</text:p>',
        ' office:value-type="string" office:string-value="">',
        ' office:value-type="float">',
    ]
    row = "".join(f'<table:table-cell table:formula="of:=[.A1]"{cell}</table:table-cell>' for cell in cells)
    sheet = only(ods(tmp_path / "data.ods", table(f"<table:table-row>{row}</table:table-row>")))
    assert [(note.column, note.kind, note.text) for note in sheet.notes] == [
        (0, "error", "#REF!"),
        (1, "error", "Err:508"),
        (2, "error", "错误:502"),
        (3, "error", "#SPILL!"),
        (6, "no_value", "=[.A1]"),
    ]
    assert list(sheet.data[0]) == [None, None, None, None, "x"]  # type: ignore[index]


def test_texts_of_an_ods_without_what_stands_beside_them(tmp_path: Path) -> None:
    cells = [
        "<office:annotation><text:p>#REF!</text:p></office:annotation>"
        '<text:p>a<text:s text:c="2"/>b<text:span>c</text:span></text:p>',
        "<text:p>x</text:p>\n  <text:p>y</text:p>",
        '<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><text:p>pic</text:p></draw:frame>',
    ]
    row = "".join(f'<table:table-cell office:value-type="string">{cell}</table:table-cell>' for cell in cells)
    moments = (
        '<table:table-cell office:value-type="date" office:date-value="2025-06-18T20:29:59.999999999"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT36H05M00S"/>'
    )
    tracked = "<table:tracked-changes><table:table-cell><text:p>old</text:p></table:table-cell></table:tracked-changes>"
    path = ods(tmp_path / "data.ods", tracked + table(f"<table:table-row>{row}{moments}</table:table-row>"))
    assert texts(path) == [["a  bc", "x\ny", None, "2025-06-18 20:30:00", "36:05:00"]]


def xlsb_with(tmp_path: Path, cells: Sequence[bytes]) -> Path:
    """A workbook whose first row holds these records of cells."""
    made = write(tmp_path / "made.xlsb", {"表": [["a"]]})
    sheet = b"".join((record(129), record(145), record(0, bytes(17)), *cells, record(146), record(130)))
    path = tmp_path / "data.xlsb"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if "sheet1" in name else old.read(name))
    return path


def test_records_of_cells_in_an_xlsb(tmp_path: Path) -> None:
    def at(column: int) -> bytes:
        return struct.pack("<II", column, 0)

    cells = [
        record(2, at(0) + struct.pack("<i", (12345 << 2) | 3)),  # a hundredth of a whole number
        record(2, at(1) + struct.pack("<I", struct.unpack("<Q", struct.pack("<d", 0.5))[0] >> 32)),
        record(6, at(2) + wide("文字")),
        record(62, at(3) + b"\1" + wide("粗体") + bytes(8)),
        record(8, at(4) + wide("公式") + bytes(6)),
        record(9, at(5) + struct.pack("<d", 2.5) + bytes(6)),
        record(10, at(6) + b"\1" + bytes(6)),
        record(11, at(7) + b"\x17" + bytes(6)),
        record(1, at(8)),
        record(16, struct.pack("<I", 0) + struct.pack("<d", 7.0)),  # right of the one before
    ]
    sheet = only(xlsb_with(tmp_path, cells))
    assert list(sheet.data[0]) == ["123.45", "0.5", "文字", "粗体", "公式", "2.5", "true", None, None, "7"]  # type: ignore[index]
    assert sheet.notes == (CellNote(1, 7, "error", "#REF!"),)


@pytest.mark.parametrize("kind", OTHERS)
def test_workbooks_cut_short_are_named(tmp_path: Path, kind: str) -> None:
    whole = write(tmp_path / f"whole.{kind}", {"表": [HEADER, *[[str(n), "天猫", n] for n in range(500)]]}).read_bytes()
    path = tmp_path / f"data.{kind}"
    for part in (len(whole) // 3, len(whole) - 100):
        path.write_bytes(whole[:part])
        sheets, issues = sheets_of(path)
        assert (sheets, [issue.code for issue in issues]) == ([], ["unreadable"])


@pytest.mark.parametrize("kind", OTHERS)
def test_a_workbook_is_what_it_holds_whatever_its_name(tmp_path: Path, kind: str) -> None:
    made = write(tmp_path / f"data.{kind}", {"表": [["a", 1]]})
    renamed = made.rename(tmp_path / "data.xlsx")
    assert texts(renamed) == [["a", "1"]]
