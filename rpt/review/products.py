"""Why sales of products changed: volume × mix × price over those sold in both years, new and gone ones apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rpt.review.split import CENT, price_volume_mix, to_unit
from rpt.values.decomposition import Decomposition, Part
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.review import Review

METRIC, LIST = "product_sales", "product_change"


def by_products(review: Review) -> Iterator[Decomposition]:
    """The change of product sales from the list of all products of either year; none where there is no year before.

    A product without units in one of the years has no price there: what it brought or took away is a part of its own.
    """
    listing, year = review.lists.get(LIST), Period(review.year)
    before, after = (review.ledger.get(METRIC, period) for period in (year.year_ago, year))
    if listing is None or before is None or after is None or before.value is None or after.value is None:
        return
    columns = ("units_prior", "units", "amount_prior", "amount")
    rows = list(zip(*(listing.numbers(key) for key in columns), strict=True))
    both = [row for row in rows if row[0] > 0 and row[1] > 0]
    new = sum((row[3] - row[2] for row in rows if row[0] <= 0), Decimal(0))
    gone = sum((row[3] - row[2] for row in rows if row[0] > 0 and row[1] <= 0), Decimal(0))
    start, end = (value.quantize(CENT) for value in (before.value, after.value))
    if not both or start + sum((row[3] - row[2] for row in rows), Decimal(0)) != end:
        return
    u0, u1, a0, a1 = ([row[at] for row in both] for at in range(4))
    amounts = [*price_volume_mix((u0, u1), (a0, a1)), new, gone]
    rounded = to_unit(amounts, end - start)
    labels = {"volume": "销量", "mix": "结构", "price": "价格", "new": "上年未售商品", "gone": "本年停售商品"}
    change = end - start
    parts = tuple(
        Part(
            label,
            f"{measurement_id(METRIC, year)}.{key}",
            amount,
            share=amount / change if change else None,
            pull=amount / start if start > 0 else None,
        )
        for (key, label), amount in zip(labels.items(), rounded, strict=True)
        if amount or key in ("volume", "mix", "price")
    )
    yield Decomposition(
        f"{METRIC}.price_volume",
        review.year,
        "销量、结构与价格",
        METRIC,
        "元",
        "全部",
        "price_volume",
        start,
        end,
        parts,
    )
