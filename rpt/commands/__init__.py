"""The command line: every command parses, calls a flow and prints. No logic here."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.main import get_command

from rpt.commands import (
    annual,
    check,
    doctor,
    domains,
    explain,
    init,
    metrics,
    monthly,
    plan,
    problems,
    runs,
    schedule,
    send,
    status,
    track,
    verify,
)
from rpt.commands.chinese import NOTHING, in_chinese
from rpt.commands.session import INTERRUPTED, beginning, current
from rpt.commands.shelf import ShelfGroup
from rpt.console import fail
from rpt.values.issue import Issue, Level, Origin, UserError

app = typer.Typer(
    name="rpt",
    cls=ShelfGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="退出码：0 完成　1 数据有错误　2 用法有误　3 环境缺组件　4 成品核对不符　5 发送未完成　6 另一次运行占用中",
)

_commands = typer.Typer()
_CRASHED = 70  # what the log has of a run that ended in an error of our own


def _version(wanted: bool) -> None:
    if wanted:
        from rpt import __version__

        typer.echo(f"rpt {__version__}")
        raise typer.Exit


@app.callback(help="把电商运营的表格做成年度报告：rpt annual 2025 生成 PDF、Excel、HTML 与 JSON。")
def _root(
    version: bool = typer.Option(False, "--version", "-V", help="显示版本号。", callback=_version, is_eager=True),
    wait: float = typer.Option(0, "--wait", metavar="秒", help="另一次运行占用项目时最多等候多少秒。", min=0),
) -> None:
    """Options of ``rpt`` itself."""
    current().wait = wait


for _module in (
    annual,
    plan,
    monthly,
    track,
    domains,
    problems,
    explain,
    runs,
    verify,
    check,
    send,
    metrics,
    schedule,
    status,
    init,
    doctor,
):
    _module.register(_commands)


@functools.cache
def group() -> ShelfGroup:
    """``rpt`` as a group of commands, each read when it is taken."""
    found = get_command(app)
    assert isinstance(found, ShelfGroup)
    found.shelve(_commands)
    return found


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    with beginning(arguments) as session:
        code = _CRASHED
        try:
            code = _run(arguments)
        except Exception as error:
            session.stopped(_crash(error))
            raise
        finally:
            session.end(code)
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        code = group()(args=list(arguments), prog_name="rpt", standalone_mode=False)
    except UserError as error:
        fail(error.message, error.hint)
        current().stopped(Issue("stopped", Level.ERROR, error.message, hint=error.hint))
        return error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        said = in_chinese(error)
        if said == NOTHING:  # help was asked for, and has been printed
            return 2
        if said is None:
            raise
        fail(*said)
        return 2
    if code == INTERRUPTED:  # Typer makes this of Ctrl-C once a command runs
        fail("已中断，没有写出半成品")
    return code if isinstance(code, int) else 0


def _crash(error: Exception) -> Issue:
    """An error of our own: what it is and where, without its words, which differ from run to run."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = Origin(Path(frame.filename).name, cell=f"{frame.name} {frame.lineno}")
    return Issue("crashed", Level.ERROR, f"程序出错（{type(error).__name__}），请把日志交给维护 rpt 的人", where)
