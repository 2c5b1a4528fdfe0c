"""The project's own settings as inputs of a run."""

from __future__ import annotations

import hashlib

from rpt.project.model import Project


def settings_of(project: Project) -> dict[str, str]:
    """The SHA-256 of the project's settings and metrics by file: they make the figures as the rows do."""
    names = {project.file.name: project.file} | {name: project.folder / name for name in project.settings.metrics}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items()}
