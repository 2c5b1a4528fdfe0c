"""The body of a mail: a document's digest in the templates ``mail/letter.html`` and ``mail/letter.txt``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpt.project.model import Project
from rpt.values.digest import Digest, Line
from rpt.values.document import Figure
from rpt.writing.apart import apart
from rpt.writing.faults import WRONG, fault
from rpt.writing.sandbox import environment

PROBLEMS = 3
_TONES = {"good_bad": {"good": "#1a7f37", "bad": "#c62828"}, "up_red": {"good": "#c62828", "bad": "#1a7f37"}}


@dataclass(frozen=True)
class Body:
    """The same words twice: HTML, and plain text."""

    html: str
    text: str


def letter_body(project: Project, digest: Digest, files: Sequence[str], correction: Sequence[str] = ()) -> Body:
    """Write the body: summary, the figures as a table, the three heaviest problems, what is asked for; before them the
    ``correction`` where there is one. Raises UserError that names the template where one is wrong."""
    context = {
        "title": digest.title,
        "subtitle": digest.subtitle,
        "company": digest.company,
        "accent": project.theme.accent,
        "tones": _TONES[project.theme.colours],
        "lead": _parts(digest.lead),
        "kpis": [
            {"name": kpi.name, "value": _parts(kpi.value), "versus": [_parts(line) for line in kpi.versus]}
            for kpi in digest.kpis
        ],
        "said": [_parts(line) for line in digest.points],
        "problems": [_parts(line) for line in digest.problems[:PROBLEMS]],
        "decisions": [_parts(line) for line in digest.decisions],
        "correction": [_parts((sentence,)) for sentence in correction],
        "files": list(files),
    }
    html, text = apart(project, _rendered, project, context)
    return Body(html, text)


def _rendered(project: Project, context: Mapping[str, Any]) -> tuple[str, str]:
    env = environment(project)
    found = []
    for name in ("mail/letter.html", "mail/letter.txt"):
        try:
            found.append(env.get_template(name).render(context).strip() + "\n")
        except WRONG as error:
            raise fault(error, env, name) from error
    return found[0], found[1]


def _parts(line: Line) -> list[dict[str, Any]]:
    return [
        {"text": part, "figure": False, "tone": ""}
        if isinstance(part, str)
        else {"text": part.text, "figure": True, "tone": _tone(part)}
        for part in line
    ]


def _tone(figure: Figure) -> str:
    return {True: "good", False: "bad", None: ""}[figure.good]
