"""The plan's tables and charts by the name a template asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rpt.values.document import Chart, Table
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.edits_table import edits_table
from rpt.writing.plan_bridge import bridge_chart, bridge_table, plan_actions_table
from rpt.writing.plan_fulfilment import fulfilment_table
from rpt.writing.plan_levers import sensitivity_table
from rpt.writing.plan_rolldown import rolldown_chart, rolldown_table, rolldowns_table
from rpt.writing.plan_tables import target_sources_table
from rpt.writing.plan_targets import paths_table, plan_targets_table


def plan_lists(review: Review, plan: Plan) -> dict[str, Callable[[str, str, str, str], Table]]:
    """The plan's tables."""
    return {
        "targets": partial(plan_targets_table, review, plan),
        "actions": partial(plan_actions_table, review, plan),
        "rolldown": partial(rolldown_table, review, plan),
        "rolldowns": partial(rolldowns_table, review, plan),
        "paths": partial(paths_table, review, plan),
        "sensitivity": partial(sensitivity_table, plan),
        "bridge": partial(bridge_table, plan),
        "fulfilment": partial(fulfilment_table, review, plan),
        "target_sources": partial(target_sources_table, plan.targets, review.ledger.metrics),
        "edits": partial(edits_table, review.promises.edits),
    }


def plan_charts(review: Review, plan: Plan) -> dict[str, Callable[[str, str, str, str], Chart | None]]:
    """The plan's charts."""
    return {"rolldown": partial(rolldown_chart, review, plan), "bridge": partial(bridge_chart, plan)}
