"""Finished files read back: all agrees as written, and whatever is changed afterwards is named."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rpt.assurance.recalculation import Formulas
from rpt.assurance.verify import Finished, verify
from rpt.assurance.workbook import address, read_workbook
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
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class Made:
    """A small annual report: its project, its archived run, its files."""

    def __init__(self, found: Project) -> None:
        outcome = annual(found, Request(2025), TODAY, lambda step: None)
        self.project, self.issues = found, outcome.issues
        self.paths = {artifact.format: artifact.path for artifact in outcome.artifacts}
        run = RunStore(found.state).latest("annual-2025")
        assert run is not None
        self.run: Run = run

    def breaks(self, form: str, content: bytes, folder: Path) -> list[Issue]:
        """What is found in a file with this content."""
        path = folder / self.paths[form].name
        path.write_bytes(content)
        return verify(self.run, [Finished(path, form)])


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


def numbers_in(package: Path) -> list[tuple[str, str, int, int]]:
    """Every digit of every number stored in a sheet: part, cell, and where the digit is."""
    found = []
    with zipfile.ZipFile(package) as parts:
        for part in parts.namelist():
            if not part.startswith("xl/worksheets/sheet"):
                continue
            xml = parts.read(part).decode()
            for cell in re.finditer(r'<c r="([A-Z]+\d+)"([^>]*)>(?:<f>[^<]*</f>)?<v>([^<]*)</v>', xml):
                if 't="' in cell[2]:
                    continue
                found += [
                    (part, cell[1], cell.start(3) + at, len(xml)) for at, sign in enumerate(cell[3]) if sign.isdigit()
                ]
    return found


def texts_told(package: Path) -> set[int]:
    """The numbers of the texts that stand in other sheets than 溯源 and 数据问题, which only the file's hash guards."""
    with zipfile.ZipFile(package) as parts:
        names = re.findall(r'<sheet name="([^"]*)"', parts.read("xl/workbook.xml").decode())
        told = [n for n, name in enumerate(names, 1) if name not in ("溯源", "数据问题")]
        sheets = [parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in told]
    return {int(at) for xml in sheets for at in re.findall(r't="s"[^>]*><v>(\d+)</v>', xml)}


def with_digit(package: Path, part: str, at: int, digit: str) -> bytes:
    """The package with one digit changed in one part."""
    target = package.parent / "changed.bin"
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                text = content.decode()
                content = (text[:at] + digit + text[at + 1 :]).encode()
            changed.writestr(name, content)
    return target.read_bytes()


def test_any_digit_of_any_number_in_the_workbook(made: Made, tmp_path: Path) -> None:
    chance = random.Random(5)
    places = numbers_in(made.paths["xlsx"])
    missed = []
    for part, cell, at, _ in chance.sample(places, 30):
        with zipfile.ZipFile(made.paths["xlsx"]) as package:
            text = package.read(part).decode()
        content = with_digit(made.paths["xlsx"], part, at, another(text[at], chance))
        named = {issue.origin.cell for issue in without_digest(made.breaks("xlsx", content, tmp_path))}
        if cell not in named:
            missed.append((part, cell, text[at - 20 : at + 10], named))
    assert missed == []


def test_any_digit_of_a_text_in_the_workbook(made: Made, tmp_path: Path) -> None:
    chance = random.Random(6)
    part = "xl/sharedStrings.xml"
    with zipfile.ZipFile(made.paths["xlsx"]) as package:
        text = package.read(part).decode()
    told = texts_told(made.paths["xlsx"])
    strings = [found for n, found in enumerate(re.finditer(r"<si>.*?</si>", text, re.DOTALL)) if n in told]
    places = [one.start() + found.start() for one in strings for found in re.finditer(r"\d(?=[^<>]*</t>)", one[0])]
    for at in chance.sample(places, 10):
        content = with_digit(made.paths["xlsx"], part, at, another(text[at], chance))
        assert without_digest(made.breaks("xlsx", content, tmp_path)), text[at - 30 : at + 10]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_computes_what_we_compute(made: Made, tmp_path: Path) -> None:
    # by way of another format, so that values are computed and not taken from the file
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", tmp_path, made.paths["xlsx"]], check=True, capture_output=True, timeout=180)
    subprocess.run(
        [*command[:-1], "xlsx", "--outdir", tmp_path, tmp_path / "annual-2025.ods"],
        check=True,
        capture_output=True,
        timeout=180,
    )
    sheets = read_workbook(made.paths["xlsx"])
    theirs = {sheet.name: sheet for sheet in read_workbook(tmp_path / "annual-2025.xlsx")}
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
def test_any_digit_of_a_figure_in_the_html(made: Made, tmp_path: Path, pattern: str) -> None:
    chance = random.Random(7)
    text = made.paths["html"].read_text(encoding="utf-8")
    body = text.index("<body")
    for at in chance.sample([at for at in digits_of(text, pattern) if at > body], 8):
        changed = text[:at] + another(text[at], chance) + text[at + 1 :]
        found = without_digest(made.breaks("html", changed.encode(), tmp_path))
        assert found, text[at - 80 : at + 20]


