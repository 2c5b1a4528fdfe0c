"""企业微信群机器人: a summary in markdown, then the PDF as a file.

After the platform's own description of group robots (developer.work.weixin.qq.com, document 99110): markdown of at
most 4096 bytes, a file of more than 5 bytes and at most 20 MB uploaded first (its media_id is good for three days), 20
messages a minute. Nobody sees an upload, so the point of no return of a file is the message that names it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rpt.delivery.chat_text import Dialect, message
from rpt.delivery.http import Http
from rpt.delivery.pace import Pace
from rpt.delivery.parts import file_part, files_at, is_file, pdf_of, robot_of
from rpt.delivery.transport import Committing
from rpt.delivery.verdict import Code, Post, Verdict, ask, json_post
from rpt.delivery.webhook import Webhook
from rpt.values.delivery import Attachment, Letter, Receipt, State

MOST_FILE = 20 * 1024 * 1024
_LEAST_FILE = 6
_UPLOAD = "/cgi-bin/webhook/upload_media"
_GONE = "机器人的地址无效，或机器人已被移出群"
CODES = {
    -1: Code(State.QUEUED, "企业微信系统繁忙"),
    45009: Code(State.QUEUED, "发送太频繁，每个机器人每分钟最多20条", 60),
    45033: Code(State.QUEUED, "同时发送的请求太多", 60),
    40001: Code(State.REFUSED, "机器人的密钥不对"),
    40006: Code(State.REFUSED, "文件大小不合要求（5字节以上，20 MB以内）"),
    40007: Code(State.REFUSED, "上传的文件已失效"),
    40008: Code(State.REFUSED, "企业微信不接受这种消息"),
    40014: Code(State.REFUSED, "机器人的密钥不对"),
    40058: Code(State.REFUSED, "企业微信不接受这条消息的内容"),
    44001: Code(State.REFUSED, "企业微信没有收到文件内容"),
    44004: Code(State.REFUSED, "消息内容是空的"),
    45002: Code(State.REFUSED, "消息内容太长"),
    93000: Code(State.REFUSED, _GONE),
    93004: Code(State.REFUSED, "机器人已被停用"),
    93008: Code(State.REFUSED, "机器人不在群里"),
}
_GREEN, _ORANGE = "info", "warning"  # the platform's names


def _toning(good: str, bad: str) -> Callable[[str, bool | None], str]:
    colours = {True: good, False: bad}
    return lambda text, tone: text if tone is None else f'<font color="{colours[tone]}">{text}</font>'


def _small(text: str) -> str:
    return f'<font color="comment">{text}</font>'


DIALECT = Dialect(4096, "\n", "\n\n", "> ", _toning(_GREEN, _ORANGE), _small)
RED_UP = replace(DIALECT, toned=_toning(_ORANGE, _GREEN))  # where the report has it so


@dataclass(frozen=True)
class Robot:
    """A robot of one group: its address, where readers find files (a drive, a folder; may be empty), and the dialect
    with the theme's colours."""

    hook: Webhook
    files_at: str = ""
    dialect: Dialect = DIALECT


class WecomTransport:
    """The channel ``wecom``; recipients are robots by name, and ``file_part`` of them."""

    name = "wecom"

    def __init__(
        self,
        robots: Mapping[str, Robot],
        http: Http | None = None,
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._robots, self._http, self._pace, self._now = robots, http or Http(), pace or Pace(), now

    @staticmethod
    def recipients(robot: str, letter: Letter) -> tuple[str, ...]:
        """The parts that a robot is sent of a letter: its summary, and its PDF where that can go."""
        pdf = pdf_of(letter)
        return (robot, file_part(robot)) if pdf is not None and _fits(pdf) else (robot,)

    def deliver(self, letter: Letter, recipients: Sequence[str], committing: Committing) -> Iterator[Receipt]:
        """One request for a summary, two for a file, which waits for its summary. See ``Transport.deliver``."""
        waiting: dict[str, Verdict] = {}
        for recipient in sorted(recipients, key=is_file):
            robot = robot_of(recipient)
            verdict = waiting.get(robot) or self._sent(letter, recipient, committing)
            if verdict.state is State.QUEUED and not is_file(recipient):
                waiting[robot] = Verdict(State.QUEUED, "等摘要发出后再发", verdict.retry_after)
            yield Receipt(recipient, verdict.state, verdict.detail, self._now(), verdict.retry_after)

    def _sent(self, letter: Letter, recipient: str, committing: Committing) -> Verdict:
        robot = self._robots[robot_of(recipient)]
        if (left := self._pace.wait(robot_of(recipient))) is not None:
            return Verdict(State.QUEUED, CODES[45009].text, left)
        if is_file(recipient):
            uploaded = self._uploaded(robot.hook, pdf_of(letter))
            if uploaded.state is not State.SENT:
                return uploaded
            said = file_message(str(uploaded.fields["media_id"]))
        else:
            said = summary(letter, robot.dialect, robot.files_at)

        def commit() -> None:
            committing([recipient])
            self._pace.count(robot_of(recipient))

        return ask(self._http, robot.hook, json_post(robot.hook.target(), said), CODES, commit)

    def _uploaded(self, hook: Webhook, pdf: Attachment | None) -> Verdict:
        if pdf is None:
            return Verdict(State.REFUSED, "没有 PDF 可发")
        try:
            content = pdf.path.read_bytes()
        except OSError as error:
            return Verdict(State.REFUSED, f"文件读不出来：{pdf.path}（{error.strerror}）")
        if hashlib.sha256(content).hexdigest() != pdf.sha256:
            return Verdict(State.REFUSED, f"文件在核对之后被改动，没有发送：{pdf.path}")
        verdict = ask(self._http, hook, _upload(hook, pdf, content), CODES)
        media_id = verdict.fields.get("media_id")
        if verdict.state is State.SENT and not (isinstance(media_id, str) and media_id):
            return Verdict(State.QUEUED, "文件已上传，但对方没有给出编号")
        return verdict


def summary(letter: Letter, dialect: Dialect, where: str) -> dict[str, object]:
    """The first message; ``where`` readers find files that do not come with it."""
    content = message(letter, dialect, _about_files(letter, where))
    return {"msgtype": "markdown", "markdown": {"content": content}}


def file_message(media_id: str) -> dict[str, object]:
    """The message that shows an uploaded file."""
    return {"msgtype": "file", "file": {"media_id": media_id}}


def _fits(pdf: Attachment) -> bool:
    return _LEAST_FILE <= pdf.size <= MOST_FILE


def _about_files(letter: Letter, where: str) -> list[str]:
    pdf = pdf_of(letter)
    if pdf is None:
        return files_at(letter, where)
    if _fits(pdf):
        return [f"全文见随后的文件：{pdf.name}"]
    return [
        f"PDF 有{pdf.size / 1024 / 1024:.1f} MB，超过企业微信20 MB的上限，没有随消息发送",
        *files_at(letter, where),
    ]


def _upload(hook: Webhook, pdf: Attachment, content: bytes) -> Post:
    """The file as multipart/form-data. Its name stands in UTF-8 as it is: the platform knows no RFC 2231."""
    boundary = f"rpt-{secrets.token_hex(16)}"
    name = pdf.name.translate({ord('"'): "＂", ord("\\"): "＼"} | dict.fromkeys(range(32), " "))
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="media"; filename="{name}"; filelength={len(content)}\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return Post(hook.target(_UPLOAD, "&type=file"), body, f"multipart/form-data; boundary={boundary}")
