"""Mail over SMTP: verified TLS first, then who one is, then the letter; one answer per recipient."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rpt.delivery.loopback import is_loopback
from rpt.delivery.message import Envelope, message
from rpt.delivery.secrets import Secret
from rpt.delivery.transport import Committing
from rpt.values.delivery import Letter, Receipt, State
from rpt.values.issue import UserError

Security = Literal["tls", "starttls", "none"]
PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
_DOT = re.compile(rb"(?m)^\.")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SHOWN = 300
_BROKEN = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)  # a line that broke, not a wrong setting


@dataclass(frozen=True)
class Server:
    """A mail server and how to speak to it. ``timeout`` and ``answer_timeout`` (the one after the letter) in seconds;
    ``ca_file`` names the authorities to trust instead of the system's."""

    host: str
    port: int
    security: Security = "tls"
    username: str = ""
    password: Secret | None = None
    ca_file: Path | None = None
    timeout: float = 30
    answer_timeout: float = 300

    def __post_init__(self) -> None:
        if self.security == "none" and not is_loopback(self.host):
            raise UserError(
                f'邮件服务器 {self.host} 不在本机，security 不能是 "none"',
                '请在 rpt.toml 的 [mail] 里写 security = "tls"（465 端口）或 "starttls"（587 端口）',
            )
        if self.security == "none" and self.username:
            raise UserError("不加密的连接不能登录邮箱", '请改用 security = "tls" 或 "starttls"，或删去 username')
        if not (self.username + (self.password.reveal() if self.password else "")).isascii():
            raise UserError("邮箱用户名或密码里有中文等字符，不能登录", "多数企业邮箱要用“授权码”而不是登录密码")


class _Stopped(Exception):  # noqa: N818 - not an error: the attempt is over for everyone who has no receipt yet
    """Nothing more can be asked of the server: a state for all that are left, and why."""

    def __init__(self, state: State, detail: str) -> None:
        super().__init__(detail)
        self.state, self.detail = state, detail


