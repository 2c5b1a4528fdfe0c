"""A change of the plan that leadership made in the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

EditKind = Literal["目标", "举措"]


@dataclass(frozen=True)
class Edit:
    """One field of one target or measure: its id and name, the field, what stood there and what stands there now."""

    kind: EditKind
    id: str
    label: str
    field: str
    old: str
    new: str
    made_on: date
