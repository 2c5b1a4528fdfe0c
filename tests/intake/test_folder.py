"""The script that runs intake over a folder: honest files are read, others refused, and the run comes to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.intake.packages import package, row
from tests.projects import write_workbook

SCRIPT = Path(__file__).parents[1] / "intake_folder.py"
ROWS = [["日期", "平台", "支付金额"], ["2025-06-18", "天猫", 100], ["2025-06-19", "天猫", "待定"]]


def test_every_file_of_a_folder_is_counted(tmp_path: Path) -> None:
    honest, broken, hostile = (tmp_path / name for name in ("honest", "broken", "hostile/deep"))
    for folder in (honest, broken, hostile):
        folder.mkdir(parents=True)
    whole = write_workbook(honest / "渠道 [1]*.xlsx", {"渠道日报": ROWS}).read_bytes()
    table = "\n".join(",".join(map(str, line)) for line in ROWS)
    (honest / "日报.csv").write_text(table, encoding="gb18030")
    (honest / "导出.xls").write_text("<table>" + "".join(f"<tr><td>{line[0]}</td><td>1</td></tr>" for line in ROWS))
    (honest / "no ending").write_text(table, encoding="utf-8")
    (broken / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    (broken / "empty.csv").touch()
    (broken / "noise.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9)
    package(hostile / "entities.xlsx", {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'})
    package(hostile / "far.xlsx", rows=row(1, "A1") + row(1_048_576, "XFD1048576"))

    run = subprocess.run(
        (sys.executable, str(SCRIPT), str(tmp_path), "--json"), capture_output=True, encoding="utf-8", check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    counts = json.loads(run.stdout)
    found = {Path(outcome["file"]).relative_to(tmp_path).as_posix(): outcome for outcome in counts["outcomes"]}
    assert {name for name, outcome in found.items() if outcome["outcome"] == "read"} == {
        "honest/渠道 [1]*.xlsx", "honest/日报.csv", "honest/导出.xls", "honest/no ending",
    }  # fmt: skip
    assert [counts[name] for name in ("files", "read", "run failed", "not asked for", "crashed", "timed out")] == [
        9, 4, 0, 0, 0, 0,
    ]  # fmt: skip
    assert counts["refused by reason"] == {"file_limit": 1, "file_unsafe": 1, "unreadable": 3}
    assert found["honest/渠道 [1]*.xlsx"]["cells_wrong"] > 0
    assert found["honest/渠道 [1]*.xlsx"]["peak_mb"] > 0
    assert all(outcome["message"] for outcome in found.values() if outcome["outcome"] != "read")
