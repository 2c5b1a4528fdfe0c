"""Whole files through intake. Addresses in messages are those a person sees in Excel."""

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.values.issue import Issue, Level, UserError
from tests.projects import SETTINGS, project, read, write_workbook

HEADER = ["日期", "平台", "支付金额"]
DAY = date(2025, 6, 18)
NEXT = date(2025, 6, 19)
CSV = "日期,平台,支付金额\n2025-06-18,天猫,100\n2025-06-19,抖音,1.5万\n"


def rows(dataset: Dataset, table: str = "channel_daily", columns: str = "date, platform, paid_amount") -> list[Any]:
    return dataset.engine.rows(f"select {columns} from typed_{table} order by _src, _row")


def codes(issues: Sequence[Issue]) -> list[tuple[str, str]]:
    return [(issue.code, str(issue.origin)) for issue in issues]


@pytest.mark.parametrize("above", [0, 3, 4, 5, 12])
def test_the_header_is_found_under_title_rows(tmp_path: Path, above: int) -> None:
    titles = [["渠道日报"], ["单位：元", None, "制表：运营部"], [], ["说明", "平台为店铺所在平台"], [], *[[]] * 7][
        :above
    ]
    sheet = [*titles, HEADER, [DAY, "天猫", 100], [NEXT, "抖音", "x"]]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert rows(dataset) == [(DAY, "天猫", 100), (NEXT, "抖音", None)]
    assert codes(issues)[0] == ("cell_bad", f"data.xlsx › 渠道日报 › C{above + 3}")
    (origin,) = dataset.tables["channel_daily"].origins
    assert (origin.first_row, origin.last_row, origin.rows) == (above + 2, above + 3, 2)


@pytest.mark.parametrize(
    "header",
    [
        ["日期", "平台", "支付金额"],
        [" 日期 ", "平\n台", "支付\t金额"],  # padded, over several lines
        ["统计日期", "渠道平台", "GMV"],
        ["数据日期", "店铺", "销售额(元)"],
        ["日　期", "平台", "ＧＭＶ"],  # full width
        ["时间", "平台", "成交总额（单位：元）"],
    ],
)
def test_headers_are_known_by_label_and_alias(tmp_path: Path, header: list[str]) -> None:
    dataset, issues = read(tmp_path, {"渠道日报": [header, [DAY, "天猫", 100]]})
    assert rows(dataset) == [(DAY, "天猫", 100)]
    assert issues == []


def test_columns_stand_in_any_order_and_the_unit_belongs_to_its_column(tmp_path: Path) -> None:
    header = ["推广花费", "支付金额（万元）", "平台", "访客数(万人)", "日期"]
    dataset, issues = read(tmp_path, {"渠道日报": [header, ["1,200.5", 1.25, "天猫", "3.2", "2025/6/18"]]})
    found = rows(dataset, columns="date, platform, paid_amount, visitors, ad_spend")
    assert found == [(DAY, "天猫", Decimal(12500), 32000, Decimal("1200.5"))]
    assert issues == []


def test_a_projects_own_aliases(tmp_path: Path) -> None:
    settings = SETTINGS + '[aliases.channel_daily]\npaid_amount = ["流水"]\nplatform = "店"\n'
    dataset, _ = read(tmp_path, {"渠道日报": [["日期", "店", "流水（万元）"], [DAY, "天猫", 1]]}, settings)
    assert rows(dataset) == [(DAY, "天猫", 10000)]


@pytest.mark.parametrize(
    ("aliases", "line", "words"),
    [
        ('[aliases.channel_dayly]\npaid_amount = "流水"', 9, ["channel_dayly", "channel_daily"]),
        ('[aliases.channel_daily]\npaid = "流水"', 10, ["paid", "paid_amount"]),
    ],
)
def test_an_alias_of_nothing_is_named_with_its_line(tmp_path: Path, aliases: str, line: int, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, {"渠道日报": [HEADER, [DAY, "天猫", 1]]}, SETTINGS + aliases)
    assert f"rpt.toml 第 {line} 行" in caught.value.message
    assert [words[0] in caught.value.message, words[1] in caught.value.hint] == [True, True]


@pytest.mark.parametrize("word", ["合计", "总计", "合计：", " 总 计 ", "全部合计", "合计行"])
def test_a_totals_row_is_dropped_and_agrees_in_silence(tmp_path: Path, word: str) -> None:
    sheet = [HEADER, [DAY, "天猫", 100], [NEXT, "天猫", 50], [word, None, "150.00"]]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert rows(dataset) == [(DAY, "天猫", 100), (NEXT, "天猫", 50)]
    assert issues == []


