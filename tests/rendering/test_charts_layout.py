"""Nothing is cut off and no text lies on another, whatever the data: measured on the drawn SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.rendering.charts import KINDS, draw
from rpt.rendering.charts.canvas import PHONE
from rpt.rendering.charts.parts import apart
from rpt.rendering.charts.text import axis_labels, balanced, clean, fit, width, wrap
from rpt.values.document import Chart, ChartKind, Series
from rpt.values.theme import Theme

SVG = "{http://www.w3.org/2000/svg}"
LONG = "天猫旗舰店国际站跨境直邮保税仓（含联合运营专营店）"
MONTHS = tuple(f"{month}月" for month in range(1, 13))


@dataclass(frozen=True)
class Box:
    text: str
    left: float
    right: float
    middle: float
    size: float


def boxes(svg: str) -> tuple[list[Box], float, float]:
    """Every text's box in px of the viewBox, which is given beside them."""
    root = ElementTree.fromstring(svg)
    right, bottom = map(float, root.attrib["viewBox"].split()[2:])
    found: list[Box] = []

    def walk(node: ElementTree.Element, x: float, y: float) -> None:
        if shift := re.match(r"translate\(([-\d.]+),([-\d.]+)\)", node.get("transform", "")):
            x, y = x + float(shift[1]), y + float(shift[2])
        if node.tag == f"{SVG}text":
            size = float(node.attrib["font-size"].removesuffix("px"))
            room = width(node.text or "", size) * 0.92  # the table of widths is generous, for bold
            left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")] * room
            found.append(Box(node.text or "", left, left + room, y - 0.36 * size, size))
        for child in node:
            walk(child, x, y)

    walk(root, 0.0, 0.0)
    return found, right, bottom


def faults(svg: str) -> list[str]:
    """What a proof-reader would mark: texts out of the picture, texts over one another."""
    found, right, bottom = boxes(svg)
    marked = [
        f"cut off: {box}"
        for box in found
        if box.left < -1 or box.right > right + 1 or box.middle < box.size * 0.4 or box.middle > bottom - box.size * 0.4
    ]
    for a, b in combinations(found, 2):
        touching = min(a.right, b.right) - max(a.left, b.left) > 1
        if touching and abs(a.middle - b.middle) < (a.size + b.size) / 2 * 0.85:
            marked.append(f"over one another: {a} {b}")
    return marked


def chart(kind: ChartKind, categories: tuple[str, ...], rows: dict[str, list[object]], **more: object) -> Chart:
    made = tuple(
        Series(name, tuple(None if value is None else Decimal(str(value)) for value in values))
        for name, values in rows.items()
    )
    return Chart("c", "图1", "题", "x", kind, categories, made, alt="图", unit="万元", **more)  # type: ignore[arg-type]


def wave(count: int, high: float = 4000.0, seed: int = 3) -> list[object]:
    """Uneven values, some of them negative."""
    return [round(high * (((i * 37 + seed * 11) % 101) / 100 - 0.15), 3) for i in range(count)]


CASES = {
    "one category": ("全国",),
    "months": MONTHS,
    "many names": tuple(f"第{i}号仓配一体化服务商" for i in range(26)),
    "long names": (LONG, LONG[3:], "京东", LONG[5:] + "A1"),
    "days": tuple(f"{1 + i // 31}月{1 + i % 31}日" for i in range(365)),
    "two years of months": tuple(f"{year}年{month}月" for year in (2024, 2025) for month in range(1, 13)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_awkward_categories_come_out_clean(kind: ChartKind, case: str) -> None:
    names = CASES[case]
    rows = {"2024年": wave(len(names)), "2025年": wave(len(names), 5200.0, 8)}
    if kind in ("stacked", "heatmap", "multiples"):
        rows |= {LONG: wave(len(names), 900.0, 5), "私域": [None] * len(names)}

    assert faults(draw(chart(kind, names, rows, digits=1), Theme())) == []


@pytest.mark.parametrize("case", [case for case in CASES if case != "days"])
@pytest.mark.parametrize("kind", KINDS)
def test_awkward_categories_come_out_clean_on_a_phone(kind: ChartKind, case: str) -> None:
    names = CASES[case]
    rows = {"2024年": wave(len(names)), "2025年": wave(len(names), 5200.0, 8)}
    if kind in ("stacked", "heatmap", "multiples"):
        rows |= {LONG: wave(len(names), 900.0, 5), "私域": [None] * len(names)}
    drawn = draw(chart(kind, names, rows, digits=1), Theme(), PHONE)

    assert boxes(drawn)[1] == pytest.approx(PHONE)
    assert faults(drawn) == []


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_any_values_come_out_clean(kind: ChartKind, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 14))
    value = st.none() | st.decimals(-(10**6), 10**6, places=2)
    name = st.text("主站短视频私域ABC12（）", min_size=1, max_size=24)
    names = tuple(data.draw(st.lists(name, min_size=count, max_size=count)))
    keys = data.draw(st.lists(name, min_size=1, max_size=4, unique=True))
    rows = {key: data.draw(st.lists(value, min_size=count, max_size=count)) for key in keys}
    digits = data.draw(st.integers(0, 2))

    assert faults(draw(chart(kind, names, rows, digits=digits), Theme())) == []


@pytest.mark.parametrize("value", [3, 2.01, 1, 0.01, -3])
def test_a_line_that_ends_where_it_begins_is_named_inside_the_plot(value: float) -> None:
    drawn = draw(chart("line", ("1月", "2月"), {"天猫": [None, None], "抖音": [value, None]}, digits=0), Theme())

    assert faults(drawn) == []


@given(st.text(max_size=40), st.floats(12, 300), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_room(text: str, room: float, lines: int) -> None:
    for parts in (wrap(clean(text), 10, room, lines), balanced(clean(text), 10, room, lines)):
        assert 1 <= len(parts) <= lines
        assert all(width(part, 10) <= room for part in parts)


def test_numbers_keep_their_unit_and_names_are_balanced() -> None:
    assert wrap("2025年11月", 10, 45, 2) == ("2025年", "11月")
    assert balanced("京东自营与第三方合计", 10, 96, 2) == ("京东自营与", "第三方合计")
    assert fit("天猫旗舰店", 10, 35) == "天猫…"


def test_days_are_labelled_by_month() -> None:
    labels = axis_labels(CASES["days"], 1.6, 10)

    assert labels is not None
    assert [label.lines[0] for label in labels][:3] == ["1月", "2月", "3月"]


@given(st.lists(st.floats(0, 200), min_size=1, max_size=9))
def test_names_are_moved_apart_in_order_and_within_bounds(wanted: list[float]) -> None:
    placed = apart(wanted, 14, 0, 200)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])

    assert all(placed[b] - placed[a] >= 14 - 1e-6 for a, b in pairwise(order))
    assert all(-1e-6 <= y <= 200 + 1e-6 for y in placed)
    if len(wanted) == 1:
        assert placed == wanted
