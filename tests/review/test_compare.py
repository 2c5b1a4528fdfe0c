from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.review.compare import compare, compare_all
from rpt.values.comparison import Comparison, Reason
from rpt.values.ledger import Ledger, Measurement, Metric, Target
from rpt.values.period import Period

D = Decimal


def metric(unit: str = "元", better: str = "up") -> Metric:
    return Metric("m", "指标", unit, better, "sum", "口径", "总体")  # type: ignore[arg-type]


def run(
    value: str | None,
    prior: str | None,
    target: str | None = None,
    *,
    unit: str = "元",
    better: str = "up",
    scope: str = "全部",
) -> Comparison:
    now = Measurement("m", Period(2025), scope, None if value is None else D(value))
    rows = [now] if prior is None else [Measurement("m", Period(2024), scope, D(prior)), now]
    targets = () if target is None else (Target("m", Period(2025), scope, D(target)),)
    return compare(Ledger({"m": metric(unit, better)}, tuple(rows), targets), now)


def test_growth_of_a_sum() -> None:
    c = run("6", "4.2", "5")
    assert c.prior == D("4.2")
    assert c.change == D("1.8")
    assert str(c.growth) == "0.4285714285714285714285714286"
    assert (c.points, c.reason) == (None, None)
    assert (c.gap, c.attainment) == (D(1), D("1.2"))
    assert (c.progress, c.on_target) == (True, True)


def test_rates_change_in_points() -> None:
    c = run("0.12", "0.08", "0.15", unit="比率")
    assert (c.growth, c.points, c.gap, c.attainment) == (None, D("0.04"), D("-0.03"), D("0.8"))
    assert (c.progress, c.on_target) == (True, False)
    zero = run("0.12", "0", unit="比率")
    assert (zero.reason, zero.points) == (None, D("0.12"))


def test_lower_is_better() -> None:
    c = run("26", "30", "28", unit="天", better="down")
    assert c.attainment == D(28) / D(26)
    assert (c.gap, c.progress, c.on_target) == (D(-2), True, True)
    assert run("32", "30", "28", unit="天", better="down").on_target is False


def test_neither_is_better() -> None:
    c = run("3", "2", "1", better="none")
    assert (c.growth, c.gap, c.attainment, c.progress, c.on_target) == (D("0.5"), D(2), None, None, None)


def test_the_target_met_exactly_is_met_and_no_change_is_no_progress() -> None:
    c = run("5", "5", "5")
    assert (c.growth, c.progress, c.on_target, c.attainment) == (D(0), None, True, D(1))


@pytest.mark.parametrize(
    ("value", "prior", "reason"),
    [
        ("5", "0", Reason.NEW),
        ("5", None, Reason.NO_BASE),
        ("0", "5", Reason.TO_ZERO),
        ("0", "-5", Reason.TO_ZERO),
        ("0", "0", Reason.BOTH_ZERO),
        ("5", "-5", Reason.TURNED_POSITIVE),
        ("-5", "5", Reason.TURNED_NEGATIVE),
        ("-3", "-5", Reason.STILL_NEGATIVE),
        (None, "5", Reason.NO_VALUE),
        (None, None, Reason.NO_VALUE),
    ],
)
def test_reasons_stand_in_place_of_growth(value: str | None, prior: str | None, reason: Reason) -> None:
    c = run(value, prior)
    assert (c.reason, c.growth) == (reason, None)
    assert (c.change is None) == (value is None or prior is None)


@pytest.mark.parametrize(("value", "target", "better"), [("5", "0", "up"), ("-5", "5", "up"), ("0", "5", "down")])
def test_no_attainment_where_the_quotient_says_nothing(value: str, target: str, better: str) -> None:
    c = run(value, None, target, better=better)
    assert c.attainment is None
    assert c.gap == D(value) - D(target)


def test_campaigns_compare_with_last_years_window_and_filters_pick() -> None:
    c = run("380", "280", scope="活动=年货节")
    assert c.prior == D(280)
    rows = (
        Measurement("m", Period(2024), "活动=618", D(1)),
        Measurement("m", Period(2025), "活动=双11", D(2)),
        Measurement("m", Period.parse("2025Q4"), "全部", D(4)),
        Measurement("m", Period.parse("2024Q4"), "全部", D(3)),
    )
    ledger = Ledger({"m": metric()}, rows)
    assert [c.prior for c in compare_all(ledger)] == [None, None, D(3), None]
    assert [c.value for c in compare_all(ledger, periods={Period(2025)})] == [D(2)]
    assert compare_all(ledger, metrics={"other"}) == []


def test_a_prior_that_could_not_be_measured_is_no_base() -> None:
    now = Measurement("m", Period(2025), "全部", D(1))
    before = Measurement("m", Period(2024), "全部", None, reason="缺少数据")
    assert compare(Ledger({"m": metric()}, (before, now)), now).reason is Reason.NO_BASE


NUMBERS = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**10), max_value=10**10, places=3
)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["元", "比率", "天"]), st.sampled_from(["up", "down", "none"]))
def test_any_triple_compares(
    value: Decimal | None, prior: Decimal | None, target: Decimal | None, unit: str, better: str
) -> None:
    now = Measurement("m", Period(2025), "全部", value)
    before = Measurement("m", Period(2024), "全部", prior)
    goal = Target("m", Period(2025), "全部", target)
    c = compare(Ledger({"m": metric(unit, better)}, (before, now), (goal,)), now)
    if unit != "比率":
        assert (c.growth is None) == (c.reason is not None)
    if c.growth is not None and c.change is not None:
        assert (c.growth > 0) == (c.change > 0)
    if c.attainment is not None and better == "up":
        assert c.on_target == (c.gap is not None and c.gap >= 0)
    if c.progress is not None and c.change is not None:
        assert c.progress == ((c.change > 0) == (better == "up"))
