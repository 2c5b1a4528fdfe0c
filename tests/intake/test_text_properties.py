"""Tables written as the exports write them come back equal; a text in any encoding comes back, or is an issue."""

from __future__ import annotations

import csv
import html
import io
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rpt.intake.encoding import decode
from rpt.intake.formats.textual import read
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import RefusedError

# no clock in tests: a busy machine draws examples slowly
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COMMON = [bytes((lead, trail)).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF)]
HEADER = ["统计日期", "商品名称", "支付金额", "支付转化率"]
cells = st.text(st.sampled_from([*COMMON[:400], *"abAB019 ,，;|\t\"'<>&=\n（）"]), max_size=8)
tables = st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=6)
ids = st.from_regex(r"\A0{0,3}[1-9][0-9]{5,20}\Z")
money = st.decimals(-(10**9), 10**9, places=2)
rates = st.decimals(0, 10, places=4)
FIRST, LAST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2098-12-31")
moments = st.datetimes(FIRST, LAST).map(lambda when: when.replace(microsecond=0))
records = st.lists(st.tuples(ids, money, rates, moments), min_size=1, max_size=6)


def back(data: bytes) -> list[list[str | None]]:
    (sheet,), issues = read(data, "导出.xls")
    assert not issues
    return list(_rows(sheet))


def _rows(sheet: RawSheet) -> list[list[str | None]]:
    assert isinstance(sheet.data, list)
    rows = [[cell or None for cell in row] for row in sheet.data]
    return [row + [None] * (4 - len(row)) for row in rows]


def _known(row: list[str | None]) -> tuple[str | None, Decimal, Decimal, datetime]:
    identity, paid, rate, when = row
    assert paid
    assert rate
    assert when
    return identity, Decimal(paid.replace(",", "")), Decimal(rate.rstrip("%")) / 100, datetime.fromisoformat(when)


@given(records)
@CALM
def test_a_page_of_records(made: list[tuple[str, Decimal, Decimal, datetime]]) -> None:
    body = "".join(
        f"<tr><td class=id>{identity}</td><td x:num=\"{paid}\">{paid:,.0f}</td><td x:num='{rate}'>{rate:.0%}</td>"
        f"<td style='mso-number-format:\"yyyy\\-mm\\-dd\"'>{when}</td></tr>"
        for identity, paid, rate, when in made
    )
    page = f"<style>.id {{mso-number-format:'\\@'}}</style><table>{body}</table>"
    assert [_known(row) for row in back(page.encode())] == made


@given(records)
@CALM
def test_a_workbook_of_records(made: list[tuple[str, Decimal, Decimal, datetime]]) -> None:
    body = "".join(
        f'<Row><Cell><Data ss:Type="String">{identity}</Data></Cell><Cell><Data ss:Type="Number">{paid}</Data></Cell>'
        f'<Cell ss:StyleID="p"><Data ss:Type="Number">{float(rate):.17g}</Data></Cell>'
        f'<Cell><Data ss:Type="DateTime">{when.isoformat()}.000</Data></Cell></Row>'
        for identity, paid, rate, when in made
    )
    book = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p">'
        f'<NumberFormat ss:Format="0.00%"/></Style></Styles><Worksheet><Table>{body}</Table></Worksheet></Workbook>'
    )
    assert [_known(row) for row in back(book.encode())] == made


@given(tables)
@CALM
def test_a_page_of_texts(made: list[list[str]]) -> None:
    body = "".join(
        "<tr>" + "".join(f"<td x:str={quoteattr(cell)}>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in [HEADER, *made]
    )
    # a cell of blanks only is written into x:str, which comes back as it is, as does every other
    wanted = [[cell or None for cell in row] for row in [HEADER, *made]]
    while not any(wanted[-1]):
        wanted.pop()
    assert back(f"<table>{body}</table>".encode()) == wanted


@given(tables)
@CALM
def test_a_workbook_of_texts(made: list[list[str]]) -> None:
    body = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{escape(cell)}</Data></Cell>' for cell in row) + "</Row>"
        for row in [HEADER, *made]
    )
    book = (
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:'
        f'spreadsheet"><Worksheet><Table>{body}</Table></Worksheet></Workbook>'
    )
    wanted = [[cell or None for cell in row] for row in [HEADER, *made]]
    while not any(wanted[-1]):
        wanted.pop()
    assert back(book.encode()) == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@given(made=tables)
