"""Scopes: what part of the business a figure covers, spelled ``全部``, ``渠道=主站`` or ``渠道=主站|活动=618``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rpt.values.slug import slug

ALL = "全部"
UNMAPPED = "未归类"  # the channel of a platform that rpt.toml puts in none


def scope_of(members: Mapping[str, str]) -> str:
    """Spell a scope from dimension → member, in the order given; no members means 全部.

    A ``|`` in a member's name becomes ``｜``: it is what scopes are joined by, and data may name things as they like.
    """
    return "|".join(f"{dimension}={member.replace('|', '｜')}" for dimension, member in members.items()) or ALL


def members_of(scope: str) -> dict[str, str]:
    """Dimension → member of a scope; empty for 全部. Raises ValueError where a part has no ``=``."""
    if scope == ALL:
        return {}
    members = {}
    for part in scope.split("|"):
        dimension, equals, member = part.partition("=")
        if not (dimension and equals and member):
            raise ValueError(f"not a scope: {scope!r}")
        members[dimension] = member
    return members


def dimensions_of(scope: str) -> tuple[str, ...]:
    """The dimensions a scope is cut by."""
    return tuple(members_of(scope))


def member_label(scope: str) -> str:
    """What a reader calls a scope: its members without the dimensions (``主站``), or 全部."""
    return "·".join(members_of(scope).values()) or ALL


@dataclass(frozen=True)
class Member:
    """One member of a dimension (华东 of 区域), of whose rows alone a report may be made."""

    dimension: str
    name: str

    @property
    def scope(self) -> str:
        """As scopes are spelled: ``区域=华东``."""
        return scope_of({self.dimension: self.name})

    @property
    def slug(self) -> str:
        """The name as part of a file's name."""
        return slug(self.name)


def member_of(scope: str) -> Member | None:
    """The member that a scope of one dimension spells; None for 全部. Raises ValueError for what is neither."""
    members = members_of(scope)
    if not members:
        return None
    ((dimension, name),) = members.items()
    return Member(dimension, name)
