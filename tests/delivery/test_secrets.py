"""Secrets: found where they may be, and shown nowhere."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import sys
import traceback
from pathlib import Path
from types import ModuleType

import pytest

from rpt.delivery.secrets import Place, Secret, find, need
from rpt.values.issue import UserError

KEY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"


def secret_file(folder: Path, text: str = KEY + "\n", mode: int = 0o600) -> Path:
    path = folder / "robot.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_secret_shows_as_stars(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(KEY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>5}", "%s" % secret, f"{[secret]}", f"{ {1: secret} }"]  # noqa: UP031
    logging.getLogger("t").warning("%s %r", secret, secret)
    try:
        raise ValueError(secret)
    except ValueError:
        shown.append(traceback.format_exc())
    assert not [text for text in (*shown, caplog.text) if "693a91f6" in text or "***" not in text]
    assert (secret.reveal(), secret == Secret(KEY), secret == KEY) == (KEY, True, False)
    assert secret.hide(f"no such {KEY}") == "no such ***"


def test_a_secret_is_not_written_down() -> None:
    for write in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            write(Secret(KEY))  # type: ignore[operator]


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    place = Place("地址", "RPT_ROBOT_A", secret_file(tmp_path, "of the file"))
    assert need(place, {"RPT_ROBOT_A": " of the environment "}) == (Secret("of the environment"), ())
    assert need(place, {"RPT_ROBOT_A": " "}) == (Secret("of the file"), ())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_read_is_used_with_a_warning(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode=mode)
    found = find(Place("地址", file=path), {})
    assert found.secret == Secret(KEY)
    assert [(issue.code, f"{mode:o}" in issue.message, issue.hint) for issue in found.issues] == [
        ("secret_exposed", True, f"请运行 chmod 600 {path}")
    ]


@pytest.mark.parametrize(("text", "says"), [("", "是空的"), (f"{KEY}\n{KEY}", "只有一行"), ("a\x00b", "只有一行")])
def test_a_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as error:
        find(Place("地址", file=secret_file(tmp_path, text)), {})
    assert "693a91f6" not in f"{error.value.message}{error.value.hint}"


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="读不出来"):
        find(Place("地址", file=tmp_path / "none"), {})


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory under the library's name."""
    kept: dict[tuple[str, str], str] = {}
    errors = ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    errors.NoKeyringError = type("NoKeyringError", (errors.KeyringError,), {})  # type: ignore[attr-defined]

    def get(service: str, name: str) -> str | None:
        if name == "locked":
            raise errors.KeyringError(KEY)
        if name == "none":
            raise errors.NoKeyringError
        return kept.get((service, name))

    module = ModuleType("keyring")
    module.get_password = get  # type: ignore[attr-defined]
    module.errors = errors  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return kept


def test_the_keyring_comes_last(keyring: dict[tuple[str, str], str]) -> None:
    keyring["rpt", "robot.领导群"] = KEY
    assert find(Place("地址", "RPT_ROBOT_A", entry="robot.领导群"), {}).secret == Secret(KEY)
    assert find(Place("地址", entry="other"), {}).secret is None
    assert find(Place("地址", entry="none"), {}).secret is None
    with pytest.raises(UserError, match="钥匙串打不开") as error:
        find(Place("地址", entry="locked"), {})
    assert "693a91f6" not in "".join(traceback.format_exception(error.value))


def test_without_the_library_the_keyring_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find(Place("地址", entry="robot.a"), {}).secret is None


def test_what_is_missing_is_told_with_where_it_may_be_put(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UserError, match="没有找到机器人的地址") as error:
        need(Place("机器人的地址", "RPT_ROBOT_A", entry="robot.a"), {})
    assert "RPT_ROBOT_A" in error.value.hint
    assert "keyring set rpt robot.a" in error.value.hint
