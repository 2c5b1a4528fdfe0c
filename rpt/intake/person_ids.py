"""The ids of people, hashed with a key: the same id is the same text in every file, and nobody's number is kept.

HMAC-SHA-256 (RFC 2104) over the cleaned id. Without ``[privacy] hash_ids`` only ids that are themselves personal (a
mobile number as 会员ID) are hashed, with a key of the run's own.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from rpt.engine import Engine, quote
from rpt.intake.header import Match
from rpt.intake.personal import SAMPLED_ROWS, kind_of_values
from rpt.intake.sheet import Place
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, UserError

KEY = "RPT_ID_KEY"
# ids of orders, products and works say nothing about a person
_PEOPLE = frozenset({"member_id"})
_SHORTEST = 16


class PersonIds:
    """Hashes the ids of people in typed tables. Raises UserError (exit 2) where hashing is asked for without a key."""

    def __init__(self, project: Project) -> None:
        self.always = project.settings.privacy.hash_ids
        # a key of the run's own links the files of a run and is gone with it
        self._key = _key_of(project) if self.always else secrets.token_bytes(32)

    @property
    def digest(self) -> str:
        """What tells the project's key from another one; empty where ids are not hashed."""
        return self.hashed("")[:16] if self.always else ""

    def hashed(self, value: str) -> str:
        """64 hexadecimal digits."""
        return hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()

    def protect(self, engine: Engine, place: Place, found: Match, table: str) -> list[Issue]:
        """Hash the ids of people in a typed table, in place; what was hashed though nobody asked is said."""
        issues = []
        for at, column in found.columns.items():
            if column.key not in _PEOPLE:
                continue
            kind = None if self.always else self._personal(engine, table, column.key)
            if not self.always and kind is None:
                continue
            self._hash(engine, table, column.key)
            if kind:
                message = f"“{column.label}”是个人信息（{kind}），导入时已换成散列值"
                hint = f"要让历次的编号一致，请在 rpt.toml 写 [privacy] hash_ids = true，并设置环境变量 {KEY}"
                issues.append(Issue("personal_hashed", Level.INFO, message, place.cell(at, max(found.row, 1)), hint))
        return issues

    @staticmethod
    def _personal(engine: Engine, table: str, key: str) -> str | None:
        name = quote(key)
        rows = engine.rows(
            f"select {name} from {quote(table)} where {name} is not null order by _row limit {SAMPLED_ROWS}"
        )
        return kind_of_values([str(value) for (value,) in rows])

    def _hash(self, engine: Engine, table: str, key: str) -> None:
        import pandas

        name, hashes = quote(key), f"{table}__hashes"
        ids = [
            value for (value,) in engine.rows(f"select distinct {name} from {quote(table)} where {name} is not null")
        ]
        frame = pandas.DataFrame({"id": ids, "hash": [self.hashed(value) for value in ids]}, dtype="str")
        engine.ingest(hashes, frame)
        engine.run(
            f"update {quote(table)} set {name} = h.hash from {quote(hashes)} h where {quote(table)}.{name} = h.id"
        )
        engine.run(f"drop table {quote(hashes)}")


def _key_of(project: Project) -> bytes:
    hint = f"请设置环境变量 {KEY}，或在 [privacy] 写 key_file；密钥至少 {_SHORTEST} 个字节，换了密钥编号就对不上了"
    if key := os.environ.get(KEY, "").strip().encode():
        where = f"环境变量 {KEY}"
    elif project.settings.privacy.key_file:
        path = project.folder / project.settings.privacy.key_file
        where = str(path)
        try:
            key = path.read_bytes().strip()
        except OSError as error:
            raise UserError(f"密钥文件读不出来：{path}（{error.strerror}）", hint) from error
    else:
        raise UserError(f"{project.file}：[privacy] hash_ids = true，却没有密钥", hint)
    if len(key) < _SHORTEST:
        raise UserError(f"{where} 里的密钥太短：{len(key)} 个字节", hint)
    return key
