"""The bridge adds up to the target; of several measures on one metric and scope the largest counts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rpt.planning.bridge import build, without_overlap
from rpt.values.plan import Action

D = Decimal


def action(metric: str, scope: str, expected: int | None, owner: str = "甲") -> Action:
    return Action(2026, "举措", metric, scope, owner, expected=None if expected is None else D(expected))


def test_overlap_is_taken_out_and_the_rest_is_uncovered() -> None:
    actions = [
        action("conversion", "全部", 100),
        action("conversion", "全部", 60, "乙"),
        action("conversion", "渠道=主站", 30, "乙"),
        action("", "", 20, ""),
        action("visitors", "全部", None),
    ]
    assert without_overlap(actions) == (D(100), D(0), D(30), D(20), None)
    bridge = build(2026, D(1000), D(1300), actions)
    assert [(s.owner, s.count, s.amount) for s in bridge.steps] == [
        ("甲", 1, D(100)),
        ("乙", 2, D(90)),
        ("未定责任人", 1, D(20)),
    ]
    assert (bridge.overlap, bridge.uncovered, bridge.expected) == (D(-60), D(150), D(150))


ACTIONS = st.lists(
    st.builds(
        action,
        st.sampled_from(["", "conversion", "visitors"]),
        st.sampled_from(["全部", "渠道=主站"]),
        st.none() | st.integers(-(10**9), 10**9),
        st.sampled_from(["", "甲", "乙"]),
    ),
    max_size=12,
)


@given(st.integers(0, 10**10), st.integers(0, 10**10), ACTIONS)
def test_start_and_steps_make_the_target(start: int, target: int, actions: list[Action]) -> None:
    bridge = build(2026, D(start), D(target), actions)
    steps = sum((step.amount for step in bridge.steps), D(0))
    assert bridge.start + steps + bridge.overlap + bridge.uncovered == bridge.target
    assert bridge.overlap <= 0
    assert sum((amount or D(0) for amount in bridge.counted), D(0)) == bridge.expected