def test_a_total_that_differs_is_a_warning_at_its_cell(tmp_path: Path) -> None:
    header = [*HEADER, "访客数", "推广花费"]
    sheet = [header, [DAY, "天猫", 100, 3, 1], [NEXT, "天猫", 50, 4, 2], ["合计", None, 160, 7, 3]]
    dataset, (issue,) = read(tmp_path, {"渠道日报": sheet})
    assert sum(row[2] for row in rows(dataset)) == 150
    assert (issue.code, issue.level, issue.origin.cell) == ("total_differs", Level.WARNING, "C4")
    assert "支付金额" in issue.message
    assert "10.00" in issue.message


def test_subtotals_are_dropped_and_held_against_nothing(tmp_path: Path) -> None:
    sheet = [HEADER, [DAY, "天猫", 100], ["小计", None, 100], [NEXT, "抖音", 50], ["小计", None, 51]]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert rows(dataset) == [(DAY, "天猫", 100), (NEXT, "抖音", 50)]
    assert issues == []


def test_subtotals_do_not_hide_a_wrong_grand_total(tmp_path: Path) -> None:
    sheet = [
        HEADER,
        [DAY, "天猫", 100],
        ["小计", None, 100],
        [NEXT, "抖音", 50],
        ["小计", None, 50],
        ["合计", None, 999],
    ]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert len(rows(dataset)) == 2
    assert codes(issues) == [("total_differs", "data.xlsx › 渠道日报 › C6")]


def test_names_that_hold_a_totals_word_are_data(tmp_path: Path) -> None:
    sheet = [["商品编码", "商品名称", "类目"], ["P1", "全家福合计装", "食品"], ["P2", "平均分配器", "家居"]]
    dataset, issues = read(tmp_path, {"商品": sheet})
    assert rows(dataset, "product", "product_id") == [("P1",), ("P2",)]
    assert issues == []


def test_each_bad_cell_is_named_with_value_and_hint(tmp_path: Path) -> None:
    sheet = [
        HEADER,
        ["2025-02-30", "天猫", 100],
        [DAY, None, "一百"],
        [NEXT, "抖音", "35%"],
        ["2025-06-20", "抖音", "-"],
    ]
    _, issues = read(tmp_path, {"渠道日报": sheet})
    assert [(i.origin.cell, i.code, i.value) for i in issues] == [
        ("A2", "cell_bad", "2025-02-30"),
        ("B3", "cell_empty", None),
        ("C3", "cell_bad", "一百"),
        ("C4", "cell_bad", "35%"),
        ("C5", "cell_empty", "-"),
    ]
    assert {(i.level, i.origin.file, i.origin.sheet) for i in issues} == {(Level.ERROR, "data.xlsx", "渠道日报")}
    assert issues[0].message == "“日期”无法识别：2025-02-30"
    assert issues[0].hint == "应填日期，如 2025-06-18；没有数据请留空或填 -"


@pytest.mark.parametrize("rows_above", [0, 4])
@pytest.mark.parametrize(("columns_left", "letter"), [(0, "C"), (2, "E"), (25, "AB")])
def test_cells_keep_their_address_wherever_the_sheet_starts(
    tmp_path: Path, rows_above: int, columns_left: int, letter: str
) -> None:
    table = [HEADER, [DAY, "天猫", 1], [NEXT, "天猫", "坏"]]
    sheet = [[]] * rows_above + [[None] * columns_left + row for row in table]
    dataset, (issue,) = read(tmp_path, {"渠道日报": sheet})
    assert issue.origin.cell == f"{letter}{rows_above + 3}"
    assert dataset.tables["channel_daily"].origins[0].last_row == rows_above + 3


def test_empty_rows_between_keep_the_addresses_below(tmp_path: Path) -> None:
    sheet = [HEADER, [DAY, "天猫", 1], [], [None, None, None], [NEXT, "天猫", "坏"]]
    dataset, (issue,) = read(tmp_path, {"渠道日报": sheet})
    assert (issue.origin.cell, len(rows(dataset))) == ("C5", 2)


def test_a_required_column_that_is_missing(tmp_path: Path) -> None:
    dataset, (issue,) = read(tmp_path, {"渠道日报": [["日期", "平台", "访客数"], [DAY, "天猫", 1]]})
    assert (issue.code, issue.level, str(issue.origin)) == (
        "column_missing",
        Level.ERROR,
        "data.xlsx › 渠道日报 › A1",
    )
    assert "“支付金额”" in issue.message
    assert "[aliases.channel_daily]" in issue.hint
    assert not dataset.tables["channel_daily"].is_present


