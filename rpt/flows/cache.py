"""The cache of a project, as a whole."""

from __future__ import annotations

from rpt.project.model import Project
from rpt.state.cache import Cache


def cache_of(project: Project) -> Cache:
    """What runs of the project keep for the next one."""
    return Cache(project.state, project.cache_bytes)
