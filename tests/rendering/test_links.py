"""Links of the printed page: to entries that are there, around what they link, and nowhere else."""

from __future__ import annotations

from rpt.rendering.links import linked

GMV = '<data value="1" data-ref="gmv@2025" class="value">1元</data>'
GROWTH = '<data value="0.5" data-ref="gmv@2025[渠道=主站].growth" class="growth good up">50.0%</data>'
ENTRY = '<section class="chapter annex" id="a"><p class="definition" id="metric-gmv">成交总额</p>'


def test_prose_and_measured_cells_lead_to_the_entry() -> None:
    made = linked(f"<p>{GMV}，增长{GROWTH}</p><td>{GMV}</td><td>{GROWTH}</td>{ENTRY}{GMV}</section>")
    link = '<a class="figure" href="#metric-gmv">'
    prose, value, growth = (
        f"<p>{link}{GMV}</a>，增长{link}{GROWTH}</a></p>",
        f"<td>{link}{GMV}</a></td>",
        f"<td>{GROWTH}</td>",
    )
    assert made == f"{prose}{value}{growth}{ENTRY}{GMV}</section>"


def test_without_an_entry_the_page_stays_as_it_is() -> None:
    assert linked(f"<p>{GMV}</p>") == f"<p>{GMV}</p>"