def test_two_columns_of_one_name_are_named_both(tmp_path: Path) -> None:
    dataset, (issue,) = read(tmp_path, {"渠道日报": [[*HEADER, "GMV"], [DAY, "天猫", 1, 2]]})
    assert (issue.code, issue.level, issue.origin.cell) == ("duplicate_header", Level.ERROR, "D1")
    assert "C1 与 D1" in issue.message
    assert rows(dataset) == [(DAY, "天猫", 1)]


def test_rows_of_one_key_are_named_both_also_over_sheets(tmp_path: Path) -> None:
    first = [HEADER, [DAY, "天猫", 1], [NEXT, "天猫", 2], [DAY, "天猫", 3]]
    _, issues = read(tmp_path, {"渠道日报": first, "渠道日报2": [HEADER, [NEXT, "天猫", 4]]})
    assert codes(issues) == [
        ("duplicate_key", "data.xlsx › 渠道日报 › A4"),
        ("duplicate_key", "data.xlsx › 渠道日报2 › A2"),
    ]
    assert "data.xlsx › 渠道日报 第 2 行" in issues[0].message
    assert "2025-06-18，天猫" in issues[0].message
    assert "data.xlsx › 渠道日报 第 3 行" in issues[1].message


def test_unknown_sheets_and_columns_are_information(tmp_path: Path) -> None:
    sheets = {"渠道日报": [[*HEADER, "心情", "天气\n情况"], [DAY, "天猫", 1, "好", "晴"]], "随手记": [["x"], ["y"]]}
    dataset, issues = read(tmp_path, sheets)
    assert [(i.code, i.level, str(i.origin)) for i in issues] == [
        ("column_unknown", Level.INFO, "data.xlsx › 渠道日报 › D1"),
        ("column_unknown", Level.INFO, "data.xlsx › 渠道日报 › E1"),
        ("sheet_unknown", Level.INFO, "data.xlsx › 随手记"),
    ]
    assert "“天气 情况”" in issues[1].message
    assert len(rows(dataset)) == 1


def test_a_sheet_is_known_by_its_header_where_its_name_says_nothing(tmp_path: Path) -> None:
    dataset, issues = read(tmp_path, {"Sheet1": [["标题"], HEADER, [DAY, "天猫", 1]]})
    assert (rows(dataset), issues) == ([(DAY, "天猫", 1)], [])


def test_a_table_assigned_to_a_file_and_sheet(tmp_path: Path) -> None:
    settings = SETTINGS.replace('all = "*.xlsx"', "") + '[tables.channel_daily]\nfiles = "*.xlsx"\nsheet = "乙"\n'
    sheets = {"甲": [HEADER, [DAY, "天猫", 1]], "乙": [HEADER, [NEXT, "抖音", 2]]}
    dataset, issues = read(tmp_path, sheets, settings)
    assert (rows(dataset), issues) == ([(NEXT, "抖音", 2)], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    (tmp_path / "渠道日报.csv").write_bytes(CSV.replace(",", delimiter).encode(encoding))
    dataset, issues = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.csv")), Duck())
    assert rows(dataset) == [(DAY, "天猫", 100), (NEXT, "抖音", 15000)]
    assert issues == []


def test_a_csv_that_is_neither_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "渠道日报.csv").write_bytes(b"\xff\xff\xff\x80")
    _, (issue,) = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.csv")), Duck())
    assert codes([issue]) == [("encoding", "渠道日报.csv")]
    assert "CSV UTF-8" in issue.hint


def test_csv_cells_keep_quotes_tabs_and_addresses(tmp_path: Path) -> None:
    header = "店铺导出,,\n\n订单编号,会员ID,平台,支付时间,支付金额\n"
    text = header + '"\t0012","=""007""",天猫,2025/6/18 8:05,"1,200.50"\nA2,8,天猫,坏,3\n'
    (tmp_path / "订单明细.csv").write_text(text, encoding="utf-8-sig")
    dataset, issues = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.csv")), Duck())
    found = rows(dataset, "orders", "order_id, member_id, paid_amount")
    assert found == [("0012", "007", Decimal("1200.5")), ("A2", "8", 3)]
    assert codes(issues) == [("cell_bad", "订单明细.csv › 订单明细 › D5")]


