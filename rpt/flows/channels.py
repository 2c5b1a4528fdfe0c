"""Over which channels a letter goes to whom: the project's settings as transports and recipients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rpt.delivery.addresses import Mailbox, allowed, mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.post import Patience
from rpt.delivery.secrets import Place, find, hint
from rpt.delivery.smtp import PORTS, Server, SmtpTransport
from rpt.delivery.transport import Transport
from rpt.flows.chats import chats
from rpt.project.model import Project
from rpt.project.sending import Mail
from rpt.values.delivery import Letter
from rpt.values.issue import Issue, UserError


@dataclass(frozen=True)
class Channel:
    """A transport and who is reached over it: the audience's name, the addresses in a mail's head, and the recipients
    of a letter. ``envelope`` is that of mail."""

    transport: Transport
    audience: str
    to: tuple[str, ...]
    recipients: Callable[[Letter], tuple[str, ...]]
    envelope: Envelope | None = None


@dataclass(frozen=True)
class Post:
    """The way to send mail: settings, sender, transport, how long is tried, what is to be said of the settings."""

    mail: Mail
    envelope: Envelope
    transport: SmtpTransport
    patience: Patience
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class Audience:
    """Who is to get a report: mailboxes by the group they are of ('' for single addresses), and robots by name."""

    groups: tuple[tuple[str, tuple[Mailbox, ...]], ...]
    robots: tuple[str, ...]


def post_of(project: Project) -> Post | None:
    """The way to send mail; None without [mail]. Raises UserError for settings that cannot work."""
    mail = project.settings.mail
    if mail is None:
        return None
    envelope = envelope_of(mail)
    file = project.folder / mail.password_file if mail.password_file else None
    place = Place("邮箱密码", "RPT_MAIL_PASSWORD", file, "mail")
    found = find(place) if mail.security != "none" else None
    password = found.secret if found else None
    if mail.username and password is None and mail.security != "none":
        raise UserError("没有找到邮箱密码", hint(place))
    server = Server(
        host=mail.host,
        port=mail.port or PORTS[mail.security],
        security=mail.security,
        username=mail.username or (envelope.sender.spec if password else ""),
        password=password,
        ca_file=project.folder / mail.ca_file if mail.ca_file else None,
        timeout=mail.timeout_seconds,
    )
    patience = Patience(deadline=mail.retry_minutes * 60)
    return Post(mail, envelope, SmtpTransport(server, envelope), patience, found.issues if found else ())


def envelope_of(mail: Mail) -> Envelope:
    """Sender and size limit. Raises UserError for an address that is none."""
    return Envelope(mailbox(mail.sender), mail.max_mb)


def audience_of(project: Project, wanted: Sequence[str] = ()) -> Audience:
    """Who gets it, nobody twice: addresses, names of groups and of robots; without ``wanted`` those of [mail] ``to``,
    or all robots where there is no [mail]. Raises UserError for an unknown name, a wrong address, or nobody at all."""
    mail, robots = project.settings.mail, tuple(project.settings.robots)
    names = tuple(dict.fromkeys(wanted or (mail.to if mail else robots)))
    if not names:
        raise UserError(*_NOBODY)
    groups = mail.groups if mail else {}
    for name in names:
        if "@" not in name and name not in groups and name not in robots:
            known = "、".join((*groups, *robots)) or "（没有设置）"
            hint = f"已有的：{known}；组在 rpt.toml 的 [mail.groups] 里设置，机器人在 [robots] 里"
            raise UserError(f"没有名为“{name}”的收件人组或机器人", hint)
    named = {"": [name for name in names if name not in groups]} | {n: list(groups[n]) for n in names if n in groups}
    seen: set[str] = set()
    found = []
    for group, members in named.items():
        boxes = _fresh([mailbox(member) for member in members if member not in robots], seen)
        if boxes:
            found.append((group, boxes))
    if found and mail is None:
        raise UserError(*_NOBODY)
    allowed([box for _, boxes in found for box in boxes], mail.domains if mail else ())
    rooms = dict.fromkeys(member for members in named.values() for member in members if member in robots)
    return Audience(tuple(found), tuple(rooms))


_NOBODY = (
    "rpt.toml 里没有写往哪里发",
    '请写明：[mail] host = "smtp.example.com"、sender = "rpt@example.com"、to = ["leader@example.com"]',
)


def channels(project: Project, by: Post | None, audience: Audience) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """Mail to each group, then the robots; and what is to be said of where secrets lie. Raises UserError."""
    found = []
    if by is not None:
        for name, boxes in audience.groups:
            specs = tuple(box.spec for box in boxes)
            found.append(Channel(by.transport, name, specs, _everyone(specs), by.envelope))
    rooms, issues = chats(project, audience.robots)
    found += [Channel(room.transport, "、".join(room.robots), (), room.recipients) for room in rooms]
    return tuple(found), (*(by.issues if by else ()), *issues)


def _everyone(specs: tuple[str, ...]) -> Callable[[Letter], tuple[str, ...]]:
    return lambda letter: specs


def _fresh(boxes: Sequence[Mailbox], seen: set[str]) -> tuple[Mailbox, ...]:
    fresh = []
    for box in boxes:
        if box.spec.lower() not in seen:
            seen.add(box.spec.lower())
            fresh.append(box)
    return tuple(fresh)
