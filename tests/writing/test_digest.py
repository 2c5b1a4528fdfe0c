"""A document in a few lines: its first page, figure by figure as printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from rpt.flows.annual import edition
from rpt.flows.steps import plan, review, write
from rpt.values.digest import Digest, line_text
from rpt.values.document import Document, Figure, FigureKind
from rpt.writing.digest import digest_of
from tests.projects import daily, measured

SUMMARY = """<html><section class="summary" id="summary">
<p class="lead">全年成交<data value="365000" data-ref="gmv@2025" class="value"
><a href="#x">36.5万元</a></data>，新增。</p>
<div class="cards"><div class="card">
<p class="name">成交总额</p>
<p class="value"><data value="365000" data-ref="gmv@2025" class="value">36.5万元</data></p>
<p class="versus"><span>同比<data value="0.5" data-ref="gmv@2025.growth" class="growth good up">▲50.0%</data></span
><span>完成率<span class="attainment" data-ref="gmv@2025.attainment">—</span></span></p>
</div></div>
<ol class="points" data-digest="problems">
<li><p>甲&lt;乙&gt;<b>不足</b></p></li>
<li>丙</li>
</ol>
<ol class="points"><li>不取</li></ol>
<section><p>里层</p></section>
</section><section class="chapter"><p class="lead">别处</p></section></html>"""


def document(html: str, figures: tuple[Figure, ...] = ()) -> Document:
    return Document("年报", "副题", "公司", "zh-CN", html, (), (), (), figures)


def test_cards_sentences_and_lists_are_read_from_the_summary_alone() -> None:
    gmv = Figure("gmv@2025", FigureKind.VALUE, Decimal(365000), "元", "36.5万元")
    digest = digest_of(document(SUMMARY, (gmv,)))
    assert digest.lead == ("全年成交", gmv, "，新增。")
    [kpi] = digest.kpis
    assert (kpi.name, kpi.value) == ("成交总额", (gmv,))
    assert kpi.versus == (
        ("同比", Figure("gmv@2025.growth", FigureKind.GROWTH, Decimal("0.5"), "", "▲50.0%", True, "▲")),
        ("完成率", Figure("gmv@2025.attainment", FigureKind.ATTAINMENT, None, "", "—")),
    )
    assert [line_text(line) for line in digest.problems] == ["甲<乙>不足", "丙"]
    assert digest.points == digest.decisions == ()


def test_a_document_without_a_summary_has_its_titles() -> None:
    assert digest_of(document("<html><main></main></html>")) == Digest("年报", "副题", "公司")


def test_of_a_report_every_figure_is_one_that_it_prints(tmp_path: Path) -> None:
    rows = [
        *daily(date(2024, 1, 1), date(2024, 12, 31), 天猫=1000),
        *daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1500)[1:],
    ]
    found = measured(tmp_path, {"渠道日报": rows})
    reviewed = review(found)
    planned = plan(found, reviewed)
    made = write(found, reviewed, planned, edition(found.project, 2025, planned), date(2026, 1, 15))
    digest = digest_of(made)
    assert line_text(digest.lead) == "2025年成交总额达54.8万元，同比增长49.6%。"
    assert digest.kpis[0].name == "成交总额"
    assert [line_text(line) for line in digest.kpis[0].versus] == ["同比▲49.6%"]
    assert digest.points
    lines = [digest.lead, *digest.points, *digest.problems, *digest.decisions, *(kpi.value for kpi in digest.kpis)]
    said = [part for line in lines for part in line if isinstance(part, Figure)]
    printed = {(f.ref, f.text, f.value) for f in made.figures}
    assert {(f.ref, f.text, f.value) for f in said} <= printed
