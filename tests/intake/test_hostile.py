"""Hostile, locked and mistaken files through the whole of intake, as ``rpt check`` meets them: all in one run."""

import os
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.values.issue import Issue, Level
from tests.intake.packages import PARTS, SHEET, compound, package, row, sheet_of
from tests.projects import SETTINGS, project, write_workbook

HEADER = ["日期", "平台", "支付金额"]
BOMB = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOOK_2003 = (
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>&a;'
    "</Data></Cell></Row></Table></Worksheet></Workbook>"
)
FILEPASS = b"\x09\x08\x10\x00" + bytes(16) + b"\x2f\x00\x02\x00\x01\x00"
REFUSED = {
    # what a reader would fetch, or grow without end
    "外部文件.xlsx": ("file_unsafe", "DOCTYPE"),
    "外部地址.xlsx": ("file_unsafe", "DOCTYPE"),
    "外部文件2003.xls": ("file_unsafe", "DOCTYPE"),
    "外部地址网页.xls": ("file_unsafe", "DOCTYPE"),
    "实体炸弹.xlsx": ("file_unsafe", "DOCTYPE"),
    "实体炸弹2003.xls": ("file_unsafe", "DOCTYPE"),
    "压缩炸弹.xlsx": ("file_limit", "解压后的大小超过限制"),
    "压缩炸弹.ods": ("file_limit", "解压后的大小超过限制"),
    "路径.xlsx": ("file_unsafe", "指向别处"),
    "绝对路径.xlsx": ("file_unsafe", "指向别处"),
    # what ends or stops a reader's process
    "远处的单元格.xlsx": ("file_limit", "有值区域"),
    "假的条数.xlsx": ("file_limit", "共享文字条数"),
    "重复的格.ods": ("file_limit", "单元格数"),
    "零行.xlsx": ("unreadable", "行号 0 不存在"),
    "破.parquet": ("unreadable", "parquet 文件读不出来"),
    # locked
    "有密码.xlsx": ("file_password", "文件有打开密码"),
    "有密码.xls": ("file_password", "文件有打开密码"),
    # something else
    "其实是PDF.xlsx": ("file_kind", "PDF"),
    "其实是图片.xlsx": ("file_kind", "PNG 图片"),
    "其实是Word.xlsx": ("file_kind", "Word 文档"),
    "其实是压缩包.xlsx": ("file_kind", "ZIP 压缩包"),
    "空.xlsx": ("unreadable", "文件是空的（0 字节）"),
    "登录失效.xls": ("file_kind", "JSON"),
}


