"""The ledger of an earlier run over the same rows, by the same catalogue, for the same year."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rpt.engine.dataset import Dataset
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.timeline import Timeline
from rpt.project.model import Project
from rpt.state.cache import Cache, code
from rpt.values.ledger import Ledger

KIND = "ledger"
_RECORD = "ledger.json.gz"


class KeptLedger:
    """The cache's ledger of a dataset measured for one year, if any run has left it. Tables that stand in a warehouse
    may change there without a word: what is made of them is measured every time."""

    def __init__(self, dataset: Dataset, project: Project, catalogue: Catalogue, line: Timeline) -> None:
        stays = any(table.is_standing for table in dataset.tables.values())
        self._cache = Cache(project.state, 0 if stays else project.cache_bytes)
        settings = project.settings.model_dump(mode="json", include={"channels", "groups", "campaigns", "privacy"})
        tables = {name: sorted(table.columns) for name, table in dataset.tables.items() if table.is_present}
        sheets = [(origin.id, origin.file, origin.sheet, origin.sha256, origin.rows) for origin in dataset.origins()]
        entries = {id: entry.model_dump(mode="json") for id, entry in catalogue.metrics.items()}
        derived = {name: entry.model_dump(mode="json") for name, entry in catalogue.tables.items()}
        only = project.only.scope if project.only else ""
        made_by = code("intake", "engine", "metrics", "values")
        told = [made_by, entries, derived, settings, tables, sheets, repr(line), only]
        self._key = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]

    def find(self) -> Ledger | None:
        """The ledger; a damaged entry is dropped."""
        folder = self._cache.find(KIND, self._key)
        if folder is None:
            return None
        try:
            return _adapter().validate_json(gzip.decompress((folder / _RECORD).read_bytes()))
        except (OSError, EOFError, zlib.error, ValidationError):
            self._cache.drop(KIND, self._key)
            return None

    def keep(self, ledger: Ledger) -> None:
        """Keep the ledger for the next run."""

        def fill(folder: Path) -> None:
            (folder / _RECORD).write_bytes(gzip.compress(_adapter().dump_json(ledger), 1))

        self._cache.keep(KIND, self._key, fill)


@cache
def _adapter() -> TypeAdapter[Ledger]:
    return TypeAdapter(Ledger)
