"""What a sending would send, written beside the files: mails as .eml, messages of robots as .json. Nothing is sent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rpt.delivery.message import message
from rpt.delivery.outbox import Outbox
from rpt.flows.channels import Audience, audience_of, envelope_of
from rpt.flows.chats import drafts
from rpt.flows.clock import now
from rpt.flows.letters import Packet, corrections, letter_of, packets
from rpt.project.model import Project
from rpt.state.atomic import replacing
from rpt.values.delivery import Letter


def preview(project: Project, files: Sequence[Path], wanted: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write what everyone would get beside the files: ``annual-2025-管理层.eml``, ``annual-2025-领导群.json``.

    The letters are those of the next sending, corrections included; a robot's file holds its requests in their order,
    without the address, which is not looked for. Raises UserError as ``send`` does before it sends.
    """
    audience = audience_of(project, wanted)
    outbox = Outbox(project.state, now)
    written = []
    with contextlib.closing(outbox):
        for packet in packets(project, files):
            for name, content in _contents(project, outbox, packet, audience):
                path = packet.files[0].with_name(f"{packet.run.record.report}{name}".replace("/", "＿"))
                with replacing(path) as temporary:
                    temporary.write_bytes(content)
                written.append(path)
    return tuple(written)


def _contents(project: Project, outbox: Outbox, packet: Packet, audience: Audience) -> Iterator[tuple[str, bytes]]:
    """The end of each file's name, and its bytes."""
    mail = project.settings.mail
    if mail is not None:
        envelope = envelope_of(mail)
        for name, boxes in audience.groups:
            to = tuple(box.spec for box in boxes)
            letter = replace(_letter(project, outbox, packet, "smtp", to[0]), audience=name, to=to)
            yield f"{f'-{name}' if name else ''}.eml", message(letter, envelope, now())
    for robot in audience.robots:
        platform = project.settings.robots[robot].kind
        posts = drafts(project, robot, _letter(project, outbox, packet, platform, robot))
        yield f"-{robot}.json", (json.dumps(posts, ensure_ascii=False, indent=1) + "\n").encode()


def _letter(project: Project, outbox: Outbox, packet: Packet, channel: str, recipient: str) -> Letter:
    """The letter as this recipient would get it: a correction where the one before was another."""
    plain = letter_of(project, packet)
    last = outbox.last_received(plain, channel, recipient) if outbox.path.exists() else None
    if last is None or last.content_hash == plain.content_hash:
        return plain
    return letter_of(project, packet, corrections(project, last.files, packet.run))
