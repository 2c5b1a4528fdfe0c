"""What a run leaves in the archive, and that the same run again writes the same bytes."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
