"""Posting one letter: attempts with back-off up to a deadline, every step written to the outbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from rpt.delivery.outbox import Outbox
from rpt.delivery.transport import Transport
from rpt.values.delivery import Letter, Receipt, State

NO_ANSWER = "没有得到对方的答复"


@dataclass(frozen=True)
class Patience:
    """How long is tried, in seconds: all in all, the first pause, and the longest; each pause doubles the one before.

    ``clock`` and ``sleep`` are those of the machine, or of a test.
    """

    deadline: float = 900
    first: float = 5
    longest: float = 300
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def post(
    outbox: Outbox, transport: Transport, letter: Letter, recipients: Sequence[str], patience: Patience
) -> tuple[Receipt, ...]:
    """Send a queued letter to its recipients; the last receipt of each, in their order.

    Those put off at the deadline stay queued. Whatever ends an attempt after its point of no return leaves nobody
    ``sending``: who has no answer by then is in doubt. Raises what the transport raises.
    """
    last: dict[str, Receipt] = {}
    waiting = list(recipients)
    until, pause = patience.clock() + patience.deadline, patience.first
    while waiting:
        _attempt(outbox, transport, letter, waiting, last)
        waiting = [r for r in waiting if last[r].state is State.QUEUED]
        asked = max((last[r].retry_after or 0 for r in waiting), default=0)
        wait = max(pause, asked)
        if not waiting or patience.clock() + wait > until:
            break
        patience.sleep(wait)
        pause = min(pause * 2, patience.longest)
    return tuple(last[recipient] for recipient in recipients)


def _attempt(
    outbox: Outbox, transport: Transport, letter: Letter, waiting: Sequence[str], last: dict[str, Receipt]
) -> None:
    committed: set[str] = set()

    def committing(recipients: Sequence[str]) -> None:
        outbox.committing(letter, transport.name, recipients)
        committed.update(recipients)

    def note(receipt: Receipt) -> None:
        outbox.record(letter, transport.name, receipt)
        committed.discard(receipt.recipient)
        last[receipt.recipient] = receipt

    answered: set[str] = set()
    try:
        for receipt in transport.deliver(letter, waiting, committing):
            note(receipt)
            answered.add(receipt.recipient)
    finally:
        now = partial(datetime.now, UTC)
        for recipient in sorted(committed):
            note(Receipt(recipient, State.IN_DOUBT, NO_ANSWER, now()))
            answered.add(recipient)
        for recipient in waiting:
            if recipient not in answered:
                note(Receipt(recipient, State.QUEUED, NO_ANSWER, now()))
