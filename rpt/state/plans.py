"""Plans that outlive their run: one readable JSON file a year in the project's state folder (``.rpt/plans/2026.json``).

Money stands in 元, rates as fractions, exact values as decimal strings. ``version`` names the file's layout.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Literal

from rpt.state.atomic import replacing
from rpt.values.issue import Issue, Level, Origin
from rpt.values.saved_plan import SavedPlan


@dataclass(frozen=True)
class _File:
    version: Literal[1]
    plan: SavedPlan


class PlanStore:
    """The plans of one project; ``folder`` is its state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "plans"

    def path(self, year: int) -> Path:
        """Where a year's plan stands."""
        return self._folder / f"{year}.json"

    def load(self, year: int) -> tuple[SavedPlan | None, list[Issue]]:
        """A year's plan, None where none is saved; a file that cannot be read is a warning and counts as none."""
        from pydantic import TypeAdapter, ValidationError

        path = self.path(year)
        if not path.exists():
            return None, []
        try:
            plan = TypeAdapter(_File).validate_json(path.read_bytes()).plan
        except (OSError, ValidationError):
            return None, [_damaged(path, year)]
        return (plan, []) if plan.year == year else (None, [_damaged(path, year)])

    def digest(self, year: int) -> str:
        """The SHA-256 of a year's plan as it is saved, empty where none is."""
        try:
            return sha256(self.path(year).read_bytes()).hexdigest()
        except OSError:
            return ""

    def save(self, plan: SavedPlan) -> Path:
        """Write a plan over that of its year, in one step. Raises UserError (exit 3) where it cannot be written."""
        text = json.dumps(asdict(_File(1, plan)), default=_spelled, ensure_ascii=False, indent=1)
        with replacing(self.path(plan.year)) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
        return self.path(plan.year)

    def drop(self, year: int) -> None:
        """Forget a year's plan."""
        self.path(year).unlink(missing_ok=True)


def _spelled(value: object) -> str:
    """A number with all its digits and no exponent; a day as 2026-03-31."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _damaged(path: Path, year: int) -> Issue:
    hint = f"重新运行 rpt plan {year} 会重新保存；若当中有领导改过的内容，请用 rpt plan {year} --from 再读回一次"
    place = Origin("/".join(path.parts[-3:]))
    return Issue("plan_damaged", Level.WARNING, f"保存的{year}年计划已损坏，本次没有采用", place, hint)
