"""Finished files read back: all agrees as written, and whatever is changed afterwards is named."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.assurance.proving.evidence import Evidence
from rpt.assurance.proving.excel.package import address, read_workbook
from rpt.assurance.proving.excel.recalculation import Formulas
from rpt.assurance.proving.verify import Finished, check_file, verify
from rpt.flows import files
from rpt.flows.annual import annual
from rpt.flows.steps import Request
from rpt.project.model import Project
from rpt.rendering.html import page
from rpt.rendering.pdf import write_pdf
from rpt.state.runs import RunStore
from rpt.values.document import Document
from rpt.values.issue import Issue, has_errors
from rpt.values.run import Run
from tests.office import needs_office, reopened, without_cached_values
from tests.projects import daily, project

TODAY = date(2026, 1, 15)
DAILY = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1234, 抖音=567, 快手=89)
SHEETS = {
    # no two days alike: where many figures of a page are the same, one cannot tell which of them was changed
    "渠道日报": [DAILY[0], *([*row[:-1], row[-1] + at * 37 % 101] for at, row in enumerate(DAILY[1:]))],
    "年度目标": [
        ["年份", "指标", "范围", "目标值", "负责人"],
        [2025, "成交总额", "全部", 700000, "电商运营中心"],
        [2026, "成交总额", "全部", 800000, "电商运营中心"],
    ],
}


class Made:
    """A small annual report: its project, its archived run, its files."""

    def __init__(self, found: Project) -> None:
        outcome = annual(found, Request(2025), TODAY, lambda step: None)
        self.project, self.issues = found, outcome.issues
        self.paths = {artifact.format: artifact.path for artifact in outcome.artifacts}
        run = RunStore(found.state).latest("annual-2025")
        assert run is not None
        self.run: Run = run
        self.evidence = Evidence(run)

    def breaks(self, form: str, content: bytes, folder: Path) -> list[Issue]:
        """What is found in a file with this content."""
        path = folder / self.paths[form].name
        path.write_bytes(content)
        return list(check_file(self.evidence, Finished(path, form)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(project(tmp_path_factory.mktemp("proved"), SHEETS))


def test_what_a_run_wrote_agrees_and_the_archive_says_so(made: Made) -> None:
    assert not has_errors(made.issues), [str(issue) for issue in made.issues]
    assert made.run.record.outcome == "verified"
    assert verify(made.run, [Finished(path, form) for form, path in made.paths.items()]) == []


def another(digit: str, chance: random.Random) -> str:
    """A digit other than this one, and no leading zero."""
    return chance.choice([one for one in "123456789" if one != digit])


def without_digest(found: list[Issue]) -> list[Issue]:
    """The breaks that name a place, beside the one that says that the file is another."""
    assert any(issue.code == "file_changed" for issue in found)
    return [issue for issue in found if issue.code != "file_changed"]


# ---- Excel


Place = tuple[str, int]  # a part of the package, and where a digit stands in it
# one round in `make test`, many more in `make proof`
rounds = pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(1, 25))])


def numbers_in(package: Path) -> list[tuple[Place, str, str]]:
    """The digits of every number stored in a sheet, with its sheet and cell."""
    found = []
    with zipfile.ZipFile(package) as parts:
        for number, sheet in enumerate(sheets_of(parts), 1):
            part = f"xl/worksheets/sheet{number}.xml"
            xml = parts.read(part).decode()
            for cell in re.finditer(r'<c r="([A-Z]+\d+)"([^>]*)>(?:<f>[^<]*</f>)?<v>([^<]*)</v>', xml):
                if 't="' in cell[2]:
                    continue
                found += [((part, cell.start(3) + at), sheet, cell[1]) for at in significant(cell[3])]
    return found


def significant(number: str) -> list[int]:
    """Where the first eleven digits of a number stand: so far the caches of formulas, which are floats, are exact."""
    digits = [at for at, sign in enumerate(number) if sign.isdigit()]
    first = next((n for n, at in enumerate(digits) if number[at] != "0"), 0)
    return digits[: first + 11]


def texts_in(package: Path) -> list[tuple[Place, set[tuple[str, str]]]]:
    """A digit of every text with one that stands in a sheet, with the cells that hold the text."""
    part = "xl/sharedStrings.xml"
    with zipfile.ZipFile(package) as parts:
        text = parts.read(part).decode()
        cells: dict[int, set[tuple[str, str]]] = {}
        for number, sheet in enumerate(sheets_of(parts), 1):
            xml = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
            for cell, at in re.findall(r'<c r="([A-Z]+\d+)"[^>]*t="s"[^>]*><v>(\d+)</v>', xml):
                cells.setdefault(int(at), set()).add((sheet, cell))
    found = []
    for number, item in enumerate(re.finditer(r"<si>.*?</si>", text, re.DOTALL)):
        digits = [item.start() + one.start() for one in re.finditer(r"\d(?=[^<>]*</t>)", item[0])]
        found += [((part, at), cells[number]) for at in digits if number in cells]
    return found


def sheets_of(parts: zipfile.ZipFile) -> list[str]:
    return re.findall(r'<sheet name="([^"]*)"', parts.read("xl/workbook.xml").decode())


def with_digits(package: Path, places: Sequence[Place], chance: random.Random) -> bytes:
    """The package with a digit changed at each of these places."""
    changes: dict[str, list[int]] = {}
    for part, at in places:
        changes.setdefault(part, []).append(at)

    def changed(part: str, text: str) -> str:
        for at in changes.get(part, ()):
            text = text[:at] + another(text[at], chance) + text[at + 1 :]
        return text

    return repacked(package, changed)


def repacked(package: Path, change: Callable[[str, str], str]) -> bytes:
    """The package with its sheets, texts and charts as ``change`` makes them of part and content."""
    target = io.BytesIO()
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as changed:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".xml"):
                content = change(name, content.decode()).encode()
            changed.writestr(name, content)
    return target.getvalue()


def cells_named(found: list[Issue]) -> set[tuple[str, str]]:
    return {(issue.origin.sheet or "", issue.origin.cell or "") for issue in without_digest(found)}


@rounds
def test_any_digit_of_any_number_in_the_workbook(made: Made, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    chosen = chance.sample(numbers_in(made.paths["xlsx"]), 30)
    content = with_digits(made.paths["xlsx"], [place for place, *_ in chosen], chance)
    named = cells_named(made.breaks("xlsx", content, tmp_path))
    assert [(sheet, cell) for _, sheet, cell in chosen if (sheet, cell) not in named] == []


@rounds
def test_any_digit_of_any_text_in_the_workbook(made: Made, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    chosen = chance.sample(texts_in(made.paths["xlsx"]), 20)
    content = with_digits(made.paths["xlsx"], [place for place, _ in chosen], chance)
    named = cells_named(made.breaks("xlsx", content, tmp_path))
    assert [cells for _, cells in chosen if not cells & named] == []


@pytest.mark.parametrize("column", [1, 4])
def test_an_id_or_a_period_that_became_another_with_the_same_figures(made: Made, tmp_path: Path, column: int) -> None:
    """January and March have as many days: which of the two a row is of, its turn says."""
    book = openpyxl.load_workbook(made.paths["xlsx"])
    (row,) = (row for row in book["数据"].iter_rows() if row[0].value == "calendar_days@2024-01")
    changed = row[column - 1]
    changed.value = changed.value.replace("-01", "-03")
    book.save(tmp_path / "changed.xlsx")
    named = cells_named(made.breaks("xlsx", (tmp_path / "changed.xlsx").read_bytes(), tmp_path))
    assert {cell for sheet, cell in named if sheet == "数据" and cell.endswith(str(row[0].row))} == {changed.coordinate}


@pytest.mark.parametrize("sheet", ["总览", "目录", "口径", "数据", "数据问题", "溯源", "图表数据"])
def test_any_text_of_every_sheet_apart(made: Made, tmp_path: Path, sheet: str) -> None:
    chance = random.Random(3)
    there = [(place, cells) for place, cells in texts_in(made.paths["xlsx"]) if {name for name, _ in cells} == {sheet}]
    chosen = chance.sample(there, min(len(there), 12))
    content = with_digits(made.paths["xlsx"], [place for place, _ in chosen], chance)
    named = cells_named(made.breaks("xlsx", content, tmp_path)) if chosen else set()
    assert [cells for _, cells in chosen if not cells & named] == []


@pytest.mark.parametrize(("element", "first", "second"), [("cat", "1月", "2月"), ("val", "", "")])
def test_two_cached_points_of_a_chart_swapped(
    made: Made, tmp_path: Path, element: str, first: str, second: str
) -> None:
    def swapped(part: str, xml: str) -> str:
        area = re.search(rf"<c:{element}>.*?</c:{element}>", xml) if part == "xl/charts/chart1.xml" else None
        if area is None:
            return xml
        one, other = re.findall(r"<c:v>([^<]*)</c:v>", area[0])[:2]
        points = area[0].replace(f"<c:v>{one}<", "<c:v>?<", 1).replace(f"<c:v>{other}<", f"<c:v>{one}<", 1)
        assert not first or (one, other) == (first, second)
        return xml.replace(area[0], points.replace("<c:v>?<", f"<c:v>{other}<", 1), 1)

    found = without_digest(made.breaks("xlsx", repacked(made.paths["xlsx"], swapped), tmp_path))
    assert ["图缓存的" in issue.message for issue in found] == [True, True]


@needs_office
def test_libreoffice_computes_what_we_compute(made: Made, tmp_path: Path) -> None:
    blank = tmp_path / "blank.xlsx"
    without_cached_values(made.paths["xlsx"], blank)
    sheets = read_workbook(made.paths["xlsx"])
    theirs = {sheet.name: sheet for sheet in read_workbook(reopened(blank, tmp_path / "out"))}
    formulas, compared = Formulas.of(sheets), 0
    for sheet in sheets:
        for at, cell in sheet.cells.items():
            if cell.formula:
                ours, other = formulas.value(cell.formula, sheet.name), theirs[sheet.name].cells[at].value
                assert ours == pytest.approx(other, rel=1e-9, abs=1e-9), (sheet.name, address(at))
                compared += 1
    assert compared > 20


# ---- HTML, JSON


def digits_of(text: str, pattern: str) -> list[int]:
    """Where the digits inside a pattern's first group are."""
    return [
        found.start(1) + at
        for found in re.finditer(pattern, text)
        for at, sign in enumerate(found[1])
        if sign.isdigit()
    ]