@pytest.mark.parametrize(
    "names", ["date, platform, paid_amount", '"日期", "平台", "支付金额"', '"统计日期", "店铺", "GMV"']
)
def test_parquet_by_key_label_or_alias(tmp_path: Path, names: str) -> None:
    path = tmp_path / "channel_daily.parquet"
    duckdb.sql(f"select * from (values (date '2025-06-18', '天猫', 100.25::decimal(12,2))) t({names})").write_parquet(
        str(path)
    )
    dataset, issues = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.parquet")), Duck())
    assert rows(dataset) == [(DAY, "天猫", Decimal("100.25"))]
    assert issues == []
    assert dataset.tables["channel_daily"].origins[0].file == "channel_daily.parquet"


def test_parquet_that_lacks_a_column_or_does_not_convert(tmp_path: Path) -> None:
    path = tmp_path / "channel_daily.parquet"
    duckdb.sql("select date '2025-06-18' as date, '天猫' as platform").write_parquet(str(path))
    found = project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.parquet"))
    assert [i.code for i in load(found, Duck())[1]] == ["column_missing"]
    duckdb.sql("select 'x' as date, '天猫' as platform, 1 as paid_amount").write_parquet(str(path))
    (issue,) = load(found, Duck())[1]
    assert (issue.code, issue.level, "“日期”有 1 个值" in issue.message) == ("cell_bad", Level.ERROR, True)


def test_globs_read_every_file_once_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "月报").mkdir()
    for month in (2, 1, 3):
        write_workbook(
            tmp_path / "月报" / f"{month}月.xlsx", {"渠道日报": [HEADER, [date(2025, month, 1), "天猫", month]]}
        )
    write_workbook(tmp_path / "月报" / "~$1月.xlsx", {"渠道日报": [HEADER, [DAY, "天猫", 999]]})  # Excel's lock file
    settings = SETTINGS.replace('"*.xlsx"', '["月报/3月.xlsx", "月报/*.xlsx"]')
    dataset, issues = load(project(tmp_path, settings=settings), Duck())
    assert [row[2] for row in rows(dataset)] == [3, 1, 2]
    assert [origin.file for origin in dataset.origins()] == ["月报/3月.xlsx", "月报/1月.xlsx", "月报/2月.xlsx"]
    assert issues == []


def test_a_source_that_does_not_exist(tmp_path: Path) -> None:
    settings = SETTINGS.replace('"*.xlsx"', '["*.xlsx", "没有.xlsx", "x.docx"]')
    (tmp_path / "x.docx").write_text("")
    _, issues = read(tmp_path, {"渠道日报": [HEADER, [DAY, "天猫", 1]]}, settings)
    assert [(i.code, i.level, i.origin.file) for i in issues] == [
        ("file_missing", Level.ERROR, "没有.xlsx"),
        ("file_type", Level.ERROR, "x.docx"),
    ]


def test_no_source_at_all_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"没有找到任何来源文件：\*\.xlsx") as caught:
        load(project(tmp_path), Duck())
    assert caught.value.exit_code == 1


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"not a zip")
    dataset, (issue,) = read(tmp_path, {"渠道日报": [HEADER, [DAY, "天猫", 1]]})
    assert (issue.code, issue.level, issue.origin.file) == ("unreadable", Level.ERROR, "坏.xlsx")
    assert len(rows(dataset)) == 1


def test_inputs_are_never_changed(tmp_path: Path) -> None:
    sheet = [HEADER, [DAY, "天猫", "坏"], ["合计", None, 3]]
    write_workbook(tmp_path / "data.xlsx", {"渠道日报": sheet})
    (tmp_path / "渠道日报.csv").write_bytes(CSV.encode("gb18030"))
    found = project(tmp_path, settings=SETTINGS.replace('"*.xlsx"', '["*.xlsx", "*.csv"]'))

    def hashes() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}

    before = hashes()
    dataset, _ = load(found, Duck())
    assert hashes() == before
    assert {origin.file: origin.sha256 for origin in dataset.origins()} == {
        name: digest for name, digest in before.items() if name != "rpt.toml"
    }


def test_a_table_that_no_file_holds_is_there_and_empty(tmp_path: Path) -> None:
    dataset, _ = read(tmp_path, {"渠道日报": [HEADER, [DAY, "天猫", 1]]})
    table = dataset.tables["orders"]
    assert (table.is_present, table.rows, rows(dataset, "orders", "order_id")) == (False, 0, [])
    daily = dataset.tables["channel_daily"]
    assert (daily.first, daily.last, daily.columns) == (DAY, DAY, {"date", "platform", "paid_amount"})
