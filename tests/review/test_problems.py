"""Each rule on a review of a few figures, made without a database."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from rpt.review.compare import compare_all
from rpt.review.problems import find_problems
from rpt.values.finding import Finding, Severity
from rpt.values.ledger import Benchmark, Ledger, Measurement, Metric, Target
from rpt.values.lines import Lines
from rpt.values.period import Period
from rpt.values.plan import Action, Cause, Promises
from rpt.values.review import Review

D = Decimal
YEAR = Period(2025)
METRICS = {
    id: Metric(id, label, unit, better, aggregation, "口径", "总体")  # type: ignore[arg-type]
    for id, label, unit, better, aggregation in (
        ("gmv", "成交总额", "元", "up", "sum"),
        ("repeat_rate", "复购率", "比率", "up", "ratio"),
        ("refund_rate", "退款率", "比率", "down", "ratio"),
        ("attainment", "目标完成率", "比率", "up", "ratio"),
        ("inventory_days", "库存周转天数", "天", "down", "ratio"),
        ("ad_spend", "推广花费", "元", "none", "sum"),
        ("members", "会员数", "人", "up", "period_end"),
        ("cs_inquiry_surge", "客服咨询量激增", "比率", "down", "ratio"),
    )
}
METRICS["members"] = replace(METRICS["members"], watched=True)


@dataclass
class Given:
    """Figures as (metric, value) or (metric, value, scope, period); targets and benchmarks alike."""

    figures: list[tuple[str, ...]]
    targets: list[tuple[str, ...]] = field(default_factory=list)
    benchmarks: list[tuple[str, ...]] = field(default_factory=list)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    promises: Promises = field(default_factory=Promises)
    lines: Lines = field(default_factory=Lines)

    def find(self) -> tuple[Finding, ...]:
        ledger = Ledger(
            METRICS,
            tuple(Measurement(*_place(figure), _value(figure)) for figure in self.figures),
            tuple(Target(*_place(target), _value(target)) for target in self.targets),
            tuple(Benchmark(*_place(mark), D(mark[1])) for mark in self.benchmarks),
            groups=self.groups,
        )
        return find_problems(Review(2025, ledger, tuple(compare_all(ledger)), promises=self.promises, lines=self.lines))


def _place(row: tuple[str, ...]) -> tuple[str, Period, str]:
    metric, _, scope, period = (*row, "全部", "2025")[:4] if len(row) == 2 else (*row, "2025")[:4]
    return metric, Period.parse(period), scope


def _value(row: tuple[str, ...]) -> Decimal | None:
    return None if row[1] == "无" else D(row[1])


def test_nothing_is_wrong_with_nothing() -> None:
    assert Given([]).find() == ()


@pytest.mark.parametrize(
    ("metric", "value", "target", "severity"),
    [
        ("gmv", "81", "100", Severity.MEDIUM),
        ("gmv", "80", "100", Severity.HIGH),  # missed by a fifth
        ("gmv", "100", "100", None),
        ("gmv", "120", "100", None),
        ("repeat_rate", "0.14", "0.15", Severity.MEDIUM),
        ("inventory_days", "30", "28", Severity.MEDIUM),  # lower is better
        ("inventory_days", "34", "28", Severity.HIGH),
        ("inventory_days", "26", "28", None),
        ("ad_spend", "200", "100", None),  # neither is better
        ("gmv", "-5", "0", None),  # no distance from zero
    ],
)
def test_a_missed_target(metric: str, value: str, target: str, severity: Severity | None) -> None:
    found = Given([(metric, value)], [(metric, target)]).find()
    assert [(f.code, f.severity) for f in found] == ([("target_missed", severity)] if severity else [])


def test_a_missed_target_with_its_evidence() -> None:
    (finding,) = Given([("gmv", "9000000", "渠道=主站")], [("gmv", "10000000", "渠道=主站")]).find()
    assert (finding.metric, finding.scope, finding.evidence) == ("gmv", "渠道=主站", ("gmv@2025[渠道=主站]",))
    assert (finding.impact, finding.distance) == (D(-1000000), D("0.1"))
    assert finding.text == "主站成交总额完成目标的90.0%，缺口100.0万元"


@pytest.mark.parametrize("scope", ["全部", "平台=抖音"])
def test_a_target_without_data(scope: str) -> None:
    (finding,) = Given([("gmv", "1"), ("members", "无", scope)], [("members", "3000000", scope)]).find()
    assert (finding.code, finding.severity, finding.impact) == ("target_without_data", Severity.LOW, None)
    member = "" if scope == "全部" else "抖音"
    assert finding.text == f"{member}会员数定有目标300.0万人，但无法核对：没有该范围的数据"


def test_only_the_report_years_targets_count() -> None:
    figures = [("gmv", "1", "全部", "2024"), ("gmv", "1", "全部", "2025Q1"), ("gmv", "9", "全部", "2025")]
    assert Given(figures, [(m, "5", scope, period) for m, _, scope, period in figures]).find() == ()


@pytest.mark.parametrize(
    ("metric", "value", "benchmark", "severity"),
    [
        ("repeat_rate", "0.35", "0.38", Severity.MEDIUM),
        ("repeat_rate", "0.30", "0.38", Severity.HIGH),
        ("repeat_rate", "0.38", "0.38", None),
        ("repeat_rate", "0.40", "0.38", None),
        ("refund_rate", "0.06", "0.05", Severity.HIGH),
        ("refund_rate", "0.04", "0.05", None),
        ("ad_spend", "1", "2", None),
        ("repeat_rate", "无", "0.38", None),
        ("repeat_rate", "0.1", "0", None),
    ],
)
def test_worse_than_the_industry(metric: str, value: str, benchmark: str, severity: Severity | None) -> None:
    found = Given([(metric, value)], benchmarks=[(metric, benchmark)]).find()
    assert [(f.code, f.severity) for f in found] == ([("below_benchmark", severity)] if severity else [])


def test_a_benchmark_is_that_of_its_scope_and_year() -> None:
    marks = [("repeat_rate", "0.9", "渠道=主站"), ("repeat_rate", "0.9", "全部", "2024")]
    assert Given([("repeat_rate", "0.1")], benchmarks=marks).find() == ()


@pytest.mark.parametrize(
    ("quarters", "slowing"),
    [
        (["0.30", "0.32", "0.34", "0.345"], True),  # +2, +2, then +0.5 points
        (["0.30", "0.32", "0.34", "0.34"], True),
        (["0.30", "0.32", "0.34", "0.35"], False),  # half as much is not less than half
        (["0.30", "0.32", "0.34", "0.37"], False),
        (["0.30", "0.32", "0.34", "0.33"], False),  # a fall is another problem
        (["0.34", "0.32", "0.30", "0.30"], False),
        (["0.30", "0.30", "0.30", "0.30"], False),
        (["0.32", "0.34", "0.345"], False),  # a quarter is missing
    ],
)
def test_growth_that_slows(quarters: list[str], slowing: bool) -> None:
    numbered = [("repeat_rate", value, "全部", f"2025Q{n}") for n, value in enumerate(quarters, 1)]
    found = Given([("repeat_rate", "0.33"), *numbered]).find()
    assert [f.code for f in found] == ["growth_slowing"] * slowing
    if slowing:
        assert found[0].evidence == tuple(f"repeat_rate@2025Q{n}" for n in range(1, 5))


@pytest.mark.parametrize("metric", ["gmv", "refund_rate", "ad_spend"])
def test_slowing_is_said_of_rates_that_should_rise(metric: str) -> None:
    quarters = [(metric, value, "全部", f"2025Q{n}") for n, value in enumerate(["30", "32", "34", "34"], 1)]
    assert Given([(metric, "33"), *quarters]).find() == ()


@pytest.mark.parametrize(
    ("metric", "value", "prior", "scope", "severity"),
    [
        ("members", "80", "100", "全部", Severity.HIGH),
        ("members", "95", "100", "平台=天猫", Severity.MEDIUM),
        ("members", "96", "100", "全部", None),  # by less than a twentieth
        ("members", "120", "100", "全部", None),
        ("members", "80", "0", "全部", None),
        ("members", "80", "100", "区域=华东", None),  # neither a channel nor a platform
        ("gmv", "80", "100", "全部", None),  # not a watched one
    ],
)
def test_a_watched_figure_that_worsened(
    metric: str, value: str, prior: str, scope: str, severity: Severity | None
) -> None:
    found = Given([(metric, prior, scope, "2024"), (metric, value, scope, "2025")]).find()
    assert [(f.code, f.severity, f.scope) for f in found] == ([("worsened", severity, scope)] if severity else [])


def test_a_project_draws_its_own_lines() -> None:
    fallen = [("members", "100", "全部", "2024"), ("members", "90", "全部", "2025")]
    assert [f.severity for f in Given(fallen).find()] == [Severity.MEDIUM]
    assert [f.severity for f in Given(fallen, lines=Lines(severe=D("0.1"))).find()] == [Severity.HIGH]
    assert Given(fallen, lines=Lines(worse=D("0.11"))).find() == ()


@pytest.mark.parametrize(("value", "fires"), [("0.3", True), ("0.2", True), ("0.19", False), ("-0.5", False)])
def test_a_surge_of_inquiries(value: str, fires: bool) -> None:
    found = Given([("cs_inquiry_surge", value, "活动=618")]).find()
    assert [(f.code, f.scope) for f in found] == [("spike", "活动=618")] * fires


@pytest.mark.parametrize(
    ("value", "slowing"), [("120", False), ("112", True), ("110", True), ("100", True), ("99", False)]
)
def test_a_total_that_grows_by_less_than_half_of_last_years_growth(value: str, slowing: bool) -> None:
    years = {"2023": "80", "2024": "100", "2025": value}  # last year's growth is 25%
    found = Given([("members", v, "全部", year) for year, v in years.items()]).find()
    slow = [f for f in found if f.code == "growth_slowing"]
    assert len(slow) == slowing
    if value == "110":
        assert slow[0].text == "会员数增长放缓：增速回落15.0个百分点，由25.0%降至10.0%"
        assert slow[0].evidence == ("members@2025", "members@2024")


@pytest.mark.parametrize(("value", "code"), [("0", "worsened"), ("-0.1", "worsened"), ("99", None)])
def test_money_that_falls_to_nothing_or_into_loss_is_severe(value: str, code: str | None) -> None:
    found = Given([("gmv", "100", "全部", "2024"), ("gmv", value)]).find()  # not a watched metric here
    assert [(f.code, f.severity) for f in found] == ([(code, Severity.HIGH)] if code else [])


def test_the_surge_of_all_campaigns_is_told_before_that_of_each() -> None:
    surges = [("cs_inquiry_surge", value, f"活动={name}") for name, value in {"618": "0.5", "大促": "0.3"}.items()]
    assert [f.scope for f in Given(surges, groups={"活动=大促": ("活动=618",)}).find()] == ["活动=大促"]


def test_a_group_absorbs_its_members() -> None:
    scopes = ["平台=抖音", "平台=快手", "平台=抖音+快手", "平台=天猫"]
    given = Given(
        [("gmv", "60", scope) for scope in scopes],
        [("gmv", "100", scope) for scope in scopes],
        groups={"平台=抖音+快手": ("平台=抖音", "平台=快手")},
    )
    assert {f.scope for f in given.find()} == {"平台=抖音+快手", "平台=天猫"}
    # what only a member missed is still said
    given.targets = [("gmv", "100", "平台=快手")]
    assert [f.scope for f in given.find()] == ["平台=快手"]


def test_what_one_scope_missed_is_one_problem() -> None:
    given = Given(
        [("gmv", "60", "渠道=主站"), ("attainment", "0.6", "渠道=主站"), ("inventory_days", "29", "渠道=主站")],
        [("gmv", "100", "渠道=主站"), ("attainment", "1", "渠道=主站"), ("inventory_days", "28", "渠道=主站")],
    )
    (finding,) = given.find()
    assert finding.evidence == ("gmv@2025[渠道=主站]", "attainment@2025[渠道=主站]", "inventory_days@2025[渠道=主站]")
    assert (finding.severity, finding.impact, finding.distance) == (Severity.HIGH, D(-40), D("0.4"))
    assert "目标完成率" not in finding.text  # it restates the first
    assert "库存周转天数" in finding.text


def test_at_the_top_each_metric_is_a_problem_of_its_own() -> None:
    rows = [("gmv", "90"), ("repeat_rate", "0.1")]
    assert [f.metric for f in Given(rows, [("gmv", "100"), ("repeat_rate", "0.11")]).find()] == ["gmv", "repeat_rate"]


def test_the_heaviest_comes_first() -> None:
    figures = {"渠道=A": "95", "渠道=B": "70", "渠道=C": "900", "渠道=D": "50"}
    targets = {"渠道=A": "100", "渠道=B": "100", "渠道=C": "1000", "渠道=D": "100"}
    given = Given(
        [
            *(("gmv", value, scope) for scope, value in figures.items()),
            ("repeat_rate", "0.1"),
            ("inventory_days", "40"),
        ],
        [
            *(("gmv", value, scope) for scope, value in targets.items()),
            ("repeat_rate", "0.3"),
            ("inventory_days", "28"),
        ],
    )
    # severe ones first: by money, then by distance; then the rest
    order = [(f.metric, f.scope) for f in given.find()]
    assert order == [
        ("gmv", "渠道=D"),
        ("gmv", "渠道=B"),
        ("repeat_rate", "全部"),
        ("inventory_days", "全部"),
        ("gmv", "渠道=C"),
        ("gmv", "渠道=A"),
    ]


def test_the_teams_words_stand_beside_the_problem_of_their_metric_and_scope() -> None:
    promises = Promises(
        causes=(
            Cause(2025, "gmv", "平台=抖音", "缺货"),
            Cause(2025, "gmv", "全部", "大盘下滑"),
            Cause(2024, "gmv", "平台=抖音", "去年的话"),
            Cause(2025, "repeat_rate", "平台=抖音", "触达少"),
        ),
        actions=(
            Action(2026, "备货", "gmv", "平台=抖音"),
            Action(2025, "旧的", "gmv", "平台=抖音"),
            Action(2026, "别的", "repeat_rate", "平台=抖音"),
        ),
    )

    def words(scope: str) -> tuple[str, list[str]]:
        groups = {"平台=抖音+快手": ("平台=抖音", "平台=快手")}
        given = Given([("gmv", "1", scope)], [("gmv", "2", scope)], groups=groups, promises=promises)
        (finding,) = given.find()
        return finding.cause, [action.measure for action in finding.actions]

    assert words("平台=抖音") == ("缺货", ["备货"])
    assert words("平台=抖音+快手") == ("缺货", ["备货"])  # what is said of a member is said of its group
    assert words("平台=快手") == ("", [])
    assert words("全部") == ("大盘下滑", [])
