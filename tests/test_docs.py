"""The READMEs against the code: every command, option and exit code is told, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rpt.commands import group as rpt_group
from rpt.flows.catalogue import list_metrics

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
COMMAND: Any = rpt_group()


def visible(group: Any = COMMAND, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands that --help lists, those of groups too: ``schedule add``."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if not command.hidden:
            yield before + name, command
            if hasattr(command, "commands"):
                yield from visible(command, f"{before}{name} ")


def options() -> set[str]:
    """Every option of rpt and of its commands, in all its spellings."""
    commands = [COMMAND, *(command for _, command in visible())]
    return {
        spelling for command in commands for option in command.params for spelling in option.opts if spelling[0] == "-"
    }


@pytest.mark.parametrize("columns", [80, 120])
def test_help_is_said_whole(rpt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """No text of --help is cut off, and what stands in brackets is no style."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for name, command in [("", COMMAND), *visible()]:
        shown = re.sub(r"[\s│]", "", rpt(*name.split(), "--help").out)
        texts = [param.help for param in command.params if getattr(param, "help", None) and not param.hidden]
        assert [text for text in texts if re.sub(r"\s", "", text) not in shown] == [], name


@pytest.mark.parametrize("readme", READMES)
def test_every_command_and_option_is_told(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    commands = [name for name, _ in visible()]
    assert {"annual", "check", "metrics"} <= set(commands)
    assert [name for name in commands if not re.search(rf"\brpt {name}\b", text)] == []
    assert {"--as-of", "--allow-errors", "--project", "-q"} <= options()
    assert [name for name in sorted(options()) if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_exit_code_is_told(readme: str, rpt: Callable[..., Any]) -> None:
    told = re.search(r"退出码：(.+)", re.sub(r"[│\n]", " ", rpt("--help").out))
    assert told is not None
    codes = re.findall(r"(\d) ", told[1])
    assert codes == ["0", "1", "2", "3", "4", "5", "6"]
    text = (ROOT / readme).read_text(encoding="utf-8")
    start = re.search(r"退出码|[Ee]xit codes?", text)
    assert start is not None
    section = text[start.start() :][:1500]
    assert [code for code in codes if not re.search(rf"(?<![\d.]){code}(?![\d.])", section)] == []


def test_every_metric_is_listed(rpt: Callable[..., Any]) -> None:
    ids = [metric.id for metric in list_metrics(None)]
    assert len(ids) >= 60
    said = rpt("metrics")
    assert said.code == 0
    assert [id for id in ids if not re.search(rf"\b{id}\b", said.out)] == []
    assert f"共{len(ids)}个指标" in said.out
