"""Write the example company's workbooks: channel.xlsx, member.xlsx, supply.xlsx and targets.xlsx.

    python sample_data/generate.py [--out DIR] [--seed N]
    python sample_data/generate.py --scale full --out DIR    # or a number: the company at its real size, see rpt sample

The company's yearly figures are given (business/facts.py); days, members, products and parcels are drawn around them.
The same seed writes the same files.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd
from business import channel, community, content, parcels, products, sheets, stock, targets
from business.panel import build, members, orders, touches
from business.seasons import load_windows
from business.workbook import write_workbook

HERE = Path(__file__).resolve().parent


def make_tables(seed: int) -> dict[str, pd.DataFrame]:
    """All tables of the four workbooks, by their key in the report's schema."""
    windows = load_windows(HERE / "rpt.toml")
    daily = channel.channel_daily(seed, windows)
    partners = products.suppliers(seed)
    goods = products.products(seed, partners)
    sales = products.product_monthly(seed, goods, daily)
    buyers, panel, limits = build.build_panel(seed, windows)
    people, ids = members.member_list(seed, buyers, panel)
    bought = orders.order_list(seed, panel, daily, goods, windows)
    touched = touches.touch_list(seed, buyers, panel, people, limits)
    return {
        "channel_daily": daily,
        "video": content.videos(seed),
        "live": content.lives(seed, windows),
        "community": community.communities(seed),
        "service_daily": community.service_daily(seed, windows),
        "history": channel.history(),
        "member_monthly": members.member_monthly(seed, buyers, panel),
        "member": people,
        "orders": bought.assign(member_id=bought["member"].map(ids)),
        "touch": touched.assign(member_id=touched["member"].map(ids)),
        "product": goods,
        "product_monthly": sales,
        "stock_monthly": stock.stock_monthly(seed, goods, sales),
        "parcel": parcels.parcel_list(seed, windows),
        "rush": stock.rush_orders(seed, goods, windows),
        "supplier": partners,
        "annual_target": targets.annual_targets(),
        "monthly_target": targets.monthly_targets(seed),
        "benchmark": targets.benchmarks(),
        "last_plan": targets.last_plan(),
        "cause": targets.causes(),
        "action": targets.actions(),
    }


def at_size(scale: str, out: Path, seed: int) -> None:
    """Write the whole project at another size, from the workbooks as they are."""
    from rpt.commands import run  # the rows are multiplied by the tool itself

    sys.exit(run(["sample", str(out), "--scale", "1" if scale == "full" else scale, "--seed", str(seed)]))


def main() -> None:
    """Parse the arguments and write the four workbooks."""
    parser = argparse.ArgumentParser(description="Write the example company's workbooks.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: beside this file)")
    parser.add_argument("--seed", type=int, default=2025, help="another seed, another company with the same figures")
    parser.add_argument(
        "--scale", help="full (2 million members), or 10, 0.001: writes a project to --out, as rpt sample"
    )
    arguments = parser.parse_args()
    if arguments.scale:
        at_size(arguments.scale, arguments.out, arguments.seed)
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    tables = make_tables(arguments.seed)
    books = {
        "channel.xlsx": sheets.channel_sheets,
        "member.xlsx": sheets.member_sheets,
        "supply.xlsx": sheets.supply_sheets,
        "targets.xlsx": sheets.target_sheets,
    }
    for name, layout in books.items():
        path = arguments.out / name
        write_workbook(path, layout(tables))
        print(f"{path}  {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
