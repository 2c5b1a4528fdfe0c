"""What is delivered: a letter about a report, and what became of it for each recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from rpt.values.digest import Digest


class State(StrEnum):
    """Where a letter to one recipient is.

    queued: to be sent, or put off by a transient failure. sending: the point of no return was reached. sent: accepted.
    refused: finally refused. in_doubt: the point of no return was passed and no answer is known; it is never sent
    again by itself.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class Attachment:
    """A file that goes along: the name the reader sees (2025年电商运营年度报告.pdf), where it is, its media type
    (``application/pdf``), the SHA-256 of its bytes and its size in bytes."""

    name: str
    path: Path
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Letter:
    """What a reader gets of one report and period.

    ``report`` is the stem of its files (``annual-2025``), ``period`` what it is about (``2025``, ``2025-11``).
    ``content_hash`` is over what the reader gets (files and body), without the time of making: equal content is not
    sent twice. ``correction`` are the sentences of what changed since the letter before; a letter that has any goes out
    as 更正. ``to`` are the addresses named in a mail's head, ``audience`` is what the recipients are called together
    (part of the Message-ID) and ``revision`` counts how often the same content went out again after another one.
    """

    report: str
    period: str
    title: str
    digest: Digest
    html: str
    text: str
    attachments: tuple[Attachment, ...]
    content_hash: str
    correction: tuple[str, ...] = ()
    audience: str = ""
    to: tuple[str, ...] = ()
    revision: int = 0

    @property
    def subject(self) -> str:
        """The title; that of a correction says so."""
        return f"更正：{self.title}" if self.correction else self.title


@dataclass(frozen=True)
class Receipt:
    """What one attempt came to for one recipient, with the reason as the other side gave it.

    ``state`` is sent, refused or in doubt; queued says that it was put off and may be tried again, after
    ``retry_after`` seconds where the other side says how long.
    """

    recipient: str
    state: State
    detail: str
    at: datetime
    retry_after: float | None = None


@dataclass(frozen=True)
class Entry:
    """One row of the outbox: a letter to one recipient over one channel, its state, and the SHA-256 of its files."""

    id: int
    report: str
    period: str
    content_hash: str
    channel: str
    recipient: str
    state: State
    detail: str
    title: str
    revision: int
    files: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
