"""Robots of a project: what rpt.toml may say of them, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpt.flows.chats import chats, secret_places
from rpt.project.find import read_project
from rpt.project.model import Project
from rpt.project.sending import Robot
from rpt.values.delivery import Attachment, Letter
from rpt.values.digest import Digest
from rpt.values.issue import UserError

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566cc69d"


def project(folder: Path, robots: str) -> Project:
    (folder / "rpt.toml").write_text(f'[report]\ncompany = "测试公司"\n{robots}', encoding="utf-8")
    return read_project(folder / "rpt.toml")


TWO = """
[robots."领导群"]
kind = "wecom"
secret_env = "RPT_ROBOT_LEADERS"
[robots."运营群"]
kind = "dingtalk"
secret_env = "RPT_ROBOT_OPS"
sign_file = "sign.txt"
files_at = "共享盘/年报"
"""


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("RPT_ROBOT_LEADERS", WECOM)
    monkeypatch.setenv("RPT_ROBOT_OPS", DINGTALK)
    (tmp_path / "sign.txt").write_text("SEC01234\n")
    (tmp_path / "sign.txt").chmod(0o644)
    return project(tmp_path, TWO)


def test_each_platform_is_a_channel_with_its_robots_part_by_part(two: Project, tmp_path: Path) -> None:
    pdf = Attachment("年报.pdf", tmp_path / "a.pdf", "application/pdf", "", 2000)
    letter = Letter("annual-2025", "2025", "年报", Digest("年报", "", ""), "", "", (pdf,), "")
    found, issues = chats(two, ["领导群", "运营群", "领导群"])
    assert [(chat.transport.name, chat.recipients(letter)) for chat in found] == [
        ("wecom", ("领导群", "领导群·文件")),
        ("dingtalk", ("运营群",)),
    ]
    assert [issue.code for issue in issues] == ["secret_exposed"]
    assert not any(key in repr(found) for key in ("693a91f6", "566cc69d", "SEC01234"))


def test_where_secrets_are_looked_for(tmp_path: Path) -> None:
    places = secret_places(tmp_path, "ops", Robot(kind="dingtalk"))
    assert (places["address"].variable, places["sign"].variable) == ("RPT_ROBOT_OPS", "RPT_ROBOT_OPS_SIGN")
    places = secret_places(tmp_path, "领导群", Robot(kind="wecom", secret_file="a.txt"))
    assert (places["address"].variable, places["address"].file) == ("", tmp_path / "a.txt")
    assert (places["address"].entry, places["sign"].entry) == ("robot.领导群", "robot.领导群.sign")


def test_an_address_that_is_not_the_platforms(two: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RPT_ROBOT_LEADERS", DINGTALK)
    with pytest.raises(UserError, match="“领导群”的地址不是企业微信群机器人的地址") as error:
        chats(two, ["领导群"])
    assert "566cc69d" not in f"{error.value.message}{error.value.hint}"
    monkeypatch.delenv("RPT_ROBOT_LEADERS")
    with pytest.raises(UserError, match="没有找到机器人“领导群”的地址") as missing:
        chats(two, ["领导群"])
    assert "RPT_ROBOT_LEADERS" in missing.value.hint


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (f'[robots."群"]\nkind = "wecom"\nsecret_env = "{WECOM}"', "不要写在这里"),
        (f'[robots."群"]\nkind = "wecom"\nsecret_file = "{WECOM}"', "不要写在这里"),
        (f'[robots."群"]\nkind = "wecom"\nwebhook = "{WECOM}"', "没有这个配置项"),
        ('[robots."群"]\nkind = "dingtalk"\nsign_env = "SEC693a91f6"', "不要写在这里"),
        ('[robots."群"]\nkind = "feishu"', "取值不在允许范围"),
        ('[robots."a@b"]\nkind = "wecom"', "机器人的名字"),
        (f'[robots]\n"群" = "{WECOM}"', "应为一张表"),
        ('[mail]\nhost = "a"\nsender = "a@b.cn"\nkey = "693a91f6"', "没有这个配置项"),
    ],
)
def test_rpt_toml_holds_no_secret_and_its_error_repeats_none(tmp_path: Path, entry: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as error:
        project(tmp_path, entry)
    assert "693a91f6" not in f"{error.value.message}{error.value.hint}"
