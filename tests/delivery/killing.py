"""A process that sends three letters to two people, killed or not, and what has to hold afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rpt.delivery.addresses import mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import Patience, post
from rpt.delivery.smtp import Server, SmtpTransport
from rpt.values.delivery import State
from tests.delivery.letters import letter

ROOT = Path(__file__).parents[2]
PEOPLE = ("a@example.com", "b@example.com")
LETTERS = ("one", "two", "three")


def _started(folder: Path, port: int, ca_file: Path | None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.delivery.killing", str(folder), str(port), str(ca_file or "")]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def kill(folder: Path, port: int, after: float, ca_file: Path | None = None) -> None:
    """Send, and kill the sender some seconds after it has begun."""
    child = _started(folder, port, ca_file)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.communicate()


def send(folder: Path, port: int, ca_file: Path | None = None) -> None:
    """Send to the end."""
    child = _started(folder, port, ca_file)
    _, complaints = child.communicate(timeout=60)
    assert child.returncode == 0, complaints


def settled(folder: Path, got: Mapping[str, int]) -> None:
    """Everyone has each letter at most once, and who may lack one is listed as in doubt. ``got`` counts letters."""
    outbox = Outbox(folder / ".rpt")
    rows = outbox.entries()
    outbox.close()
    assert len(rows) == len(PEOPLE) * len(LETTERS)
    assert all(row.state in (State.SENT, State.IN_DOUBT) for row in rows)
    for person in PEOPLE:
        listed = [row for row in rows if row.recipient == person]
        assert sum(row.state is State.SENT for row in listed) <= got[person] <= len(listed)


def main(folder: Path, port: int, ca_file: str) -> None:
    """The process itself."""
    server = Server("127.0.0.1", port, "starttls" if ca_file else "none", ca_file=Path(ca_file) if ca_file else None)
    transport = SmtpTransport(server, Envelope(mailbox("rpt@example.com")))
    print("ready", flush=True)
    outbox = Outbox(folder / ".rpt")
    with outbox.exclusive():
        for name in LETTERS:
            sent = replace(letter(folder, PEOPLE, name), report=name)
            queued = [e.recipient for e in outbox.enqueue(sent, "smtp", PEOPLE) if e.state is State.QUEUED]
            if queued:
                post(outbox, transport, sent, queued, Patience(deadline=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
