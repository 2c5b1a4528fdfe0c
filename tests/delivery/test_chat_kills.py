"""Sends to group chats killed at random moments: no message twice, and whatever may be missing is listed.

10 times in ``make test``, 300 in ``make proof``.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from rpt.delivery.outbox import Outbox
from rpt.values.delivery import State
from tests.delivery.chat_server import Handler, chat_server

ROOT = Path(__file__).parents[2]
_CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import Patience, post
from rpt.delivery.secrets import Secret
from rpt.delivery.webhook import WECOM, webhook
from rpt.delivery.wecom import Robot, WecomTransport
from rpt.values.delivery import State
from tests.delivery.letters import letter
folder = Path(sys.argv[1])
transport = WecomTransport({"a": Robot(webhook("a", WECOM, Secret(sys.argv[2])))})
print("ready", flush=True)
with Outbox(folder / ".rpt").exclusive() as outbox:
    for content in ("one", "two", "three"):
        sent = replace(letter(folder, content=content), report=content, title=content)
        entries = outbox.enqueue(sent, "wecom", transport.recipients("a", sent))
        queued = [e.recipient for e in entries if e.state is State.QUEUED]
        if queued:
            post(outbox, transport, sent, queued, Patience(deadline=0))
"""


@pytest.mark.early
@pytest.mark.parametrize("seed", range(10))
def test_a_kill_doubles_nothing_and_hides_nothing(seed: int, tmp_path: Path) -> None:
    tried(seed, tmp_path)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10, 310))
def test_300_kills(seed: int, tmp_path: Path) -> None:
    tried(seed, tmp_path)


def tried(seed: int, tmp_path: Path) -> None:
    """Three letters, a summary and a file each. The first run is killed, the second is not."""
    chance = random.Random(seed)

    def pausing(handler: Handler) -> None:
        """The platform's own answer after a while: the kill meets requests on their way."""
        time.sleep(chance.uniform(0, 0.03))
        handler.answer_as_usual()

    with chat_server() as chat:
        chat.script += [pausing] * 20
        command = [sys.executable, "-c", _CHILD, str(tmp_path), chat.wecom]
        pipes = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        with subprocess.Popen(command, **pipes) as first:  # type: ignore[call-overload]
            first.stdout.readline()
            time.sleep(chance.uniform(0, 0.2))
            first.send_signal(signal.SIGKILL)
        time.sleep(0.05)  # what the server was about to answer is answered
        chat.script.clear()
        second = subprocess.run(command, **pipes, timeout=60, check=False)  # type: ignore[call-overload]
        assert second.returncode == 0, second.stderr
    got = Counter(
        said["markdown"]["content"].splitlines()[0]
        if said["msgtype"] == "markdown"
        else chat.media[said["file"]["media_id"]]
        for said in chat.shown
    )
    assert max(got.values()) == 1
    with Outbox(tmp_path / ".rpt").exclusive() as outbox:
        entries = outbox.entries()
    assert len(entries) == 6
    assert {entry.state for entry in entries} <= {State.SENT, State.IN_DOUBT}
    sent = sum(entry.state is State.SENT for entry in entries)
    assert sent <= sum(got.values()) <= len(entries)
    assert len(entries) - sum(got.values()) <= sum(entry.state is State.IN_DOUBT for entry in entries)
