"""What a template can reach from its names, by attributes, items and calls: plain values, never a thing that acts."""

from __future__ import annotations

import io
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest
from jinja2 import Undefined
from jinja2.exceptions import SecurityError, TemplateError

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.flows.annual import edition
from rpt.flows.steps import plan
from rpt.flows.steps import review as compare_and_find
from rpt.project.model import Project
from rpt.values.issue import UserError
from rpt.values.ledger import Ledger
from rpt.values.review import Review
from rpt.writing.compose import Composer
from rpt.writing.context import Facts, context_of
from rpt.writing.sandbox import PLAIN, Environment
from tests.projects import daily, measured

ACTING = (
    pandas.DataFrame, pandas.Series, duckdb.DuckDBPyConnection, Duck, Dataset, Path, io.IOBase, types.ModuleType,
    types.CodeType, types.FrameType, Project, Ledger, Review, Environment,
)  # fmt: skip
# arguments that some name or other takes: a metric, a dimension, a scope, a period, an id and a title with them
CALLS: tuple[tuple[Any, ...], ...] = (
    (), ("gmv",), ("gmv", "渠道"), ("gmv", "全部"), ("gmv", "2025"), ("渠道=主站",), (3, "项"),
    ("id", "题"), ("id", "题", "gmv"), ("id", "题", "gmv", "渠道"), ("id", "题", ["gmv"]),
    ("id", "题", "渠道", ["gmv"]),
    ("id", "题", "month", ["gmv"]), ("id", "题", "sources"), ("id", "题", "rolldown"),
)  # fmt: skip
DEPTH, WIDTH = 5, 3


@pytest.fixture
def reached(tmp_path: Path) -> tuple[Environment, dict[str, Any]]:
    """The environment and the names of a real report, behind which stand an engine, its tables and the ledger."""
    found = measured(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=500)})
    reviewed = compare_and_find(found)
    planned = plan(found, reviewed)
    facts = Facts(found.line.cut, date(2026, 1, 15), "0", found.dataset.origins(), found.issues)
    made = edition(found.project, 2025, planned)
    composer = Composer(found.project, reviewed, facts, made, planned)
    composer.voice.enter("test", "1")
    return composer.env, context_of(found.project, reviewed, facts, made, planned, composer.voice)


def values(env: Environment, start: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything a template gets hold of, with how: names first, then what these lead to."""
    ahead = [(name, value, 0) for name, value in start.items()]
    seen: set[int] = set()
    kept: list[Any] = []  # an id is a value's own only as long as it lives
    while ahead:
        how, value, depth = ahead.pop()
        yield how, value
        if id(value) in seen or depth >= DEPTH:
            continue
        seen.add(id(value))
        kept.append(value)
        ahead += [(f"{how}{step}", got, depth + 1) for step, got in _steps(env, value)]


def _steps(env: Environment, value: Any) -> Iterator[tuple[str, Any]]:
    for name in dir(value):
        # a scalar's methods lead to scalars; its private names are asked for all the same
        if name.startswith("_") or not isinstance(value, str | int | float):
            yield from _got(f".{name}", lambda name=name: env.getattr(value, name))
            yield from _got(f"[{name!r}]", lambda name=name: env.getitem(value, name))
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", value[key]) for key in value)
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{at}]", item) for at, item in enumerate(list(value)[:WIDTH]))
    if callable(value):
        context = env.from_string("").new_context()
        for arguments in CALLS if isinstance(value, types.MethodType | partial) else ((),):
            yield from _got(f"{arguments}", lambda arguments=arguments: env.call(context, value, *arguments))


def _got(step: str, get: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    try:
        got = get()
    except (
        TemplateError,
        UserError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ):
        return
    if not isinstance(got, Undefined):
        yield step, got


def test_only_plain_values_and_what_gives_them_can_be_reached(reached: tuple[Environment, dict[str, Any]]) -> None:
    env, context = reached
    count, called = 0, set()
    for how, value in values(env, dict(env.globals) | context):
        count += 1
        assert not isinstance(value, ACTING), how
        is_function = callable(value) and not isinstance(value, type)
        assert isinstance(value, PLAIN) or is_function or value in env.globals.values(), (how, type(value))
        called.add(how.partition("(")[0])
    assert count > 1_000
    assert {"reasons", "plan['cards']", "metric_table", "ranked", "theme"} <= called


def test_the_walk_would_find_it(reached: tuple[Environment, dict[str, Any]]) -> None:
    """A ledger among the names is met, and so would be what it leads to; the sandbox lets no template into it."""
    env, context = reached
    ledger = context["reasons"].args[0].phrases.review.ledger
    assert any(isinstance(value, ACTING) for _, value in values(env, context | {"ledger": ledger}))
    for source in ("{{ ledger.frame() }}", "{{ ledger['frame']() }}", "{{ ledger|attr('frame') }}"):
        with pytest.raises(SecurityError):
            env.from_string(source).render(ledger=ledger)
    with pytest.raises(SecurityError, match="no value for a template"):
        env.from_string("{{ frame() }}").render(frame=ledger.frame)