@dataclass
class Run:
    """What a project of all those files gave."""

    folder: Path
    rows: list[tuple[object, ...]]
    issues: list[Issue]
    connections: int


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """External entities point at a pipe, which would keep for ever whoever opens it, and at a port that listens."""
    folder = tmp_path_factory.mktemp("outer") / "项目"
    folder.mkdir()
    secret = folder.parent / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(secret)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        _write(folder, secret.as_uri(), f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd")
        settings = SETTINGS.replace('"*.xlsx"', '["*.xls*", "*.ods", "*.parquet"]') + "[limits]\ninflated_mb = 64\n"
        dataset, issues = load(project(folder, settings=settings), Duck())
        connections = 0
        try:
            server.accept()
            connections += 1
        except BlockingIOError:
            pass
    rows = dataset.engine.rows("select platform, paid_amount from typed_channel_daily order by 1")
    return Run(folder, rows, issues, connections)


def _write(folder: Path, file: str, address: str) -> None:
    def outside(target: str, root: str = "x") -> str:
        return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a SYSTEM "{target}">]>'

    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&{};</t></is></c></row>'
    texts = PARTS["xl/sharedStrings.xml"]
    package(folder / "外部文件.xlsx", {SHEET: outside(file) + sheet_of(cell.format("a"))})
    package(folder / "外部地址.xlsx", {"xl/sharedStrings.xml": outside(address) + texts.replace(">a<", ">&a;<")})
    (folder / "外部文件2003.xls").write_text(outside(file, "Workbook") + BOOK_2003)
    page = f'<!DOCTYPE html [<!ENTITY a SYSTEM "{address}">]><html><table><tr><td>&a;</table></html>'
    (folder / "外部地址网页.xls").write_text(page)
    package(folder / "实体炸弹.xlsx", {SHEET: BOMB + "]>" + sheet_of(cell.format("a9"))})
    (folder / "实体炸弹2003.xls").write_text(BOMB + "]>" + BOOK_2003.replace("&a;", "&a9;"))
    zeros = bytes(65 << 20)
    package(folder / "压缩炸弹.xlsx", {"xl/media/image1.png": zeros})
    with zipfile.ZipFile(folder / "压缩炸弹.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", zeros)
    package(folder / "路径.xlsx", {"xl/../../../evil.xlsx": "x"})
    package(folder / "绝对路径.xlsx", {"C:\\evil.xlsx": "x"})
    package(folder / "远处的单元格.xlsx", rows=row(1, "A1") + row(1048576, "XFD1048576"))
    false = texts.replace('uniqueCount="1"', f'uniqueCount="{10**12}"')
    package(folder / "假的条数.xlsx", {"xl/sharedStrings.xml": false})
    with zipfile.ZipFile(folder / "重复的格.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        many = '<t:table-cell t:number-columns-repeated="16384" o:value-type="float"/></t:table-row>'
        sheet = f'<t:table><t:table-row t:number-rows-repeated="1048576">{many}</t:table>'
        archive.writestr("content.xml", f"<o:content>{sheet}</o:content>")
    package(folder / "零行.xlsx", rows=row(0, "A0"))
    (folder / "破.parquet").write_bytes(b"PAR1" + bytes(range(200)) + (200).to_bytes(4, "little") + b"PAR1")
    compound(folder / "有密码.xlsx", "EncryptionInfo", "EncryptedPackage")
    compound(folder / "有密码.xls", "Workbook", start=FILEPASS)
    (folder / "其实是PDF.xlsx").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    (folder / "其实是图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    word = PARTS["[Content_Types].xml"].replace("spreadsheetml.sheet", "wordprocessingml.document")
    package(folder / "其实是Word.xlsx", {"[Content_Types].xml": word.replace("xl/workbook", "word/document")})
    with zipfile.ZipFile(folder / "其实是压缩包.xlsx", "w") as archive:
        archive.writestr("说明.txt", "x")
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "登录失效.xls").write_text('{"code":401,"msg":"登录已失效"}', encoding="utf-8")
    write_workbook(folder / "好.xlsx", {"渠道日报": [HEADER, [date(2025, 6, 18), "天猫", 1]]})
    # a writer that does not name its parts' types, and rows that stand in no order
    lines = {1: HEADER, 3: ["2025-06-19", "抖音", "2"], 2: ["2025-06-20", "快手", "3"]}
    written = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{"ABC"[at]}{n}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(line))
        + "</row>"
        for n, line in lines.items()
    )
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    package(folder / "没有写明类型.xlsx", {"[Content_Types].xml": types}, rows=written)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_message(run: Run, name: str) -> None:
    code, said = REFUSED[name]
    (issue,) = [issue for issue in run.issues if issue.origin.file == name]
    assert (issue.code, issue.level, said in issue.message) == (code, Level.ERROR, True), issue
    assert issue.hint


def test_the_others_are_read_and_nothing_else_is_said(run: Run) -> None:
    assert run.rows == [("天猫", 1), ("快手", 3), ("抖音", 2)]
    assert {issue.origin.file for issue in run.issues} == set(REFUSED)


def test_the_command_names_each_and_shows_no_traceback(run: Run, rpt: Callable[..., Any]) -> None:
    said = rpt("check", "-v", "-p", run.folder)
    assert said.code == 1
    assert "Traceback" not in (said.out + said.err)
    assert [name for name in REFUSED if name not in (said.out + said.err).replace("\n", "")] == []


def test_nothing_outside_is_touched(run: Run) -> None:
    assert run.connections == 0
    assert sorted(path.name for path in run.folder.parent.iterdir()) == ["pipe", "项目"]
    assert len(list(run.folder.iterdir())) == len(REFUSED) + 3