@CALM
def test_delimited_text(encoding: str, delimiter: str, made: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *made])
    wanted = [[cell or None for cell in row] for row in [HEADER, *made]]
    while not any(wanted[-1]):
        wanted.pop()
    assert back(written.getvalue().encode(encoding)) == wanted


texts = st.text(st.sampled_from(COMMON), min_size=1, max_size=30)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@given(words=st.lists(texts, min_size=1, max_size=8))
@CALM
def test_any_common_text_comes_back_or_is_an_issue(encoding: str, words: list[str]) -> None:
    text = "\t".join(words) + "\r\n"
    try:
        assert decode(text.encode(encoding)).text == text
    except RefusedError as refusal:
        hint = refusal.hint
    else:
        return
    assert "[encodings]" in hint


@pytest.mark.parametrize(
    ("encoding", "letters"),
    [
        ("big5", "訂單號商品名稱數量金額日期時間購買網店會員電話費用東西車門開關"),
        ("shift_jis", "日本東京売上店舗商品カタカナひらがなの数量"),
        ("cp1252", "abcdeéèàçüöäñ ß"),
        ("euc_kr", "날짜금액판매서울카메라상품주문"),
    ],
)
@given(data=st.data())
@CALM
def test_other_encodings_never_pass_for_chinese(encoding: str, letters: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text(st.sampled_from(letters), min_size=2, max_size=9), min_size=2, max_size=9))
    text = "a," + ",".join(words) + "\n"
    try:
        assert decode(text.encode(encoding)).text == text
    except RefusedError as refusal:
        code = refusal.code
    else:
        return
    assert code == "encoding"


@pytest.mark.parametrize(
    "text", ["日期,金额\n", "日期,平台,支付金额\n2025-06-18,天猫,3\n", "订单编号\t店铺名称\n1\t旗舰店\n"]
)
def test_small_honest_files_are_read(text: str) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        assert decode(text.encode(encoding)).text == text


def test_rpt_toml_states_an_encoding() -> None:
    text = "日期,平臺\n2025-06-18,購物網\n"
    assert decode(text.encode("big5"), "big5").text == text
    assert decode(text.encode("utf-16"), "utf-16").text == text
    with pytest.raises(RefusedError, match=r"不是 rpt\.toml 里"):
        decode(text.encode("big5"), "utf-8")
    (sheet,), _ = read(text.encode("big5"), "a.csv", "big5")
    assert _rows(sheet)[0][:2] == ["日期", "平臺"]


def test_lost_characters_are_said() -> None:
    _, (issue,) = read("日期,平台\n1,\ufffd\n".encode(), "a.csv")
    assert issue.code == "text_lost"


@pytest.mark.parametrize("cell", ['="00123"', "'00123", '5"屏', "a'b", "\t12"])
def test_cells_of_text_stay_for_the_cleaner(cell: str) -> None:
    delimiter = ";" if "\t" in cell else "\t"
    assert _rows(read(f"编号{delimiter}名称\n{cell}{delimiter}b\n".encode(), "a.csv")[0][0])[1][:2] == [cell, "b"]


def test_unquoted_text_with_quotes_at_the_start_of_cells() -> None:
    assert back('编号\t名称\n1\t"大号" 红\n2\t"小\n'.encode())[1:] == [
        ["1", '"大号" 红', None, None],
        ["2", '"小', None, None],
    ]
