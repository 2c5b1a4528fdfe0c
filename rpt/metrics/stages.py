"""Aggregates in two stages: over the finest groups that a query asks for, then over those groups.

Grouping sets work through every row once per set. Counts, sums, least and greatest add up from finer groups: the rows
are worked through once, and the sets see some hundreds of groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_OUTER = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}
_HARMLESS = ("coalesce", "nullif")  # scalar functions that parts put around their aggregates
_CALL = re.compile(r"\b([a-z_]\w*)\s*\(", re.IGNORECASE)
_FILTER = re.compile(r"\s*filter\s*(?=\()", re.IGNORECASE)
_QUANTILE = re.compile(r"quantile_disc\s*\((.+),\s*([\d.]+)\)", re.IGNORECASE | re.DOTALL)
_DISTINCT = re.compile(r"\s*distinct\b\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Staged:
    """Parts in two stages: the aggregates of the finest groups, and every part over the columns ``a0``, ``a1`` … that
    these become."""

    inner: tuple[str, ...]
    outer: tuple[str, ...]


def staged(parts: Sequence[str], keys: Mapping[str, str]) -> Staged | None:
    """The parts in two stages, where ``keys`` are the finest groups' columns by the SQL they hold; None where a part
    does not add up from groups: a quantile, or a distinct count of what is no such column."""
    inner: list[str] = []
    outer = []
    for part in parts:
        pieces, at = [], 0
        for begins, ends, name in _calls(part):
            call = part[begins:ends]
            inside = call[call.index("(") + 1 :]
            if name in _HARMLESS:
                continue
            if distinct := _DISTINCT.match(inside):
                key = keys.get(inside[distinct.end() : -1].strip())
                if name != "count" or key is None:  # a filter leaves something behind the bracket, which is no key
                    return None
                replaced = f"count(distinct {key})"
            elif name in _OUTER:
                if call not in inner:
                    inner.append(call)
                replaced = f"{_OUTER[name]}(a{inner.index(call)})"
            else:
                return None
            pieces += [part[at:begins], replaced]
            at = ends
        outer.append("".join([*pieces, part[at:]]))
    return Staged(tuple(inner), tuple(outer))


def quantile(part: str) -> tuple[str, str] | None:
    """What a discrete quantile is taken of, and its share as written; None for a part that is none."""
    found = _QUANTILE.fullmatch(part)
    return (found[1], found[2]) if found and _closed(part, part.index("(") + 1) == len(part) else None


def _calls(sql: str) -> Iterator[tuple[int, int, str]]:
    """Where each call begins and ends, an aggregate's with its filter, and the function's name."""
    at = 0
    while found := _CALL.search(sql, at):
        name = found[1].lower()
        if name in _HARMLESS:
            yield found.start(), found.end(), name
            at = found.end()
            continue
        at = _closed(sql, found.end())
        if behind := _FILTER.match(sql, at):
            at = _closed(sql, behind.end() + 1)
        yield found.start(), at, name


def _closed(sql: str, at: int) -> int:
    """Behind the bracket that closes the one open before ``at``; brackets in quotes are text."""
    depth, quote = 1, ""
    while depth and at < len(sql):
        sign = sql[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            depth += (sign == "(") - (sign == ")")
        at += 1
    return at
