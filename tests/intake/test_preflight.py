"""What a file is and whether it may be opened, before any reader sees it."""

import os
import resource
import struct
import zipfile
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas
import pytest
import xlsxwriter

from rpt.intake.preflight import Checked, preflight
from rpt.values.issue import Issue, Level
from rpt.values.limits import Limits
from tests.intake.packages import PARTS, SHEET, compound, package, row, sheet_of
from tests.projects import SETTINGS, project

LIMITS = Limits()
SAMPLES = Path(__file__).parents[2] / "sample_data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EXPANDING = f'<!DOCTYPE x [<!ENTITY a "{"ha" * 50}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def kind(path: Path, limits: Limits = LIMITS) -> str:
    found = preflight(path, limits)
    assert isinstance(found, Checked), found
    return found.kind


def refused(path: Path, limits: Limits = LIMITS) -> tuple[str, str]:
    found = preflight(path, limits, f"数据/{path.name}")
    assert isinstance(found, Issue), found
    assert (found.level, found.origin.file) == (Level.ERROR, f"数据/{path.name}")
    assert found.hint
    return found.code, found.message


# --- what a file is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("日期,平台,支付金额\n2025-06-18,天猫,1\n", "csv"),
        ("日期;平台\n2025-06-18;天猫\n", "csv"),
        ("日期\t平台\t备注\n2025-06-18\t天猫\ta,b\n", "tsv"),
        ("<html><head><meta charset=gbk></head><table><tr><td>1</td></tr></table></html>", "html"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://w3.org/x.dtd">\n<html><table></table>', "html"),
        ("\n\n  <table border=1><tr><th>日期</th></tr></table>", "html"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><table/></html>', "html"),
        (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "xml2003",
        ),
        (
            '<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "xml2003",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv"])
def test_text_is_known_by_its_content(tmp_path: Path, content: str, expected: str, encoding: str, suffix: str) -> None:
    path = tmp_path / f"导出{suffix}"
    path.write_text(content, encoding=encoding)
    assert kind(path) == expected


def test_a_workbook_is_one_whatever_its_name(tmp_path: Path) -> None:
    assert kind(package(tmp_path / "data.csv")) == "xlsx"
    assert kind(package(tmp_path / "data.xls")) == "xlsx"
    macros = PARTS["[Content_Types].xml"].replace(
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "vnd.ms-excel.sheet.macroEnabled.main"
    )
    assert kind(package(tmp_path / "data.xlsm", {"[Content_Types].xml": macros})) == "xlsx"
    assert kind(compound(tmp_path / "data.xlsx", "Workbook")) == "xls"
    assert kind(compound(tmp_path / "old.xls", "Book")) == "xls"
    (tmp_path / "a.csv").write_bytes(b"PAR1" + b"meta" + struct.pack("<I", 4) + b"PAR1")
    assert kind(tmp_path / "a.csv") == "parquet"


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"", "unreadable", "文件是空的（0 字节）"),
        (b"%PDF-1.7\n", "file_kind", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file_kind", "PNG 图片"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "file_kind", "JPEG 图片"),
        (b"Rar!\x1a\x07\x01\0", "file_kind", "RAR 压缩包"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "file_kind", "7z 压缩包"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "file_kind", "gzip 压缩包"),
        (b'{"code":401,"msg":"login"}', "file_kind", "JSON"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "file_kind", "MHTML"),
        (b'<?xml version="1.0"?><rss></rss>', "file_kind", "XML"),
        (b"\x09\x08\x08\0\0\0\x10\0\0\0\0\0", "file_kind", "二进制记录"),
        (os.urandom(16) + bytes(range(256)) * 8, "unreadable", "不是认得的"),
        (b"not a zip", "unreadable", "普通文字"),
        (b"PK\x03\x04" + b"\0" * 200, "unreadable", "压缩包不完整"),
        (b"PAR1" + b"\0" * 20, "unreadable", "parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unreadable", "不完整"),
    ],
)
def test_anything_else_is_named(tmp_path: Path, content: bytes, code: str, named: str) -> None:
    path = tmp_path / "报表.xls"
    path.write_bytes(content)
    found = refused(path)
    assert found[0] == code
    assert named in found[1]


def test_other_documents_are_named(tmp_path: Path) -> None:
    word = {"[Content_Types].xml": PARTS["[Content_Types].xml"].replace("spreadsheetml.sheet", "wordprocessingml.x")}
    assert refused(package(tmp_path / "a.xlsx", word)) == ("file_kind", "内容是 Word 文档，不是电子表格")
    assert "Word" in refused(compound(tmp_path / "b.xls", "WordDocument"))[1]
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("1月.xlsx", b"")
    assert "ZIP" in refused(tmp_path / "c.xlsx")[1]
    with zipfile.ZipFile(tmp_path / "d.ods", "w") as archive:
        archive.writestr("mimetype", "?")
        archive.writestr("content.xml", "<a/>")
    assert refused(tmp_path / "d.ods") == ("unreadable", "文件损坏：OpenDocument 文件没有写明自己的类型")
    with zipfile.ZipFile(tmp_path / "e.ods", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    assert "EPUB" in refused(tmp_path / "e.ods")[1]
    assert refused(tmp_path)[0] == "unreadable"
    assert refused(tmp_path / "没有.xlsx")[0] == "unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert refused(tmp_path / "a.csv") == ("unreadable", "不是普通文件")


def test_files_with_a_password_are_named_as_such(tmp_path: Path) -> None:
    passwords = [compound(tmp_path / "a.xlsx", "EncryptionInfo", "EncryptedPackage")]
    start = struct.pack("<HH16x", 0x0809, 16) + struct.pack("<HH", 0x0086, 0) + struct.pack("<HHH", 0x002F, 2, 1)
    passwords.append(compound(tmp_path / "b.xls", "Workbook", start=start))
    path = package(tmp_path / "c.xlsx")
    raw = path.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    path.write_bytes(raw)
    passwords.append(path)
    assert [refused(path) for path in passwords] == [("file_password", "文件有打开密码，读不出来")] * 3


# --- what a file would make a reader do ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        row(1, "A1") + row(1048576, "XFD1048576"),
        row(1, "A1") + '<row r="1048576"><c s="1" r="XFD1048576"><v>1</v></c></row>',
        row(1, "A1") + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        row(1, "A1") + '<row r="1048576"><c r="XFD1048576"><!-- --><v>1</v></c></row>',
        row(1, "A1") + '<row r="1048576"><c r="XFD1048576" t="inlineStr">\n<is><t>x</t></is></c></row>',
        row(1, "A1", "XFD1") + '<row r="1048576"><c><f>1+1</f></c></row>',
    ],
)
def test_values_far_apart_are_refused(tmp_path: Path, rows: str) -> None:
    path = package(tmp_path / "a.xlsx", rows=rows)
    assert path.stat().st_size < 2500
    code, message = refused(path)
    assert (code, "有值区域" in message) == ("file_limit", True)


