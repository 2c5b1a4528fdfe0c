"""Robots against a server that answers as theirs do: everyone in the right state, whatever happens."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from rpt.delivery import dingtalk, wecom
from rpt.delivery.http import Http
from rpt.delivery.pace import Pace
from rpt.delivery.parts import file_part
from rpt.delivery.secrets import Secret
from rpt.delivery.transport import Transport
from rpt.delivery.webhook import DINGTALK, WECOM, webhook
from rpt.values.delivery import Attachment, Letter, Receipt, State
from rpt.values.digest import Digest
from rpt.values.issue import UserError
from tests.delivery.chat_server import DINGTALK_TOKEN, SIGN, WECOM_KEY, Act, Chat, Handler, chat_server

NAME = "领导群"
FILE = file_part(NAME)
HTTP = Http(timeout=5, answer_timeout=5)
PDF = b"%PDF-1.7 " + b"x" * 2000


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chat_server() as running:
        yield running


@pytest.fixture
def letter(tmp_path: Path) -> Letter:
    path = tmp_path / "annual-2025.pdf"
    path.write_bytes(PDF)
    pdf = Attachment('2025年"年报".pdf', path, "application/pdf", hashlib.sha256(PDF).hexdigest(), len(PDF))
    digest = Digest("2025年年报", "2025年度经营回顾", "测试公司", ("成交总额4.20亿元。",))
    return Letter("annual-2025", "2025", "2025年年报", digest, "", "", (pdf,), "abc")


def at_wecom(chat: Chat, http: Http = HTTP, address: str = "", pace: Pace | None = None) -> wecom.WecomTransport:
    hook = webhook(NAME, WECOM, Secret(address or chat.wecom))
    return wecom.WecomTransport({NAME: wecom.Robot(hook)}, http, pace)


def at_dingtalk(
    chat: Chat, http: Http = HTTP, address: str = "", sign: str | None = SIGN, now: datetime | None = None
) -> dingtalk.DingtalkTransport:
    hook = webhook(NAME, DINGTALK, Secret(address or chat.dingtalk))
    robot = dingtalk.Robot(hook, Secret(sign) if sign else None, "共享盘/年报")
    return dingtalk.DingtalkTransport({NAME: robot}, http, now=lambda: now or datetime.now(UTC))


Make = Callable[[Chat], Transport]
BOTH = pytest.mark.parametrize("make", [at_wecom, at_dingtalk])


def deliver(
    transport: Transport, letter: Letter, recipients: Sequence[str] = (NAME,)
) -> tuple[list[Receipt], list[str]]:
    """The receipts, and those whom the point of no return was announced for."""
    committed: list[str] = []
    return list(transport.deliver(letter, recipients, committed.extend)), committed


def only(transport: Transport, letter: Letter) -> tuple[State, bool]:
    """What became of the summary, and whether its point of no return was passed."""
    [receipt], committed = deliver(transport, letter)
    return receipt.state, bool(committed)


# --- what arrives -----------------------------------------------------------------------------------------------------


def test_wecom_gets_a_summary_and_then_the_file_under_its_chinese_name(chat: Chat, letter: Letter) -> None:
    transport = at_wecom(chat)
    receipts, committed = deliver(transport, letter, transport.recipients(NAME, letter))
    assert [(r.recipient, r.state) for r in receipts] == [(NAME, State.SENT), (FILE, State.SENT)]
    assert committed == [NAME, FILE]
    summary, file = chat.shown
    assert summary["markdown"]["content"].startswith("## 2025年年报\n")
    assert "全文见随后的文件" in summary["markdown"]["content"]
    assert chat.media[file["file"]["media_id"]] == ("2025年＂年报＂.pdf", PDF)


def test_a_file_beyond_the_limit_stays_and_the_summary_says_so(chat: Chat, letter: Letter) -> None:
    big = replace(letter, attachments=(replace(letter.attachments[0], size=wecom.MOST_FILE + 1),))
    transport = at_wecom(chat)
    assert transport.recipients(NAME, big) == (NAME,)
    deliver(transport, big)
    content = chat.shown[0]["markdown"]["content"]
    assert "PDF 有20.0 MB，超过企业微信20 MB的上限，没有随消息发送" in content
    assert str(letter.attachments[0].path.parent) in content


def test_dingtalk_gets_a_signed_card_that_says_where_the_files_are(chat: Chat, letter: Letter) -> None:
    transport = at_dingtalk(chat)
    assert transport.recipients(NAME, letter) == (NAME,)
    assert only(transport, letter) == (State.SENT, True)
    [said] = chat.shown
    assert said["markdown"]["title"] == "2025年年报"
    assert '文件在共享盘/年报：2025年"年报".pdf' in said["markdown"]["text"]
    assert "&sign=" in chat.requests[0]


def test_the_signature_is_that_of_the_platforms_own_description() -> None:
    """As openssl has it: ``printf '1577262236757\\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret'``."""
    at = datetime.fromtimestamp(1577262236.757, UTC)
    shown = dingtalk.signature(Secret("this is secret"), at)
    assert shown == "&timestamp=1577262236757&sign=" + "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"


# --- what goes wrong --------------------------------------------------------------------------------------------------


def close(handler: Handler) -> None:
    handler.hang_up()


def half(handler: Handler) -> None:
    """The head and a part of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"errcode":0')
    handler.hang_up()


