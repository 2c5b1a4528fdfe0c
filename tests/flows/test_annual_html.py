"""The HTML of the sample business: one file, and every figure in it can be asked where it came from."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any

from rpt.values.document import FigureKind
from tests.flows.reading import Element, data_elements, sentences
from tests.rendering.pages import parsed

# figures that are not measured: counts, what was read, windows, the panel's reconciliation, promises of next year
UNMEASURED = re.compile(
    r"document|table\.[^.]+\.rows|finding\.\d+|source\.\d+\.rows|window\.[^.]+\.\d{4}|panel@\d{4}(\.total|\.difference)?|action\.2026\.\d+"
    r"|[a-z0-9_]+@2026(\[[^\]]+\])?\.(target|needed)"
    r"|gmv@[^.]+\.comparable_[a-z_]+"  # several spans added up, at the same number of days
    # the plan: what next year should be, what moves it, what became of last year's
    r"|[a-z0-9_]+@2026(Q\d|-\d\d)?(\[[^\]]+\])?\.(monthly|plan(_share|_second_half(_share)?)?)"
    r"|gmv@2026\.bridge\.\w+(\.(count|share))?|gmv@2025\.(monthly|levers\.\w+(-\d+)?)|last_plan\.2025\.\w+"
    r"|[a-z0-9_]+@2025\.(lever-?\d+|closes|alone)|plan\.2026\.(targets|comparable|hard|需论证|有挑战)"
)
# figures that follow from several measurements: the rise of a quarter, what a shortfall costs, a rank, the best day
FOLLOWING = {"rise", "impact", "needed", "benchmark_gap", "pull", "driver", "driver_change", "contribution", "pace"}
FOLLOWING |= {"rank", "nth", "share"}
SCALES = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "%": Decimal("0.01"), "个百分点": Decimal("0.01")}
SPOKEN = {"翻一番": Decimal(1), "翻两番": Decimal(3)}


def test_nothing_is_fetched(annual: Any) -> None:
    found = parsed(annual.html)
    assert [value for value in found.addresses if not value.startswith(("#", "data:"))] == []
    assert re.findall(r"url\((?!['\"]?(?:#|data:))[^)]*\)|@import", found.styles) == []
    assert found.tags & {"iframe", "object", "embed", "link", "form", "base", "audio", "video"} == set()
    assert found.handlers == []
    assert '<html lang="zh-CN">' in annual.html


def test_only_the_scripts_named_in_the_policy_run(annual: Any) -> None:
    found = parsed(annual.html)
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in found.scripts]
    assert len(hashes) == 2
    assert found.policy == (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src {' '.join(hashes)}; "
        "base-uri 'none'; form-action 'none'"
    )


def test_every_chart_has_its_specification_with_tips(annual: Any) -> None:
    found = parsed(annual.html)
    specs = json.loads(found.data["chart-specs"])
    assert found.drawings == list(specs)
    assert len(specs) >= 15
    assert all(len(widths) == 2 for widths in specs.values())  # for a desk and for a phone
    tips = [
        row["tip"]
        for layer in specs["gmv-month"][0]["layer"]
        if layer.get("name") == "tips"
        for row in layer["data"]["values"]
    ]
    assert len(tips) == 12
    assert tips[10].splitlines()[0] == "11月"
    assert re.fullmatch(r"2025年：[\d,]+万元", tips[10].splitlines()[2])


def test_the_pdf_carries_no_scripts(annual: Any) -> None:
    content = annual.path("pdf").read_bytes()
    assert b"/JavaScript" not in content
    assert b"vegaEmbed" not in content


def test_inner_links_lead_somewhere(annual: Any) -> None:
    ids = re.findall(r'\sid="([^"]+)"', annual.html)
    links = re.findall(r'href="#([^"]+)"', annual.html)
    assert len(links) > 20
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))


def listed(report: Any) -> dict[str, str]:
    """What stands in the JSON outside its numbers, by ref: cells and sizes of lists, parts of a decomposition."""
    found: dict[str, str] = {}
    for one in report["lists"]:
        found[f"list.{one['id']}.size"] = str(len(one["rows"]))
        for at, row in enumerate(one["rows"], start=1):
            keys = [column["key"] for column in one["columns"]]
            found |= {f"list.{one['id']}.{at}.{key}": item for key, item in zip(keys, row, strict=True) if item}
    for driver in report["drivers"]:
        found |= {p["id"]: p["amount"] for p in driver["parts"]}
        if driver["method"] == "price_volume":
            kinds = {"contribution": "share", "pull": "pull"}
            found |= {f"{p['ref']}.{kind}": p[field] for p in driver["parts"] for kind, field in kinds.items()}
        if driver["method"] == "mix_rate":
            amounts = [Decimal(p["amount"]) for p in driver["parts"]]
            effects = {"shift": sum(amounts[::2]), "own": sum(amounts[1::2]), "change": sum(amounts)}
            found |= {f"{driver['id']}@2025.{kind}": str(effect) for kind, effect in effects.items()}
    return found


def test_every_figure_is_one_of_the_json(annual: Any) -> None:
    """By id its value, by ``id.kind`` what follows from it; the value is the exact one."""
    fields = {kind.value for kind in FigureKind}
    wrong = []
    elsewhere = listed(annual.json)
    for element in data_elements(annual.html):
        if element.ref in elsewhere:
            if Decimal(elsewhere[element.ref]) != Decimal(element.value):
                wrong.append((element, elsewhere[element.ref]))
            continue
        id, _, kind = element.ref.rpartition(".") if element.ref not in annual.numbers else (element.ref, "", "value")
        if id in annual.numbers and kind in fields - {"change", "benchmark", "number"}:
            expected = annual.numbers[id][kind]
            if expected is None or Decimal(expected) != Decimal(element.value):
                wrong.append((element, expected))
        elif id in annual.numbers and kind == "change":
            number = annual.numbers[id]
            if Decimal(element.value) != Decimal(number["value"]) - Decimal(number["prior"]):
                wrong.append((element, number))
        elif not (id in annual.numbers and kind in FOLLOWING | {"benchmark"}) and not UNMEASURED.fullmatch(element.ref):
            wrong.append((element, "no such figure"))
    assert wrong == []


def test_ranks_and_best_days_follow_from_the_numbers(annual: Any) -> None:
    values = {id: Decimal(n["value"]) for id, n in annual.numbers.items() if n["value"] is not None}
    ranked = [e for e in data_elements(annual.html) if e.ref.endswith(".rank")]
    assert len(ranked) > 5
    for element in ranked:
        id = element.ref.removesuffix(".rank")
        rivals = [values[one.ref.removesuffix(".rank")] for one in ranked if _dimension(one.ref) == _dimension(id)]
        assert int(element.value) == 1 + sum(value > values[id] for value in rivals)
    (best,) = [e for e in data_elements(annual.html) if e.ref.endswith(".nth")]
    day = best.ref.removesuffix(".nth")
    window = {id: value for id, value in values.items() if id.startswith(day.split("活动日=")[0])}
    assert values[day] == max(window.values())
    (share,) = [e for e in data_elements(annual.html) if e.ref == f"{day}.share"]
    assert Decimal(share.value) == values[day] / sum(window.values())


def _dimension(ref: str) -> str:
    return ref.split("=")[0]


def readings(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """What a printed figure may say: its value, and one of its last digit. A bare number's column sets its scale."""
    number = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    if number is None:
        yield SPOKEN[text], Decimal("0.1")
        return
    digits = Decimal(number[0].replace(",", ""))
    last = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    unit = text[number.end() :]
    known = next((scale for name, scale in SCALES.items() if unit.startswith(name)), None)
    bare = (Decimal(1), Decimal(10_000), Decimal(100_000_000), Decimal("0.01")) if not unit else (Decimal(1),)
    for scale in (known,) if known else bare:
        yield digits * scale, last * scale


def says(element: Element) -> bool:
    """Whether the text is the value, rounded half up; the sign stands in − or ▼, or in the words around it."""
    value = Decimal(element.value)
    if (element.text[0] in "−▼" and value > 0) or (element.text[0] in "+▲" and value < 0):
        return False
    return any(rounded(abs(value) / digit) == said / digit for said, digit in readings(element.text))


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def test_every_text_is_its_value_rounded_once(annual: Any) -> None:
    found = data_elements(annual.html)
    assert len(found) > 500
    assert [element for element in found if not says(element)] == []


def test_a_sentence_has_at_most_three_figures(annual: Any) -> None:
    found = sentences(annual.html)
    assert len(found) > 100
    assert [s for s in found if s.count("<data") > 3] == []
