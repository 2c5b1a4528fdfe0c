"""Sends killed at random moments: nobody gets a letter twice, and whoever may have got none is listed.

20 times in ``make test``; RPT_PROOF sets the number for ``make proof``.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpt.delivery.outbox import Outbox
from rpt.values.delivery import State
from tests.delivery.mailserver import Running, serving

ROOT = Path(__file__).parents[2]
TIMES = 300 if os.environ.get("RPT_PROOF") else 20
PEOPLE = ("a@example.com", "b@example.com")
_CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from rpt.delivery.addresses import mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import Patience, post
from rpt.delivery.smtp import Server, SmtpTransport
from rpt.values.delivery import State
from tests.delivery.letters import letter
folder, port, people = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
transport = SmtpTransport(Server("127.0.0.1", port, "none"), Envelope(mailbox("rpt@example.com")))
print("ready", flush=True)
outbox = Outbox(folder / ".rpt")
with outbox.exclusive():
    for content in ("one", "two", "three"):
        sent = replace(letter(folder, tuple(people), content), report=content)
        entries = outbox.enqueue(sent, "smtp", people)
        queued = [e.recipient for e in entries if e.state is State.QUEUED]
        if queued:
            post(outbox, transport, sent, queued, Patience(deadline=0))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), plain=True) as running:
        yield running


def start(folder: Path, running: Running) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _CHILD, str(folder), str(running.port), *PEOPLE]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


@pytest.mark.early
@pytest.mark.parametrize("seed", range(TIMES))
def test_a_kill_loses_nothing_and_doubles_nothing(seed: int, running: Running, tmp_path: Path) -> None:
    """Three letters to two people. The first run is killed, the second is not."""
    chance = random.Random(seed)
    running.box.clear()
    running.box.pause = chance.uniform(0, 0.004)  # at each command, so that the kill meets every step
    first = start(tmp_path, running)
    assert first.stdout is not None
    first.stdout.readline()
    time.sleep(chance.uniform(0, 0.25))
    first.send_signal(signal.SIGKILL)
    first.communicate()
    running.box.pause = 0
    second = start(tmp_path, running)
    _, complaints = second.communicate(timeout=60)
    assert second.returncode == 0, complaints
    outbox = Outbox(tmp_path / ".rpt")
    got = [(to, content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]) for to, content in running.box.taken]
    assert len(got) == len(set(got)), "somebody has a letter twice"
    rows = outbox.entries()
    assert len(rows) == 6
    assert all(row.state in (State.SENT, State.IN_DOUBT) for row in rows)
    assert len(got) >= sum(row.state is State.SENT for row in rows)
    for person in PEOPLE:
        listed = [row for row in rows if row.recipient == person]
        sent = sum(row.state is State.SENT for row in listed)
        assert sent <= running.box.count(person) <= len(listed)
    outbox.close()
