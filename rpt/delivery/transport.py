"""How a letter leaves: the one shape of mail and robots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from rpt.values.delivery import Letter, Receipt

Committing = Callable[[Sequence[str]], None]


class Transport(Protocol):
    """A channel. ``name`` stands in the outbox (``smtp``, ``wecom``, ``dingtalk``)."""

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""
        ...

    def deliver(self, letter: Letter, recipients: Sequence[str], committing: Committing) -> Iterator[Receipt]:
        """One attempt: yields one receipt per recipient, exactly once each.

        ``committing(recipients)`` is called immediately before the point of no return (mail: DATA; robots: the
        request), with those whom it concerns; when it returns, the outbox holds them as ``sending``. What fails before
        that, or with a clear no of the other side that may pass, is a receipt with ``State.QUEUED`` (and
        ``retry_after``); a final no is ``REFUSED``; no answer after that point is ``IN_DOUBT``. Nothing is retried in
        here: who calls does, with back-off. Raises UserError (exit 5) for settings that cannot work: a password that is
        missing, a certificate that does not verify.
        """
        ...
