import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rpt.state.atomic import replacing, replacing_all, sweep
from rpt.values.issue import UserError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_finished_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "报告.pdf"
    with replacing(path) as temporary:
        assert temporary.parent == path.parent  # a rename stays on one file system
        assert temporary.suffix == ".pdf"
        temporary.write_text("one")
        assert not path.exists()
    with replacing(path) as temporary:
        temporary.write_text("two")
        assert path.read_text() == "one"
    assert (path.read_text(), names(path.parent)) == ("two", ["报告.pdf"])


@pytest.mark.parametrize("error", [ValueError("ours"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failure_leaves_the_old_file_and_no_temporary(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def write() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(type(error)):
        write()
    assert (path.read_text(), names(tmp_path)) == ("old", ["a.json"])


def test_a_failure_before_anything_was_written(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "a.json"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_what_the_system_refuses_is_said_to_the_user(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()  # a folder stands where the file should
    with pytest.raises(UserError, match="文件无法写入") as caught, replacing(tmp_path / "a.json") as temporary:
        temporary.write_text("new")
    assert (caught.value.exit_code, names(tmp_path)) == (3, ["a.json"])


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="输出文件夹无法创建") as caught, replacing(tmp_path / "file" / "a.json"):
        pytest.fail("nothing is to be written")
    assert caught.value.exit_code == 3
    assert "--out" in caught.value.hint


def test_sweep_removes_what_a_killed_run_left_and_nothing_else(tmp_path: Path) -> None:
    kept = ["annual-2025.pdf", "notes.tmp", "rpt.toml"]
    for name in kept:
        (tmp_path / name).write_text("")
    with replacing(tmp_path / "annual-2025.pdf") as temporary:
        temporary.write_text("")
        (tmp_path / temporary.name.replace("annual", "other")).write_text("half")
    sweep(tmp_path)
    assert names(tmp_path) == kept
    sweep(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_files_that_belong_together_are_renamed_in_order_when_all_are_written(tmp_path: Path) -> None:
    paths = [tmp_path / "a.pdf", tmp_path / "more" / "b.json"]
    with replacing_all(paths) as temporaries:
        for temporary in temporaries:
            temporary.write_text("new")
        assert not any(path.exists() for path in paths)
    assert [path.read_text() for path in paths] == ["new", "new"]


def test_where_one_of_several_is_not_written_none_is_replaced(tmp_path: Path) -> None:
    paths = [tmp_path / "a.pdf", tmp_path / "b.json"]
    for path in paths:
        path.write_text("old")
    with pytest.raises(UserError, match=r"文件无法写入：.*b\.json"), replacing_all(paths) as (first, _):
        first.write_text("new")
    assert [path.read_text() for path in paths] == ["old", "old"]
    assert names(tmp_path) == ["a.pdf", "b.json"]


def killed_at(call: int, paths: list[Path]) -> bool:
    """Write files in a child that kills itself before its n-th fsync or rename; False where it makes fewer."""
    pid = os.fork()
    if pid == 0:
        calls = count()

        def counting(real: Callable[..., Any]) -> Callable[..., Any]:
            def act(*arguments: Any) -> Any:
                if next(calls) == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments)

            return act

        os.fsync, Path.replace = counting(os.fsync), counting(Path.replace)  # type: ignore[method-assign]
        with replacing_all(paths) as temporaries:
            for temporary in temporaries:
                temporary.write_text("new" * 10_000)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
def test_killed_before_every_step_of_the_writing(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "a.xlsx", "a.json")]
    ages = []
    for call in count():
        for path in paths:
            path.write_text("old")
        if not killed_at(call, paths):
            break
        said = [path.read_text() for path in paths]
        assert set(said) <= {"old", "new" * 10_000}
        ages.append("".join(text[0] for text in said))
        sweep(tmp_path)
        assert names(tmp_path) == ["a.json", "a.pdf", "a.xlsx"]
    # three are synced, three renamed in order, the folder synced
    assert ages == ["ooo", "ooo", "ooo", "ooo", "noo", "nno", "nnn"]
