"""Aggregates in two stages say what one stage says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.engine import relation
from rpt.engine.duck import Duck
from rpt.metrics.stages import staged

KEYS = {"tier": "d0", "coalesce(region, '未知')": "d1"}
PARTS = (
    "count(*)",
    "count(member)",
    "sum(amount)",
    "sum(units) filter (where tier <> '(高)')",
    "coalesce(sum(amount) filter (where units > 1), 0)",
    "sum(amount) - sum(units) * 2",
    "min(units)",
    "max(coalesce(units, 0))",
    "case when count(*) > 2 then 2 else count(*) end",
    "count(distinct tier)",
    "count(*) filter (where tier = 'a)') * 86400",
    "1",
)


@pytest.mark.parametrize(
    ("part", "inner", "outer"),
    [
        ("sum(amount)", ("sum(amount)",), "sum(a0)"),
        ("sum(a) - sum(b)", ("sum(a)", "sum(b)"), "sum(a0) - sum(a1)"),
        ("sum(a) / sum(a)", ("sum(a)",), "sum(a0) / sum(a0)"),
        ("Count(*) Filter (where x = ')')", ("Count(*) Filter (where x = ')')",), "sum(a0)"),
        ("coalesce(max(a), 0) * 2", ("max(a)",), "coalesce(max(a0), 0) * 2"),
        ("sum(date_diff('second', a, b))", ("sum(date_diff('second', a, b))",), "sum(a0)"),
        ("count(distinct tier)", (), "count(distinct d0)"),
        ("86400", (), "86400"),
    ],
)
def test_what_adds_up_is_taken_in_two_stages(part: str, inner: tuple[str, ...], outer: str) -> None:
    found = staged([part], KEYS)
    assert found is not None
    assert (found.inner, found.outer) == (inner, (outer,))


@pytest.mark.parametrize(
    "part",
    [
        "quantile_disc(days, 0.5)",
        "avg(amount)",
        "count(distinct member_id)",
        "count(distinct tier) filter (where units > 0)",
        "sum(distinct tier)",
        "round(sum(amount))",  # harmless, but nobody has looked
        "sum(amount) + median(amount)",
    ],
)
def test_what_does_not_add_up_is_left_as_it_is(part: str) -> None:
    assert staged(["count(*)", part], KEYS) is None


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2024", "2025"]),
        st.sampled_from(["(高)", "a)", None]),
        st.sampled_from(["华东", "华南", None]),
        st.sampled_from(["A", "B", None]),
        st.sampled_from(["0", "1", "2", "3", None]),
        st.one_of(st.none(), st.decimals(-100, 100, places=2).map(str)),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def engine() -> Duck:
    return Duck()


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_both_ways_give_the_same_figures(engine: Duck, rows: list[tuple[str | None, ...]]) -> None:
    two = staged(PARTS, KEYS)
    assert two is not None
    kinds = {"period": "varchar", "tier": "varchar", "region": "varchar", "member": "varchar"}
    engine.table("rows", relation(kinds | {"units": "bigint", "amount": "decimal(18,4)"}, rows))
    keys = [f"{sql} as {name}" for sql, name in KEYS.items()]
    sets = "group by grouping sets ((period), (period, d0), (period, d1), (period, d0, d1)) order by all"
    inner = ", ".join([*keys, *(f"{sql} as a{at}" for at, sql in enumerate(two.inner))])
    finest = f"select period, {inner} from rows group by period, {', '.join(KEYS)}"
    columns = "period, d0, d1, grouping(period, d0, d1)"
    once = engine.rows(f"select {columns}, {', '.join(PARTS)} from (select *, {', '.join(keys)} from rows) {sets}")
    twice = engine.rows(f"select {columns}, {', '.join(two.outer)} from ({finest}) {sets}")
    assert [[_exact(cell) for cell in row] for row in once] == [[_exact(cell) for cell in row] for row in twice]


def _exact(cell: object) -> object:
    return Decimal(cell) if isinstance(cell, int) else cell
