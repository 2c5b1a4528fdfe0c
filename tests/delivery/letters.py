"""Letters and a clock for tests of delivery."""

from __future__ import annotations

import email
import email.policy
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from rpt.delivery.post import Patience
from rpt.values.delivery import Attachment, Letter
from rpt.values.digest import Digest

TITLE = "2025年电商运营年度报告"


def letter(folder: Path, to: tuple[str, ...] = ("leader@example.com",), content: str = "one") -> Letter:
    """A letter with a PDF and a workbook of a few bytes."""
    kinds = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    files = []
    for suffix, kind in kinds.items():
        path = folder / f"annual-2025.{suffix}"
        path.write_bytes(f".{content}\n..{suffix}\n".encode())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append(Attachment(f"{TITLE}.{suffix}", path, kind, digest, path.stat().st_size))
    return Letter(
        report="annual-2025",
        period="2025",
        title=TITLE,
        digest=Digest(TITLE, "2025年度经营回顾", "测试公司"),
        html="<p>成交总额4.20亿元</p>",
        text=".成交总额4.20亿元\n",
        attachments=tuple(files),
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
        to=to,
    )


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    at: float = 0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept.append(seconds)

    def patience(self, deadline: float = 600) -> Patience:
        return Patience(deadline=deadline, first=5, longest=100, clock=self.now, sleep=self.sleep)


def subject_and_text(content: bytes) -> tuple[str, str]:
    """What a mail says: its subject and its plain text."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["Subject"]), body.get_content()
