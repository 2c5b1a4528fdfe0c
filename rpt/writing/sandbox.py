"""The environment of every template: Jinja's immutable sandbox, narrowed to plain values and to files in our folders.

Jinja's own sandbox refuses private names and what changes lists; anything else of an object it lets pass, ``to_csv`` of
a data frame, ``func`` and ``args`` of a partial. Here a template looks into the kinds of values that are named below,
and into no others; and what it calls hands it one of these.
"""

from __future__ import annotations

import os
from collections.abc import Callable, ItemsView, KeysView, Mapping, Sequence, ValuesView
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

from rpt.project.model import Project
from rpt.values.document import Chapter, Column, Figure, FigureKind, Row, Section, Table
from rpt.values.issue import UserError
from rpt.writing.compiled import COMPILED

OWN = "templates"  # a project's own templates: a folder in its own
_SCALARS = (str, int, float, Decimal, type(None))
_CONTAINERS = (list, tuple, dict, set, frozenset, range, Mapping, KeysView, ValuesView, ItemsView)
_DOCUMENT = (Chapter, Column, Figure, FigureKind, Row, Section, Table)
_JINJA = (
    BlockReference, Cycler, Joiner, LoopContext, Macro, Namespace, TemplateModule, TemplateReference, Undefined,
)  # fmt: skip
PLAIN: Final = (*_SCALARS, *_CONTAINERS, *_DOCUMENT, *_JINJA)
# without lipsum: like the filter `random`, it says something else in every run
_GLOBALS = ("range", "dict", "cycler", "joiner", "namespace")


def environment(project: Project) -> Environment:
    """The environment for the templates of a project: its own first, then ours. Raises UserError where its folder of
    templates is a link that leads elsewhere.

    A template of the project's own may run for ever or take all memory: what renders it belongs into
    ``rpt.writing.apart``.
    """
    return Environment(template_folders(project))


def has_own(project: Project) -> bool:
    """Whether the project brings templates."""
    return (project.folder / OWN).is_dir()


def template_folders(project: Project) -> list[Path]:
    """Where templates are looked for: the project's own first, then ours. Raises UserError for a link elsewhere."""
    package = Path(__file__).parent.parent
    shipped = next(p for p in (package / "_templates", package.parent / "templates") if p.is_dir())
    if not has_own(project):
        return [shipped]
    own = project.folder / OWN
    if not own.resolve().is_relative_to(project.folder.resolve()):
        raise UserError(f"{OWN} 文件夹是指向项目之外的链接：{own.resolve()}", "请把模板放进项目自己的 templates 文件夹")
    return [own, shipped]


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox over folders of templates, with plain values in place of objects."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(
            loader=TemplateFiles(folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=COMPILED,
        )
        self.folders = tuple(folders)
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        del self.filters["random"]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute`` of a plain value."""
        return super().getattr(obj, attribute) if isinstance(obj, PLAIN) else self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """``obj[argument]`` of a plain value; Jinja's own asks any object."""
        return super().getitem(obj, argument) if isinstance(obj, PLAIN) else self.unsafe_undefined(obj, str(argument))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja's is
        """Call what a template may call, where that gives a plain value."""
        returned = super().call(__context, __obj, *args, **kwargs)
        if not isinstance(returned, PLAIN):
            raise SecurityError(f"{type(returned).__name__!r} is no value for a template")
        return returned


class TemplateFiles(FileSystemLoader):
    """Templates in folders, each a regular file below its folder: neither ``../`` nor a link leads out of it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__([str(folder) for folder in folders], encoding="utf-8")

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, and where it stands. Raises TemplateNotFound."""
        if inside(self.searchpath, template) is None:
            raise TemplateNotFound(template)
        return super().get_source(environment, template)


def inside(folders: Sequence[str | Path], name: str) -> Path | None:
    """The first regular file of a name (``annual/cover.html``) below the folders; None where there is none, or where it
    is a link out of its folder. Raises TemplateNotFound for a name with ``..`` in it."""
    pieces = split_template_path(name)
    for folder in folders:
        path = Path(folder, *pieces)
        if path.is_file():
            return path if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)) else None
    return None
