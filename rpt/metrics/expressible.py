"""Whether an engine can say what the catalogue asks, before a row is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rpt.metrics.catalogue import Catalogue
from rpt.values.issue import UserError

_NAMED = 8  # refusals listed in one message


def refuse_inexpressible(catalogue: Catalogue, objection: Callable[[str], str], engine: str) -> None:
    """Raise UserError that names every metric, derived table and list whose SQL the engine cannot express, with its
    place and the reason. ``objection`` says why a query cannot be, '' where it can; ``engine`` is its name."""
    refused = [f"{where}：{reason}" for where, sql in _queries(catalogue) if (reason := objection(sql))]
    if refused:
        more = [f"……共 {len(refused)} 处"] if len(refused) > _NAMED else []
        message = "\n".join([f"{engine} 不能计算：", *refused[:_NAMED], *more])
        raise UserError(message, '请改写这些 SQL，或在 rpt.toml 里用内嵌引擎：[engine] url = "duckdb"')


def _queries(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for name, table in catalogue.tables.items():
        if table.sql:
            yield f"派生表 {name}", table.sql
        for dimension, sql in table.dimensions.items():
            yield f"表 {name} 的维度“{dimension}”", f"select {sql}"
    for id, entry in catalogue.metrics.items():
        for part in entry.parts().values():
            yield f"{catalogue.origins.get(id, '')}：指标 {id}", f"select {part.sql} from {part.table}"
    for id, one in catalogue.lists.items():
        yield f"{catalogue.origins.get(f'lists.{id}', '')}：清单 {id}", one.sql