@pytest.mark.parametrize(
    "pattern",
    [r"<data [^>]*>([^<]*)</data>", r'<data value="([^"]*)"', r'<data [^>]*data-ref="([^"]*)"'],
    ids=["text", "value", "ref"],
)
@rounds
def test_any_digit_of_a_figure_in_the_html(made: Made, tmp_path: Path, pattern: str, seed: int) -> None:
    chance = random.Random(seed)
    text = made.paths["html"].read_text(encoding="utf-8")
    body = text.index("<body")
    for at in chance.sample([at for at in digits_of(text, pattern) if at > body], 2):
        changed = text[:at] + another(text[at], chance) + text[at + 1 :]
        found = without_digest(made.breaks("html", changed.encode(), tmp_path))
        assert found, text[at - 80 : at + 20]


@rounds
def test_any_digit_in_the_json(made: Made, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    text = made.paths["json"].read_text(encoding="utf-8")
    names = r'^\{?"(?:report|numbers|findings|drivers|lists|issues|plan)": '
    sections = [found.start() for found in re.finditer(names, text, re.MULTILINE)]
    assert len(sections) == 7
    for start, end in zip(sections, [*sections[1:], len(text)], strict=True):
        places = [found.start() for found in re.finditer(r"\d", text[start:end])]
        for at in chance.sample(places, min(len(places), 2)):
            changed = text[: start + at] + another(text[start + at], chance) + text[start + at + 1 :]
            assert without_digest(made.breaks("json", changed.encode(), tmp_path)), text[
                start + at - 60 : start + at + 9
            ]


# ---- PDF, and the document between writing and rendering


APART = 2500  # characters of a page between two changes


def figures_in(html: str) -> list[re.Match[str]]:
    return list(re.finditer(r'<data value="[^"]*" data-ref="([^"]*)" class="[^"]*">([^<]*\d[^<]*)</data>', html))


def with_changes(html: str, chance: random.Random, count: int, besides: Sequence[int] = ()) -> tuple[str, list[str]]:
    """The page with a digit changed in so many figures, and their ids. They stand apart, from each other and from what
    was changed before; a figure that a drawing or another cell has too may be taken for that one."""
    places = figures_in(html)
    chance.shuffle(places)
    chosen: list[re.Match[str]] = []
    for found in places:
        apart = all(abs(found.start() - at) > APART for at in (*besides, *(one.start() for one in chosen)))
        if len(chosen) < count and apart and html.count(f">{found[2]}<") == 1:
            chosen.append(found)
    chosen.sort(key=lambda found: -found.start())
    for found in chosen:
        at = chance.choice([found.start(2) + at for at, sign in enumerate(found[2]) if sign.isdigit()])
        html = html[:at] + another(html[at], chance) + html[at + 1 :]
    return html, [found[1] for found in chosen]


LABEL = re.compile(r"<text[^>]*>([^<]+)</text>")


def swapped(html: str, first: str, second: str) -> str:
    """The page with two texts of a drawing in each other's place."""
    one, other = (next(found for found in LABEL.finditer(html) if found[1] == text) for text in (first, second))
    assert one.end() <= other.start()
    between = html[one.end(1) : other.start(1)]
    return html[: one.start(1)] + other[1] + between + one[1] + html[other.end(1) :]


@rounds
def test_whatever_was_changed_in_the_pdf(made: Made, tmp_path: Path, seed: int) -> None:
    # one print for all: it takes as long as all else; what no font has is printed as 〓
    html = made.run.document.html.replace("成交总额", "成交总\U0001f9ff", 1)
    document = replace(made.run.document, html=html)
    drawn = swapped(page(document, made.project.theme).replace("\U0001f9ff", "〓"), "3月", "4月")
    label = re.search(r"<text[^>]*>([\d,.]{4,})</text>", drawn[drawn.index(">3月<") :])
    assert label is not None
    at = drawn.index(">3月<") + label.start(1)
    drawn = drawn[:at] + "97531" + drawn[at + len(label[1]) :]
    others = [drawn.index(sign) for sign in ("〓", ">4月<", "97531")]
    changed, refs = with_changes(drawn, random.Random(seed), 8, others)
    path = tmp_path / "annual-2025.pdf"
    write_pdf(path, changed)
    found = without_digest(list(check_file(Evidence(replace(made.run, document=document)), Finished(path, "pdf"))))
    said = "\n".join(issue.message for issue in found)
    assert [ref for ref in refs if ref not in said] == []
    assert any(issue.code == "glyph_missing" and "\U0001f9ff" in issue.message for issue in found)
    assert "多出“97531”，正文里没有" in said
    assert re.search("图中“[34]月”不在它的位置", said)
    assert all((issue.origin.sheet or "").startswith("第") for issue in found)


def test_a_number_of_a_drawing_in_the_html(made: Made, tmp_path: Path) -> None:
    text = made.paths["html"].read_text(encoding="utf-8")
    label = re.search(r"<text[^>]*>([\d,.]{2,})</text>", text)
    assert label is not None
    changed = text[: label.start(1)] + "97531" + text[label.end(1) :]
    found = without_digest(made.breaks("html", changed.encode(), tmp_path))
    assert ["97531" in issue.message for issue in found] == [True]


def test_two_names_of_a_drawing_swapped_in_the_html(made: Made, tmp_path: Path) -> None:
    changed = swapped(made.paths["html"].read_text(encoding="utf-8"), "3月", "4月")
    found = without_digest(made.breaks("html", changed.encode(), tmp_path))
    assert ["不在它的位置" in issue.message for issue in found] == [True]


def of_document(made: Made, change: Callable[[Document], Document]) -> list[str]:
    run = replace(made.run, document=change(made.run.document))
    return [f"{issue.code} {issue.origin} {issue.message}" for issue in verify(run, [])]


@rounds
def test_a_character_of_the_document_between_writing_and_rendering(made: Made, seed: int) -> None:
    chance = random.Random(seed)

    def change(document: Document) -> Document:
        return replace(document, html=with_changes(document.html, chance, 1)[0])

    assert of_document(made, change)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("<p>成交增长50%。</p>", "loose_figure"),
        ("<p>目标为{{ target }}。</p>", "placeholder"),
        ("<p>完成率None。</p>", "placeholder"),
        ("<p>2025年11月11日为大促日，见表2-1。</p>", ""),
    ],
)
def test_the_words_between_figures(made: Made, words: str, code: str) -> None:
    found = of_document(
        made, lambda document: replace(document, html=document.html.replace("</main>", f"{words}</main>"))
    )
    assert [line.split()[0] for line in found] == ([code] if code else [])


