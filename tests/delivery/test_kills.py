"""Sends killed at random moments: nobody gets a letter twice, and whoever may have got none is listed.

20 times in ``make test``, 300 in ``make proof``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.killing import PEOPLE, kill, send, settled
from tests.delivery.mailserver import Running, serving


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), plain=True) as running:
        yield running


def tried(seed: int, running: Running, folder: Path) -> None:
    """Three letters to two people. The first run is killed, the second is not."""
    chance = random.Random(seed)
    running.box.clear()
    running.box.pause = chance.uniform(0, 0.004)  # at each answer, so that the kill meets every step
    kill(folder, running.port, chance.uniform(0, 0.25))
    running.box.pause = 0
    send(folder, running.port)
    got = [(to, content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]) for to, content in running.box.taken]
    assert len(got) == len(set(got)), "somebody has a letter twice"
    settled(folder, {person: running.box.count(person) for person in PEOPLE})


@pytest.mark.early
@pytest.mark.parametrize("seed", range(20))
def test_a_kill_loses_nothing_and_doubles_nothing(seed: int, running: Running, tmp_path: Path) -> None:
    tried(seed, running, tmp_path)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(20, 320))
def test_300_kills(seed: int, running: Running, tmp_path: Path) -> None:
    tried(seed, running, tmp_path)
