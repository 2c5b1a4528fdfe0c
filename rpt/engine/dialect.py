"""DuckDB's SQL in another engine's words: parsed once, put right where meanings differ, written by sqlglot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from sqlglot import exp, parse_one, tokenize
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.schema import MappingSchema
from sqlglot.tokens import TokenType

from rpt.engine import EngineError

Rewrite = Callable[[exp.Expression], exp.Expression | None]  # None leaves the node as it is
Columns = Mapping[str, Sequence[str]]

# What SQL itself spells like a call; no engine lists these among its functions.
_SYNTAX = frozenset(("cast", "coalesce", "filter", "greatest", "group", "grouping", "least", "nullif", "over"))


class Dialect:
    """Translates queries into the dialect that sqlglot knows by ``name``. ``functions`` are those of the engine that
    answers (lower case), where it can say them."""

    def __init__(self, name: str, functions: frozenset[str] = frozenset()) -> None:
        self.name, self.functions = name, functions

    def translated(self, sql: str, known: Columns | None = None) -> str:
        """The query in the other dialect. ``known`` are the columns of the tables it reads: they are needed where it
        takes ``*`` with columns left out or replaced.

        Raises EngineError with the reason (Chinese) where the other dialect has no such thing, where the SQL is no
        query, and, given ``known``, where it reads another table.
        """
        try:
            tree = parse_one(sql, read="duckdb")
            if not isinstance(tree, exp.Query):
                raise EngineError("只能是查询（select …）")
            if known is not None:
                _only_reads(tree, known)
                tree = _stars_written_out(tree, known)
            _refuse(tree)
            for named in tree.find_all(exp.CTE):
                named.set("materialized", None)  # advice to DuckDB's planner, which others do not understand
            tree = tree.transform(self._rewritten)
            written: str = tree.sql(self.name, identify=True, unsupported_level=ErrorLevel.RAISE)
        except UnsupportedError as error:
            raise EngineError(f"{self.name} 没有这种写法：{str(error).splitlines()[0]}") from error
        except SqlglotError as error:
            raise EngineError(str(error).splitlines()[0]) from error
        self._refuse_calls(written)
        return written

    def type_of(self, kind: str) -> str:
        """A column type (``decimal(18,4)``, ``varchar``) as the other dialect spells it."""
        return str(exp.DataType.build(kind, dialect="duckdb").sql(self.name))

    def _rewritten(self, node: exp.Expression) -> exp.Expression:
        rewrite = _REWRITES.get(self.name, {}).get(type(node))
        return (rewrite(node) if rewrite else None) or node

    def _refuse_calls(self, written: str) -> None:
        """Name a function that the answering engine does not have, before it is asked."""
        if not self.functions:
            return
        for token, after in pairwise(tokenize(written, read=self.name)):
            if token.token_type is TokenType.VAR and after.token_type is TokenType.L_PAREN:
                name = token.text.lower()
                if name not in self.functions and name not in _SYNTAX:
                    raise EngineError(f"{self.name} 没有函数 {name}")


def _refuse(tree: exp.Expression) -> None:
    for node in tree.find_all(exp.Anonymous, exp.PercentileCont, exp.Quantile, exp.ReadParquet, exp.ReadCSV):
        if isinstance(node, exp.Anonymous):
            raise EngineError(f"函数 {node.name} 不能翻译")
        if isinstance(node, exp.PercentileCont | exp.Quantile):
            raise EngineError("quantile_cont 在各引擎上取值不一，请改用 quantile_disc")
        raise EngineError("SQL 里不能读文件")


def _only_reads(tree: exp.Expression, known: Columns) -> None:
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and (table.db or (table.name not in known and table.name not in own)):
            raise EngineError(f"没有表 {table.sql()}")


def _stars_written_out(tree: exp.Expression, known: Columns) -> exp.Expression:
    """``* exclude (…)``, ``* replace (…)`` and a ``*`` beside ``qualify`` as the columns they stand for."""
    stars = tree.find_all(exp.Star)
    told = any(star.args.get("except_") or star.args.get("replace") for star in stars)
    if not told and not any(select.args.get("qualify") and select.is_star for select in tree.find_all(exp.Select)):
        return tree
    schema = MappingSchema({name: dict.fromkeys(columns, "text") for name, columns in known.items()}, dialect="duckdb")
    return qualify_columns(qualify_tables(tree, dialect="duckdb"), schema, expand_alias_refs=False)


def _call(name: str, *of: exp.Expression | str) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[exp.convert(one) if isinstance(one, str) else one for one in of])


def _part(name: str) -> Rewrite:
    return lambda node: exp.Extract(this=exp.var(name), expression=node.this)


def _largest_by(node: exp.Expression) -> exp.Expression:
    """``arg_max(a, b)``: the first of the array sorted by b; rows where either is null do not count."""
    a, b = node.this, node.args["expression"]
    return exp.maybe_parse(
        f"(array_agg({a.sql('postgres', identify=True)} order by {b.sql('postgres', identify=True)} desc) "
        f"filter (where {a.sql('postgres', identify=True)} is not null "
        f"and {b.sql('postgres', identify=True)} is not null))[1]",
        dialect="postgres",
    )


def _series(node: exp.Expression) -> exp.Expression | None:
    """PostgreSQL's series is a relation by itself."""
    series = node.expressions[0]
    if not isinstance(series, exp.GenerateSeries):
        return None
    return exp.Table(this=series, alias=node.args.get("alias"))


