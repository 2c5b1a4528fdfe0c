"""One request to a robot's server, in two steps: the line is opened and verified, then the request goes out.

The standard library's client, because what matters here is to know whether a request has left: libraries on top of it
hide that behind retries and pools. Certificates are verified, redirects are not followed, a proxy is that of the
environment (``HTTPS_PROXY``, ``NO_PROXY``), and an answer that does not come ends the line.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from rpt.delivery.loopback import is_loopback
from rpt.delivery.webhook import Webhook
from rpt.values.issue import UserError

_MOST = 65_536  # bytes of an answer that are read
_BROKEN = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)  # a line that broke, not a wrong certificate


class NotSent(Exception):  # noqa: N818 - says what happened
    """The request has not left; the message says why, without the address."""


class NoAnswer(Exception):  # noqa: N818 - says what happened
    """The request has left, or begun to, and no answer came."""


@dataclass(frozen=True)
class Answer:
    """What a server answered: the status, the seconds it asks to wait (Retry-After), and the first part of the body."""

    status: int
    retry_after: float | None
    body: bytes


@dataclass(frozen=True)
class Http:
    """How lines are opened. ``timeout`` is for opening one, ``answer_timeout`` for a request and its whole answer, in
    seconds; ``ca_file`` names the authorities to trust instead of the system's."""

    timeout: float = 15
    answer_timeout: float = 60
    ca_file: Path | None = None
    proxies: Callable[[], Mapping[str, str]] = getproxies

    def open(self, hook: Webhook) -> Line:
        """A verified line to a robot's server. Raises NotSent, and UserError where the certificate does not verify."""
        connection = self._connection(hook)
        try:
            connection.connect()
        except _BROKEN as error:
            raise NotSent(f"建立加密连接时中断（{_reason(error)}）") from None
        except ssl.SSLCertVerificationError as error:
            raise UserError(
                f"{hook.host} 的证书不可信（{error.verify_message}），没有发送",
                "请检查本机时间、系统根证书，以及网络里是否有代理在替换证书",
                5,
            ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotSent(f"连接不上 {hook.host}（{_reason(error)}）") from None
        return Line(connection, self.answer_timeout)

    def _connection(self, hook: Webhook) -> http.client.HTTPConnection:
        if not hook.is_tls:  # on this machine alone, see webhook()
            return http.client.HTTPConnection(hook.host, hook.port, timeout=self.timeout)
        context = self._context()
        proxy = "" if is_loopback(hook.host) or proxy_bypass(hook.host) else self.proxies().get("https", "")
        if not proxy:
            return http.client.HTTPSConnection(hook.host, hook.port, timeout=self.timeout, context=context)
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
        if parts.scheme != "http" or not parts.hostname:
            raise UserError("环境里的 HTTPS 代理写法不支持", "请写成 http://主机:端口，或设置 NO_PROXY")
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port or 80, timeout=self.timeout, context=context
        )
        headers = {}
        if parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            headers["Proxy-Authorization"] = "Basic " + base64.b64encode(login).decode()
        connection.set_tunnel(hook.host, hook.port, headers)
        return connection

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise UserError(f"证书文件无法读取：{self.ca_file}（{_reason(error)}）", "请检查该文件") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class Line:
    """An open line, for one request."""

    def __init__(self, connection: http.client.HTTPConnection, timeout: float) -> None:
        self._connection, self._timeout = connection, timeout

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def post(self, target: str, body: bytes, content_type: str) -> Answer:
        """Send a request and read its answer; raises NoAnswer."""
        headers = {"Content-Type": content_type, "Accept": "application/json", "User-Agent": "rpt"}
        try:
            with self._watched():
                self._connection.request("POST", target, body, headers)
                response = self._connection.getresponse()
                said = response.read(_MOST)
                if response.length:
                    raise NoAnswer("对方的答复只到了一部分")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"请求已发出，没有得到答复（{_reason(error)}）") from None
        return Answer(response.status, _seconds(response.headers.get("Retry-After", "")), said)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Ends the line when time is up, however slowly the other side keeps talking."""
        line = self._connection.sock
        line.settimeout(self._timeout)
        # the plain socket's own shutdown: that of a TLS one would pull the session from under the reader
        watch = threading.Timer(self._timeout, socket.socket.shutdown, (line, socket.SHUT_RDWR))
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _reason(error: BaseException) -> str:
    """Why a line failed, in a few words; never what was being sent."""
    if isinstance(error, TimeoutError):
        return "超时"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝"
    if isinstance(error, socket.gaierror):
        return "找不到这个主机，请检查网络"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionError | ssl.SSLEOFError):
        return "连接中断"
    if isinstance(error, OSError) and str(error).startswith("Tunnel connection failed"):
        return f"代理拒绝：{str(error).partition(':')[2].strip()}"
    return type(error).__name__
