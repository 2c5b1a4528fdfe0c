"""The sample project in Spark (``make test-remote``): a local cluster of two workers, each a process of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rpt.project.inputs import TableSource
from tests.engine.same import There, differences, here, there

pytest.importorskip("pyspark")
CLUSTER = (
    "pyspark://?spark.master=local-cluster[2,1,1024]&spark.sql.shuffle.partitions=2&spark.ui.showConsoleProgress=false"
)


@pytest.fixture(scope="module", autouse=True)
def _at_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On loopback, and nothing written beside PySpark itself."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["SPARK_WORKER_DIR"] = str(tmp_path_factory.mktemp("workers"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> There:
    """The sample with its orders in Parquet files that the executors read, the rest uploaded."""
    folder = tmp_path_factory.mktemp("lake")
    here().dataset.engine.export(here().dataset.tables["orders"].name, folder / "orders.parquet")
    return there(CLUSTER, orders=TableSource(path=str(Path(folder) / "*.parquet")))


def test_every_figure_is_the_embedded_engines_to_the_last_digit(sample: There) -> None:
    assert sample.measured.dataset.tables["orders"].is_standing
    assert len(sample.measured.ledger.measurements) > 10_000
    assert differences(sample.measured) == []


def test_two_workers_took_part(sample: There) -> None:
    status = sample.remote.warehouse.session.sparkContext._jsc.sc().getExecutorMemoryStatus()  # type: ignore[attr-defined]
    assert status.size() == 3  # two and the driver