def _bits(node: exp.Expression) -> exp.Expression:
    """``grouping(a, b, c)`` of several columns, of which Spark asks one at a time."""
    columns = node.expressions
    terms = [f"cast(grouping(c{at}) as bigint) * {2 ** (len(columns) - 1 - at)}" for at in range(len(columns))]
    names = {f"c{at}": column for at, column in enumerate(columns)}
    sum_of = exp.maybe_parse(" + ".join(terms), dialect="spark")
    return exp.paren(sum_of.transform(lambda n: names[n.name].copy() if isinstance(n, exp.Column) else n))


def _difference(node: exp.Expression) -> exp.Expression | None:
    """``date_diff`` counts the borders of days and quarters that are crossed, Spark's whole spans of time."""
    unit, end, start = node.text("unit").lower(), node.this, node.expression
    if unit == "day":
        return _call("datediff", exp.cast(end.copy(), "date"), exp.cast(start.copy(), "date"))
    if unit == "quarter":
        ends, begins = (
            exp.paren(
                exp.Add(
                    this=exp.Mul(this=exp.Year(this=at.copy()), expression=exp.convert(4)),
                    expression=exp.Quarter(this=at.copy()),
                )
            )
            for at in (end, start)
        )
        return exp.paren(exp.Sub(this=ends, expression=begins))
    return None


def _discrete(node: exp.Expression) -> exp.Expression:
    """Spark's is a double, whatever was ordered; the values that are ordered here are whole."""
    within = exp.WithinGroup(
        this=_call("percentile_disc", node.expression.copy()),
        expression=exp.Order(expressions=[exp.Ordered(this=node.this.copy())]),
    )
    return exp.cast(within, "bigint")


def _days(node: exp.Expression) -> exp.Expression:
    return exp.maybe_parse(f"make_interval(days => {node.this.sql('postgres', identify=True)})", dialect="postgres")


_REWRITES: Mapping[str, Mapping[type[exp.Expression], Rewrite]] = {
    "postgres": {
        exp.Quarter: _part("quarter"),
        exp.DayOfWeek: _part("dow"),
        exp.ArgMax: _largest_by,
        exp.Unnest: _series,
        exp.ToDays: _days,
    },
    "spark": {
        exp.Grouping: _bits,
        exp.DateDiff: _difference,
        exp.PercentileDisc: _discrete,
        exp.ToDays: lambda node: _call("make_dt_interval", node.this),
        exp.DayOfWeek: lambda node: exp.paren(_call("dayofweek", node.this) - 1),
        exp.ArgMax: lambda node: exp.Filter(
            this=_call("max_by", node.this, node.args["expression"]),
            expression=exp.Where(this=node.this.copy().is_(exp.null()).not_()),
        ),
    },
}
