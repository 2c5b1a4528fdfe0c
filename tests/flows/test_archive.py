"""What a run leaves in the archive, and two runs held against each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from rpt.assurance.difference.rows import compare_rows
from rpt.flows.domain import domain
from rpt.flows.runs import diff
from rpt.flows.steps import Request
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.difference import Change, Difference
from rpt.values.domain import DOMAINS
from rpt.values.issue import UserError
from rpt.values.period import Period
from rpt.values.run import Run
from tests.projects import SETTINGS, Rows, daily, project

TODAY = date(2026, 1, 15)
# row 2 of the sheet is 1 January 2024; every day has a row for 天猫 and one for 抖音
DAILY = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=400)
ROW_OF_2025 = 2 + 2 * 366


def made(found: Project) -> Run:
    """The channel's report of 2025 as JSON; the run that it left."""
    outcome = domain(found, DOMAINS["channel"], Request(2025, ["json"]), TODAY, lambda step: None)
    assert [issue for issue in outcome.issues if issue.code == "run_unkept"] == []
    run = RunStore(found.state).of_file(outcome.artifacts[0].sha256)
    assert run is not None
    return run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Run]:
    """A project and its first run."""
    found = project(tmp_path_factory.mktemp("kept"), {"渠道日报": DAILY})
    return found, made(found)


def again(first: tuple[Project, Run], folder: Path, rows: Rows, settings: str = SETTINGS) -> Difference:
    """The difference to a run on these rows."""
    second = made(project(folder, {"渠道日报": rows}, settings))
    store = RunStore(first[0].state)
    id = store.keep(replace(second, record=replace(second.record, made_at="2027" + second.record.made_at[4:])))
    return diff(first[0], first[1].record.id, id)


def with_row(at: int, row: list[Any]) -> list[Any]:
    """The rows with the one in row ``at`` of the sheet replaced."""
    return [*DAILY[: at - 1], row, *DAILY[at:]]


def test_a_run_keeps_what_it_was_made_from(first: tuple[Project, Run]) -> None:
    run = first[1]
    assert (run.record.command, run.record.report, run.record.period) == ("channel", "channel-2025", "2025")
    assert set(run.record.inputs) == {"data.xlsx", "rpt.toml"}
    assert [(file.format, file.name) for file in run.record.artifacts] == [("json", "channel-2025.json")]
    measured = run.ledger.get("gmv", Period(2025))
    assert measured is not None
    assert measured.value == 365 * 1400
    rows = duckdb.sql(f"select sum(paid_amount), min(_row), max(_row) from '{run.rows['channel_daily']}'").fetchall()
    assert rows[0] == (Decimal(731 * 1400), 2, 731 * 2 + 1)
    sheet = run.origins[0]
    assert (sheet.file, sheet.sheet, sheet.address("paid_amount", 7)) == ("data.xlsx", "渠道日报", "F7")
    assert run.tables["channel_daily"].key == ("date", "platform")
    basis = run.bases["gmv"]
    assert (basis.tables, [part.sql for part in basis.parts]) == (("channel_daily",), ["sum(paid_amount)"])
    assert "typed_channel_daily" in run.views["channel_daily"]


def test_one_digit_changes_the_figures_it_went_into(first: tuple[Project, Run], tmp_path: Path) -> None:
    at = ROW_OF_2025 + 1  # 抖音, 1 January 2025
    day, platform, *counts, paid = DAILY[at - 1]
    found = again(first, tmp_path, with_row(at, [day, platform, *counts, paid + 100_000]))
    assert found.files == {"data.xlsx": Change.CHANGED}
    (row,) = found.rows
    assert (row.change, row.place, row.key) == (Change.CHANGED, f"data.xlsx › 渠道日报 › F{at}", "2025-01-01，抖音")
    (cell,) = row.cells
    assert (cell.column, cell.old, cell.new) == ("支付金额", "400", "100,400")
    figures = {figure.ref: figure for figure in found.figures}
    total = figures["gmv@2025"]
    assert (total.label, total.period, total.old, total.new, total.difference) == (
        "成交总额",
        "2025年",
        "51.1万元",
        "61.1万元",
        "+10.0万元",
    )
    assert total.rows == (0,)
    assert total.correction == "成交总额由51.1万元更正为61.1万元"
    assert total.correction in found.corrections
    assert figures["gmv@2025[平台=抖音]"].rows == (0,)
    assert figures["gmv@2025[渠道=短视频]"].rows == (0,)
    assert not {"gmv@2024", "gmv@2025[平台=天猫]", "uv@2025", "gmv@2025-02"} & set(figures)
    assert all(figure.old != figure.new for figure in found.figures)


def test_last_years_row_is_behind_this_years_growth(first: tuple[Project, Run], tmp_path: Path) -> None:
    day, platform, *counts, paid = DAILY[1]
    found = again(first, tmp_path, with_row(2, [day, platform, *counts, paid + 50_000]))
    figures = {figure.ref: figure for figure in found.figures}
    assert "gmv@2025" not in figures
    assert figures["gmv@2025.growth"].rows == (0,)
    assert figures["gmv@2024"].correction == "2024年成交总额由51.2万元更正为56.2万元"


def test_rows_come_go_and_move(first: tuple[Project, Run], tmp_path: Path) -> None:
    new = [date(2025, 12, 31), "快手", 5, 1, 1, 70]
    rows = [DAILY[0], *reversed(DAILY[2:]), new]  # all moved, one gone, one come
    found = again(first, tmp_path, rows)
    told = {(row.change, row.key, row.row) for row in found.rows}
    assert told == {(Change.REMOVED, "2024-01-01，天猫", 2), (Change.ADDED, "2025-12-31，快手", len(rows))}
    count = found.counts["channel_daily"]
    assert (count.changed, count.added, count.removed, count.is_whole) == (0, 1, 1, True)


