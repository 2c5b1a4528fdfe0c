"""Where the engine is: the embedded one, or a warehouse by its URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

EMBEDDED = "duckdb"
PROVED = {"postgres": "PostgreSQL", "postgresql": "PostgreSQL", "pyspark": "Spark"}
# What Ibis speaks besides; tried by nobody here.
ACCEPTED = {
    "bigquery": "BigQuery",
    "clickhouse": "ClickHouse",
    "databricks": "Databricks",
    "mssql": "SQL Server",
    "mysql": "MySQL",
    "oracle": "Oracle",
    "snowflake": "Snowflake",
    "trino": "Trino",
}


@dataclass(frozen=True)
class Address:
    """The engine of a project as rpt.toml writes it: ``duckdb``, or a URL that Ibis understands."""

    url: str

    @property
    def scheme(self) -> str:
        """What stands before ``://``."""
        return self.url.partition("://")[0].lower()

    @property
    def is_embedded(self) -> bool:
        """Whether the engine is DuckDB, in this process."""
        return self.scheme == EMBEDDED

    @property
    def is_proved(self) -> bool:
        """Whether `make test-remote` holds this kind of engine against the embedded one."""
        return self.is_embedded or self.scheme in PROVED

    @property
    def name(self) -> str:
        """What people call this kind of engine."""
        return (PROVED | ACCEPTED).get(self.scheme, "DuckDB")


def address(url: str) -> Address:
    """Read an engine's URL. Raises ValueError (Chinese) for an engine that nobody knows, and for a password in it."""
    found = Address(url)
    known = sorted({*PROVED, *ACCEPTED})
    if url != EMBEDDED and not ("://" in url and found.scheme in known):
        starts = "、".join(f"{scheme}://" for scheme in known)
        raise ValueError(f"不认识的引擎；可写 duckdb，或以 {starts} 开头的地址")
    told = urlsplit(url)
    if told.password or any(word in key.lower() for key, _ in parse_qsl(told.query) for word in ("passw", "token")):
        raise ValueError("密码不能写在 rpt.toml 里；请改用环境变量或密码文件（PostgreSQL 为 PGPASSWORD、~/.pgpass）")
    return found
