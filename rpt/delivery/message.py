"""A letter as a mail: HTML with a plain-text twin, the files under their Chinese titles, a Message-ID that is fixed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.base64mime import body_encode
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from rpt.delivery.addresses import Mailbox, mailbox, plain
from rpt.values.delivery import Attachment, Letter
from rpt.values.issue import UserError

MEGABYTE = 1_000_000
_POLICY = SMTP.clone(refold_source="none")


@dataclass(frozen=True)
class Envelope:
    """Who sends, and how large a mail may be in megabytes as it goes over the line."""

    sender: Mailbox
    max_mb: int = 20


def message(letter: Letter, envelope: Envelope, made_at: datetime) -> bytes:
    """The mail's bytes with CRLF, 7 bits throughout. Raises UserError for a header that holds a line break, a file that
    is not what was hashed, and a mail over the limit."""
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = plain("邮件标题", letter.subject)
    mail["From"] = _address(envelope.sender)
    mail["To"] = [_address(mailbox(text)) for text in letter.to]
    mail["Date"] = format_datetime(made_at)
    mail["Message-ID"] = message_id(letter, envelope.sender)
    mail["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    mail.make_mixed()
    for attachment in letter.attachments:
        _attach(mail, attachment)
    _fix_boundaries(mail, letter)
    content = mail.as_bytes()
    if len(content) > envelope.max_mb * MEGABYTE:
        raise _too_large(letter.attachments, len(content), envelope.max_mb)
    return content


def message_id(letter: Letter, sender: Mailbox) -> str:
    """Made from what is sent to whom, not from when: a second copy would be known as one."""
    kind = "correction" if letter.correction else ""
    parts = (letter.report, letter.period, letter.content_hash, letter.audience, kind, str(letter.revision))
    return f"<{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:40]}@{sender.domain}>"


def _address(box: Mailbox) -> Address:
    return Address(box.name, addr_spec=box.spec)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    name = plain("附件名", attachment.name)
    try:
        content = attachment.path.read_bytes()
    except OSError as error:
        raise UserError(f"附件无法读取：{attachment.path}（{error.strerror}）", "请重新生成报告后再发送") from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise UserError(f"附件在核对之后被改动：{attachment.path}", "请重新生成报告后再发送", 4)
    # Raw headers: Python's own folding cuts long media types and names to pieces. The name stands twice, by RFC 2231 in
    # the disposition, by RFC 2047 in the type, which older Chinese clients read.
    part = Message()
    spelt = f"=?utf-8?B?{base64.b64encode(name.encode()).decode()}?="
    part["Content-Type"] = f'{attachment.media_type};\n name="{spelt}"'
    part["Content-Disposition"] = f"attachment;\n filename*=utf-8''{quote(name, safe='')}"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(body_encode(content, maxlinelen=76))
    mail.attach(part)  # type: ignore[arg-type] # typeshed wants an EmailMessage; any message goes


def _fix_boundaries(mail: EmailMessage, letter: Letter) -> None:
    """Boundaries from the content's hash, so that a letter gives the same bytes again (but for its date)."""
    for at, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{letter.content_hash}{at}'.encode()).hexdigest()[:32]}")


def _too_large(attachments: Sequence[Attachment], size: int, limit: int) -> UserError:
    files = "、".join(f"{a.name} {_megabytes(a.size)}" for a in attachments)
    return UserError(
        f"邮件有{_megabytes(size)}，超过上限{limit} MB（附件编码后约大三分之一）：{files}",
        "用 --format pdf 少发一种文件，或在 rpt.toml 的 [mail] 里改 max_mb（先确认邮箱服务器允许）",
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB"