def test_channels_that_do_not_add_up(made: Made) -> None:
    ledger = made.run.ledger
    measured = tuple(
        replace(m, value=m.value + 1) if m.id == "gmv@2025[渠道=主站]" and m.value is not None else m
        for m in ledger.measurements
    )
    found = verify(replace(made.run, ledger=replace(ledger, measurements=measured)), [])
    assert any("gmv@2025 各渠道之和" in issue.message for issue in found)


# ---- the command


def test_the_command_finds_the_run(made: Made, tmp_path: Path, rpt: Any) -> None:
    folder = made.project.folder
    said = rpt("verify", *made.paths.values(), "--project", folder)
    assert (said.code, "核对一致" in said.out) == (0, True), said
    changed = tmp_path / "annual-2025.json"
    changed.write_text(
        made.paths["json"].read_text(encoding="utf-8").replace('"value": "', '"value": "9', 1), encoding="utf-8"
    )
    said = rpt("核对", changed, "--project", folder)
    assert said.code == 4
    assert "SHA-256 不符" in said.out
    unknown = tmp_path / "别的.json"
    unknown.write_text("{}", encoding="utf-8")
    said = rpt("verify", unknown, "--project", folder)
    assert said.code == 4
    assert "没有存档的运行写过这个文件" in said.out
    assert rpt("verify", tmp_path / "none.pdf", "--project", folder).code == 2


