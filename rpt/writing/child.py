"""The child side of writing: ``python -m rpt.writing.child SCRATCH`` renders with a project's own templates.

Each job is done in a process of its own, under limits, and behind a second wall beside the sandbox: from the moment the
job is known, the process opens no file to write but its answer, none to read but templates and Python's own, and
neither a connection nor another process.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, EnumType
from pathlib import Path
from typing import Any

from rpt.processes import serving
from rpt.values.issue import UserError

ASKED, ANSWER = "asked", "answer"
_CLOSED = ("socket.", "subprocess.", "ctypes.", "shutil.", "pty.", "ftplib.", "http.", "smtplib.", "urllib.")
_CLOSED_CALLS = frozenset(
    f"os.{name}" for name in (
        "system", "exec", "fork", "forkpty", "posix_spawn", "spawn", "startfile", "remove", "rename", "rmdir", "mkdir",
        "link", "symlink", "chmod", "chown", "truncate", "utime", "kill", "killpg", "putenv", "unsetenv",
    )
)  # fmt: skip
_WARNED = 0.8  # of the time that a job has
_KNOWN = (("decimal", "Decimal"), ("markupsafe", "Markup"), ("datetime", "date"))


@dataclass(frozen=True)
class Job(serving.Job):
    """What to do stands in a folder, where the answer is left; ``readable`` are the folders of templates."""

    folder: str
    readable: Sequence[str]


class Plain(pickle.Unpickler):
    """Reads an answer: values of ours and plain ones. Nothing in it can name anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """A class that an answer names. Raises UnpicklingError for what is no value."""
        if (module, name) == ("builtins", "getattr"):  # how Python 3.11.0 to 3.11.3 name a member of an enumeration
            return _member
        is_value = module.startswith("rpt.values.") and "." not in name
        if is_value or (module, name) in _KNOWN:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value")


def _member(kind: object, name: str) -> Enum:
    """A member of an enumeration, and nothing else that has attributes."""
    if isinstance(kind, EnumType):
        found: Enum = kind[name]
        return found
    raise pickle.UnpicklingError(f"{kind!r} is no enumeration")


def main() -> None:
    """Do the jobs of standard input until it ends."""
    import rpt.writing.compose  # noqa: F401 - loaded once, for all the documents

    serving.serve(Job, do)


def do(job: Job) -> int:
    """Do what is asked and leave the answer: what came of it, and the arguments of the UserError that came instead."""
    folder = Path(job.folder)
    with (folder / ASKED).open("rb") as stream:
        work, args, kwargs = pickle.load(stream)
    with (folder / ANSWER).open("wb") as stream:
        _warn_in_time(job.limits.seconds)
        confine(job.readable)
        try:
            answer: tuple[object, object] = work(*args, **kwargs), None
        except UserError as error:
            answer = None, (error.message, error.hint, error.exit_code)
        pickle.dump(answer, stream)
    return serving.DONE


def _warn_in_time(seconds: float) -> None:
    """Raise TimeoutError before the time is up, where the template is at: being ended, it could not say."""
    if not hasattr(signal, "pthread_kill"):
        return

    def late(signum: int, frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGUSR1, late)
    timer = threading.Timer(seconds * _WARNED, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1))
    timer.daemon = True
    timer.start()


def confine(readable: Sequence[str]) -> None:
    """From here on this process reads templates and Python's own files, and reaches nothing else. Cannot be undone."""
    packages = (entry for entry in (*sys.path, sys.prefix, sys.base_prefix) if entry)
    roots = tuple(os.path.realpath(folder) + os.sep for folder in (*readable, *packages))

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            if _writes(mode, flags) or isinstance(path, int) or not _below(path, roots):
                raise PermissionError(f"a template opened {path!r}")
        elif event.startswith(_CLOSED) or event in _CLOSED_CALLS:
            raise PermissionError(f"a template caused {event}")

    sys.addaudithook(hook)


def _writes(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))


def _below(path: object, roots: tuple[str, ...]) -> bool:
    name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
    return os.path.realpath(name).startswith(roots)


if __name__ == "__main__":
    main()
