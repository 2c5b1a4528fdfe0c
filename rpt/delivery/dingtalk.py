"""钉钉群机器人: a signed card in markdown. It takes no file, so the card says where the files are.

After the platform's own description of custom robots (open.dingtalk.com, 自定义机器人接入): the address carries the
access token; with 加签, the time in milliseconds and the base64 of HMAC-SHA256(secret, time + newline + secret) go
with every request and are good for an hour. 20 messages a minute, else the robot is locked for ten; a body has at most
20,000 bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote_plus

from rpt.delivery.chat_text import Dialect, message, plain
from rpt.delivery.http import Http
from rpt.delivery.pace import Pace
from rpt.delivery.parts import files_at
from rpt.delivery.secrets import Secret
from rpt.delivery.transport import Committing
from rpt.delivery.verdict import Code, Verdict, ask, json_post
from rpt.delivery.webhook import Webhook
from rpt.values.delivery import Letter, Receipt, State

_LOCKED = Code(State.QUEUED, "发送太频繁，每个机器人每分钟最多20条，超过后停10分钟", 600)
_NO_TOKEN = Code(State.REFUSED, "机器人的地址无效，或机器人已被删除")
SAFETY = 310000
CODES = {
    -1: Code(State.QUEUED, "钉钉系统繁忙"),
    130101: _LOCKED,
    410100: _LOCKED,
    SAFETY: Code(State.REFUSED, "没有通过机器人的安全设置"),
    300001: _NO_TOKEN,
    300005: _NO_TOKEN,
    400101: _NO_TOKEN,
    400013: Code(State.REFUSED, "群已解散"),
    400102: Code(State.REFUSED, "机器人已停用"),
    400105: Code(State.REFUSED, "钉钉不接受这种消息"),
    400106: Code(State.REFUSED, "机器人不在群里"),
    430101: Code(State.REFUSED, "内容里有钉钉认为不安全的链接"),
    430102: Code(State.REFUSED, "内容里有钉钉认为不合适的文字"),
    430104: Code(State.REFUSED, "内容里有钉钉认为不合适的内容"),
    460101: Code(State.REFUSED, "消息太长"),
}
# what stands in the text of 310000, in the order it is looked for
_SAFETY = {
    ("sign not match", "签名不匹配"): "加签的密钥不对：请重新复制以 SEC 开头的密钥",
    ("timestamp", "时间戳"): "本机时间不准，签名已过期：请校准时间",
    ("keyword", "关键词"): "机器人要求关键词：请在机器人的安全设置里改用“加签”",
    ("whitelist", "白名单"): "本机的 IP 不在机器人允许的范围：请在安全设置里加上，或改用“加签”",
}
_UNSIGNED = "机器人要求加签：请说明密钥在哪里（rpt.toml 的 sign_env 或 sign_file）"
_TITLE = 60  # characters of the line that the list of chats shows
DIALECT = Dialect(18_000, "\n\n", "\n\n", "- ", lambda text, good: text, lambda text: text)


@dataclass(frozen=True)
class Robot:
    """A robot of one group: its address, the secret of 加签 (None where another safety setting is used), and where
    readers find files (may be empty)."""

    hook: Webhook
    sign: Secret | None = None
    files_at: str = ""


class DingtalkTransport:
    """The channel ``dingtalk``; recipients are robots by name."""

    name = "dingtalk"

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
        """The parts that a robot is sent of a letter: its summary."""
        return (robot,)

    def deliver(self, letter: Letter, recipients: Sequence[str], committing: Committing) -> Iterator[Receipt]:
        """One request for each robot. See ``Transport.deliver``."""
        for recipient in recipients:
            verdict = self._sent(letter, recipient, committing)
            yield Receipt(recipient, verdict.state, verdict.detail, self._now(), verdict.retry_after)

    def _sent(self, letter: Letter, recipient: str, committing: Committing) -> Verdict:
        robot = self._robots[recipient]
        if (left := self._pace.wait(recipient)) is not None:
            return Verdict(State.QUEUED, _LOCKED.text, left)
        said = card(letter, robot.files_at)
        target = robot.hook.target(more=signature(robot.sign, self._now()) if robot.sign else "")

        def commit() -> None:
            committing([recipient])
            self._pace.count(recipient)

        verdict = ask(self._http, robot.hook, json_post(target, said), CODES, commit)
        detail = verdict.detail
        if verdict.fields.get("errcode") == SAFETY:
            detail = _unsafe(str(verdict.fields["errmsg"]), robot.sign)
        return replace(verdict, detail=robot.sign.hide(detail) if robot.sign else detail)


def card(letter: Letter, where: str) -> dict[str, object]:
    """The message; ``where`` readers find files."""
    text = message(letter, DIALECT, files_at(letter, where))
    return {"msgtype": "markdown", "markdown": {"title": plain(letter.subject)[:_TITLE], "text": text}}


def signature(secret: Secret, at: datetime) -> str:
    """``&timestamp=…&sign=…`` for a request at a moment."""
    moment = str(int(at.timestamp() * 1000))
    key = secret.reveal()
    code = hmac.new(key.encode(), f"{moment}\n{key}".encode(), hashlib.sha256).digest()
    return f"&timestamp={moment}&sign={quote_plus(base64.b64encode(code))}"


def _unsafe(said: str, sign: Secret | None) -> str:
    """What is wrong with 310000, which has one number for four things."""
    known = (meaning for words, meaning in _SAFETY.items() if any(word in said.lower() for word in words))
    meaning = next(known, said)
    if sign is None and meaning in list(_SAFETY.values())[:2]:
        meaning = _UNSIGNED
    return f"{CODES[SAFETY].text}（{SAFETY}）：{meaning}"
