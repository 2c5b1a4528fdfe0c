"""A robot's address: the official one of its platform, or one on this machine; never shown."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from rpt.delivery.loopback import is_loopback
from rpt.delivery.secrets import HIDDEN, Secret
from rpt.values.issue import UserError


@dataclass(frozen=True)
class Platform:
    """What a platform's addresses look like: its name, the host, the path, and the parameter that is the key."""

    name: str
    host: str
    path: str
    key: str


WECOM = Platform("企业微信", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key")
DINGTALK = Platform("钉钉", "oapi.dingtalk.com", "/robot/send", "access_token")


@dataclass(frozen=True)
class Webhook:
    """A checked address in its parts. ``key`` is what makes it a secret."""

    is_tls: bool
    host: str
    port: int
    path: str
    parameter: str
    key: Secret

    def hide(self, text: str) -> str:
        """What the other side said, without the key."""
        return self.key.hide(text)

    def target(self, path: str = "", more: str = "") -> str:
        """Path and query of a request, the key in it: ``/robot/send?access_token=…&timestamp=…``."""
        return f"{path or self.path}?{self.parameter}={self.key.reveal()}{more}"


def webhook(robot: str, platform: Platform, address: Secret) -> Webhook:
    """Take an address apart. Raises UserError, which does not quote it, where it is not the platform's own."""
    wrong = UserError(
        f"机器人“{robot}”的地址不是{platform.name}群机器人的地址",
        f"应以 https://{platform.host}{platform.path}?{platform.key}= 开头，请从群机器人的设置里完整复制",
    )
    try:
        parts = urlsplit(address.reveal())
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    key = parse_qs(parts.query).get(platform.key, [""])[0]
    known = _is_official(parts, port, platform) or (is_loopback(host) and parts.scheme in ("https", "http"))
    if not known or parts.path != platform.path or parts.username or not _is_plain(key):
        raise wrong
    is_tls = parts.scheme == "https"
    return Webhook(is_tls, host, port or (443 if is_tls else 80), parts.path, platform.key, Secret(key))


def _is_official(parts: SplitResult, port: int | None, platform: Platform) -> bool:
    return parts.scheme == "https" and parts.hostname == platform.host and port in (None, 443)


def _is_plain(key: str) -> bool:
    """Whether a key is one that can stand in a request's first line as it is."""
    return bool(key) and key != HIDDEN and key.isascii() and all(c.isalnum() or c in "-_." for c in key)
