"""Pages, XML 2003 and plain text named .xls, as back offices export them: all read, or named with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpt.engine.duck import Duck
from rpt.intake.child import Job, look_and_read
from rpt.intake.formats.textual import read
from rpt.intake.load import load
from rpt.intake.raw import CellNote, RawSheet
from rpt.intake.sniff import sniff
from tests.projects import SETTINGS, project

ROWS = [["日期", "平台", "支付金额"], ["2025-06-18", "天猫", "1,200.50"], ["2025-06-19", "抖音", "3"]]
HTML = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
TABLE = f"<table border=1>{HTML}</table>"
META = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body>{}</body></html>'
WORKBOOK = (
    '<?xml version="1.0"{}?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    "{}</Workbook>"
)
XML_ROWS = "".join(
    "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>" for row in ROWS
)
SHEET = f'<Worksheet ss:Name="日报"><Table>{XML_ROWS}</Table></Worksheet>'
BOOK = WORKBOOK.format("", SHEET)
TAB = "\n".join("\t".join(row) for row in ROWS) + "\n"
CSV = '日期,平台,支付金额\n2025-06-18,天猫,"1,200.50"\n2025-06-19,抖音,3\n'
GB, U16 = "gb18030", "utf-16"

READ = {
    "a bare table": TABLE.encode(),
    "a bare table in gbk": TABLE.encode(GB),
    "a table with a BOM": TABLE.encode("utf-8-sig"),
    "a table in utf-16": TABLE.encode(U16),
    "a table in utf-16 without BOM": TABLE.encode("utf-16-le"),
    "a page in gb2312 that says so": META.format("gb2312", TABLE).encode(GB),
    "a page that says GBK in capitals": META.format("GBK", TABLE).encode(GB),
    "a page that says gb2312 and is utf-8": META.format("gb2312", TABLE).encode(),
    "a page that says utf-8 and is gbk": META.format("utf-8", TABLE).encode(GB),
    "a page that says iso-8859-1": META.format("iso-8859-1", TABLE).encode(GB),
    "html 5": f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{TABLE}</body></html>'.encode(),
    "xhtml": (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{TABLE}</body></html>'
    ).encode(),
    "capitals": TABLE.upper().encode(),
    "no end tags": ("<table>" + HTML.replace("</td>", "").replace("</tr>", "") + "</table>").encode(),
    "no end of the table": f"<table>{HTML}".encode(),
    "thead and tbody": TABLE.replace("<tr>", "<thead><tr>", 1).replace("</tr>", "</tr></thead><tbody>", 1).encode(),
    "th for headers": TABLE.replace("<td>日期</td>", "<th scope=col>日期</th>").encode(),
    "attributes with > in quotes": TABLE.replace("<td>天", '<td title="a>b" class=\'x>y\'>天').encode(),
    "text kept as text": TABLE.replace("<td>", "<td style=\"mso-number-format:'\\@'\">").encode(),
    "text kept as text, double quotes": TABLE.replace("<td>", "<td style='mso-number-format:\"\\@\"'>").encode(),
    "vnd.ms-excel": TABLE.replace("<td>", "<td style='vnd.ms-excel.numberformat:@'>").encode(),
    "fonts and spans": TABLE.replace("<td>", "<td><font face=宋体><b>").replace("</td>", "</b></td>").encode(),
    "links": TABLE.replace("天猫", "<a href='https://example.com/?a=1&b=2'>天猫</a>").encode(),
    "nbsp around": TABLE.replace("天猫", "&nbsp;天猫&nbsp;").encode(),
    "line ends in cells": TABLE.replace("<td>", "<td>\r\n\t\t").replace("</td>", "\r\n\t</td>\r\n").encode(),
    "numeric entities": TABLE.replace("天猫", "&#22825;&#x732B;").encode(),
    "comments": TABLE.replace("<td>", "<!-- <td>no</td> --><td>").encode(),
    "conditional comments": TABLE.replace("<tr>", "<![if !x]><tr>").replace("</tr>", "</tr><![endif]>").encode(),
    "scripts and styles": f"<html><script>if(a<b)w('<table>')</script><style>td{{}}</style>{TABLE}".encode(),
    "a layout table around": f"<table><tr><td>{TABLE}</td></tr></table>".encode(),
    "a warning of PHP before": f"\nNotice: Undefined index: x in /a.php on line 3\n<br />{TABLE}".encode(),
    "a title before": f"店铺日报{TABLE}".encode(GB),
    "Excel's own page": (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><!--[if gte mso 9]><xml>'
        "<x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Sheet1</x:Name></x:ExcelWorksheet>"
        f"</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></head><body>{TABLE}</body></html>"
    ).encode(GB),
    "a form around": f"<form action=x><input type=hidden name=v value='<table>'>{TABLE}</form>".encode(),
    "XML 2003": WORKBOOK.format("", SHEET).encode(),
    "XML 2003 with BOM": WORKBOOK.format(' encoding="utf-8"', SHEET).encode("utf-8-sig"),
    "XML 2003 in gb2312": WORKBOOK.format(' encoding="gb2312"', SHEET).encode(GB),
    "XML 2003 in utf-16": WORKBOOK.format(' encoding="UTF-16"', SHEET).encode(U16),
    "XML 2003 with a prefix": (
        '<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        + SHEET.replace("<", "<ss:").replace("<ss:/", "</ss:")
        + "</ss:Workbook>"
    ).encode(),
    "tabs": TAB.encode(),
    "tabs in gbk": TAB.encode(GB),
    "tabs in utf-16": TAB.encode(U16),
    "tabs in utf-16 without BOM": TAB.encode("utf-16-le"),
    "tabs in utf-16, big-endian": b"\xfe\xff" + TAB.encode("utf-16-be"),
    "tabs in utf-16, big-endian, without BOM": TAB.encode("utf-16-be"),
    "commas": CSV.encode(),
    "commas in gbk": CSV.encode(GB),
    "commas with BOM": CSV.encode("utf-8-sig"),
    "Windows line ends": CSV.replace("\n", "\r\n").encode(GB),
    "old line ends": CSV.replace("\n", "\r").encode(),
    "mixed line ends": CSV.replace("\n", "\r\n", 1).encode(),
    "semicolons": TAB.replace("\t", ";").encode(),
    "bars": TAB.replace("\t", "|").encode(),
    "NULs": CSV.replace("天猫", "天猫\0\0").encode(),
}  # fmt: skip
NAMED = {
    "nothing": (b"", "unreadable"),
    "blanks": (b" \r\n ", "unreadable"),
    "a login page": ("<html><body>登录已过期，请重新登录</body></html>".encode(), "html_no_table"),
    "an empty table": (b"<table></table>", "html_no_table"),
    "frames": (b'<html><frameset><frame src="a.files/sheet001.htm"></frameset></html>', "html_frames"),
    "json": ('{"code":401,"msg":"未登录"}'.encode(), "file_kind"),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "file_kind"),
    "other xml": (b'<?xml version="1.0"?><orders><order id="1"/></orders>', "file_kind"),
    "a workbook cut short": (WORKBOOK.format("", SHEET).encode()[:-30], "xml_broken"),
    "an entity bomb": (f'<!DOCTYPE a [<!ENTITY b "b">]>{BOOK}'.encode(), "file_unsafe"),
    "a file of the system": (f'<!DOCTYPE a SYSTEM "file:///etc/passwd">{BOOK}'.encode(), "file_unsafe"),
    "traditional Chinese": ("日期,平臺,金額\n2025-06-18,購物網,3\n".encode("big5"), "encoding"),
    "Japanese": ("日付,店舗,売上\n2025-06-18,しぶや,3\n".encode("shift_jis"), "encoding"),
    "Latin": ("date,société,café\n2025-06-18,crème brûlée,3\n".encode("latin-1"), "encoding"),
    "two encodings": (CSV.encode() + CSV.encode(GB), "encoding"),
    "half a character": (CSV.replace("3\n", "抖音").encode()[:-1], "encoding"),
    "an open quote": (CSV.replace('"1', '"1"x"').encode() + '2025-06-20,"抖,4\n2025-06-21,天猫,5\n'.encode(), "quotes"),
    "a sentence": ("没有数据".encode(), "unreadable"),
}  # fmt: skip


def rows(sheet: RawSheet) -> list[list[str | None]]:
    assert isinstance(sheet.data, list)
    return [[cell or None for cell in row] for row in sheet.data]


def one(text: str) -> RawSheet:
    (sheet,), issues = read(text.encode(), "渠道日报.xls")
    assert not issues
    return sheet


def xml(body: str, styles: str = "") -> RawSheet:
    return one(
        WORKBOOK.format("", f'<Styles>{styles}</Styles><Worksheet ss:Name="甲"><Table>{body}</Table></Worksheet>')
    )


@pytest.mark.parametrize("name", READ)
def test_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "渠道日报.xls"
    path.write_bytes(READ[name])
    found = look_and_read(Job(str(path), path.name, ""))
    (sheet,), issues = found.sheets, found.issues
    assert rows(sheet) == ROWS
    assert sheet.name == ("日报" if "XML" in name else "渠道日报")
    assert [issue.code for issue in issues] == (["nul_bytes"] if name == "NULs" else [])


@pytest.mark.parametrize("name", NAMED)
def test_named(tmp_path: Path, name: str) -> None:
    content, code = NAMED[name]
    path = tmp_path / "渠道日报.xls"
    path.write_bytes(content)
    found = look_and_read(Job(str(path), path.name, ""))
    (issue,) = found.issues
    assert (found.sheets, issue.code, issue.origin.file) == ((), code, "渠道日报.xls")
    assert issue.message
    assert issue.hint


def test_there_are_sixty() -> None:
    assert len(READ) + len(NAMED) >= 60


def test_through_the_whole_of_intake(tmp_path: Path) -> None:
    (tmp_path / "渠道日报.xls").write_bytes(META.format("gb2312", TABLE).encode(GB))
    (tmp_path / "坏.xls").write_bytes(NAMED["a login page"][0])
    dataset, issues = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.xls")), Duck())
    found = dataset.engine.rows(f"select paid_amount from {dataset.tables['channel_daily'].name} order by 1")
    assert [float(paid) for (paid,) in found] == [3, 1200.5]
    assert [(issue.code, issue.origin.file) for issue in issues] == [("html_no_table", "坏.xls")]
    assert "登录已过期" in issues[0].message


def test_merged_cells_of_a_page() -> None:
    sheet = one(
        "<table><tr><td rowspan=2>日期<td colspan=2>抖音<td rowspan=0>注<tr><td>GMV<td>订单"
        "<tr><td>1<td>2<td>3<tr><td>4<td>5<td>6</table>"
    )
    assert rows(sheet) == [["日期", "抖音", None, "注"], [None, "GMV", "订单"], ["1", "2", "3"], ["4", "5", "6"]]


def test_several_tables_of_a_page() -> None:
    page = "<x:Name>一月</x:Name><x:Name>二月</x:Name>"
    for names, expected in ((f"<!--{page}-->", ["一月", "二月"]), ("", ["渠道", "表2"])):
        tables = "<table><caption>渠道</caption><tr><td>a</table><table></table><table><tr><td>b</table>"
        sheets, _ = read(f"<html>{names}{tables}".encode(), "渠道日报.xls")
        assert [(sheet.name, rows(sheet)) for sheet in sheets] == [(expected[0], [["a"]]), (expected[1], [["b"]])]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<td x:num='0.35199999999999998'>35%", "35.2%"),
        ("<td x:num='0.352' class=p>.4", "35.2%"),
        ("<td x:num='1234.56'>1,235", "1234.56"),
        ("<td x:num>1,234.5", "1,234.5"),
        ("<td x:num='45826' class=d>18-Jun", "2025-06-18"),
        ("<td x:num='45826.5'>2025/6/18 12:00", "2025-06-18 12:00:00"),
        ("<td x:num='1234567890123456789'>1.23E+18", "1234567890123456789"),
        ("<td x:str='00123 '>123", "00123 "),
        ("<td x:str>00123", "00123"),
        ("<td>00123", "00123"),
        ("<td>一<br>二<p>三</p>", "一\n二\n三"),
        ("<td>a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<td>1 < 2", "1 < 2"),
        ("<td>&nbsp;", None),
        ("<td>='00123'", "='00123'"),
        ("<td x:num=abc>x", "x"),
    ],
)
def test_cells_of_a_page(cell: str, expected: str | None) -> None:
    style = "<style>.p {mso-number-format:'0\\.0%'} td.d {mso-number-format:\"yyyy\\\\\\-mm\\\\\\-dd\";}</style>"
    assert rows(one(f"<html>{style}<table><tr><td>编号{cell}</table>"))[0][1:] == ([expected] if expected else [])


def test_error_cells_are_noted() -> None:
    assert one("<table><tr><td>a<td x:err='#N/A'>#N/A</table>").notes == (CellNote(1, 1, "error", "#N/A"),)
    sheet = xml('<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Error">#REF!</Data></Cell>'
                '<Cell ss:Formula="=A1"/></Row>')  # fmt: skip
    assert sheet.notes == (CellNote(3, 1, "error", "#REF!"), CellNote(3, 2, "no_value", "=A1"))


def test_gaps_and_merged_cells_of_a_workbook() -> None:
    text = '<Data ss:Type="String">{}</Data>'.format
    sheet = xml(
        f'<Row ss:Index="2"><Cell ss:Index="2" ss:MergeAcross="1">{text("抖音")}</Cell><Cell>{text("注")}</Cell></Row>'
        f'<Row ss:Span="2"/><Row><Cell ss:MergeDown="1">{text("a")}</Cell></Row><Row><Cell>{text("b")}</Cell></Row>'
    )
    assert rows(sheet) == [[], [None, "抖音", None, "注"], [], [], [], ["a"], [None, "b"]]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<Cell><Data ss:Type="Number">0.1</Data></Cell>', "0.1"),
        ('<Cell><Data ss:Type="Number">1234567890123456789</Data></Cell>', "1234567890123456789"),
        ('<Cell ss:StyleID="p"><Data ss:Type="Number">0.35199999999999998</Data></Cell>', "35.2%"),
        ('<Cell ss:StyleID="child"><Data ss:Type="Number">-1</Data></Cell>', "-100%"),
        ('<Cell ss:StyleID="d"><Data ss:Type="Number">45826</Data></Cell>', "2025-06-18"),
        ('<Cell><Data ss:Type="DateTime">2025-06-18T00:00:00.000</Data></Cell>', "2025-06-18"),
        ('<Cell><Data ss:Type="DateTime">2025-06-18T20:29:59.997</Data></Cell>', "2025-06-18 20:30:00"),
        ('<Cell><Data ss:Type="DateTime">1899-12-31T00:01:23.000</Data></Cell>', "00:01:23"),
        ('<Cell><Data ss:Type="Boolean">1</Data></Cell>', "TRUE"),
        ('<Cell><Data ss:Type="String">00123</Data><Comment><Data>注</Data></Comment></Cell>', "00123"),
        ('<Cell><ss:Data ss:Type="String" xmlns="urn:html"><B>甲</B>乙</ss:Data></Cell>', "甲乙"),
        ('<Cell><Data ss:Type="String">a&#10;b &lt;</Data></Cell>', "a\nb <"),
    ],
)  # fmt: skip
def test_cells_of_a_workbook(cell: str, expected: str) -> None:
    styles = (
        '<Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="child" ss:Parent="p"/>'
        '<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>'
    )
    assert rows(xml(f"<Row>{cell}</Row>", styles)) == [[expected]]


@pytest.mark.parametrize(
    "page",
    [
        "<!--" * 100_000,
        "<td x='" * 50_000,
        "<td " + "a='" * 50_000,
        "</" * 100_000,
        "<td " + "a " * 100_000 + ">",
        "<style>" + ".a{" * 50_000,
        "<td>&#" + "9" * 10_000 + ";",
        "<table>" * 10_000,
        "<td>" * 50_000,
        "<td rowspan=0 colspan=1000>x" * 16 + "<tr>" * 1_000,
        "<td colspan=99999999999 rowspan=-1>x",
    ],
)
def test_hostile_pages_cost_no_more_than_their_length(page: str) -> None:
    sheets, issues = read(f"<table><tr>{page}".encode(), "坏.xls")
    assert sheets or issues


def test_hostile_workbooks_are_refused() -> None:
    far, back, again = '<Row ss:Index="99999999"/>', '<Row ss:Index="-1"/>', '<Row ss:Index="2"/><Row ss:Index="1"/>'
    for body in ("<Table>" * 100, f"<Table>{far}", f"<Table>{back}", f"<Table>{again}"):
        sheets, (issue,) = read(WORKBOOK.format("", f'<Worksheet ss:Name="a">{body}').encode(), "坏.xls")
        assert not sheets
        assert issue.code in ("file_limit", "xml_broken", "sheet_rows")


def test_what_is_no_text_is_left_to_others() -> None:
    assert [sniff(head) for head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.4", b"")] == [None] * 4
    assert sniff("订单,商品\n1,<table><tr><td>\n".encode()) == "delimited"
