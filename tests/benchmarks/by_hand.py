# ruff: noqa: E501 - SQL
"""The member metrics as one would write them by hand, for ``scale``: in DuckDB's SQL, and with pandas.

Both give ``{(metric, period, scope): (numerator, denominator)}``, the denominator None where there is none. The years
are 2024, the base of the cut-offs, and 2025; orders cover both to their ends.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Figures = dict[tuple[str, str, str], tuple[Any, Any]]
HIGH = 5000
TIER = "分层"


def in_sql(db: DuckDBPyConnection) -> Figures:
    """Over the tables ``typed_orders`` and ``typed_member``."""
    for statement in _TABLES.split(";"):
        db.execute(statement)
    found: Figures = {}
    for query in _FIGURES:
        for metric, period, scope, above, below in db.execute(query).fetchall():
            found[metric, str(period), scope] = (Decimal(above), None if below is None else Decimal(below))
    return found


_TABLES = f"""
create temp table o as select member_id, order_id, paid_at, paid_at::date as d, year(paid_at) as y, paid_amount as a
from typed_orders;
create temp table gap as select member_id, d, y, lag(d) over (partition by member_id order by paid_at, order_id) as before
from o;
create temp table cut as select quantile_disc(d - before, 0.8) as active, quantile_disc(d - before, 0.95) as dormant
from gap where d > before and y = 2024;
create temp table tier as
select e.y, member_id, n, s, case when s > {HIGH} then '高价值' when make_date(e.y, 12, 31) - last <= active then '潜力'
  when make_date(e.y, 12, 31) - last <= dormant then '沉睡' else '流失' end as tier
from (select e.y, member_id, max(d) as last, count(*) filter (where o.y = e.y) as n,
        coalesce(sum(a) filter (where o.y = e.y), 0) as s
      from o join (values (2024), (2025)) e(y) on o.y <= e.y group by all) e, cut;
