"""``rpt problems``: on the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.projects import daily, project


@pytest.mark.parametrize("command", ["problems", "问题"])
def test_problems_as_json(tmp_path: Path, rpt: Callable[..., Any], command: str) -> None:
    lost = [
        *daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000),
        *daily(date(2024, 1, 1), date(2024, 12, 31), 抖音=100)[1:],
    ]
    project(tmp_path, {"渠道日报": lost})
    said = rpt(command, "2025", "--project", str(tmp_path), "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert (found["year"], found["cut"]) == (2025, "2025-12-31")
    (first, *_) = found["findings"]
    assert set(first) == {"code", "severity", "title", "impact", "evidence", "driver", "cause", "actions"}
    assert (first["severity"], first["impact"], first["evidence"]) == ("high", "-36600", ["gmv@2024[平台=抖音]"])


def test_problems_on_the_terminal(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)})
    said = rpt("problems", "2025", "-p", str(tmp_path), "-q")
    assert said.code == 0
    assert "发现问题0项" in said.out
