"""``rpt send``: finished reports to their readers; ``rpt outbox``: what was sent to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened
from rpt.commands.sending import send_files


def register(app: typer.Typer) -> None:
    """Add ``send``, ``outbox`` and their Chinese names to the app."""
    app.command("send", cls=ChineseCommand)(send)
    app.command("发送", cls=ChineseCommand, hidden=True)(send)
    app.command("outbox", cls=ChineseCommand)(outbox)
    app.command("发件箱", cls=ChineseCommand, hidden=True)(outbox)


def send(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="rpt 生成的文件，如 out/annual-2025.*。")],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="收件人", help="地址或 [mail.groups] 里的组名，可写多次；默认用 [mail] 的 to。"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="不发送，只把邮件写成 .eml、群消息写成 .json，放在文件旁边。")
    ] = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """把生成的报告发给收件人：每人一次，内容没变不重发，变了发更正。"""
    found, console = opened(project, quiet=quiet, verbose=verbose, writes=not dry_run, sends=not dry_run)
    if dry_run:
        from rpt.flows.preview import preview

        for path in preview(found, files, to or ()):
            console.line(f"已写出 {path}（没有发送）")
        return
    send_files(found, console, files, to or ())


def outbox(
    action: Annotated[str | None, typer.Argument(metavar="resolve", help="resolve：处理一条存疑或被拒收的。")] = None,
    id: Annotated[int | None, typer.Argument(metavar="编号", help="发件箱里的编号。")] = None,
    sent: Annotated[bool, typer.Option("--sent", help="对方已收到，记为已发送。")] = False,
    resend: Annotated[bool, typer.Option("--resend", help="对方没收到，下次发送时再发。")] = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """列出发件箱：谁收到了、谁被拒收、谁存疑；resolve 处理存疑的。"""
    if action not in (None, "resolve"):
        raise typer.BadParameter(f"不认识的写法 {action}，应为 rpt outbox 或 rpt outbox resolve 编号 --sent")
    if action and (id is None or sent == resend):
        raise typer.BadParameter("应写成 rpt outbox resolve 编号 --sent 或 --resend")
    from rpt.console.delivery import show_outbox
    from rpt.flows.send import INCOMPLETE, listed, resolve
    from rpt.values.delivery import State

    found, console = opened(project, quiet=quiet, verbose=verbose, alone=bool(action))
    if action and id is not None:
        entry = resolve(found, id, State.SENT if sent else State.QUEUED)
        then = "记为已发送" if sent else "下次发送这份报告时会再发"
        console.line(f"编号 {entry.id}　{entry.title} → {entry.recipient}：{then}")
        return
    entries = listed(found)
    show_outbox(console, entries, everything=verbose)
    if any(entry.state is State.IN_DOUBT for entry in entries):
        raise typer.Exit(INCOMPLETE)
