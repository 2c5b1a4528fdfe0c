"""The example company as large as one wants: its project, with members, orders, touches and parcels row by row."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import rpt
from rpt.engine import EngineError
from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.intake.schema import schemas
from rpt.project.edit import with_values
from rpt.project.find import FILE, read_project
from rpt.project.model import Project
from rpt.rendering.multiplied import BYTES_A_ROW, TABLES, Format, rows_of, write_rows
from rpt.rendering.plain_book import write_tables
from rpt.state.atomic import replacing_all
from rpt.values.issue import UserError

YEAR = 2025  # the last that the example company has data of
_AS_THEY_ARE = ("channel", "targets")  # workbooks without a table of TABLES
_MOST_SECONDS = 3600


@dataclass(frozen=True)
class Written:
    """A file of the project, and how many rows a large one has."""

    path: Path
    rows: int | None = None


def sample(folder: Path, scale: Decimal, form: Format, seed: int) -> tuple[Written, ...]:
    """Write the example project into ``folder``, at 1 with all of its 2 million members and their orders.

    Raises UserError where the folder holds anything, and (exit 3) where it cannot be written or the disk is too small.
    """
    folder = folder.expanduser().resolve()
    _make(folder)
    example = read_project(_shipped() / FILE)
    engine = Duck()
    dataset, _ = load(example, engine)
    times = scale * example.settings.thresholds.panel_ratio
    _check_room(folder, rows_of(dataset.tables, float(times)) * BYTES_A_ROW[form])
    large = {name: f"{dataset.tables[name].label}.{form}" for name in TABLES}
    small = {book: Path(str(files[0])).name for book, files in example.settings.sources.items()}
    paths = [folder / name for name in (*large.values(), *small.values(), FILE)]  # rpt.toml last: it makes a project
    counts: dict[str, int] = {}
    with replacing_all(paths) as temporaries:
        into = {path.name: temporary for path, temporary in zip(paths, temporaries, strict=True)}
        try:
            for name, file in large.items():
                counts[file] = write_rows(engine, dataset.tables[name], into[file], float(times), form, seed)
        except EngineError as error:
            raise UserError(f"示例数据没有写完：{error}", f"请检查 {folder} 所在磁盘的空间与权限", 3) from error
        for book, file in small.items():
            _write_small(example, dataset, book, into[file])
        megabytes = max(into[file].stat().st_size for file in large.values()) >> 20
        into[FILE].write_text(_settings(example, large, scale, megabytes), encoding="utf-8", newline="\n")
    return tuple(Written(path, counts.get(path.name)) for path in paths)


def _write_small(example: Project, dataset: Dataset, book: str, path: Path) -> None:
    """A workbook as it is, but for the sheets of the large tables."""
    if book in _AS_THEY_ARE:
        shutil.copyfile(example.folder / str(example.settings.sources[book][0]), path)
        return
    names = [name for name, schema in schemas(example).items() if schema.book == book and name not in TABLES]
    write_tables(dataset.engine, [dataset.tables[name] for name in names], path)


def _settings(example: Project, large: dict[str, str], scale: Decimal, megabytes: int) -> str:
    """The example's rpt.toml: with the large files, no panel any more (beyond full size, no known total fits), and as
    much as the files take."""
    ratio, tables = max(Decimal(1), 1 / scale), schemas(example)
    values: dict[str, dict[str, object]] = {
        "sources": {
            book: [*files, *(file for name, file in large.items() if tables[name].book == book)]
            for book, files in example.settings.sources.items()
        },
        "thresholds": {"panel_ratio": int(ratio) if ratio == int(ratio) else float(ratio)},
        "output": {"dir": "out"},
    }
    if megabytes >= example.limits.file_mb:
        values["limits"] = {"file_mb": 2 * megabytes, "seconds": _MOST_SECONDS}
    return with_values(example.file.read_text(encoding="utf-8"), values)


def _shipped() -> Path:
    """The example project: beside the package, or inside it where it was installed as a wheel."""
    package = Path(rpt.__file__).parent
    for folder in (package / "_sample_data", package.parent / "sample_data"):
        if (folder / FILE).is_file():
            return folder
    raise UserError("安装不完整：没有找到示例数据", "请重新安装 rpt", 3)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = next(folder.iterdir(), None) is None
    except FileExistsError as error:
        raise UserError(f"{folder} 是一个文件，不是文件夹", "请换一个文件夹名") from error
    except OSError as error:
        raise UserError(f"文件夹无法创建或读取：{folder}（{error.strerror}）", "请换一个可写的文件夹", 3) from error
    if not is_empty:
        raise UserError(f"文件夹不是空的：{folder}", "示例会写出许多文件，请换一个新文件夹")


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = f"磁盘空间不足：约需 {needed / 1024**3:.1f} GB，{folder} 所在磁盘只剩 {free / 1024**3:.1f} GB"
        raise UserError(message, "请换一个磁盘，或用 --scale 写得小一些", 3)