class SmtpTransport:
    """The channel ``smtp``."""

    name = "smtp"

    def __init__(
        self, server: Server, envelope: Envelope, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._server, self._envelope, self._now = server, envelope, now

    def deliver(self, letter: Letter, recipients: Sequence[str], committing: Committing) -> Iterator[Receipt]:
        """One connection, one message, all recipients that the server takes. See ``Transport.deliver``."""
        content = message(letter, self._envelope, self._now())
        left = list(recipients)
        client: smtplib.SMTP | None = None
        try:
            client = self._connect()
            self._greet(client)
            _mail_from(client, self._envelope.sender.spec, len(content))
            accepted: list[str] = []
            for recipient in recipients:
                state, detail = _rcpt_to(client, recipient)
                if state is State.SENDING:
                    accepted.append(recipient)
                else:
                    left.remove(recipient)
                    yield self._receipt(recipient, state, detail)
            if accepted:
                committing(accepted)
                state, detail = _data(client, content, self._server.answer_timeout)
                for recipient in accepted:
                    left.remove(recipient)
                    yield self._receipt(recipient, state, detail)
        except _Stopped as stopped:
            yield from self._receipts(left, stopped.state, stopped.detail)
        finally:
            if client is not None:
                _leave(client)

    def _receipt(self, recipient: str, state: State, detail: str) -> Receipt:
        return Receipt(recipient, state, self._clean(detail), self._now())

    def _receipts(self, recipients: Iterable[str], state: State, detail: str) -> Iterator[Receipt]:
        return (self._receipt(recipient, state, detail) for recipient in recipients)

    def _clean(self, text: str) -> str:
        """What a server said, fit for a terminal and a log, without the password should it be repeated."""
        said = self._server.password.hide(text) if self._server.password else text
        return _CONTROL.sub(" ", said)[:_SHOWN]

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.security == "tls":
                return smtplib.SMTP_SSL(
                    server.host, server.port, _own_name(), timeout=server.timeout, context=self._context()
                )
            return smtplib.SMTP(server.host, server.port, _own_name(), timeout=server.timeout)
        except _BROKEN as error:
            raise _Stopped(State.QUEUED, f"建立加密连接时中断（{_reason(error)}）") from None
        except ssl.SSLError as error:
            raise self._untrusted(error) from None
        except smtplib.SMTPResponseException as error:
            raise _Stopped(_judged(error.smtp_code), _said(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _Stopped(
                State.QUEUED, f"连接不上邮件服务器 {server.host}:{server.port}（{_reason(error)}）"
            ) from None

    def _greet(self, client: smtplib.SMTP) -> None:
        """EHLO, STARTTLS where asked for, EHLO again, AUTH: nothing of the letter and no name before TLS."""
        server = self._server
        with _passing():
            client.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self._start_tls(client)
            if server.username and server.password is not None:
                self._log_in(client, server.username, server.password)

    def _start_tls(self, client: smtplib.SMTP) -> None:
        if not client.has_extn("starttls"):
            raise UserError(
                f"邮件服务器 {self._server.host} 不支持 STARTTLS，没有发送",
                '请向邮箱管理员确认端口，或改用 security = "tls"（465 端口）',
                5,
            )
        try:
            code, said = client.starttls(context=self._context())
        except _BROKEN:
            raise
        except ssl.SSLError as error:
            raise self._untrusted(error) from None
        if code != 220:
            raise _Stopped(_judged(code), _said(code, said))
        client.ehlo_or_helo_if_needed()

    def _log_in(self, client: smtplib.SMTP, username: str, password: Secret) -> None:
        try:
            client.login(username, password.reveal())
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise _Stopped(State.QUEUED, _said(error.smtp_code, error.smtp_error)) from None
            raise UserError(
                f"邮件服务器拒绝登录：{self._clean(_said(error.smtp_code, error.smtp_error))}",
                "请检查 [mail] username 与密码；多数企业邮箱要用“授权码”而不是登录密码",
                5,
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise UserError("邮件服务器不接受登录", "请删去 [mail] username，或向邮箱管理员确认端口", 5) from None

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._server.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise UserError(
                f"证书文件无法读取：{self._server.ca_file}（{_reason(error)}）", "请检查 [mail] ca_file"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _untrusted(self, error: ssl.SSLError) -> UserError:
        where = f"{self._server.host}:{self._server.port}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return UserError(
                f"邮件服务器 {where} 的证书不可信（{error.verify_message}），没有发送",
                "请检查 host 是否写对；公司自建的证书请用 [mail] ca_file 指明",
                5,
            )
        return UserError(
            f"与邮件服务器 {where} 不能建立加密连接（{error.reason or error}），没有发送",
            '请检查端口与 security 是否相符：465 用 "tls"，587 用 "starttls"',
            5,
        )


def _mail_from(client: smtplib.SMTP, sender: str, size: int) -> None:
    limit = client.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < size:
        raise _Stopped(State.REFUSED, f"邮件有{size}字节，服务器最多收{limit}字节；请少发一种文件")
    options = [f"SIZE={size}"] if client.has_extn("size") else []
    with _passing():
        code, said = client.mail(sender, options)
    if code != 250:
        raise _Stopped(_judged(code), _said(code, said))


def _rcpt_to(client: smtplib.SMTP, recipient: str) -> tuple[State, str]:
    """``sending`` for a recipient whom the server takes."""
    with _passing():
        code, said = client.rcpt(recipient)
    if code == 421:  # the server closes the line
        raise _Stopped(State.QUEUED, _said(code, said))
    return (State.SENDING, "") if 200 <= code < 300 else (_judged(code), _said(code, said))


def _data(client: smtplib.SMTP, content: bytes, patience: float) -> tuple[State, str]:
    """Hand the letter over. Without a 354 nothing of it has left; once it leaves, only an answer tells."""
    with _passing():
        code, said = client.docmd("DATA")
    if code != 354:
        return _judged(code), _said(code, said)
    try:
        if client.sock is not None:
            client.sock.settimeout(patience)
        client.send(_DOT.sub(b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return State.IN_DOUBT, f"信已发出，没有等到答复（{_reason(error)}）"
    if 200 <= code < 300:
        return State.SENT, _said(code, said)
    return (_judged(code) if 400 <= code < 600 else State.IN_DOUBT), _said(code, said)


@contextlib.contextmanager
def _passing() -> Iterator[None]:
    """A line that breaks before the letter has left may be tried again; an answer that ends the talk is judged."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _Stopped(_judged(error.smtp_code), _said(error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _Stopped(State.QUEUED, f"连接中断（{_reason(error)}）") from None


def _judged(code: int) -> State:
    """5xx is final; all else but a yes may pass."""
    return State.REFUSED if 500 <= code < 600 else State.QUEUED


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}".strip()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "超时"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _own_name() -> str:
    """What EHLO says: no look-up, which may hang."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def _leave(client: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        client.sock.settimeout(2) if client.sock is not None else None
        client.quit()
    client.close()
