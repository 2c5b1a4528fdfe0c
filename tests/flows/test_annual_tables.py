"""Parts and wholes in the finished page: wherever a table has a total of what adds up, its rows make it exactly."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.metrics.catalogue import catalogue
from rpt.project.find import read_project

SAMPLE = Path(__file__).parents[2] / "sample_data"
TABLE = re.compile(r'<figure class="table[^"]*" id="table-([^"]+)">.*?<tbody>(.*?)</tbody>', re.DOTALL)
ROW = re.compile(r"<tr( class=\"total\")?>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
DATA = re.compile(r'<data value="([^"]*)" data-ref="([^"]*)"')
# what stands behind the dot of a ref and adds up wherever its figure does
SUMMED = {"prior", "target", "gap", "change", "plan", "driver", "driver_change"}
SHARES = {"contribution", "plan_share"}
LAST_DIGITS = Decimal("1e-24")  # a quotient of 28 digits ends somewhere


def tables(html: str) -> list[tuple[str, list[tuple[bool, list[tuple[str, Decimal, str]]]]]]:
    """Every table's id, and its rows: whether it is a total, and (text, exact value, ref) of every cell."""
    found = []
    for id, body in re.findall(
        r'<figure class="table[^"]*" id="table-([^"]+)">.*?<tbody>(.*?)</tbody>', html, re.DOTALL
    ):
        rows = []
        for total, cells in ROW.findall(body):
            read = []
            for cell in CELL.findall(cells):
                data = DATA.search(cell)
                text = re.sub("<[^>]+>", "", cell)
                read.append((text, Decimal(data[1] or "0") if data else Decimal(0), data[2] if data else ""))
            rows.append((bool(total), read))
        found.append((id, rows))
    return found


def kind_of(ref: str) -> tuple[str, str]:
    """The metric of a ref and what of it is meant: ``gmv@2025[渠道=主站].target`` → gmv, target; its value is ''."""
    bare = re.sub(r"\[[^\]]*\]", "", ref)
    metric, _, rest = bare.partition("@")
    return metric, rest.partition(".")[2]


def test_parts_make_their_whole_in_every_table(annual: Any) -> None:
    nouns = catalogue(read_project(SAMPLE / "rpt.toml"), 2024).nouns()
    checked: dict[str, int] = {}
    for id, rows in tables(annual.html):
        if not rows or not rows[-1][0] or rows[-1][1][0][0] not in ("合计", "全年") or rows[0][0]:
            continue
        *parts, (_, whole) = rows
        for at, (_, value, ref) in enumerate(whole):
            column = [row[at] for _, row in parts]
            metric, kind = kind_of(ref)
            adds = metric in nouns and nouns[metric].is_additive and kind in SUMMED | {""}
            # a change is made of other figures' effects on it
            same = kind == "driver_change" or all(kind_of(other)[0] == metric for _, _, other in column if other)
            if not (adds or kind in SHARES) or not same or not any(other for _, _, other in column):
                continue
            if kind in ("target", "gap") and not all(other for _, _, other in column):
                continue  # not every part has a target
            off = abs(sum(part for _, part, _ in column) - value)
            assert off == 0 or (kind in SHARES and off < LAST_DIGITS), (id, ref)
            checked[id] = checked.get(id, 0) + 1
    assert {"gmv-quarter", "gmv-channel", "gmv-platform", "gmv-factors", "gmv-members", "rolldown"} <= checked.keys()
    assert sum(checked.values()) > 30
