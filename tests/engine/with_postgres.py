"""The sample project in PostgreSQL (``make test-remote``): a server of its own on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.engine import EngineError
from rpt.project.inputs import TableSource
from rpt.values.issue import UserError
from tests.engine.same import There, differences, here, there, told

D = Decimal
psycopg = pytest.importorskip("psycopg")


def _programs() -> Path:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else Path(shutil.which("initdb") or "initdb").parent


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server that compares text by the rules of Chinese, not by code points as rpt does."""
    home, programs = Path(tempfile.mkdtemp(prefix="rpt-postgres-")), _programs()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # PostgreSQL does not start as root
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    if user:
        os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)

    def do(program: str, *options: str) -> None:
        command = [str(programs / program), "-D", str(home / "data"), *options]
        done = subprocess.run(command, cwd=home, capture_output=True, encoding="utf-8", timeout=120, **user)
        assert done.returncode == 0, done.stdout + done.stderr

    do(
        "initdb",
        "-A",
        "trust",
        "-U",
        "rpt",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--locale-provider=icu",
        "--icu-locale=zh",
    )
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    do("pg_ctl", "-o", settings, "-l", str(home / "log"), "-w", "start")
    try:
        yield f"postgres://rpt@127.0.0.1:{port}/postgres"
    finally:
        do("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def sample(server: str) -> There:
    return there(server)


def test_every_figure_is_the_embedded_engines_to_the_last_digit(sample: There) -> None:
    assert len(sample.measured.ledger.measurements) > 10_000
    assert differences(sample.measured) == []


def test_nothing_is_left_in_the_database(sample: There, server: str) -> None:
    with psycopg.connect(server) as other:
        kinds = "select count(*) from pg_class where relpersistence <> 't' and relname like '%channel_daily%'"
        assert other.execute(kinds).fetchone() == (0,)


def test_orders_that_stand_there_are_used_in_place(server: str) -> None:
    orders, engine = here().dataset.tables["orders"], here().dataset.engine
    keys = [key for key in orders.all_columns if key in orders.columns]
    kinds = dict.fromkeys(("ordered_at", "deposit_at"), "timestamp")
    kinds |= {"paid_at": "timestamptz", "units": "integer", "paid_amount": "numeric(12, 2)"}
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("set timezone = 'Asia/Shanghai'; create schema shop")
        columns = ", ".join(f'"{orders.all_columns[key]}" {kinds.get(key, "text")}' for key in keys)
        other.execute(f"create table shop.orders ({columns})")
        with other.cursor() as cursor, cursor.copy("copy shop.orders from stdin") as copy:
            for row in engine.rows(f"select {', '.join(keys)} from {orders.name}"):
                copy.write_row(row)
    found = there(server, orders=TableSource(warehouse="shop.orders"))
    assert differences(found.measured) == []
    assert found.measured.dataset.tables["orders"].is_standing


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(UserError, match="连不上 PostgreSQL"):
        there("postgres://rpt@127.0.0.1:1/postgres")


def test_sql_reaches_no_other_table(sample: There) -> None:
    for sql in ("select * from pg_shadow", "select pg_read_file('/etc/passwd')", "drop table channel_daily"):
        with pytest.raises(EngineError):
            sample.remote.rows(sql)


def test_a_metric_that_it_cannot_express_is_named(server: str, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        """[metrics.typical]
label = "典型支付金额"
unit = "元"
better = "up"
aggregation = "median"
chapter = "渠道"
table = "channel_daily"
numerator = "quantile_cont(paid_amount, 0.5)"
definition = "支付金额的中位数"
""",
        encoding="utf-8",
    )
    project = told(server)
    settings = project.settings.model_copy(update={"metrics": (str(tmp_path / "own.toml"),)})
    from rpt.flows.engines import warehouse_of

    with pytest.raises(UserError, match="指标 typical：quantile_cont"):
        warehouse_of(project.model_copy(update={"settings": settings}), here().dataset.engine)


def test_what_is_otherwise_spoken_through_ibis_takes_the_same_steps(server: str) -> None:
    """The way of the engines that are accepted and not proved, tried on the one server that there is."""
    from rpt.engine.dialect import Dialect
    from rpt.engine.remote import Remote
    from rpt.engine.unproved import Unproved

    warehouse = Unproved(server)
    engine = Remote(warehouse, Dialect(warehouse.dialect, warehouse.functions()), here().dataset.engine)
    kinds = [
        ("name", "varchar"),
        ("amount", "decimal(18,4)"),
        ("units", "bigint"),
        ("day", "date"),
        ("at", "timestamp"),
    ]
    day = date(2025, 6, 18)
    morning = datetime.fromisoformat("2025-06-18 08:00:00")
    rows = [("杯", D("1.2500"), 2, day, morning), (None, D("2.5000"), 3, None, None)]
    engine.upload("sold", kinds, rows)
    assert engine.rows("select * from sold order by units") == rows
    engine.view("summed", "select name, sum(amount) as amount, count(*) as lines from sold group by name")
    assert engine.rows("select * from summed order by amount") == [("杯", D("1.25"), 1), (None, D("2.5"), 1)]
    engine.table("summed", "select name from sold")
    assert engine.columns("select * from summed") == ["name"]
    assert engine.schema_of(engine.source(table="sold")) == {
        "name": "text", "amount": "decimal", "units": "integer", "day": "date", "at": "time",
    }  # fmt: skip
    engine.adopt("taken", engine.source(table="sold"), [("label", "name", "varchar"), ("lost", None, "bigint")], 7)
    assert engine.rows("select label, lost, _src from taken order by label") == [("杯", None, 7), (None, None, 7)]
    with pytest.raises(EngineError):
        engine.rows("select nothing from nowhere")
    with pytest.raises(EngineError, match="不能按路径读文件"):
        engine.source(path="/tmp/*.parquet")
