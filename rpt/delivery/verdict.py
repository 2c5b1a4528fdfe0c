"""What became of a request to a robot: sent, to be tried again, refused, or in doubt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rpt.delivery.http import Answer, Http, NoAnswer, NotSent
from rpt.delivery.webhook import Webhook
from rpt.values.delivery import State

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_SHOWN = 300
_LATER = (408, 429, 503)  # the server says that it did not take the request


@dataclass(frozen=True)
class Verdict:
    """The state of a part, why, the seconds to wait where it is queued, and the answer's own fields."""

    state: State
    detail: str
    retry_after: float | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Code:
    """What an errcode means: a state, what a reader is told, and the seconds to wait."""

    state: State
    text: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Post:
    """A request: path and query, the body and its media type."""

    target: str
    body: bytes
    content_type: str = "application/json; charset=utf-8"


def json_post(target: str, message: Mapping[str, object]) -> Post:
    """A message as the platforms take it: JSON in UTF-8, Chinese as it is (their limits count bytes)."""
    return Post(target, json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def ask(
    http: Http, hook: Webhook, post: Post, codes: Mapping[int, Code], committing: Callable[[], None] | None = None
) -> Verdict:
    """Send one request and judge what came of it.

    ``committing`` is called when the line is open and nothing has been sent. With it the request shows a message, and
    no answer means in doubt; without it (an upload, which nobody sees) no answer means try again. Raises UserError
    where the certificate does not verify.
    """
    try:
        line = http.open(hook)
    except NotSent as reason:
        return Verdict(State.QUEUED, str(reason))
    with line:
        if committing is not None:
            committing()
        try:
            answer = line.post(post.target, post.body, post.content_type)
        except NoAnswer as reason:
            return Verdict(State.QUEUED if committing is None else State.IN_DOUBT, str(reason))
    found = judge(answer, codes, hook)
    if committing is None and found.state is State.IN_DOUBT:
        return Verdict(State.QUEUED, found.detail, found.retry_after)
    return found


def judge(answer: Answer, codes: Mapping[int, Code], hook: Webhook) -> Verdict:
    """Read an answer. What says neither yes nor no (a gateway's error, a page that is not theirs) is in doubt."""
    if answer.status in _LATER:
        return Verdict(State.QUEUED, f"对方暂时不接收（HTTP {answer.status}）", answer.retry_after)
    if 300 <= answer.status < 500:
        what = "要求转到别的地址，没有跟随" if answer.status < 400 else "拒绝了请求"
        return Verdict(State.REFUSED, f"对方{what}（HTTP {answer.status}）")
    if answer.status != 200:
        return Verdict(State.IN_DOUBT, f"对方服务器出错，不知道是否已发出（HTTP {answer.status}）")
    try:
        said = json.loads(answer.body)
        code = said["errcode"]
    except (ValueError, TypeError, KeyError):
        return Verdict(State.IN_DOUBT, "对方的答复不是机器人的答复，不知道是否已发出，请检查网络代理")
    if code == 0 and isinstance(code, int):
        return Verdict(State.SENT, "已发出", fields=said)
    message = _CONTROL.sub(" ", hook.hide(str(said.get("errmsg", ""))))[:_SHOWN]
    known = codes.get(code) if isinstance(code, int) else None
    if known is None:
        return Verdict(State.REFUSED, f"对方拒绝（{code}）：{message}", fields={"errmsg": message})
    return Verdict(known.state, f"{known.text}（{code}）", known.retry_after, {"errmsg": message, "errcode": code})