create temp table bought as
select y::varchar as period, y, member_id, n, s, tier from tier where n > 0
union all
select p.period, y, member_id, p.n, p.s, tier from (
  select y || 'Q' || quarter(q) as period, y, member_id, n, s from (select date_trunc('quarter', d) as q, y, member_id, count(*) as n, sum(a) as s from o group by all)
  union all
  select strftime(m, '%Y-%m'), y, member_id, n, s from (select date_trunc('month', d) as m, y, member_id, count(*) as n, sum(a) as s from o group by all)
) p join (from tier where n > 0) t using (y, member_id);
create temp table first as
select member_id, min(d) as d from o left join (select member_id, first_order_on from typed_member) m using (member_id)
group by member_id having max(first_order_on) is null or max(first_order_on) >= min(d)
"""
_PARTS = "(values ('panel_buyers'), ('repeat_rate'), ('spend_per_buyer'), ('orders_per_buyer')) v(metric)"
_CHOSEN = """case metric when 'panel_buyers' then b when 'repeat_rate' then r when 'spend_per_buyer' then s else n end,
  case when metric <> 'panel_buyers' then b end"""
_TWO_SCOPES = "case when grouping(tier) = 0 then '分层=' || tier else '全部' end"
_FIGURES = (
    # buyers by period, and by tier for the two means
    f"""select metric, period, scope, {_CHOSEN} from (
      select period, {_TWO_SCOPES} as scope, count(*) as b, count(*) filter (where n >= 2) as r, sum(s) as s, sum(n) as n
      from bought group by grouping sets ((period), (period, tier))), {_PARTS}
    where scope = '全部' or metric in ('spend_per_buyer', 'orders_per_buyer')""",
    # and by region for years
    f"""select metric, period, scope, {_CHOSEN} from (
      select period, '区域=' || region as scope, count(*) as b, count(*) filter (where n >= 2) as r, sum(s) as s, 0 as n
      from bought join typed_member using (member_id) where length(period) = 4 group by all), {_PARTS}
    where metric <> 'orders_per_buyer'""",
    f"""select 'high_value_share', y, case when grouping(region) = 0 then '区域=' || region else '全部' end,
      count(*) filter (where s > {HIGH}), count(*)
    from tier join typed_member using (member_id) where n > 0 group by grouping sets ((y), (y, region))""",
    f"""select metric, y, scope, c, case metric when 'tier_share' then max(c) over (partition by y, metric) end from (
      select y, {_TWO_SCOPES} as scope, count(*) as c from tier group by grouping sets ((y), (y, tier))),
      (values ('tier_members'), ('tier_share')) v(metric)""",
    "select 'active_cutoff_days', 2025, '全部', active, null from cut",
    "select 'dormant_cutoff_days', 2025, '全部', dormant, null from cut",
    "select 'rfm_segments', y, '全部', count(distinct tier), null from tier group by y",
    """with move as (select n.tier, coalesce(b.tier, '新买家') as prior, n.n > 0 as again, count(*) as c
      from (from tier where y = 2025) n left join (from tier where y = 2024) b using (member_id) group by all)
    select 'tier_moves', 2025, coalesce(nullif(concat_ws('|', '上年分层=' || prior, '分层=' || tier), ''), '全部'), sum(c), null from move
      group by grouping sets ((), (prior), (tier), (prior, tier))
    union all select 'tier_kept_rate', 2025, '上年分层=' || prior, coalesce(sum(c) filter (where tier = prior), 0), sum(c)
      from move where prior <> '新买家' group by prior
    union all select 'tier_return_rate', 2025, '上年分层=' || prior, coalesce(sum(c) filter (where again), 0), sum(c)
      from move where prior <> '新买家' group by prior""",
    """with cohort as (select member_id, date_trunc('quarter', d) as q from first),
      size as (select q, count(*) as c from cohort group by q),
      back as (select c.q, o.q as later, count(*) as c from cohort c
        join (select distinct member_id, date_trunc('quarter', d) as q from o) o using (member_id) group by all),
      cell as (select s.q, date_diff('quarter', s.q, l.q) as since, coalesce(b.c, 0) as back, s.c as size
        from size s join (select distinct q from size) l on l.q >= s.q left join back b on b.q = s.q and b.later = l.q),
      named as (select *, '首购季=' || year(q) || 'Q' || quarter(q) as cohort from cell)
    select 'cohort_retention', 2025, cohort || '|首购以来=第' || since || '季', back, size from named where since > 0
    union all select 'next_quarter_retention', 2025, coalesce(cohort, '全部'), sum(back), sum(size) from named
      where since = 1 group by rollup (cohort)
    union all select 'cohort_size', 2025, cohort, size, null from named where since = 0""",
    f"""select 'repurchase_cycle_days', y, {_TWO_SCOPES}, quantile_disc(d - before, 0.5), null
    from gap join tier using (y, member_id) where year(before) = y group by grouping sets ((y), (y, tier))""",
    f"""select 'repurchase_30d', y, {_TWO_SCOPES}, count(*) filter (where times >= 2), count(*) from (
      select year(f.d) as y, member_id, count(*) as times from first f join o using (member_id)
      where o.d <= f.d + 30 and f.d <= make_date(year(f.d), 12, 31) - 30 group by all) join tier using (y, member_id)
    group by grouping sets ((y), (y, tier))""",
)


def in_pandas(orders: Any, members: Any) -> Figures:
    """Over frames of the two tables. Amounts are floats there, as an analyst would have them."""
    import pandas as pd

    o = orders[["member_id", "order_id", "paid_at", "paid_amount"]].sort_values(["member_id", "paid_at", "order_id"])
    o["d"] = o["paid_at"].dt.normalize()
    o["y"] = o["d"].dt.year
    gaps = o.assign(before=o.groupby("member_id")["d"].shift())
    gaps = gaps[gaps["before"].notna()]
    gaps["days"] = (gaps["d"] - gaps["before"]).dt.days
    base = gaps.loc[(gaps["y"] == 2024) & (gaps["days"] > 0), "days"]
    active, dormant = (int(base.quantile(q, interpolation="higher")) for q in (0.8, 0.95))
    found: Figures = {
        ("active_cutoff_days", "2025", "全部"): (active, None),
        ("dormant_cutoff_days", "2025", "全部"): (dormant, None),
    }
    region = members.set_index("member_id")["region"]
    standings = []
    for year in (2024, 2025):
        past, own = o[o["y"] <= year], o[o["y"] == year].groupby("member_id")["paid_amount"].agg(["size", "sum"])
        one = past.groupby("member_id")["d"].max().to_frame("last").join(own).fillna({"size": 0, "sum": 0})
        days = (pd.Timestamp(year, 12, 31) - one["last"]).dt.days
        one["tier"] = "流失"
        one.loc[days <= dormant, "tier"] = "沉睡"
        one.loc[days <= active, "tier"] = "潜力"
        one.loc[one["sum"].round(2) > HIGH, "tier"] = "高价值"
        standings.append(one.assign(y=year).reset_index())
        for scope, count in [("全部", len(one)), *(("分层=" + t, c) for t, c in one["tier"].value_counts().items())]:
            found["tier_members", str(year), scope] = (count, None)
            found["tier_share", str(year), scope] = (count, len(one))
        found["rfm_segments", str(year), "全部"] = (one["tier"].nunique(), None)
    tier = pd.concat(standings)[["y", "member_id", "tier"]]
    periods = (o["y"].astype(str), o["d"].dt.to_period("Q").astype(str), o["d"].dt.to_period("M").astype(str))
    for period in periods:
        one = o.groupby(["y", period.rename("period"), "member_id"])["paid_amount"].agg(["size", "sum"]).reset_index()
        one = one.merge(tier, on=["y", "member_id"])
        one["region"] = one["member_id"].map(region)
        yearly = period is periods[0]
        for by, name in [(None, ""), ("tier", "分层="), *([("region", "区域=")] if yearly else [])]:
            one["twice"], one["high"] = one["size"] >= 2, one["sum"].round(2) > HIGH
            keys = ["period", by] if by else ["period"]
            sums = one.groupby(keys)[["size", "sum", "twice", "high"]].sum().join(one.groupby(keys).size().rename("b"))
            for key, row in sums.iterrows():
                at, scope = (key[0], name + key[1]) if by else (key, "全部")
                if by != "region":
                    found["orders_per_buyer", at, scope] = (row["size"], row["b"])
                found["spend_per_buyer", at, scope] = (row["sum"], row["b"])
                if by != "tier":
                    found["panel_buyers", at, scope] = (row["b"], None)
                    found["repeat_rate", at, scope] = (row["twice"], row["b"])
                    if yearly:
                        found["high_value_share", at, scope] = (row["high"], row["b"])
    old, new = standings
    move = new.merge(old[["member_id", "tier"]].rename(columns={"tier": "prior"}), on="member_id", how="left")
    move["prior"] = move["prior"].fillna("新买家")
    move["kept"], move["again"] = move["tier"] == move["prior"], move["size"] > 0
    found["tier_moves", "2025", "全部"] = (len(move), None)
    for by, name in (("prior", "上年分层="), ("tier", "分层=")):
        found |= {("tier_moves", "2025", name + k): (c, None) for k, c in move[by].value_counts().items()}
    for (prior, now), count in move.groupby(["prior", "tier"]).size().items():
        found["tier_moves", "2025", f"上年分层={prior}|分层={now}"] = (count, None)
    for prior, rows in move[move["prior"] != "新买家"].groupby("prior"):
        found["tier_kept_rate", "2025", "上年分层=" + prior] = (rows["kept"].sum(), len(rows))
        found["tier_return_rate", "2025", "上年分层=" + prior] = (rows["again"].sum(), len(rows))
    first = o.groupby("member_id")["d"].min().to_frame("first")
    known = members.set_index("member_id")["first_order_on"].reindex(first.index)
    first = first[known.isna() | (pd.to_datetime(known) >= first["first"])]
    quarters = o[["member_id", "d"]].assign(q=o["d"].dt.to_period("Q"))[["member_id", "q"]].drop_duplicates()
    cohort = first["first"].dt.to_period("Q").rename("cohort")
    sizes = cohort.value_counts()
    back = quarters.merge(cohort, on="member_id").groupby(["cohort", "q"]).size()
    totals = [0, 0]
    for q, size in sizes.items():
        found["cohort_size", "2025", f"首购季={q}"] = (size, None)
        for since in range(1, (pd.Period("2025Q4") - q).n + 1):
            count = back.get((q, q + since), 0)
            found["cohort_retention", "2025", f"首购季={q}|首购以来=第{since}季"] = (count, size)
            if since == 1:
                found["next_quarter_retention", "2025", f"首购季={q}"] = (count, size)
                totals = [totals[0] + count, totals[1] + size]
    found["next_quarter_retention", "2025", "全部"] = (totals[0], totals[1])
    inside = gaps[gaps["before"].dt.year == gaps["y"]].merge(tier, on=["y", "member_id"])
    for keys, name in ((["y"], ""), (["y", "tier"], "分层=")):
        for key, days in inside.groupby(keys)["days"]:
            median = days.quantile(0.5, interpolation="lower")
            found["repurchase_cycle_days", str(key[0]), name + key[1] if name else "全部"] = (median, None)
    follow = o[["member_id", "d"]].merge(first.reset_index(), on="member_id")
    follow = follow[follow["d"] <= follow["first"] + pd.Timedelta(days=30)]
    follow = follow.groupby(["member_id", "first"]).size().rename("n").reset_index()
    follow["y"] = follow["first"].dt.year
    ends = pd.to_datetime(follow["y"].astype(str) + "-12-31") - pd.Timedelta(days=30)
    follow = follow[follow["first"] <= ends].merge(tier, on=["y", "member_id"])
    follow["twice"] = follow["n"] >= 2
    for keys, name in ((["y"], ""), (["y", "tier"], "分层=")):
        for key, rows in follow.groupby(keys)["twice"]:
            found["repurchase_30d", str(key[0]), name + key[1] if name else "全部"] = (rows.sum(), len(rows))
    return found
