"""The catalogue's SQL as a reader of spreadsheets says it: 支付金额合计. What is not understood stays SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FILTER = re.compile(r"\s*filter\s*\(where\s+((?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))*)\)", re.IGNORECASE)
_TEXT = re.compile(r"'[^']*'")
_CALLS = (
    (re.compile(r"coalesce\((?P<a>(?:[^()]|\([^()]*\))+),\s*0\)"), "{a}"),
    (re.compile(r"date_diff\('day',\s*(?P<a>[^(),]+),\s*(?P<b>[^(),]+)\)"), "{a}到{b}的天数"),
    (re.compile(r"date_diff\('second',\s*(?P<a>[^(),]+),\s*(?P<b>[^(),]+)\)"), "{a}到{b}的秒数"),
    (re.compile(r"count\(\*\)"), "行数"),
    (re.compile(r"count\(distinct (?P<a>[^()]+)\)"), "去重{a}数"),
    (re.compile(r"count\((?P<a>[^()]+)\)"), "有{a}的行数"),
    (re.compile(r"sum\((?P<a>[^()]+ [-+*] [^()]+)\)"), "（{a}）合计"),
    (re.compile(r"sum\((?P<a>[^()]+)\)"), "{a}合计"),
    (re.compile(r"max\((?P<a>\d+)\)"), "{a}"),
    (re.compile(r"max\((?P<a>[^()]+)\)"), "{a}最大值"),
    (re.compile(r"min\((?P<a>[^()]+)\)"), "{a}最小值"),
    (re.compile(r"median\((?P<a>[^()]+)\)"), "{a}中位数"),
    (re.compile(r"quantile_disc\((?P<a>[^(),]+),\s*0\.5\)"), "{a}中位数"),
    (re.compile(r"quantile_disc\((?P<a>[^(),]+),\s*0\.(?P<b>\d)\)"), "{a}的{b}0分位数"),
)
_SIGNS = (
    (re.compile(r"case when (?P<a>\S+) > (?P<b>\d+) then (?P=b) else (?P=a) end"), r"\g<a>（最多\g<b>）"),
    (re.compile(r"\s+is not null\b"), "不为空"),
    (re.compile(r"\s+is null\b"), "为空"),
    (re.compile(r"\bnot (\S+)"), r"\1为否"),
    (re.compile(r"\s*<=\s*"), " ≤ "),
    (re.compile(r"\s*>=\s*"), " ≥ "),
    (re.compile(r"\s*<>\s*"), " ≠ "),
    (re.compile(r"\s+and\s+"), "，且"),
    (re.compile(r"\s+or\s+"), "，或"),
    (re.compile(r"\s+\*\s+"), " × "),
    (re.compile(r"\s+-\s+"), " − "),
    (re.compile(r"'([^']*)'"), r"“\1”"),
)


def said(sql: str, labels: Mapping[str, str]) -> str:
    """An aggregate in words, its filter behind it: 行数（只计播放量 > 100000）. ``labels``: column → Chinese name."""
    text, conditions = _apart(sql)
    told = _words(text, labels)
    return f"{told}（只计{'；'.join(_words(one, labels) for one in conditions)}）" if conditions else told


def condition_words(sql: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The filters of an aggregate in words, each once."""
    return tuple(dict.fromkeys(_words(one, labels) for one in _apart(sql)[1]))


def conditions_of(sql: str) -> tuple[str, ...]:
    """The filters of an aggregate as they are, each once."""
    return tuple(dict.fromkeys(_apart(sql)[1]))


def _apart(sql: str) -> tuple[str, list[str]]:
    return _FILTER.sub("", sql), [" ".join(found.split()) for found in _FILTER.findall(sql)]


def _words(sql: str, labels: Mapping[str, str]) -> str:
    for pattern, words in _CALLS:
        sql = pattern.sub(lambda found, words=words: words.format(**found.groupdict()), sql)  # type: ignore[misc]
    pieces = re.split(r"('[^']*')", sql)
    named = [_quoted(piece, labels) if _TEXT.fullmatch(piece) else _named(piece, labels) for piece in pieces]
    told = "".join(named)
    for pattern, sign in _SIGNS:
        told = pattern.sub(sign, told)
    return told


def _quoted(text: str, labels: Mapping[str, str]) -> str:
    """A text of the data stays as it is; one of a derived table may have a name, under its quoted spelling."""
    return f"'{labels[text]}'" if text in labels else text


def _named(sql: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"[A-Za-z_][A-Za-z0-9_]*", lambda found: labels.get(found[0], found[0]), sql)
