"""A marked copy is the workbook itself but for its bad cells: part by part, and as Excel's readers see it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter

from rpt.rendering.marked import NotMarkableError, mark_workbook
from rpt.values.issue import Issue, Level, Origin
from tests.office import needs_office, reopened

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
SHEET = "渠道日报"


def bad(cell: str | None, level: Level = Level.ERROR, sheet: str | None = SHEET, value: str | None = "待定") -> Issue:
    return Issue(
        "cell_bad", level, f"“支付金额”无法识别：{value}", Origin("data.xlsx", sheet, cell), "应填金额数字", value
    )


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, rows = (
        struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0),
        zlib.compress(b"".join(b"\0" + b"\xff\0\0" * 4 for _ in "1234")),
    )
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with all that a load and a save would lose or change."""
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("说明").write(0, 0, "随便")
        sheet = made.add_worksheet(SHEET)
        day = made.add_format({"num_format": "yyyy-mm-dd", "border": 1})
        money = made.add_format({"num_format": "#,##0.00", "bold": True, "font_color": "blue", "align": "center"})
        sheet.write_row(0, 0, ["日期", "平台", "支付金额"])
        for row in range(1, 30):
            sheet.write_datetime(row, 0, date(2025, 6, row), day)
            sheet.write(row, 1, "天猫")
            sheet.write(row, 2, row * 10, money)
        sheet.write(5, 2, "待定", money)
        sheet.write_formula(1, 4, "=SUM(C2:C4)", money, 60)
        sheet.write_comment(8, 2, "财务：已核对")
        sheet.write_comment(9, 1, "别动我")
        sheet.set_column(2, 2, 22, money)
        sheet.set_row(3, 40)
        sheet.merge_range("G1:H2", "合并")
        sheet.conditional_format("C2:C30", {"type": "data_bar"})
        sheet.data_validation("B2:B30", {"validate": "list", "source": ["天猫", "抖音"]})
        sheet.autofilter("A1:C30")
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.insert_image("J1", "a.png", {"image_data": io.BytesIO(picture())})
        chart = made.add_chart({"type": "line"})
        chart.add_series({"values": f"={SHEET}!$C$2:$C$30"})
        sheet.insert_chart("J10", chart)
        sheet.activate()
    return path


def marked(source: Path, issues: Sequence[Issue]) -> Path:
    target = source.with_name("marked.xlsx")
    mark_workbook(source, target, issues, source.name)
    with zipfile.ZipFile(target) as copy:
        assert len(copy.namelist()) == len(set(copy.namelist()))
        for name in copy.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(copy.read(name))
    return target


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[str, str], str]) -> Path:
    """The workbook with its XML parts changed by ``change(name, text)``."""
    content = parts(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, change(name, data.decode()) if name.endswith((".xml", ".rels")) else data)
    return path


def test_everything_else_is_kept_byte_for_byte(book: Path) -> None:
    before, after = parts(book), parts(marked(book, [bad("C6")]))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet2.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert after.keys() - before.keys() == {"xl/worksheets/rptIssues1.xml"}
    assert {"xl/charts/chart1.xml", "xl/media/image1.png", "xl/sharedStrings.xml"} <= before.keys() - changed
    # of the sheet itself one style has changed, and which sheet is in front
    sheet, copy = (content["xl/worksheets/sheet2.xml"].decode() for content in (before, after))
    style = re.search(r'<c r="C6" s="(\d+)"', copy)
    assert style is not None
    assert copy == re.sub(r'(<c r="C6" s=")\d+', rf"\g<1>{style[1]}", sheet.replace(' tabSelected="1"', ""))


def test_a_bad_cell_keeps_its_style_and_gets_a_fill(book: Path) -> None:
    copy = openpyxl.load_workbook(marked(book, [bad("C6"), bad("A8", Level.WARNING), bad("B3", Level.INFO)]))
    original = openpyxl.load_workbook(book)
    sheet, source = copy[SHEET], original[SHEET]
    assert (sheet["C6"].fill.fgColor.rgb, sheet["A8"].fill.fgColor.rgb) == (RED, YELLOW)
    for row in source.iter_rows():
        for cell in row:
            same = sheet[cell.coordinate]
            for part in ("value", "number_format", "font", "border", "alignment"):
                assert repr(getattr(same, part)) == repr(getattr(cell, part))
            if cell.coordinate not in ("C6", "A8"):
                assert repr(same.fill) == repr(cell.fill)
    assert sheet["E2"].value == "=SUM(C2:C4)"
    assert sheet.column_dimensions["C"].width == source.column_dimensions["C"].width
    assert sheet.row_dimensions[4].height == source.row_dimensions[4].height
    assert sheet.merged_cells.ranges == source.merged_cells.ranges
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == "A1:C30"