def test_a_row_whose_key_was_mistyped_is_one_change(first: tuple[Project, Run], tmp_path: Path) -> None:
    at = ROW_OF_2025 + 1
    day, _, *counts = DAILY[at - 1]
    found = again(first, tmp_path, with_row(at, [day, "快手", *counts]))
    (row,) = found.rows
    assert [(cell.column, cell.address, cell.old, cell.new) for cell in row.cells] == [
        ("平台", f"B{at}", "抖音", "快手")
    ]
    figures = {figure.ref: figure for figure in found.figures}
    assert figures["gmv@2025[平台=抖音]"].rows == (0,)
    assert figures["gmv@2025[平台=快手]"].change is Change.ADDED


def test_settings_change_figures_without_rows(first: tuple[Project, Run], tmp_path: Path) -> None:
    moved = SETTINGS.replace('"主站" = ["天猫"]', '"主站" = ["天猫", "抖音"]').replace('"抖音", ', "")
    found = again(first, tmp_path, DAILY, moved)
    assert found.rows == ()
    assert found.files["rpt.toml"] is Change.CHANGED
    assert {"gmv@2025[渠道=主站]", "gmv@2025[渠道=短视频]"} <= {figure.ref for figure in found.figures}


def test_a_file_that_is_another_is_cut_and_counted(
    first: tuple[Project, Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpt.assurance.difference.rows.LISTED", 10)
    rows = [DAILY[0], *([day, name, *counts, paid * 2] for day, name, *counts, paid in DAILY[1:])]
    found = again(first, tmp_path, rows)
    count = found.counts["channel_daily"]
    assert len(found.rows) == 10
    assert not count.is_whole
    assert count.changed + count.added == len(DAILY) - 1


def test_ids_hashed_for_one_run_are_no_change(first: tuple[Project, Run], tmp_path: Path) -> None:
    members = [
        ["会员ID", "注册日期", "注册渠道"],
        *([f"1380013{at:04}", date(2025, 1, 1 + at), "天猫"] for at in range(20)),
    ]
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    kept = made(project(one, {"渠道日报": DAILY, "会员": members}))
    members[3] = [members[3][0], date(2025, 6, 1), "抖音"]
    second = made(project(other, {"渠道日报": DAILY, "会员": members}))
    assert not set(_ids(kept)) & set(_ids(second))
    changes, _ = compare_rows(kept, second)
    assert [(row.row, [cell.column for cell in row.cells]) for row in changes] == [(4, ["注册日期", "注册来源"])]


def _ids(run: Run) -> list[str]:
    return [id for (id,) in duckdb.sql(f"select member_id from '{run.rows['member']}'").fetchall()]


def test_the_same_again_differs_in_nothing(first: tuple[Project, Run], tmp_path: Path) -> None:
    found = again(first, tmp_path, DAILY)
    assert (found.figures, found.rows, found.corrections) == ((), (), ())


def test_an_archive_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    found = project(tmp_path, {"渠道日报": DAILY})
    found.state.write_text("in the way")
    outcome = domain(found, DOMAINS["channel"], Request(2025, ["json"]), TODAY, lambda step: None)
    assert outcome.artifacts[0].path.exists()
    assert [issue.message[:9] for issue in outcome.issues if issue.code == "run_unkept"] == ["本次运行没有存档："]


def test_the_commands(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    found = project(tmp_path, {"渠道日报": DAILY})
    assert "还没有存档" in rpt("runs", "-p", tmp_path).out
    empty = rpt("diff", "-p", tmp_path)
    assert (empty.code, "还没有存档的运行" in empty.err) == (1, True)
    made(found)
    alone = rpt("diff", "-p", tmp_path)
    assert (alone.code, "只有这一次运行" in alone.err) == (1, True)
    old = found.out / "channel-2025.json"
    kept = old.rename(found.out / "old.json")
    book = openpyxl.load_workbook(tmp_path / "data.xlsx")
    book["渠道日报"].cell(ROW_OF_2025, 6, 31_000)
    book.save(tmp_path / "data.xlsx")
    made(found)
    listed = rpt("runs", "-p", tmp_path)
    assert (listed.code, listed.out.count("channel-2025")) == (0, 4)
    said = rpt("diff", "-p", tmp_path)
    assert said.code == 0
    assert f"F{ROW_OF_2025}" in said.out
    assert "支付金额 1,000 → 31,000" in said.out
    by_file = json.loads(rpt("diff", kept, found.out / "channel-2025.json", "-p", tmp_path, "--json").out)
    assert by_file["corrections"][0] == "成交总额由51.1万元更正为54.1万元"
    kept.write_text("{}")
    unknown = rpt("diff", kept, "latest", "-p", tmp_path)
    assert (unknown.code, "没有存档的运行写过这个文件" in unknown.err) == (2, True)
    assert rpt("diff", "nothing", "latest", "-p", tmp_path).code == 2
    pruned = rpt("存档", "--prune", "1", "-p", tmp_path)
    assert "已清理1次运行" in pruned.out
    assert len(json.loads(rpt("runs", "--json", "-p", tmp_path).out)) == 1


def test_runs_of_two_reports_are_not_compared(first: tuple[Project, Run], tmp_path: Path) -> None:
    store = RunStore(first[0].state)
    other = store.keep(replace(first[1], record=replace(first[1].record, report="channel-2024")))
    with pytest.raises(UserError, match="不是同一份报告"):
        diff(first[0], first[1].record.id, other)
