"""A server that answers as 企业微信 and 钉钉 do, in the test process, over HTTP or over TLS of a test authority.

``script`` holds what happens to the next requests instead of the platform's own answer: a dict is that answer, an int
that status, a callable gets the handler and does what it likes with it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WECOM_KEY = "693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"
DINGTALK_TOKEN = "566cc69da782ec04"
SIGN = "SEC0123456789abcdef"
MINUTE = 20
_MEDIA = re.compile(r'form-data; name="media"; filename="(?P<name>[^"]+)"; filelength=(?P<length>\d+)\r\n')
Act = dict[str, object] | int | Callable[["Handler"], None]


@dataclass
class Chat:
    """What the server was sent, and what it is told to do."""

    address: str = ""
    script: list[Act] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)  # path and query
    shown: list[dict[str, Any]] = field(default_factory=list)  # messages that members of the group see
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def wecom(self) -> str:
        return f"{self.address}/cgi-bin/webhook/send?key={WECOM_KEY}"

    @property
    def dingtalk(self) -> str:
        return f"{self.address}/robot/send?access_token={DINGTALK_TOKEN}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    chat: Chat
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        chat = self.chat
        chat.requests.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._body = body
        act = chat.script.pop(0) if chat.script else Handler.answer_as_usual
        if callable(act):
            act(self)
        elif isinstance(act, int):
            self.answer(b"<html>gateway</html>", act)
        else:
            self._say(act)

    def answer_as_usual(self) -> None:
        """What the platform makes of the request."""
        self._say(self._own(self._body))

    def _say(self, said: dict[str, object]) -> None:
        self.answer(json.dumps(said, ensure_ascii=False).encode())

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        pass

    def _own(self, body: bytes) -> dict[str, object]:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return (
            self._wecom(parts.path, query, body) if parts.path.startswith("/cgi-bin") else self._dingtalk(query, body)
        )

    def _wecom(self, path: str, query: dict[str, str], body: bytes) -> dict[str, object]:
        def error(code: int, message: str) -> dict[str, object]:
            return {"errcode": code, "errmsg": f"{message}, hint: [1755605200056773], from ip: 10.0.0.1"}

        if query.get("key") != WECOM_KEY:
            return error(93000, "invalid webhook url")
        if path.endswith("/upload_media"):
            boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
            part = body.removeprefix(b"--" + boundary + b"\r\n").removesuffix(b"\r\n--" + boundary + b"--\r\n")
            head, _, content = part.partition(b"\r\n\r\n")
            named = _MEDIA.search(head.decode())
            if named is None or int(named["length"]) != len(content):
                return error(44001, "empty media data")
            name = named["name"]
            id = f"media{len(self.chat.media)}"
            self.chat.media[id] = (name, content)
            return {"errcode": 0, "errmsg": "ok", "type": "file", "media_id": id, "created_at": "1755605200"}
        said = json.loads(body)
        if said["msgtype"] == "markdown" and len(said["markdown"]["content"].encode()) > 4096:
            return error(40058, "markdown.content exceed max length 4096")
        if said["msgtype"] == "file" and said["file"]["media_id"] not in self.chat.media:
            return error(40007, "invalid media_id")
        return self._shown("wecom", said) or error(45009, "api freq out of limit")

    def _dingtalk(self, query: dict[str, str], body: bytes) -> dict[str, object]:
        if query.get("access_token") != DINGTALK_TOKEN:
            return {"errcode": 300005, "errmsg": "token is not exist"}
        moment = query.get("timestamp", "")
        key = hmac.new(SIGN.encode(), f"{moment}\n{SIGN}".encode(), hashlib.sha256).digest()
        if query.get("sign") != base64.b64encode(key).decode():
            return {"errcode": 310000, "errmsg": "description:机器人发送签名不匹配;solution:请确认签名和时间戳"}
        if len(body) > 20_000:
            return {"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}
        locked: dict[str, object] = {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        return self._shown("dingtalk", json.loads(body)) or locked

    def _shown(self, robot: str, said: dict[str, Any]) -> dict[str, object] | None:
        self.chat.counts[robot] += 1
        if self.chat.counts[robot] > MINUTE:
            return None
        self.chat.shown.append(said)
        return {"errcode": 0, "errmsg": "ok"}


@contextlib.contextmanager
def chat_server(context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Chat]:
    """The server, on a free port of this machine."""
    chat = Chat()
    server = ThreadingHTTPServer((host, 0), type("Bound", (Handler,), {"chat": chat}))
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    chat.address = f"http{'s' if context else ''}://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