def test_comments_say_what_is_wrong_below_those_that_were_there(book: Path) -> None:
    sheet = openpyxl.load_workbook(marked(book, [bad("C6"), bad("C6", Level.WARNING), bad("C9")]))[SHEET]
    text = "错误：“支付金额”无法识别：待定\n怎么改：应填金额数字"
    assert sheet["C6"].comment.text == f"{text}\n{text.replace('错误', '提醒')}"
    assert sheet["C6"].fill.fgColor.rgb == RED  # the graver of two
    assert sheet["C9"].comment.text == f"财务：已核对\n————\n{text}"
    assert sheet["B10"].comment.text == "别动我"
    drawing = parts(book.with_name("marked.xlsx"))["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawing.count("<v:shape ") == 3  # two were there
    assert len(set(re.findall(r'<v:shape id="(\w+)"', drawing))) == 3


def test_the_list_comes_first_and_links_to_the_cells(book: Path) -> None:
    issues = [
        bad(None, Level.INFO, None),
        bad("C", Level.WARNING),
        bad("C6"),
        bad("第 12 行"),
        bad("B2", sheet="没有这张"),
    ]
    copy = openpyxl.load_workbook(marked(book, issues))
    assert copy.sheetnames == ["问题清单", "说明", SHEET]
    assert copy.active.title == "问题清单"
    assert [sheet.sheet_view.tabSelected or False for sheet in copy.worksheets] == [True, False, False]
    rows = [[cell.value or "" for cell in row] for row in copy["问题清单"].iter_rows()]
    assert rows[0][0] == "问题清单：data.xlsx（错误 3 条，提醒 1 条，说明 1 条）"
    message = ["待定", "“支付金额”无法识别：待定", "应填金额数字", ""]
    assert rows[3] == ["级别", "工作表", "单元格", "值", "问题", "怎么改", "备注"]
    assert rows[4:] == [
        ["错误", SHEET, "C6", *message], ["错误", SHEET, "第 12 行", *message], ["错误", "没有这张", "B2", *message],
        ["提醒", SHEET, "C", *message], ["说明", "", "", *message],
    ]  # fmt: skip
    links = {cell.coordinate: cell.hyperlink.location for row in copy["问题清单"] for cell in row if cell.hyperlink}
    assert links == {"C5": f"'{SHEET}'!C6", "C6": f"'{SHEET}'!A12"}
    assert copy[SHEET]["A12"].fill.fgColor.rgb == RED


@pytest.mark.parametrize("cell", ["C31", "D6", "Z100", "F2", "XFD1048576", "D31"])
def test_a_cell_that_is_not_there_yet_is_marked(book: Path, cell: str) -> None:
    copy = openpyxl.load_workbook(marked(book, [bad(cell, value=None), bad("C6"), bad("C40")]), read_only=False)
    found = copy[SHEET][cell]
    assert (found.value, found.fill.fgColor.rgb) == (None, RED)
    assert found.comment is not None
    if cell.startswith("C"):
        assert (found.number_format, found.font.b) == ("#,##0.00", True)  # its column's
    text = parts(book.with_name("marked.xlsx"))["xl/worksheets/sheet2.xml"].decode()
    numbers = [int(number) for number in re.findall(r'<row r="(\d+)"', text)]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("body", ["<sheetData/>", "<sheetData></sheetData>", '<sheetData><row r="3"/></sheetData>',
                                  "<sheetData><row><c/></row><row><c><v>1</v></c></row></sheetData>"])  # fmt: skip
def test_sparse_sheets_without_styles_and_prefixed_ones(tmp_path: Path, body: str) -> None:
    """What small writers leave out: styles, addresses, content; and a prefix on every element."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    for prefix in ("", "x:"):
        space = f'xmlns{":x" if prefix else ""}="{main}"'
        sheet = f"<worksheet {space}>{body}</worksheet>"
        book = (
            f'<{prefix}workbook {space} xmlns:q="{relations}"><{prefix}sheets>'
            f'<{prefix}sheet name="{SHEET}" sheetId="1" q:id="a"/></{prefix}sheets></{prefix}workbook>'
        )
        path = tmp_path / "data.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(
                "[Content_Types].xml",
                f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
                f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{content}.sheet.main+xml"/>'
                f'<Override PartName="/xl/s.xml" ContentType="{content}.worksheet+xml"/></Types>',
            )
            for name, kind, target in (("_rels/.rels", "officeDocument", "xl/workbook.xml"),
                                       ("xl/_rels/workbook.xml.rels", "worksheet", "/xl/s.xml")):  # fmt: skip
                archive.writestr(
                    name,
                    f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" Type="{relations}/{kind}" '
                    f'Target="{target}"/></Relationships>',
                )
            archive.writestr("xl/workbook.xml", "\ufeff" + book)
            archive.writestr("xl/s.xml", re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", sheet).encode("utf-16"))
        found = openpyxl.load_workbook(marked(path, [bad("B2"), bad("A3"), bad("A1")]))[SHEET]
        assert [found[cell].fill.fgColor.rgb for cell in ("B2", "A3", "A1")] == [RED] * 3
        assert found["B2"].comment is not None


def test_a_cell_under_a_merged_one_is_marked_where_it_shows(book: Path) -> None:
    copy = openpyxl.load_workbook(marked(book, [bad("H2")]))
    assert copy[SHEET]["G1"].fill.fgColor.rgb == RED
    assert copy[SHEET]["G1"].comment is not None
    assert [copy["问题清单"][cell].value for cell in ("C5", "G5")] == ["H2", "在合并单元格 G1 内"]


def test_texts_that_xml_cannot_hold_or_that_look_like_formulas(book: Path) -> None:
    copy = openpyxl.load_workbook(marked(book, [bad("C6", value="=1+1\x00\x0b<&\"'>\ud800" + "长" * 40_000)]))
    cell = copy["问题清单"]["D5"]
    assert cell.data_type == "s"
    assert cell.value.startswith("=1+1<&\"'>长长")
    assert len(copy[SHEET]["C6"].comment.text) < 1000


def test_ten_thousand_bad_cells(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet(SHEET)
        for row in range(10_001):
            sheet.write_row(row, 0, ["天猫", "待定"])
    target = marked(path, [bad(f"B{row}") for row in range(2, 10_002)])
    copy = openpyxl.load_workbook(target)
    sheet = copy[SHEET]
    assert all(sheet[f"B{row}"].fill.fgColor.rgb == RED and sheet[f"B{row}"].comment for row in range(2, 10_002))
    assert copy["问题清单"].max_row == 10_004
    assert copy["问题清单"]["C10004"].hyperlink.location == f"'{SHEET}'!B10001"
    styles = parts(target)["xl/styles.xml"].decode()
    assert int(re.search(r'<cellXfs count="(\d+)"', styles)[1]) < 20  # type: ignore[index]
    drawing = parts(target)["xl/drawings/rptComments1.vml"].decode()
    assert re.search(r'data="([\d,]+)"', drawing)[1] == "1,2,3,4,5,6,7,8,9,10"  # type: ignore[index]


def test_a_name_that_is_taken_and_threaded_comments(book: Path) -> None:
    taken = rewritten(book, lambda name, text: text.replace('name="说明"', 'name="问题清单"'))
    threaded = rewritten(
        taken,
        lambda name, text: (
            text.replace(
                "</Relationships>",
                '<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
                'Target="../threadedComments/t.xml"/></Relationships>',
            )
            if name.endswith("sheet2.xml.rels")
            else text
        ),
    )
    content = parts(marked(threaded, [bad("C9"), bad("C6")]))
    assert re.findall(r'<sheet [^>]*?name="([^"]+)"', content["xl/workbook.xml"].decode())[:2] == [
        "问题清单2",
        "问题清单",
    ]
    assert content["xl/comments1.xml"].decode().count("怎么改") == 1  # C6's; the conversation at C9 is not ours to edit
    assert "原有会话批注保留" in content["xl/worksheets/rptIssues1.xml"].decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<!DOCTYPE a [<!ENTITY e "x">]><worksheet/>', "DOCTYPE"),
        ("<worksheet><sheetData><row", "认不出来"),
        ("<worksheet><sheetData>\x00</sheetData></worksheet>", "认不出来"),
    ],
)
def test_what_cannot_be_patched_is_said(book: Path, content: str, message: str) -> None:
    broken = rewritten(book, lambda name, text: content if name.endswith("sheet2.xml") else text)
    with pytest.raises(NotMarkableError, match=message):
        mark_workbook(broken, book.with_name("marked.xlsx"), [bad("C6")], "data.xlsx")


@needs_office
def test_libreoffice_opens_the_copy_with_its_styles(book: Path, tmp_path: Path) -> None:
    target = marked(book, [bad("C6"), bad("C9"), bad("D40", Level.WARNING)])
    saved = reopened(target, tmp_path / "out")
    copy: Any = openpyxl.load_workbook(saved)
    assert copy.sheetnames == ["问题清单", "说明", SHEET]
    sheet = copy[SHEET]
    day = datetime.combine(date(2025, 6, 2), time())
    assert [sheet[cell].fill.fgColor.rgb for cell in ("C6", "C9", "D40")] == [RED, RED, YELLOW]
    assert (sheet["C6"].value, sheet["C6"].number_format, sheet["C6"].font.b) == ("待定", "#,##0.00", True)
    assert (sheet["A3"].value, sheet["A3"].border.left.style) == (day, "thin")
    assert "财务：已核对" in sheet["C9"].comment.text
    assert "应填金额数字" in sheet["C9"].comment.text
    assert "应填金额数字" in sheet["D40"].comment.text
    assert "别动我" in sheet["B10"].comment.text
    assert copy["问题清单"]["C5"].hyperlink.location.replace("'", "").replace("$", "").endswith("C6")
    kept = parts(saved)
    assert any("charts/chart" in name for name in kept)
    assert any("media/" in name for name in kept)
    assert sheet.conditional_formatting
    assert sheet.data_validations.dataValidation
