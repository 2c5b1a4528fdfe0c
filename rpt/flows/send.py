"""Sending finished files: letters → outbox → transports. The owner is told by ``flows.notice``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rpt.delivery.message import message
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import Patience, post
from rpt.flows.channels import Channel, audience_of, channels, post_of
from rpt.flows.clock import now
from rpt.flows.letters import Packet, corrections, letter_of, packets
from rpt.project.model import Project
from rpt.values.delivery import Entry, Letter, State
from rpt.values.issue import Issue, UserError

INCOMPLETE = 5  # the exit code where somebody was refused, is in doubt or is still to be sent to


@dataclass(frozen=True)
class Sending:
    """What a sending came to: what now stands in the outbox for everyone it concerned, who of them got nothing since
    nothing has changed, whoever else is in doubt, and what is to be said of the settings."""

    entries: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    doubtful: tuple[Entry, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def failed(self) -> tuple[Entry, ...]:
        """Those whom the report has not reached for sure."""
        return tuple(e for e in self.entries if e.state is not State.SENT)

    @property
    def exit_code(self) -> int:
        """0, or 5."""
        return INCOMPLETE if self.failed or self.doubtful else 0


def send(
    project: Project,
    files: Sequence[Path],
    wanted: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Sending:
    """Send the reports that these files are of. Raises UserError: exit 2 settings, 4 files that are not as made, 5 a
    server that cannot be trusted or does not let us in, 6 where another sending is going on."""
    audience, by = audience_of(project, wanted), post_of(project)
    found, issues = channels(project, by, audience)
    patience = by.patience if by else Patience()
    outbox = Outbox(project.state, now)
    sent: list[Entry] = []
    same: list[Entry] = []
    with contextlib.closing(outbox), outbox.exclusive():
        for packet in packets(project, files):
            for channel in found:
                progress(f"{packet.run.document.title} → {channel.audience or channel.transport.name}")
                for entry, is_same in _send(project, outbox, packet, channel, patience):
                    (same if is_same else sent).append(entry)
        known = {entry.id for entry in (*sent, *same)}
        doubtful = tuple(e for e in outbox.entries() if e.state is State.IN_DOUBT and e.id not in known)
    return Sending((*sent, *same), tuple(same), doubtful, issues)


def check_settings(project: Project) -> None:
    """Raise the UserError that sending by these settings would end with, before anything is made to be sent."""
    channels(project, post_of(project), audience_of(project))


def _send(
    project: Project, outbox: Outbox, packet: Packet, channel: Channel, patience: Patience
) -> list[tuple[Entry, bool]]:
    """One report over one channel: everyone's row afterwards, and whether it was left as it was."""
    name = channel.transport.name
    plain = replace(letter_of(project, packet), audience=channel.audience, to=channel.to)
    recipients = channel.recipients(plain)
    before: dict[tuple[str, ...], list[str]] = {}  # the files that recipients got before, and who got them
    for recipient in recipients:
        last = outbox.last_received(plain, name, recipient)
        is_other = last is not None and last.content_hash != plain.content_hash
        before.setdefault(last.files if last and is_other else (), []).append(recipient)
    found: list[tuple[Entry, bool]] = []
    for files, people in before.items():
        letter = plain
        if files:
            told = letter_of(project, packet, corrections(project, files, packet.run))
            letter = replace(told, audience=channel.audience, to=channel.to)
        if channel.envelope is not None:
            message(letter, channel.envelope, now())  # too large, or a wrong header: said before anything is queued
        found += _post(outbox, letter, channel, people, patience)
    return found


def _post(
    outbox: Outbox, letter: Letter, channel: Channel, people: Sequence[str], patience: Patience
) -> list[tuple[Entry, bool]]:
    name = channel.transport.name
    put = outbox.enqueue(letter, name, people)
    queued = [entry for entry in put if entry.state is State.QUEUED]
    for revision in sorted({entry.revision for entry in queued}):
        turn = [entry.recipient for entry in queued if entry.revision == revision]
        try:
            post(outbox, channel.transport, replace(letter, revision=revision), turn, patience)
        except UserError as error:
            if error.exit_code != INCOMPLETE:
                raise  # else it stands in the outbox as the reason, and the other channels go on
    after = {entry.id: entry for entry in outbox.entries()}
    return [(after[entry.id], entry.state is State.SENT) for entry in put]


def resolve(project: Project, id: int, state: State) -> Entry:
    """Settle a row in doubt or refused: it was sent, or it is to be sent again. Raises UserError."""
    outbox = Outbox(project.state, now)
    if not outbox.path.exists():
        raise UserError(f"发件箱里没有编号 {id}", "这个项目还没有发送过报告")
    try:
        outbox.recover()
        return outbox.resolve(id, state, "人工确认已收到" if state is State.SENT else "人工要求重发")
    finally:
        outbox.close()


def listed(project: Project) -> tuple[Entry, ...]:
    """Everything in the outbox; what a dead run left behind stands in doubt."""
    outbox = Outbox(project.state, now)
    try:
        outbox.recover()
        return outbox.entries()
    finally:
        outbox.close()