def redirect(handler: Handler) -> None:
    handler.answer(b"", 302, Location="https://example.com/")


def later(handler: Handler) -> None:
    handler.answer(b"", 429, Retry_After="30")


@BOTH
@pytest.mark.parametrize(
    ("act", "state"),
    [
        (close, State.IN_DOUBT),
        (half, State.IN_DOUBT),
        (500, State.IN_DOUBT),
        (502, State.IN_DOUBT),
        (504, State.IN_DOUBT),
        (200, State.IN_DOUBT),  # somebody else's page
        ({"errmsg": "ok"}, State.IN_DOUBT),
        ({"errcode": "0"}, State.REFUSED),
        (redirect, State.REFUSED),
        (403, State.REFUSED),
        (404, State.REFUSED),
        (later, State.QUEUED),
        (503, State.QUEUED),
        ({"errcode": -1, "errmsg": "system busy"}, State.QUEUED),
        ({"errcode": 99999, "errmsg": "new"}, State.REFUSED),
    ],
)
def test_after_the_request_only_a_clear_no_may_be_tried_again(
    chat: Chat, letter: Letter, make: Make, act: Act, state: State
) -> None:
    chat.script.append(act)
    assert only(make(chat), letter) == (state, True)
    assert len(chat.requests) == 1


@pytest.mark.parametrize(
    ("code", "state", "wait", "says"),
    [
        (45009, State.QUEUED, 60, "太频繁"),
        (93000, State.REFUSED, None, "已被移出群"),
        (93004, State.REFUSED, None, "停用"),
        (40001, State.REFUSED, None, "密钥不对"),
        (40058, State.REFUSED, None, "不接受这条消息"),
    ],
)
def test_what_wecom_says_no_with(
    chat: Chat, letter: Letter, code: int, state: State, wait: float | None, says: str
) -> None:
    chat.script.append({"errcode": code, "errmsg": "…"})
    [receipt], _ = deliver(at_wecom(chat), letter)
    assert (receipt.state, receipt.retry_after) == (state, wait)
    assert says in receipt.detail
    assert str(code) in receipt.detail


@pytest.mark.parametrize(
    ("code", "message", "state", "wait", "says"),
    [
        (130101, "send too fast", State.QUEUED, 600, "10分钟"),
        (410100, "发送速度太快而限流", State.QUEUED, 600, "10分钟"),
        (310000, "sign not match", State.REFUSED, None, "SEC"),
        (310000, "description:机器人发送签名不匹配;solution:请确认签名的时间戳", State.REFUSED, None, "SEC"),
        (310000, "invalid timestamp", State.REFUSED, None, "校准时间"),
        (310000, "keywords not in content", State.REFUSED, None, "关键词"),
        (310000, "ip 10.0.0.1 not in whitelist", State.REFUSED, None, "IP"),
        (310000, "description:something new", State.REFUSED, None, "something new"),
        (400101, "", State.REFUSED, None, "地址无效"),
        (400013, "", State.REFUSED, None, "群已解散"),
        (400102, "", State.REFUSED, None, "停用"),
    ],
)
def test_what_dingtalk_says_no_with(
    chat: Chat, letter: Letter, code: int, message: str, state: State, wait: float | None, says: str
) -> None:
    chat.script.append({"errcode": code, "errmsg": message})
    [receipt], _ = deliver(at_dingtalk(chat), letter)
    assert (receipt.state, receipt.retry_after) == (state, wait)
    assert says in receipt.detail


def test_a_missing_and_a_wrong_secret_of_signing_are_told_apart(chat: Chat, letter: Letter) -> None:
    [unsigned], _ = deliver(at_dingtalk(chat, sign=None), letter)
    [wrong], _ = deliver(at_dingtalk(chat, sign="SECwrong"), letter)
    assert "sign_env" in unsigned.detail
    assert "重新复制" in wrong.detail
    assert not chat.shown


