"""The one-page summary: why, what is wrong, what is asked of leadership."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rpt.language.figures import free_figure
from rpt.language.wording import text_of
from rpt.values.decomposition import Decomposition, Part
from rpt.values.finding import CONTRADICTION, Finding, Severity
from rpt.values.ledger import Ledger, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Action, BridgeStep, Feasibility, Plan, PlanBridge
from rpt.values.review import Review
from rpt.writing.brief import decisions, problem_line, reasons

D = Decimal
GMV = Metric("gmv", "成交总额", "元", "up", "sum", "口径", "总体")


def split(id: str, *amounts: int) -> Decomposition:
    parts = tuple(Part(f"{id}{at}", f"ref{at}", D(a), share=D(a) / sum(amounts)) for at, a in enumerate(amounts, 1))
    return Decomposition(
        id, 2025, "成交总额", "gmv", "元", "全部", "members", D(1000), D(1000) + sum(D(a) for a in amounts), parts
    )


def problem(*actions: Action, impact: str | None = None) -> Finding:
    title = ("复购率为", free_figure("x", 3, "%", "3.0%"), "；", "其余")
    return Finding(
        "missed", Severity.HIGH, title, "gmv", "全部", ("gmv@2025",), D(1), D(impact) if impact else None, "", actions
    )


def review(*findings: Finding, drivers: tuple[Decomposition, ...] = ()) -> Review:
    return Review(2025, Ledger({"gmv": GMV}, ()), (), findings, drivers=drivers)


def feasible(target: str, needed: str, verdict: str = "可达") -> Feasibility:
    goal = Target("gmv", Period(2026), "全部", D(target))
    return Feasibility(goal, D(1000), D(needed), D("0.5"), 2025, verdict)  # type: ignore[arg-type]


def bridge(expected: str, uncovered: str) -> PlanBridge:
    step = BridgeStep("甲", 1, D(expected))
    return PlanBridge(2026, D(1000), D(1000) + D(expected) + D(uncovered), (step,), D(0), D(uncovered), (D(expected),))


def test_reasons_name_the_part_that_moved_most_in_each_view() -> None:
    found = review(drivers=(split("gmv.渠道", 30, 70), split("gmv.factors", 100, -20)))
    assert [text_of(said) for said in reasons(found)] == [
        "按因素看，gmv.factors1贡献最大，为100元",  # more than all of it is no share
        "按渠道看，gmv.渠道2贡献最大，为70元，占增量的70.0%",
    ]
    assert reasons(review()) == []


@pytest.mark.parametrize(
    ("needed", "text"),
    [
        ("0.25", "确认2026年成交总额目标1250元，需在2025年基础上增长25.0%（历年最好为2025年的50.0%）"),
        ("-0.03", "确认2026年成交总额目标1250元，比2025年低3.0%"),
    ],
)
def test_the_first_decision_is_the_target(needed: str, text: str) -> None:
    asked = decisions(review(), Plan(2026, feasibility=(feasible("1250", needed),)))
    assert [text_of(said) for said in asked] == [text]


@pytest.mark.parametrize(
    ("uncovered", "text"),
    [
        ("50", "追加举措：现有举措预期增量200元，距目标尚有50元未覆盖"),
        ("0", "是否追加储备举措：现有举措预期增量200元，与目标缺口相等，没有余量"),
        ("-50", None),
    ],
)
def test_what_the_measures_leave_open(uncovered: str, text: str | None) -> None:
    asked = [text_of(said) for said in decisions(review(), Plan(2026, bridge=bridge("200", uncovered)))]
    assert asked == ([text] if text else [])


def test_a_problem_nobody_answers_comes_before_one_with_measures() -> None:
    answered = problem(Action(2026, "上新模型", owner="内容组"))
    asked = [text_of(said) for said in decisions(review(answered, problem()), Plan(2026))]
    assert asked == ["指定责任人与举措，解决复购率为3.0%", "批准内容组的举措：上新模型"]


def test_measures_without_owner_or_day_are_named() -> None:
    plan = Plan(2026, actions=(Action(2026, "甲"), Action(2026, "乙", owner="运营", ends_on=date(2026, 3, 31))))
    assert [text_of(said) for said in decisions(review(), plan)] == [
        "明确没有责任人的举措（甲），共1项",
        "明确没有完成时限的举措（甲），共1项",
    ]


def test_targets_that_contradict_come_first_and_are_no_problem_without_answer() -> None:
    slip = replace(problem(), code=CONTRADICTION)
    asked = [text_of(said) for said in decisions(review(slip), Plan(2026, bridge=bridge("200", "50")))]
    assert asked[0] == "确定以哪一个目标为准：复购率为3.0%；其余"
    assert len(asked) == 2


def test_a_problem_line_says_its_cost_once() -> None:
    assert text_of(problem_line(problem(impact="-880"))) == "复购率为3.0%，影响880元"
    costly = replace(problem(impact="-880"), title=("缺口", free_figure("g", 880, "元")))
    assert text_of(problem_line(costly)) == "缺口880元"
