"""The database within memory, with a folder for the rest that is checked, and clean again afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from rpt.engine.duck import Duck
from rpt.project.find import read_project
from rpt.values.issue import UserError
from rpt.values.resources import Resources, size_of

SORTED = "create table t as select range as a, repeat('x', 40) || range as b from range(3000000) order by hash(range)"


def test_sizes_as_people_write_them() -> None:
    assert [size_of(text) for text in ("4GB", "512 MB", "1.5gib")] == [4 * 10**9, 512 * 10**6, 3 << 29]


def test_what_memory_does_not_hold_is_spilled_and_gone_with_the_run(tmp_path: Path) -> None:
    engine = Duck(Resources(memory=100 * 10**6, threads=1, spill=tmp_path / "spill"))
    engine.seal()
    engine.run(SORTED)
    (folder,) = (tmp_path / "spill").iterdir()
    assert any(file.name != "held" for file in folder.iterdir())
    assert engine.rows("select count(*), count(distinct a) from t") == [(3_000_000, 3_000_000)]
    del engine
    assert list((tmp_path / "spill").iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    (tmp_path / "rpt-spill-old").mkdir()
    (tmp_path / "rpt-spill-old" / "duckdb_temp.tmp").write_text("x")
    (tmp_path / "mine").mkdir()
    first = Duck(Resources(spill=tmp_path))
    second = Duck(Resources(spill=tmp_path))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert (names[0], len(names), "rpt-spill-old" in names) == ("mine", 3, False)
    del first, second
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_disk_without_room_or_a_path_that_is_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="溢写文件夹无法使用") as error:
        Duck(Resources(spill=tmp_path / "file"))
    assert error.value.exit_code == 3
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(UserError, match=r"空间不足.*只剩 1\.0 GB，至少要 4\.0 GB"):
        Duck(Resources(memory=4 * 10**9, spill=tmp_path / "spill"))


def test_too_little_of_both_is_a_message_and_no_traceback(tmp_path: Path) -> None:
    engine = Duck(Resources(memory=20 * 10**6, threads=1, spill=tmp_path))
    engine.run("set max_temp_directory_size = '1MB'")
    with pytest.raises(UserError, match="内存与溢写空间不够用"):
        engine.run(SORTED)


def test_little_memory_writes_the_same_file(tmp_path: Path) -> None:
    for name, resources in (("wide", Resources()), ("narrow", Resources(memory=100 * 10**6, spill=tmp_path / "spill"))):
        engine = Duck(resources)
        engine.run(SORTED)
        engine.export("t", tmp_path / name)
    assert (tmp_path / "narrow").read_bytes() == (tmp_path / "wide").read_bytes()


def test_rpt_toml_says_it_and_nothing_said_leaves_the_database_alone(tmp_path: Path) -> None:
    file = tmp_path / "rpt.toml"
    file.write_text('[report]\ncompany = "x"\n', encoding="utf-8")
    assert read_project(file).resources == Resources()
    file.write_text('[report]\ncompany = "x"\n[engine]\nmemory_limit = "4GB"\nthreads = 2\n', encoding="utf-8")
    assert read_project(file).resources == Resources(4 * 10**9, 2, tmp_path / ".rpt" / "spill")
    file.write_text('[report]\ncompany = "x"\n[engine]\nmemory_limit = "viel"\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"engine\.memory_limit 应为 4GB"):
        read_project(file)
