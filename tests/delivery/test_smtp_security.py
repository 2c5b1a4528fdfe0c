"""TLS first, verified; nobody's name and nothing of the letter before it; a mail that no header can be slipped into."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from rpt.delivery.addresses import mailbox
from rpt.delivery.message import Envelope, message, message_id
from rpt.delivery.secrets import Secret
from rpt.delivery.smtp import Security, Server, SmtpTransport
from rpt.values.delivery import Receipt, State
from rpt.values.issue import UserError
from tests.delivery.letters import TITLE, letter
from tests.delivery.mailserver import PASSWORD, Running, Script, serving

ENVELOPE = Envelope(mailbox("运营报告 <rpt@example.com>"))
NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
SECRET = Secret(PASSWORD.decode())


@pytest.fixture(scope="module")
def starttls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), login=True) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(starttls: Running) -> None:
    starttls.box.clear()


def deliver(server: Server, folder: Path) -> tuple[list[Receipt], list[str]]:
    """The receipts, and who had been committed."""
    committed: list[str] = []
    sent = letter(folder)
    return list(SmtpTransport(server, ENVELOPE).deliver(sent, sent.to, committed.extend)), committed


def server(running: Running, security: Security = "starttls", password: Secret | None = SECRET) -> Server:
    return Server("127.0.0.1", running.port, security, "rpt@example.com", password, running.ca_file, 10, 10)


def test_starttls_then_login_then_the_letter(starttls: Running, tmp_path: Path) -> None:
    receipts, committed = deliver(server(starttls), tmp_path)
    assert [(r.recipient, r.state) for r in receipts] == [("leader@example.com", State.SENT)]
    assert committed == ["leader@example.com"]
    assert starttls.box.commands == ["EHLO", "EHLO", "AUTH", "MAIL", "DATA"]


def test_an_unknown_authority_is_refused_before_anything_is_said(starttls: Running, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="证书不可信") as caught:
        deliver(replace(server(starttls), ca_file=None), tmp_path)
    assert caught.value.exit_code == 5
    assert starttls.box.commands == ["EHLO"]


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path, implicit=True, names=["mail.other.example"]) as running:
        with pytest.raises(UserError, match="证书不可信"):
            deliver(server(running, "tls"), tmp_path)
        assert running.box.commands == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_without_tls_gets_nothing(security: Security, tmp_path: Path) -> None:
    with serving(tmp_path, plain=True) as running:
        with pytest.raises(UserError, match=r"加密连接|STARTTLS") as caught:
            deliver(server(running, security), tmp_path)
        assert caught.value.exit_code == 5
        assert set(running.box.commands) <= {"EHLO"}


def test_a_wrong_password_is_said_without_the_password(starttls: Running, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="拒绝登录") as caught:
        deliver(server(starttls, password=Secret("hunter2")), tmp_path)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hunter2" not in "".join(told.format()).replace('Secret("hunter2")', "")  # the line above, as written
    assert "MAIL" not in starttls.box.commands


def test_a_server_that_repeats_the_password_does_not_get_it_into_a_receipt(starttls: Running, tmp_path: Path) -> None:
    starttls.box.scripts[:] = [Script({"mail": f"550 no {PASSWORD.decode()} \x1b[31m here"})]
    (receipt,), _ = deliver(server(starttls), tmp_path)
    assert receipt.state is State.REFUSED
    assert PASSWORD.decode() not in receipt.detail
    assert receipt.detail.isprintable()


@pytest.mark.parametrize("host", ["mail.example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com"])
def test_no_plain_line_beyond_this_machine(host: str) -> None:
    with pytest.raises(UserError, match='security 不能是 "none"') as caught:
        Server(host, 25, "none")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_a_plain_line_within_this_machine(host: str) -> None:
    assert Server(host, 25, "none").security == "none"


def test_a_port_where_nobody_listens_may_pass(tmp_path: Path) -> None:
    (receipt,), committed = deliver(Server("127.0.0.1", 1, "none"), tmp_path)
    assert receipt.state is State.QUEUED
    assert "连接不上" in receipt.detail
    assert committed == []


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def test_the_mail(tmp_path: Path) -> None:
    sent = letter(tmp_path, ("leader@example.com", "boss@example.com"))
    content = message(sent, ENVELOPE, NOW)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) < 998
    mail = parsed(content)
    assert mail["Subject"] == TITLE
    assert str(mail["From"]) == "运营报告 <rpt@example.com>"
    assert [address.addr_spec for address in mail["To"].addresses] == list(sent.to)
    assert mail["Date"].datetime == NOW
    plain, html, *files = [part for part in mail.walk() if not part.is_multipart()]
    assert (plain.get_content().split(), html.get_content().split()) == (sent.text.split(), sent.html.split())
    assert [part.get_content_type() for part in files] == [attachment.media_type for attachment in sent.attachments]
    for part, attachment in zip(files, sent.attachments, strict=True):
        assert part.get_filename() == attachment.name
        assert part.get_content() == attachment.path.read_bytes()
    assert b"filename*=utf-8''2025%E5%B9%B4" in content  # RFC 2231
    assert b"=?utf-8?B?" in content  # RFC 2047, for clients that know no other


def test_the_message_id_tells_what_goes_to_whom_and_nothing_else(tmp_path: Path) -> None:
    sent = letter(tmp_path)
    own = message_id(sent, ENVELOPE.sender)
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.com>", own)
    assert parsed(message(sent, ENVELOPE, NOW))["Message-ID"] == own
    assert message_id(replace(sent, html="another day", to=("x@y.com",)), ENVELOPE.sender) == own
    others = [
        replace(sent, content_hash="0"),
        replace(sent, period="2024"),
        replace(sent, report="plan-2026"),
        replace(sent, audience="管理层"),
        replace(sent, correction=("改",)),
        replace(sent, revision=1),
    ]
    assert len({own, *(message_id(other, ENVELOPE.sender) for other in others)}) == len(others) + 1


@pytest.mark.parametrize("slip", ["\n", "\r", "\r\n", "\u2028", "\x00", "\x0b", "\x85"])
def test_no_header_is_slipped_in(slip: str, tmp_path: Path) -> None:
    sent = letter(tmp_path)
    evil = f"x{slip}Bcc: thief@example.net"
    with pytest.raises(UserError):
        message(replace(sent, title=evil), ENVELOPE, NOW)
    with pytest.raises(UserError):
        message(replace(sent, to=(f"leader@example.com{slip}",)), ENVELOPE, NOW)
    with pytest.raises(UserError):
        message(replace(sent, attachments=(replace(sent.attachments[0], name=evil),)), ENVELOPE, NOW)
    with pytest.raises(UserError):
        mailbox(f"{evil} <rpt@example.com>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.com",
        "a@",
        "a@b@c",
        "a b@c.com",
        "a@b..com",
        "a,c@b.com",
        "<a@b.com",
        "a@b.com>, <c@d.com>",
        "甲@b.com",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UserError, match="邮箱地址不对"):
        mailbox(text)


def test_a_chinese_domain_is_spelt_in_ascii() -> None:
    assert mailbox("甲 <a@例子.中国>").spec == "a@xn--fsqu00a.xn--fiqs8s"


def test_a_mail_over_the_limit_says_what_is_large(tmp_path: Path) -> None:
    sent = letter(tmp_path)
    path = sent.attachments[0].path
    path.write_bytes(b"x" * 1_000_000)
    large = replace(sent.attachments[0], size=1_000_000, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(UserError, match=rf"邮件有1\.4 MB，超过上限1 MB.*{TITLE}\.pdf 1\.0 MB"):
        message(replace(sent, attachments=(large,)), replace(ENVELOPE, max_mb=1), NOW)


def test_a_file_changed_since_it_was_checked_is_not_sent(tmp_path: Path) -> None:
    sent = letter(tmp_path)
    sent.attachments[0].path.write_bytes(b"other")
    with pytest.raises(UserError, match="在核对之后被改动") as caught:
        message(sent, ENVELOPE, NOW)
    assert caught.value.exit_code == 4
