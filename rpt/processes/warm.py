"""Servers that wait for the next run in this process: to start one, with its libraries, takes longer than a small job.

A server does each job in a fork and keeps nothing of it, so that it may serve any run. Unless a block asks for it,
none is kept: a single run wants the memory back.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from rpt.processes.server import Server, environment

_Kind = tuple[tuple[str, ...], frozenset[tuple[str, str]]]  # what it runs, and the environment it was started in


class _Warm:
    """The servers of a block: all that were started in it, and those of them that wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: dict[Server, _Kind] = {}
        self.idle: list[Server] = []


_lock = threading.Lock()
_blocks: list[_Warm] = []


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Have servers that are done wait for whoever next needs one of their kind, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as name:
        block = _Warm(Path(name))
        with _lock:
            _blocks.append(block)
        try:
            yield
        finally:
            with _lock:
                _blocks.remove(block)
            for server in block.kinds:
                server.end()


def started(command: Sequence[str], log: Path) -> Server:
    """A server of this kind: one that waits, else a new one, whose log is ``log`` unless it is to be kept."""
    environ = environment()
    kind = tuple(command), frozenset(environ.items())
    with _lock:
        if not _blocks:
            return Server(command, environ, log)
        block = _blocks[-1]
        waiting = [server for server in block.idle if block.kinds[server] == kind]
        for server in waiting:
            block.idle.remove(server)
            if server.is_alive:
                return server
        server = Server(command, environ, block.folder / f"server-{len(block.kinds)}.log")
        block.kinds[server] = kind
        return server


def released(server: Server) -> None:
    """What becomes of a server that is needed no more: it waits where it is to be kept, else it is ended."""
    with _lock:
        block = next((block for block in _blocks if server in block.kinds), None)
        if block is not None and server.is_alive:
            block.idle.append(server)
            return
    server.end()