@BOTH
def test_nobody_listens(letter: Letter, make: Make) -> None:
    with chat_server() as gone:
        pass
    assert only(make(gone), letter) == (State.QUEUED, False)


@BOTH
def test_no_answer_in_time_is_in_doubt_also_from_one_who_keeps_talking(chat: Chat, letter: Letter, make: Make) -> None:
    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b" ")
            time.sleep(0.02)

    def silent(handler: Handler) -> None:
        time.sleep(1)

    for act in (drip, silent):
        chat.script.append(act)
        transport = make(chat)
        transport._http = Http(timeout=5, answer_timeout=0.2)  # type: ignore[attr-defined]
        assert only(transport, letter) == (State.IN_DOUBT, True)


@BOTH
def test_a_crash_in_between_leaves_the_point_of_no_return_announced(chat: Chat, letter: Letter, make: Make) -> None:
    """The outbox says sending before a single byte of the request has left."""

    def crash(recipients: Sequence[str]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(make(chat).deliver(letter, [NAME], crash))
    assert chat.requests == []


def test_an_upload_that_fails_is_before_the_point_of_no_return(chat: Chat, letter: Letter) -> None:
    for act, state in [
        (close, State.QUEUED),
        (500, State.QUEUED),
        ({"errcode": 45009, "errmsg": ""}, State.QUEUED),
        ({"errcode": 0, "errmsg": "ok"}, State.QUEUED),  # without a media_id
        ({"errcode": 40006, "errmsg": ""}, State.REFUSED),
    ]:
        chat.script.append(act)
        [receipt], committed = deliver(at_wecom(chat), letter, [FILE])
        assert (receipt.state, committed) == (state, [])
    assert not chat.shown


def test_a_file_waits_for_its_summary(chat: Chat, letter: Letter) -> None:
    chat.script.append({"errcode": 45009, "errmsg": ""})
    receipts, committed = deliver(at_wecom(chat), letter, [FILE, NAME])
    assert [(r.recipient, r.state, r.retry_after) for r in receipts] == [
        (NAME, State.QUEUED, 60),
        (FILE, State.QUEUED, 60),
    ]
    assert committed == [NAME]
    assert len(chat.requests) == 1


def test_a_file_that_is_not_the_one_that_was_verified_stays(chat: Chat, letter: Letter) -> None:
    letter.attachments[0].path.write_bytes(PDF + b"!")
    [changed], _ = deliver(at_wecom(chat), letter, [FILE])
    letter.attachments[0].path.unlink()
    [gone], _ = deliver(at_wecom(chat), letter, [FILE])
    assert changed.state is gone.state is State.REFUSED
    assert "改动" in changed.detail
    assert chat.requests == []


@BOTH
def test_the_twenty_first_message_of_a_minute_waits_here(chat: Chat, letter: Letter, make: Make) -> None:
    clock = [0.0]
    transport = make(chat)
    transport._pace = Pace(lambda: clock[0])  # type: ignore[attr-defined]
    for at in range(20):
        clock[0] = float(at)
        assert only(transport, letter) == (State.SENT, True)
    [receipt], committed = deliver(transport, letter)
    assert (receipt.state, receipt.retry_after, committed) == (State.QUEUED, 41.0, [])
    assert len(chat.requests) == 20
    clock[0] = 60.0
    chat.counts.clear()
    assert only(transport, letter) == (State.SENT, True)


@pytest.mark.parametrize("platform", ["wecom", "dingtalk"])
def test_another_process_has_used_up_the_minute(chat: Chat, letter: Letter, platform: str) -> None:
    chat.counts[platform] = 20
    [receipt], _ = deliver(at_wecom(chat) if platform == "wecom" else at_dingtalk(chat), letter)
    assert (receipt.state, receipt.retry_after) == (State.QUEUED, 60 if platform == "wecom" else 600)


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def served(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@BOTH
def test_only_a_certificate_that_verifies_is_spoken_to(
    letter: Letter, make: Make, authority: trustme.CA, tmp_path: Path
) -> None:
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with chat_server(served(authority, "127.0.0.1")) as chat:
        transport = make(chat)
        with pytest.raises(UserError, match=r"证书不可信") as unknown:
            deliver(transport, letter)
        assert unknown.value.exit_code == 5
        transport._http = replace(HTTP, ca_file=trusted)  # type: ignore[attr-defined]
        assert only(transport, letter) == (State.SENT, True)
    with chat_server(served(authority, "elsewhere.example")) as chat:
        transport = make(chat)
        transport._http = replace(HTTP, ca_file=trusted)  # type: ignore[attr-defined]
        with pytest.raises(UserError, match=r"证书不可信"):
            deliver(transport, letter)
        assert chat.requests == []


def test_a_line_that_breaks_before_tls_has_sent_nothing(letter: Letter, tmp_path: Path) -> None:
    """A server that does not speak TLS, on an address that asks for it."""
    with chat_server() as chat:
        address = chat.wecom.replace("http://", "https://")
        assert only(at_wecom(chat, address=address), letter) == (State.QUEUED, False)


# --- proxies ----------------------------------------------------------------------------------------------------------


def test_a_proxy_learns_the_host_and_nothing_more(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxy is asked for a tunnel to the official host; it refuses, so nothing was sent."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    heard: list[bytes] = []

    def refuse() -> None:
        line, _ = proxy.accept()
        with line:
            heard.append(line.recv(4096))
            line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as proxy:
        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        address = f"http://user:p%40ss@127.0.0.1:{proxy.getsockname()[1]}"
        hook = webhook(NAME, WECOM, Secret(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={WECOM_KEY}"))
        http = replace(HTTP, proxies=lambda: {"https": address})
        [receipt], committed = deliver(wecom.WecomTransport({NAME: wecom.Robot(hook)}, http), letter)
        thread.join(5)
    assert (receipt.state, committed) == (State.QUEUED, [])
    assert "407" in receipt.detail
    assert "p%40ss" not in receipt.detail
    assert heard[0].startswith(b"CONNECT qyapi.weixin.qq.com:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in heard[0]  # user:p@ss
    assert WECOM_KEY.encode() not in heard[0]


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1080", "https://127.0.0.1:1"])
def test_a_proxy_of_another_kind_is_named(letter: Letter, address: str) -> None:
    hook = webhook(NAME, WECOM, Secret(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={WECOM_KEY}"))
    http = replace(HTTP, proxies=lambda: {"https": address})
    with pytest.raises(UserError, match="代理写法不支持"):
        deliver(wecom.WecomTransport({NAME: wecom.Robot(hook)}, http), letter)


# --- secrets ----------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("act", [close, 500, {"errcode": 93000, "errmsg": f"bad {WECOM_KEY} {DINGTALK_TOKEN} {SIGN}"}])
def test_no_address_is_in_what_is_said(chat: Chat, letter: Letter, make: Make, act: Act) -> None:
    chat.script.append(act)
    [receipt], _ = deliver(make(chat), letter)
    key = WECOM_KEY if make is at_wecom else DINGTALK_TOKEN
    assert key not in f"{receipt}{make(chat).__dict__}"
    if make is at_dingtalk:
        assert SIGN not in f"{receipt}{make(chat).__dict__}"


@pytest.mark.parametrize(
    "address",
    [
        f"https://example.com/cgi-bin/webhook/send?key={WECOM_KEY}",
        f"https://qyapi.weixin.qq.com.example.com/cgi-bin/webhook/send?key={WECOM_KEY}",
        f"https://qyapi.weixin.qq.com@example.com/cgi-bin/webhook/send?key={WECOM_KEY}",
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={WECOM_KEY}",
        f"https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key={WECOM_KEY}",
        f"https://qyapi.weixin.qq.com/other?key={WECOM_KEY}",
        f"https://user:pass@127.0.0.1/cgi-bin/webhook/send?key={WECOM_KEY}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=***",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a%0d%0aX: y",
        "https://[::1/cgi-bin/webhook/send?key=a",
        WECOM_KEY,
    ],
)
def test_an_address_that_is_not_the_platforms_is_refused_unquoted(address: str) -> None:
    with pytest.raises(UserError, match="不是企业微信群机器人的地址") as error:
        webhook(NAME, WECOM, Secret(address))
    assert WECOM_KEY not in f"{error.value.message}{error.value.hint}"


def test_the_official_addresses_are_taken() -> None:
    hook = webhook(NAME, WECOM, Secret(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={WECOM_KEY}"))
    assert (hook.is_tls, hook.host, hook.port) == (True, "qyapi.weixin.qq.com", 443)
    hook = webhook(NAME, DINGTALK, Secret(f"https://oapi.dingtalk.com/robot/send?access_token={DINGTALK_TOKEN}"))
    assert hook.target() == f"/robot/send?access_token={DINGTALK_TOKEN}"
