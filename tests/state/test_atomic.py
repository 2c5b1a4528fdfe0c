from pathlib import Path

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
