"""The reference business: every figure of tests/data/facts.csv comes out of its rows, in every file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2

from tests.flows.reading import data_elements, squeezed

FACTS = Path(__file__).parents[1] / "data/facts.csv"
Key = tuple[str, str, str]  # metric, scope, period
# facts that are a difference of two figures: of which, at which two periods, and how
DERIVED: Mapping[str, tuple[str, str, str, Callable[[Decimal, Decimal], Decimal]]] = {
    "repeat_rate_q4_vs_q3": ("repeat_rate", "2025Q4", "2025Q3", lambda now, before: now - before),
    "complaint_rate_change": ("complaint_rate", "2025", "2024", lambda now, before: now / before - 1),
    "repurchase_cycle_days": ("repurchase_cycle_days", "2025", "2024", lambda now, before: now - before),
}


def facts() -> list[tuple[Key, str]]:
    """Every figure of 2024 and 2025 with the text it is written as."""
    with FACTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        ((row["id"], row["scope"], year), row[f"v{year}"])
        for row in rows
        for year in ("2024", "2025")
        if row[f"v{year}"]
    ]


def tolerance(text: str) -> Decimal:
    """Half of the last digit written; channel money to 0.01亿 and the like, other large figures to 1%."""
    number = Decimal(text)
    if number >= 1_000_000:
        return Decimal(500_000) if number > 10_000_000 else Decimal(50_000)
    if number >= 1000:
        return number / 100
    return max(Decimal(1).scaleb(int(number.as_tuple().exponent)) / 2, Decimal("1e-9"))


def differences(values: Mapping[Key, Decimal]) -> list[str]:
    """The facts that these values do not give."""
    wrong = []
    for (metric, scope, period), text in facts():
        if metric in DERIVED:
            base, now, before, differ = DERIVED[metric]
            value: Decimal | None = differ(values[base, scope, now], values[base, scope, before])
        else:
            value = values.get((metric, scope, period))
        if text.startswith(">"):
            good = value is not None and value > Decimal(text[1:])
        else:
            good = value is not None and abs(value - Decimal(text)) <= tolerance(text)
        if not good:
            wrong.append(f"{metric}[{scope}]@{period}: {text}, not {value}")
    return wrong


def test_every_fact_is_in_the_json(annual: Any) -> None:
    assert len(facts()) > 60
    numbers = annual.json["numbers"]
    values = {(n["metric"], n["scope"], n["period"]): Decimal(n["value"]) for n in numbers if n["value"] is not None}
    assert differences(values) == []


def test_every_fact_is_a_number_of_the_sheet_data(annual: Any) -> None:
    book = openpyxl.load_workbook(annual.path("xlsx"), read_only=True, data_only=True)
    rows = book["数据"].iter_rows(values_only=True)
    head = list(next(rows))
    metric, scope, period, value = (head.index(name) for name in ("指标编号", "范围", "期间", "数值"))
    values = {
        (str(row[metric]), str(row[scope]), str(row[period])): Decimal(str(row[value]))
        for row in rows
        if isinstance(row[value], int | float)
    }
    assert differences(values) == []
    book.close()


def test_every_printed_figure_is_in_the_text_of_the_pdf(annual: Any) -> None:
    """As often as the page prints it, so that a short text (32天) found somewhere else does not pass for it."""
    pages = pypdfium2.PdfDocument(annual.path("pdf"))
    text = squeezed("".join(page.get_textpage().get_text_range() for page in pages))
    texts = [squeezed(element.text) for element in data_elements(annual.html)]
    assert len(texts) > 500
    lost = {wanted for wanted in set(texts) if len(re.findall(re.escape(wanted), text)) < texts.count(wanted)}
    assert lost == set()


def test_the_report_says_every_fact(annual: Any) -> None:
    """As a value, or as last year's beside this year's; a part that is the whole (短视频 makes all videos) once."""
    printed = {(element.ref.partition("@")[0], Decimal(element.value)) for element in data_elements(annual.html)}
    wanted = {key for key, _ in facts() if key[0] not in DERIVED}
    numbers = [n for n in annual.json["numbers"] if (n["metric"], n["scope"], n["period"]) in wanted]
    assert len(numbers) == len(wanted) > 50
    assert [n["id"] for n in numbers if (n["metric"], Decimal(n["value"])) not in printed] == []
