"""Over which channels a letter goes to whom: the project's settings as transports and recipients."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rpt.delivery.addresses import Mailbox, allowed, mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.post import Patience
from rpt.delivery.secrets import Place, find, hint
from rpt.delivery.smtp import PORTS, Server, SmtpTransport
from rpt.delivery.transport import Transport
from rpt.flows.chats import Chat, chats
from rpt.project.model import Mail, Project
from rpt.values.delivery import Letter
from rpt.values.issue import Issue, UserError


@dataclass(frozen=True)
class Channel:
    """A transport and who is reached over it: the audience's name, the addresses in a mail's head, and the recipients
    of a letter."""

    transport: Transport
    audience: str
    to: tuple[str, ...]
    recipients: Callable[[Letter], tuple[str, ...]]


@dataclass(frozen=True)
class Post:
    """The project's way to send: mail's settings, how long is tried, what is to be said of the settings, and the robots
    that are meant."""

    mail: Mail
    envelope: Envelope
    transport: SmtpTransport
    patience: Patience
    issues: tuple[Issue, ...] = ()
    chats: tuple[Chat, ...] = ()


def mail_of(project: Project) -> Mail:
    """The mail settings. Raises UserError (exit 2) without them."""
    mail = project.settings.mail
    if mail is None:
        raise UserError(
            "rpt.toml 里没有 [mail]，不知道往哪里发",
            '请写明：[mail] host = "smtp.example.com"、sender = "rpt@example.com"、to = ["leader@example.com"]',
        )
    return mail


def envelope_of(mail: Mail) -> Envelope:
    """Sender and size limit. Raises UserError for an address that is none."""
    return Envelope(mailbox(mail.sender), mail.max_mb)


def post_of(project: Project, wanted: Sequence[str] = ()) -> Post:
    """The way to send to whom is wanted. Raises UserError for settings that cannot work."""
    mail = mail_of(project)
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
    made, said = chats(project, robots(mail, wanted, project.settings.robots))
    issues = (*(found.issues if found else ()), *said)
    patience = Patience(deadline=mail.retry_minutes * 60)
    return Post(mail, envelope, SmtpTransport(server, envelope), patience, issues, made)


def robots(mail: Mail, wanted: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The robots among those who get it, by name: named themselves, or in a group that is."""
    names = tuple(wanted) or mail.to
    named = [member for name in names for member in (name, *(mail.groups.get(name, ()) if name not in known else ()))]
    return tuple(dict.fromkeys(name for name in named if name in known))


def audiences(
    mail: Mail, wanted: Sequence[str] = (), known: Collection[str] = ()
) -> tuple[tuple[str, tuple[Mailbox, ...]], ...]:
    """Who gets a mail: groups by name and single addresses (the audience ''), nobody twice. Without ``wanted``, those
    of ``to``, which may name groups. ``known`` are the robots, who get none. Raises UserError for an unknown group, a
    wrong address or domain, or nobody."""
    names = tuple(wanted) or mail.to
    if not names:
        raise UserError("没有收件人", '请在 rpt.toml 的 [mail] 里写 to = ["leader@example.com"]，或加 --to 地址')
    seen: set[str] = set()
    single = _fresh([mailbox(name) for name in names if "@" in name], seen)
    found = [("", single)] if single else []
    for name in names:
        if "@" in name or name in known:
            continue
        if name not in mail.groups:
            there = "、".join((*mail.groups, *known)) or "（没有设置）"
            hint = f"已有的：{there}；组在 rpt.toml 的 [mail.groups] 里设置，机器人在 [robots] 里"
            raise UserError(f"没有名为“{name}”的收件人组或机器人", hint)
        if boxes := _fresh([mailbox(text) for text in mail.groups[name] if text not in known], seen):
            found.append((name, boxes))
    allowed([box for _, boxes in found for box in boxes], mail.domains)
    return tuple(found)


def channels(post: Post, wanted: Sequence[str] = ()) -> tuple[Channel, ...]:
    """Mail to each audience, then the robots of each platform."""
    known = [robot for chat in post.chats for robot in chat.robots]
    mails = tuple(
        Channel(post.transport, audience, specs, _everyone(specs))
        for audience, boxes in audiences(post.mail, wanted, known)
        for specs in (tuple(box.spec for box in boxes),)
    )
    return mails + tuple(Channel(chat.transport, "、".join(chat.robots), (), chat.recipients) for chat in post.chats)


def _everyone(specs: tuple[str, ...]) -> Callable[[Letter], tuple[str, ...]]:
    return lambda letter: specs


def _fresh(boxes: Iterable[Mailbox], seen: set[str]) -> tuple[Mailbox, ...]:
    fresh = []
    for box in boxes:
        if box.spec.lower() not in seen:
            seen.add(box.spec.lower())
            fresh.append(box)
    return tuple(fresh)