def test_any_digit_of_a_number_in_the_json(made: Made, tmp_path: Path) -> None:
    chance = random.Random(8)
    text = made.paths["json"].read_text(encoding="utf-8")
    text_of = re.search(r'"numbers": \[(.*?)\n\]', text, re.DOTALL)
    assert text_of is not None
    places = [
        text_of.start(1) + at
        for at in digits_of(text_of[1], r'"(?:value|prior|growth|target|gap|attainment)": "([^"]*)"')
    ]
    for at in chance.sample(places, 10):
        changed = text[:at] + another(text[at], chance) + text[at + 1 :]
        id = text[text.rindex('{"id": "', 0, at) + 8 :].split('"')[0]
        found = without_digest(made.breaks("json", changed.encode(), tmp_path))
        assert any(id in issue.message for issue in found), text[at - 20 : at + 20]


# ---- PDF, and the document between writing and rendering


def figures_in(html: str) -> list[re.Match[str]]:
    return list(re.finditer(r'<data value="[^"]*" data-ref="([^"]*)" class="[^"]*">([^<]*\d[^<]*)</data>', html))


def with_changes(html: str, chance: random.Random, count: int) -> tuple[str, list[str]]:
    """The page with a digit changed in so many figures, and their ids."""
    chosen = sorted(chance.sample(figures_in(html), count), key=lambda found: -found.start())
    for found in chosen:
        at = chance.choice([found.start(2) + at for at, sign in enumerate(found[2]) if sign.isdigit()])
        html = html[:at] + another(html[at], chance) + html[at + 1 :]
    return html, [found[1] for found in chosen]


@pytest.mark.parametrize("seed", range(5))
def test_digits_of_figures_in_the_pdf(made: Made, tmp_path: Path, seed: int) -> None:
    drawn = page(made.run.document, made.project.theme)
    changed, refs = with_changes(drawn, random.Random(seed), 6)
    write_pdf(tmp_path / "x.pdf", changed)
    found = without_digest(made.breaks("pdf", (tmp_path / "x.pdf").read_bytes(), tmp_path))
    said = "\n".join(issue.message for issue in found)
    assert [ref for ref in refs if ref not in said] == []
    assert all((issue.origin.sheet or "").startswith("第") for issue in found)


def test_a_number_of_a_drawing_in_the_html(made: Made, tmp_path: Path) -> None:
    text = made.paths["html"].read_text(encoding="utf-8")
    label = re.search(r"<text[^>]*>([\d,.]{2,})</text>", text)
    assert label is not None
    changed = text[: label.start(1)] + "97531" + text[label.end(1) :]
    found = without_digest(made.breaks("html", changed.encode(), tmp_path))
    assert ["97531" in issue.message for issue in found] == [True]


def test_a_number_of_a_drawing_in_the_pdf(made: Made, tmp_path: Path) -> None:
    drawn = page(made.run.document, made.project.theme)
    label = re.search(r"<text[^>]*>([\d,.]{2,})</text>", drawn)
    assert label is not None
    write_pdf(tmp_path / "x.pdf", drawn[: label.start(1)] + "97531" + drawn[label.end(1) :])
    found = without_digest(made.breaks("pdf", (tmp_path / "x.pdf").read_bytes(), tmp_path))
    assert [issue.message for issue in found] == ["多出“97531”，正文里没有"]


def test_a_character_without_a_glyph_is_named_with_its_place(made: Made, tmp_path: Path) -> None:
    # what no font has is printed as 〓; here the document has it, and the PDF the sign in its stead
    html = made.run.document.html.replace("成交总额", "成交总\U0001f9ff", 1)
    run = replace(made.run, document=replace(made.run.document, html=html))
    changed = page(run.document, made.project.theme).replace("\U0001f9ff", "〓")
    write_pdf(tmp_path / "annual-2025.pdf", changed)
    found = verify(run, [Finished(tmp_path / "annual-2025.pdf", "pdf")])
    assert any(issue.code == "glyph_missing" and "\U0001f9ff" in issue.message for issue in found)


def of_document(made: Made, change: Callable[[Document], Document]) -> list[str]:
    run = replace(made.run, document=change(made.run.document))
    return [f"{issue.code} {issue.origin} {issue.message}" for issue in verify(run, [])]


@pytest.mark.parametrize("seed", range(6))
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
    from rpt.assurance.rounding import says

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
