"""Commands that are read when they are called.

Typer reads a command by evaluating the annotations of its function, and reads all of an app's before it runs one: with
thirty of them that is most of what a short run takes.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_group
from typer.models import CommandInfo, TyperInfo

from rpt.commands.chinese import ChineseCommand, ChineseGroup


class ShelfGroup(ChineseGroup):
    """A group that reads the commands registered with ``shelf`` when they are taken, each once."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._registered: dict[str, CommandInfo | TyperInfo] = {}

    def shelve(self, shelf: typer.Typer) -> None:
        """Take the commands that are registered with an app."""
        self._registered |= {str(info.name): info for info in shelf.registered_commands}
        self._registered |= {str(info.name): info for info in shelf.registered_groups}

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, as they were registered."""
        return list(self._registered)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command, or None."""
        if cmd_name in self._registered and cmd_name not in self.commands:
            alone, info = typer.Typer(), self._registered[cmd_name]
            if isinstance(info, CommandInfo):
                alone.registered_commands.append(info)
            else:
                alone.registered_groups.append(info)
            self.commands.update(get_group(alone).commands)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called; where there is none of that name, those that there are get suggested."""
        if args[0] in self._registered:
            return super().resolve_command(ctx, args)
        with self._outlined():
            return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of the group, which shows of each command only its name and what it does."""
        with self._outlined():
            super().format_help(ctx, formatter)

    @contextlib.contextmanager
    def _outlined(self) -> Iterator[None]:
        self.commands, kept = self._outlines(), self.commands
        try:
            yield
        finally:
            self.commands = kept

    def _outlines(self) -> dict[str, Any]:
        def told(info: CommandInfo | TyperInfo) -> str | None:
            if isinstance(info, TyperInfo):
                return str(info.typer_instance.info.help) if info.typer_instance else None
            return inspect.getdoc(info.callback)

        return {
            name: ChineseCommand(name=name, help=told(info), hidden=info.hidden is True)
            for name, info in self._registered.items()
        }
