"""The robots of a project, ready to send: their addresses found and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rpt.delivery import dingtalk, wecom
from rpt.delivery.chat_text import Dialect
from rpt.delivery.http import Http
from rpt.delivery.parts import pdf_of
from rpt.delivery.secrets import Place, find, need
from rpt.delivery.transport import Transport
from rpt.delivery.webhook import DINGTALK, WECOM, webhook
from rpt.project.model import Project
from rpt.project.sending import Robot
from rpt.values.delivery import Letter
from rpt.values.issue import Issue


@dataclass(frozen=True)
class Chat:
    """The robots of one platform: the channel, and their recipients in the outbox for a letter, part by part."""

    transport: Transport
    robots: tuple[str, ...]
    parts: Callable[[str, Letter], tuple[str, ...]]

    def recipients(self, letter: Letter) -> tuple[str, ...]:
        """All parts of all robots."""
        return tuple(part for robot in self.robots for part in self.parts(robot, letter))


def chats(project: Project, names: Sequence[str], http: Http | None = None) -> tuple[tuple[Chat, ...], list[Issue]]:
    """The channels of these robots, and what is to be said of where their secrets lie.

    Raises UserError for a robot without an address, and for an address that is not its platform's.
    """
    issues: list[Issue] = []
    dialect = _dialect(project)
    at_wecom: dict[str, wecom.Robot] = {}
    at_dingtalk: dict[str, dingtalk.Robot] = {}
    for name in dict.fromkeys(names):
        robot = project.settings.robots[name]
        places = secret_places(project.folder, name, robot)
        address, said = need(places["address"])
        issues += said
        if robot.kind == "wecom":
            at_wecom[name] = wecom.Robot(webhook(name, WECOM, address), robot.files_at, dialect)
        else:
            sign = find(places["sign"])
            issues += sign.issues
            at_dingtalk[name] = dingtalk.Robot(webhook(name, DINGTALK, address), sign.secret, robot.files_at)
    made = []
    if at_wecom:
        made.append(Chat(wecom.WecomTransport(at_wecom, http), tuple(at_wecom), wecom.WecomTransport.recipients))
    if at_dingtalk:
        transport = dingtalk.DingtalkTransport(at_dingtalk, http)
        made.append(Chat(transport, tuple(at_dingtalk), dingtalk.DingtalkTransport.recipients))
    return tuple(made), issues


def drafts(project: Project, name: str, letter: Letter) -> list[dict[str, object]]:
    """The messages that a robot would post of a letter, in their order. A file gets its number when uploaded."""
    robot = project.settings.robots[name]
    if robot.kind == "dingtalk":
        return [dingtalk.card(letter, robot.files_at)]
    posts = [wecom.summary(letter, _dialect(project), robot.files_at)]
    pdf = pdf_of(letter)
    if pdf is not None and len(wecom.WecomTransport.recipients(name, letter)) > 1:
        posts.append(wecom.file_message(f"（上传 {pdf.name} 后由企业微信给出）"))
    return posts


def _dialect(project: Project) -> Dialect:
    return wecom.RED_UP if project.theme.colours == "up_red" else wecom.DIALECT


def secret_places(folder: Path, name: str, robot: Robot) -> Mapping[str, Place]:
    """Where a robot's address and its secret of 加签 are looked for.

    The variable is the one that the settings name. Without one a robot whose name is ASCII letters and digits has
    ``RPT_ROBOT_NAME``; the secret's is the address's with ``_SIGN`` behind. The keyring's entries are ``robot.名`` and
    ``robot.名.sign``.
    """
    own = f"RPT_ROBOT_{name.upper()}" if name.isascii() and name.isalnum() else ""
    variable = robot.secret_env or own
    sign = robot.sign_env or (f"{variable}_SIGN" if variable else "")
    return {
        "address": Place(f"机器人“{name}”的地址", variable, _file(folder, robot.secret_file), f"robot.{name}"),
        "sign": Place(f"机器人“{name}”的加签密钥", sign, _file(folder, robot.sign_file), f"robot.{name}.sign"),
    }


def _file(folder: Path, path: str) -> Path | None:
    return folder / Path(path).expanduser() if path else None