def test_a_run_whose_file_is_wrong_ends_with_4_and_keeps_the_files(
    tmp_path: Path, rpt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = project(tmp_path, SHEETS)
    write = files.write_json

    def wrong(path: Path, *rest: Any) -> None:
        write(path, *rest)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"value": "', '"value": "9', 1), encoding="utf-8")

    monkeypatch.setattr(files, "write_json", wrong)
    said = rpt("annual", "2025", "--project", tmp_path, "--format", "json")
    assert said.code == 4
    assert "不要发送" in said.err
    assert (found.out / "annual-2025.json").is_file()
    assert RunStore(found.state).list()[0].outcome == "failed"


def test_exact_values() -> None:
    from rpt.assurance.proving.rounding import says

    cases: Iterator[tuple[str, str, bool]] = iter(
        [
            ("4.20亿元", "420000000", True),
            ("4.30亿元", "420000000", False),
            ("▲50.0%", "0.5", True),
            ("▼50.0%", "0.5", False),
            ("3.5∶1", "3.45", True),
            ("12.3个百分点", "-0.123", True),
            ("−12.3个百分点", "0.123", False),
            ("7100万元", "71000000", True),
            ("八成", "0.8", False),
        ]
    )
    for text, value, right in cases:
        assert says(text, Decimal(value)) is right, text
