"""What a run leaves in the archive, and that the same run again writes the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from rpt.engine.duck import Duck
from rpt.flows.domain import domain
from rpt.flows.steps import Request
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.artifact import Artifact
from rpt.values.domain import DOMAINS
from rpt.values.run import Run, SourceSheet
from tests.projects import daily, project

ROOT = Path(__file__).parents[2]