def test_cells_that_are_only_formatted_take_no_area(tmp_path: Path) -> None:
    far = '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'
    assert kind(package(tmp_path / "a.xlsx", rows=row(1, "A1") + far)) == "xlsx"
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{(row(1, "A1") + far)}</x:sheetData></x:worksheet>'
    for tag in ("row", "c", "v"):
        prefixed = prefixed.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    assert kind(package(tmp_path / "b.xlsx", {SHEET: prefixed})) == "xlsx"
    valued = prefixed.replace('<x:c r="XFD1048576" s="1"/>', '<x:c r="XFD1048576"><x:v>1</x:v></x:c>')
    assert refused(package(tmp_path / "c.xlsx", {SHEET: valued}))[0] == "file_limit"


def test_a_false_dimension_is_believed_by_nobody(tmp_path: Path) -> None:
    sheet = sheet_of(row(1, "A1"), before='<dimension ref="A1:XFD1048576"/>')
    assert kind(package(tmp_path / "a.xlsx", {SHEET: sheet})) == "xlsx"


def test_a_false_count_of_shared_texts_is_refused(tmp_path: Path) -> None:
    texts = PARTS["xl/sharedStrings.xml"].replace('uniqueCount="1"', 'uniqueCount="99999999999"')
    assert refused(package(tmp_path / "a.xlsx", {"xl/sharedStrings.xml": texts})) == (
        "file_limit",
        "声称的共享文字条数超过限制：99,999,999,999（限 20,000,000）",
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row(0, "A0"), "行号 0 不存在"),
        (row(-1, "A1"), "行号 -1 不存在"),
        (row(1, "A0"), "行号 0 不存在"),
        (row(1048577, "A1048577"), "行号 1048577 不存在"),
        (row("x", "A1"), "行号 x 不存在"),
        (row(1, "XFE1"), "列号 XFE 不存在"),
        (row(1, "A99999999999999999999"), "地址 A9999999999999999999 不存在"),
        (row(1, "R1C1"), "地址 R1C1 不存在"),
    ],
)
def test_rows_out_of_range_are_refused(tmp_path: Path, rows: str, said: str) -> None:
    code, message = refused(package(tmp_path / "a.xlsx", rows=rows))
    assert (code, said in message) == ("unreadable", True), message


