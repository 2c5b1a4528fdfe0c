"""Over which channels a letter goes to whom: the project's settings as transports and recipients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rpt.delivery.addresses import Mailbox, allowed, mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.post import Patience
from rpt.delivery.secrets import Place, find, hint
from rpt.delivery.smtp import PORTS, Server, SmtpTransport
from rpt.delivery.transport import Transport
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
    """The project's way to send: mail's settings, how long is tried, what is to be said of the settings."""

    mail: Mail
    envelope: Envelope
    transport: SmtpTransport
    patience: Patience
    issues: tuple[Issue, ...] = ()


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


def post_of(project: Project) -> Post:
    """The way to send. Raises UserError for settings that cannot work."""
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
    issues = found.issues if found else ()
    return Post(mail, envelope, SmtpTransport(server, envelope), Patience(deadline=mail.retry_minutes * 60), issues)


def audiences(mail: Mail, wanted: Sequence[str] = ()) -> tuple[tuple[str, tuple[Mailbox, ...]], ...]:
    """Who gets it: groups by name and single addresses (the audience ''), nobody twice. Without ``wanted``, those of
    ``to``, which may name groups. Raises UserError for an unknown group, a wrong address or domain, or nobody."""
    names = tuple(wanted) or mail.to
    if not names:
        raise UserError("没有收件人", '请在 rpt.toml 的 [mail] 里写 to = ["leader@example.com"]，或加 --to 地址')
    seen: set[str] = set()
    single = _fresh([mailbox(name) for name in names if "@" in name], seen)
    found = [("", single)] if single else []
    for name in names:
        if "@" in name:
            continue
        if name not in mail.groups:
            known = "、".join(mail.groups) or "（没有设置）"
            raise UserError(f"没有名为“{name}”的收件人组", f"已有的组：{known}；在 rpt.toml 的 [mail.groups] 里设置")
        if boxes := _fresh([mailbox(text) for text in mail.groups[name]], seen):
            found.append((name, boxes))
    allowed([box for _, boxes in found for box in boxes], mail.domains)
    return tuple(found)


def channels(post: Post, wanted: Sequence[str] = ()) -> tuple[Channel, ...]:
    """Mail to each audience."""
    return tuple(
        Channel(post.transport, audience, specs, _everyone(specs))
        for audience, boxes in audiences(post.mail, wanted)
        for specs in (tuple(box.spec for box in boxes),)
    )


def _everyone(specs: tuple[str, ...]) -> Callable[[Letter], tuple[str, ...]]:
    return lambda letter: specs


def _fresh(boxes: Iterable[Mailbox], seen: set[str]) -> tuple[Mailbox, ...]:
    fresh = []
    for box in boxes:
        if box.spec.lower() not in seen:
            seen.add(box.spec.lower())
            fresh.append(box)
    return tuple(fresh)
