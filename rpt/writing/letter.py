"""The body of a mail: a document's digest in the templates ``mail/letter.html`` and ``mail/letter.txt``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rpt.project.model import Project
from rpt.values.digest import Digest, Line
from rpt.values.document import Figure
from rpt.values.issue import UserError
from rpt.writing.compiled import COMPILED
from rpt.writing.compose import template_folders

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
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folders(project), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=COMPILED,
    )
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
    rendered = {}
    for name in ("mail/letter.html", "mail/letter.txt"):
        try:
            rendered[name] = environment.get_template(name).render(context)
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise UserError(f"模板 {name}：{error}", "请检查项目 templates 文件夹里的模板") from error
    return Body(rendered["mail/letter.html"].strip() + "\n", rendered["mail/letter.txt"].strip() + "\n")


def _parts(line: Line) -> list[dict[str, Any]]:
    return [
        {"text": part, "figure": False, "tone": ""}
        if isinstance(part, str)
        else {"text": part.text, "figure": True, "tone": _tone(part)}
        for part in line
    ]


def _tone(figure: Figure) -> str:
    return {True: "good", False: "bad", None: ""}[figure.good]
