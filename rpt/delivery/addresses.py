"""Addresses as settings and people write them: one mailbox each, nothing that could become another header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address

from rpt.values.issue import UserError

_LONGEST = 254
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]+)>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Mailbox:
    """A display name (may be empty) and an address; a domain in Chinese is spelt in ASCII."""

    name: str
    spec: str

    @property
    def domain(self) -> str:
        """What stands behind the @, in lower case."""
        return self.spec.rpartition("@")[2].lower()


def mailbox(text: str) -> Mailbox:
    """Parse ``a@b.com`` or ``名称 <a@b.com>``. Raises UserError (exit 2)."""
    plain("邮箱地址", text)
    named = _NAMED.fullmatch(text.strip())
    name, spec = (named["name"].strip().strip('"').strip(), named["spec"]) if named else ("", text.strip())
    local, at, domain = spec.rpartition("@")
    try:
        domain = domain.encode("idna").decode() if domain else ""
        spec = f"{local}@{domain}"
        good = at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and len(spec) <= _LONGEST
        if good:
            Address(name, addr_spec=spec)
    except (HeaderParseError, ValueError, IndexError):
        good = False
    if not good:
        raise UserError(f"邮箱地址不对：{text!r}", "应写成 name@example.com，或 名称 <name@example.com>")
    return Mailbox(name, spec)


def plain(what: str, text: str) -> str:
    """The text, where it can stand in a header; raises UserError for line breaks and control characters."""
    if _CONTROL.search(text):
        raise UserError(f"{what}里不能有换行或控制字符：{text!r}", "请改正 rpt.toml 里的这一项")
    return text


def allowed(boxes: Sequence[Mailbox], domains: Sequence[str]) -> None:
    """Refuse recipients outside the allowed domains; none named allows all. Raises UserError (exit 2)."""
    known = {domain.lower().removeprefix("@") for domain in domains}
    outside = [box.spec for box in boxes if known and box.domain not in known]
    if outside:
        raise UserError(
            f"收件人不在允许的邮箱域名内：{'、'.join(outside)}",
            f"允许的域名是 {'、'.join(sorted(known))}；确需发送时改 rpt.toml 的 [mail] domains",
        )
