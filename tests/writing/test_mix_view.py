"""Rates split into shift and own change: one row each, the two add up, and the sentence counts them."""

from decimal import Decimal

from rpt.language.wording import text_of
from rpt.values.decomposition import Decomposition, Part
from rpt.values.document import Figure
from rpt.values.ledger import Ledger, Metric
from rpt.values.review import Review
from rpt.writing.mix_view import mix_table, mix_words

D = Decimal


def split(id: str, *amounts: str) -> Decomposition:
    names = [f"{name}{kind}" for name in ("甲", "乙") for kind in ("占比变化", "自身变化")]
    parts = tuple(
        Part(name, f"{id}{at}", D(amount)) for at, (name, amount) in enumerate(zip(names, amounts, strict=True))
    )
    end = D("0.3") + sum(part.amount for part in parts)
    return Decomposition(id, 2025, id, id.partition(".")[0], "比率", "全部", "mix_rate", D("0.3"), end, parts)


def review(*drivers: Decomposition) -> Review:
    nouns = {id: Metric(id, id, "比率", "up", "ratio", "口径", "总体") for id in ("a", "b", "c")}
    return Review(2025, Ledger(nouns, ()), (), drivers=drivers)


OWN = split("a.渠道", "0.001", "0.02", "-0.002", "0.011")
SHIFT = split("b.区域", "-0.03", "0.001", "-0.01", "0.002")
STILL = split("c.渠道", "0.01", "-0.01", "0", "0")


def test_a_row_per_rate_that_moved() -> None:
    table = mix_table(review(OWN, SHIFT, STILL), ["a", "b", "c", "d"], "mix", "表1", "", "x")
    said = [[c.text if isinstance(c, Figure) else c for c in row.cells.values()] for row in table.rows]
    assert said == [
        ["a", "百分点", "渠道", "+3.00", "−0.10", "+3.10", "甲自身变化", "+2.00"],
        ["b", "百分点", "区域", "−3.70", "−4.00", "+0.30", "甲占比变化", "−3.00"],
    ]
    for row in table.rows:
        change, shift, own = (row.cells[key] for key in ("change", "shift", "own"))
        assert isinstance(change, Figure)
        assert isinstance(shift, Figure)
        assert isinstance(own, Figure)
        assert change.value == shift.value + own.value  # type: ignore[operator]


def test_the_sentence_counts_both_kinds() -> None:
    found = review(OWN, SHIFT)
    assert text_of(mix_words(found, ["a", "b"])) == "所列2项指标中，1项的变化主要来自各部分自身，1项主要来自占比移动"
    assert text_of(mix_words(found, ["a"])) == "所列1项指标中，1项的变化主要来自各部分自身"
    assert text_of(mix_words(found, ["b"])) == "所列1项指标中，1项主要来自占比移动"
    assert mix_words(found, ["d"]) == ()
    assert mix_table(found, ["d"], "mix", "表1", "", "x").rows == ()


def test_a_channel_cut_is_preferred() -> None:
    found = review(split("a.平台", "0", "0", "0", "0.01"), OWN)
    assert mix_table(found, ["a"], "mix", "表1", "", "x").rows[0].cells["by"] == "渠道"
