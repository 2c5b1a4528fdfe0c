"""``rpt schedule``: commands that run by themselves."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand, ChineseGroup
from rpt.commands.running import opened

WAIT = 1800  # seconds that a scheduled run waits for another one: nobody is there to try again


def register(app: typer.Typer) -> None:
    """Add ``schedule`` with its commands, and their Chinese names, to the app."""
    group = typer.Typer(cls=ChineseGroup, no_args_is_help=True, help="让命令定时自动运行（crontab 或 systemd）。")
    for name, alias, command in (("add", "添加", add), ("list", "列表", show), ("remove", "删除", remove)):
        group.command(name, cls=ChineseCommand)(command)
        group.command(alias, cls=ChineseCommand, hidden=True)(command)
    app.add_typer(group, name="schedule")
    app.add_typer(group, name="定时", hidden=True)


def add(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="命令", help='要运行的命令，如 annual 或 "monthly 上月 --format pdf"。')
    ],
    at: Annotated[str, typer.Option("--at", metavar="时间", help="cron 的五段：分 时 日 月 星期，如 0 8 5 1 *。")],
    project: options.Project = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="文件", help="命令的文字输出追加到哪里；默认 .rpt/log/cron.log。"),
    ] = None,
    systemd: Annotated[bool, typer.Option("--systemd", help="只打印 systemd 的定时器与服务，不动 crontab。")] = False,
    quiet: options.Quiet = False,
) -> None:
    """添加一个定时：写入当前用户的 crontab，其他行不动。"""
    if systemd and log:
        raise typer.BadParameter("不能与 --systemd 合用：输出在 journalctl --user 里", param_hint="--log")
    command = shlex.split(words[0]) if len(words) == 1 else words
    command = command[1:] if command[:1] == ["rpt"] else command
    period = _checked(context, command)
    from rpt.console.schedules import shown
    from rpt.flows.schedule import add as make
    from rpt.flows.schedule import pair
    from rpt.language.cron import moment_text

    found, console = opened(project, quiet=quiet, verbose=False, acts=not systemd)
    if systemd:
        planned, units = pair(found, at, command, WAIT)
        for name, content in units:
            typer.echo(f"# ~/.config/systemd/user/{name}\n{content}")
        timer = units[0][0]
        typer.echo(f"# 存好后：systemctl --user daemon-reload && systemctl --user enable --now {timer}")
        typer.echo("# 退出登录后也要运行：loginctl enable-linger")
        typer.echo(f"# 上次与下次：systemctl --user list-timers {timer}；关机错过的开机后会补")
    else:
        planned = make(found, at, command, log.resolve() if log else None, WAIT)
        what = f"{planned.words} 运行 {shown(command)}，下次 {moment_text(planned.coming)}（北京时间）"
        console.line(f"已添加定时 {planned.scheduled.number}：{what}")
    for note in (*planned.notes, *([period] if period else [])):
        typer.echo(f"# {note}") if systemd else console.note(note)


def show(project: options.Project = None, quiet: options.Quiet = False) -> None:
    """列出这个项目的定时。"""
    from rpt.console import Console
    from rpt.console.schedules import show_schedules
    from rpt.flows.schedule import all_of
    from rpt.project.find import find_project

    show_schedules(Console(quiet=quiet), all_of(find_project(project)))


def remove(
    which: Annotated[str, typer.Argument(metavar="编号", help="定时的编号，或 all 删除全部。")],
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """删除一个或全部定时，其他行不动。"""
    if which not in ("all", "全部") and not which.isdecimal():
        raise typer.BadParameter(f"应为编号或 all（写的是 {which}）", param_hint="编号")
    from rpt.console.schedules import shown
    from rpt.flows.schedule import remove as take

    found, console = opened(project, quiet=quiet, verbose=False, acts=True)
    gone = take(found, int(which) if which.isdecimal() else None)
    for one in gone:
        console.line(f"已删除定时 {one.number}：{shown(one.command)}")
    if not gone:
        console.line("这个项目没有定时")


def _checked(context: typer.Context, command: list[str]) -> str:
    """Parse a command as ``rpt`` will, so that a slip is told now and not in January; what its period means.

    Raises the parser's own errors, and BadParameter for a command that makes no sense without anybody there.
    """
    if not command:
        raise typer.BadParameter("没有写要运行的命令", param_hint="命令")
    root: Any = context.find_root()
    name, found, rest = root.command.resolve_command(root, list(command))
    parsed = found.make_context(name, list(rest), parent=root) if hasattr(found, "callback") else None
    if parsed is None or hasattr(found, "commands") or "project" not in parsed.params:
        raise typer.BadParameter(f"rpt {command[0]} 不能定时运行", param_hint="命令")
    if parsed.params["project"] is not None:
        raise typer.BadParameter("--project 请写在 rpt schedule add 后面，不写在命令里", param_hint="命令")
    if parsed.params.get("year"):
        return f"每次都做 {parsed.params['year']} 年的；想每次做最近一个完整年度，请不写年份"
    if parsed.params.get("month") not in (None, *options.LAST_MONTH):
        return f"每次都做 {parsed.params['month']} 的；想每次做上一个月，请把月份写成 上月"
    return ""
