"""A crontab program for tests that behaves as the real one does, with its file in a folder of the test's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

_PROGRAM = """#!{python}
import sys
from pathlib import Path
kept, arguments = Path({kept!r}), sys.argv[1:]
def end(said):
    sys.stderr.write(said + "\\n")
    sys.exit(1)
if arguments in (["-l"], ["-r"]):
    if not kept.exists():
        end("no crontab for tester")
    sys.stdout.buffer.write(kept.read_bytes()) if arguments == ["-l"] else kept.unlink()
elif arguments == ["-"]:
    content = sys.stdin.buffer.read()
    if content and not content.endswith(b"\\n"):
        end("new crontab file is missing newline before EOF, can't install.")
    for number, line in enumerate(content.split(b"\\n")):
        fields = line.split(None, 5)
        if line[:1].isdigit() and (len(fields) < 6 or int(fields[0]) > 59):
            end(f'"-":{{number}}: bad minute\\nerrors in crontab file, can\\'t install.')
        if len(fields) == 6 and not line.startswith(b"#") and len(fields[5]) >= 1000:
            end(f'"-":{{number}}: command too long\\nerrors in crontab file, can\\'t install.')
    kept.write_bytes(content)
else:
    end("usage: crontab [-l|-r|-]")
"""


class Crontab:
    """The user's crontab, as the program on PATH has it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.file, self._program = folder / "kept", folder / "crontab"
        self._program.write_text(_PROGRAM.format(python=sys.executable, kept=str(self.file)), encoding="utf-8")
        self._program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    @property
    def content(self) -> bytes:
        return self.file.read_bytes() if self.file.exists() else b""

    @property
    def lines(self) -> list[str]:
        """The lines that cron runs."""
        text = self.content.decode("utf-8", "replace")
        return [line for line in text.splitlines() if line and not line.startswith("#") and "=" not in line.split()[0]]

    def refuse(self, said: str) -> None:
        """From now on the program only complains."""
        self._program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
