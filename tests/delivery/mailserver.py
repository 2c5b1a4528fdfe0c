"""A real SMTP server in the test process, which answers as it is told and remembers what it took."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP = "drop"
PASSWORD = b"abcdefgh-s3cret"
Fault = str  # an answer such as "451 later", or DROP: the line breaks


@dataclass
class Script:
    """What one connection is answered: a fault by step (connect, ehlo, auth, mail, data, body, taken) or recipient.

    ``body`` breaks or refuses before the letter is taken, ``taken`` after: the letter is there, the answer is lost.
    """

    steps: dict[str, Fault] = field(default_factory=dict)
    recipients: dict[str, Fault] = field(default_factory=dict)


@dataclass
class Mailbox:
    """What the server took: content by Message-ID for each recipient, and the commands of each connection."""

    scripts: list[Script] = field(default_factory=list)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    pause: float = 0  # seconds before each answer, ten times as many before that to a letter

    def count(self, recipient: str) -> int:
        return sum(r == recipient for r, _ in self.taken)

    def clear(self) -> None:
        self.scripts.clear()
        self.taken.clear()
        self.commands.clear()


class _Scripted(SMTP):
    def __init__(self, handler: Any, box: Mailbox, **options: Any) -> None:
        super().__init__(handler, **options)
        self.box = box
        self.script = Script()

    def connection_made(self, transport: Any) -> None:
        is_first = self.transport is None  # STARTTLS makes the connection anew
        if is_first:
            self.script = self.box.scripts.pop(0) if self.box.scripts else Script()
            if self.script.steps.get("connect") == DROP:
                transport.abort()
                return
        super().connection_made(transport)

    @property
    def _is_safe(self) -> bool:
        return self.transport is not None and self.transport.get_extra_info("ssl_object") is not None

    async def _meets(self, step: str) -> bool:
        fault = self.script.steps.get(step)
        return await self._fails(fault) if fault else False

    async def _fails(self, fault: Fault) -> bool:
        if fault == DROP:
            self.transport.abort()
        else:
            await self.push(fault)
        return True

    async def push(self, status: Any) -> None:
        fault = self.script.steps.get("connect")
        if fault and self.session is not None and not self.session.host_name and str(status).startswith("220 "):
            status = fault
        if self.box.pause:
            await asyncio.sleep(self.box.pause)
        await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        self.box.commands.append("EHLO")
        if not await self._meets("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        if not await self._meets("ehlo"):
            await super().smtp_HELO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        self.box.commands.append("AUTH" if self._is_safe else "AUTH in clear")
        if not await self._meets("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        self.box.commands.append("MAIL" if self._is_safe else "MAIL in clear")
        if not await self._meets("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        recipient = (arg or "").partition("<")[2].partition(">")[0]
        fault = self.script.recipients.get(recipient)
        if not (fault and await self._fails(fault)):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        self.box.commands.append("DATA")
        if not await self._meets("data"):
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self.box = box

    async def handle_DATA(self, server: _Scripted, session: Session, envelope: Envelope) -> str:  # noqa: N802
        steps = server.script.steps
        if body := steps.get("body"):
            if body == DROP:
                server.transport.abort()
            return body if body != DROP else "250 never heard"
        assert isinstance(envelope.content, bytes)
        self.box.taken += [(recipient, envelope.content) for recipient in envelope.rcpt_tos]
        await asyncio.sleep(self.box.pause * 10)  # taken and not answered: where a kill leaves a doubt
        if steps.get("taken") == DROP:
            server.transport.abort()
        return "250 2.0.0 taken"


class _Controller(Controller):
    def __init__(self, box: Mailbox, context: ssl.SSLContext, *, implicit: bool, plain: bool, login: bool) -> None:
        self._box = box
        self._options = {} if implicit or plain else {"tls_context": context, "require_starttls": True}
        if login:
            self._options |= {"authenticator": _login, "auth_required": not implicit, "auth_require_tls": not implicit}
        super().__init__(
            _Handler(box), hostname="127.0.0.1", port=0, ssl_context=context if implicit else None, ready_timeout=20
        )

    def factory(self) -> SMTP:
        return _Scripted(self.handler, self._box, data_size_limit=40_000_000, hostname="mail.test", **self._options)

    def _trigger_server(self) -> None:
        """The trial call of the controller, at the port that the system chose."""
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), 10) as line:
            if self.ssl_context is None:
                line.recv(100)
                return
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(line) as safe:
                safe.recv(100)


def _login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == PASSWORD, handled=False)


@dataclass(frozen=True)
class Running:
    """A server that runs: where, and the file of the authority that it can be verified with."""

    port: int
    box: Mailbox
    ca_file: Path


@contextmanager
def serving(
    folder: Path, *, implicit: bool = False, plain: bool = False, login: bool = False, names: Sequence[str] = ()
) -> Iterator[Running]:
    """Run a server: STARTTLS required, or TLS from the first byte (``implicit``), or no TLS at all (``plain``)."""
    authority = trustme.CA()
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("127.0.0.1", "localhost"))).configure_cert(context)
    box = Mailbox()
    controller = _Controller(box, context, implicit=implicit, plain=plain, login=login)
    controller.start()
    try:
        yield Running(controller.port, box, ca_file)
    finally:
        controller.stop()