@pytest.mark.parametrize(
    ("rows", "area"),
    [(row(5, "A5") + row(2, "B2"), 8), (row(5, "A5") + row(5, "B5"), 2), (row(1, "A9") + row(2, "A2", "B2"), 16)],
)
def test_rows_out_of_order_or_twice_are_left_to_the_reader(tmp_path: Path, rows: str, area: int) -> None:
    """It puts them where they belong, and rows that fall together are counted (``rows_lost``)."""
    path = package(tmp_path / "a.xlsx", rows=rows)
    assert kind(path, replace(LIMITS, area=area)) == "xlsx"
    assert refused(path, replace(LIMITS, area=area - 1))[0] == "file_limit"


def test_rows_and_cells_without_addresses_are_read(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row r='7'><c><v>3</v></c></row><row><c><v>3</v></c></row>"
    assert kind(package(tmp_path / "a.xlsx", rows=rows), replace(LIMITS, area=16)) == "xlsx"
    assert refused(package(tmp_path / "a.xlsx", rows=rows), replace(LIMITS, area=15))[0] == "file_limit"


@pytest.mark.parametrize("document_type", [EXPANDING, OUTSIDE, '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">'])
@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/app.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused(tmp_path: Path, document_type: str, part: str, encoding: str) -> None:
    plain = {**PARTS, SHEET: sheet_of(row(1, "A1")), "docProps/app.xml": "<Properties/>"}[part]
    root = plain.removeprefix('<?xml version="1.0"?>')
    text = f'<?xml version="1.0" encoding="{encoding}"?>{document_type}{root}'
    code, message = refused(package(tmp_path / "a.xlsx", {part: text.encode(encoding)}))
    assert (code, "DOCTYPE" in message) == ("file_unsafe", True)


@pytest.mark.parametrize(
    "content",
    [
        f'<?xml version="1.0"?>{OUTSIDE}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        f'<?xml version="1.0"?><!-- {"x" * 100_000} -->{OUTSIDE}<html><table/></html>'.replace("<!-- ", "<html/><!-- "),
        f"{EXPANDING}<html><table><tr><td>&b;</td></tr></table></html>",
        '<!DOCTYPE Workbook SYSTEM "http://x.cn/x"><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_of_markup_saved_as_xls_are_refused(tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "a.xls"
    path.write_text(content, encoding=encoding)
    assert refused(path)[0] == "file_unsafe"


# --- archives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["xl/media/zero.bin", "xl/sharedStrings.xml", SHEET])
def test_ten_gigabytes_in_ten_megabytes_are_refused(tmp_path: Path, part: str) -> None:
    """The size is measured, whatever the headers say; here they say 10 bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflate.compress(bytes(1 << 24)) + deflate.flush(zlib.Z_FULL_FLUSH)
    path = package(tmp_path / "a.xlsx")
    _append_raw(path, part.replace("sheet1", "sheet2"), block * 640)
    assert path.stat().st_size < 12_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(path) == ("file_limit", "解压后的大小超过限制（限 1,024 MB）")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def _append_raw(path: Path, name: str, packed: bytes) -> None:
    """Add a part whose headers state 10 bytes."""
    raw, text = path.read_bytes(), ("x" + name).encode()
    end = raw.rindex(b"PK\x05\x06")
    count, _, start = struct.unpack_from("<HII", raw, end + 10)
    local = struct.pack("<4s5HIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), 10, len(text), 0) + text
    entry = struct.pack(
        "<4s6HIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(packed), 10, len(text), 0, 0, 0, 0, 0, start
    )
    directory = raw[start:end] + entry + text
    closing = struct.pack(
        "<4s4HIIH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(directory), start + len(local) + len(packed), 0
    )
    path.write_bytes(raw[:start] + local + packed + directory + closing)


def test_a_hundred_thousand_parts_are_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(100_000):
            archive.writestr(f"x/{number}", b"")
    assert refused(path) == ("file_limit", "压缩包里的文件数超过限制：10,001（限 10,000）")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SHEET, SHEET.upper(), SHEET.replace("/", "\\")])
def test_a_part_that_is_there_twice_is_refused(tmp_path: Path, name: str) -> None:
    path = package(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, "<worksheet/>")
    code, message = refused(path)
    assert (code, "有两个" in message) == ("file_unsafe", True)


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "xl/../../x", "..\\..\\x", "C:\\x"])
def test_parts_that_point_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    code, message = refused(package(tmp_path / "a.xlsx", {name: "x"}))
    assert (code, "指向别处" in message) == ("file_unsafe", True)


def test_broken_archives_are_named(tmp_path: Path) -> None:
    whole = package(tmp_path / "a.xlsx").read_bytes()
    for cut in (30, len(whole) // 2, len(whole) - 10):
        path = tmp_path / f"{cut}.xlsx"
        path.write_bytes(whole[:cut])
        assert refused(path)[0] == "unreadable"
    garbled = bytearray(whole)
    garbled[whole.index(b"PK\x03\x04") + 60 : whole.index(b"PK\x03\x04") + 90] = b"\xff" * 30
    (tmp_path / "b.xlsx").write_bytes(garbled)
    assert refused(tmp_path / "b.xlsx")[0] == "unreadable"


def test_no_byte_changed_makes_preflight_raise(tmp_path: Path) -> None:
    """Every tenth byte of a small workbook set to 0xff: it is a file or an issue, never an exception."""
    for source in (package(tmp_path / "a.xlsx"), compound(tmp_path / "b.xls", "Workbook")):
        whole = source.read_bytes()
        for at in range(0, len(whole), 10):
            source.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
            assert isinstance(preflight(source, LIMITS), Checked | Issue)


# --- the other formats --------------------------------------------------------------------------------------------


def open_document(path: Path, rows: str, manifest: str = "<manifest/>") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<office:document-content><table:table>{rows}</table:table></office:document-content>"
        )
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_open_documents_repeat_cells(tmp_path: Path) -> None:
    filled = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    empty = '<table:table-cell table:number-columns-repeated="16383"/>'
    rows = f"<table:table-row>{filled.format(1)}{empty}</table:table-row>"
    rest = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    assert kind(open_document(tmp_path / "a.ods", rows + rest)) == "ods"
    many = f'<table:table-row table:number-rows-repeated="1048576">{filled.format(16384)}</table:table-row>'
    assert refused(open_document(tmp_path / "b.ods", many))[0] == "file_limit"
    far = rows + rest.replace("1048575", "1048574") + f"<table:table-row>{empty}{filled.format(1)}</table:table-row>"
    assert refused(open_document(tmp_path / "c.ods", far))[0] == "file_limit"
    wide = f"<table:table-row>{filled.format(10**11)}</table:table-row>"
    assert refused(open_document(tmp_path / "d.ods", wide))[0] == "unreadable"
    assert refused(open_document(tmp_path / "e.ods", rows, "<manifest:encryption-data/>"))[0] == "file_password"


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def test_binary_workbooks(tmp_path: Path) -> None:
    types = PARTS["[Content_Types].xml"].replace(
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.binary.macroEnabled.main"
    )

    def book(name: str, sheet: bytes, texts: bytes = b"") -> Path:
        parts = {"[Content_Types].xml": types, "xl/worksheets/sheet1.bin": sheet, "xl/sharedStrings.bin": texts}
        return package(tmp_path / name, parts)

    def at(row: int, *columns: int) -> bytes:
        cells = b"".join(record(5, struct.pack("<IId", column, 0, 1.0)) for column in columns)
        return record(0, struct.pack("<I", row) + bytes(12)) + cells

    start = record(129) + record(148, bytes(16)) + record(145)
    honest = start + b"".join(at(row, 0, 1, 2) for row in range(5000)) + record(146)
    assert kind(book("a.xlsb", honest, record(159, struct.pack("<II", 1, 1)) + record(19, b"\0" * 9))) == "xlsb"
    assert refused(book("a.xlsb", honest), replace(LIMITS, cells=14_999))[0] == "file_limit"
    assert refused(book("b.xlsb", start + at(0, 0) + at(1048575, 16383)))[0] == "file_limit"
    assert refused(book("c.xlsb", start + at(5, 0) + at(2, 0)))[0] == "unreadable"
    assert refused(book("d.xlsb", honest, record(159, struct.pack("<II", 1, 4_000_000_000))))[0] == "file_limit"


# --- honest files -------------------------------------------------------------------------------------------------


def test_the_sample_workbooks_pass() -> None:
    assert {kind(path) for path in SAMPLES.glob("*.xlsx")} == {"xlsx"}


def test_workbooks_of_the_usual_writers_pass(tmp_path: Path) -> None:
    rows = [
        ["日期", "平台", "金额"],
        *[[f"2025-06-{day:02}", "天猫 <a&b>", Decimal("1.5") * day] for day in range(1, 29)],
    ]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("数据 <1>")
        for i, cells in enumerate(rows):
            sheet.write_row(i + 3, 2, cells)
        sheet.set_column(0, 16383, 12, book.add_format({"bold": True}))
        sheet.merge_range("A1:XFD1", "标题")
        sheet.write_comment("C4", "注")
        sheet.write_formula("A900", "=SUM(E5:E40)")
        sheet.write_url("A5", "https://example.com/?a=1&b=2")
    other = openpyxl.Workbook()
    for cells in rows:
        other.active.append(cells)
    other.save(tmp_path / "b.xlsx")
    streamed = openpyxl.Workbook(write_only=True)
    sheet = streamed.create_sheet()
    for cells in rows:
        sheet.append(cells)
    streamed.save(tmp_path / "c.xlsx")
    pandas.DataFrame(rows).to_excel(tmp_path / "d.xlsx")
    assert [kind(tmp_path / f"{name}.xlsx") for name in "abcd"] == ["xlsx"] * 4


def test_large_and_highly_compressed_workbooks_pass(tmp_path: Path) -> None:
    package(tmp_path / "a.xlsx", rows="".join(row(n, f"A{n}", f"B{n}", f"C{n}", f"D{n}") for n in range(1, 200_001)))
    assert kind(tmp_path / "a.xlsx") == "xlsx"
    assert refused(tmp_path / "a.xlsx", replace(LIMITS, cells=799_999))[0] == "file_limit"
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"><v>0</v></c>{"<c/>" * 900}</row>' for n in range(1, 3000))
    path = package(tmp_path / "b.xlsx", rows=rows)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size > 121 * path.stat().st_size
    assert kind(path) == "xlsx"


# --- settings -----------------------------------------------------------------------------------------------------


def test_limits_are_set_in_the_project_file(tmp_path: Path) -> None:
    assert project(tmp_path).limits == LIMITS
    limits = project(tmp_path, settings=f"{SETTINGS}\n[limits]\nentries = 5\nseconds = 60\n").limits
    assert limits == replace(LIMITS, entries=5, seconds=60)
    assert refused(package(tmp_path / "a.xlsx"), limits) == ("file_limit", "压缩包里的文件数超过限制：6（限 5）")
    found = preflight(tmp_path / "a.xlsx", limits)
    assert isinstance(found, Issue)
    assert "[limits] 里调高 entries" in found.hint
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 300_000)
    assert refused(path, replace(LIMITS, file_mb=1))[0] == "file_limit"
