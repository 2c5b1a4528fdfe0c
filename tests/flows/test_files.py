"""A report's files are all new or all old: where one cannot be made, none is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.flows import files
from rpt.rendering.printing import Printed
from rpt.values.issue import UserError
from tests.projects import daily, project


@pytest.mark.parametrize("broken", [(files, "write_json"), (Printed, "copied")], ids=["json", "pdf"])
def test_one_that_fails_leaves_the_old_ones(
    rpt: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: tuple[object, str]
) -> None:
    project(tmp_path, {"渠道日报": daily(date(2025, 11, 1), date(2025, 12, 31), 天猫=1000)})
    old = {f"annual-2025.{form}": b"old" for form in ("html", "json", "pdf")}
    (tmp_path / "out").mkdir()
    for name, content in old.items():
        (tmp_path / "out" / name).write_bytes(content)

    def fail(*_: object) -> None:
        raise UserError("没有做成")

    monkeypatch.setattr(*broken, fail)
    said = rpt("annual", "2025", "-p", tmp_path, "--format", "html,json,pdf")
    assert (said.code, "没有做成" in said.err) == (2, True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == old
