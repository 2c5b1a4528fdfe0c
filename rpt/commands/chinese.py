"""Typer in Chinese: its help headings and its complaints about arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from rich.text import Text

_MESSAGES = (
    (
        r"No such command '(?P<a>.*?)'\.(?: Did you mean (?P<b>.*)\?)?",
        "没有“{a}”这个命令",
        "是不是想输入 {b}？输入 rpt --help 查看全部命令",
    ),
    (
        r"No such option: (?P<a>\S+)(?: .*?(?:Did you mean|Possible options:) (?P<b>[^,?)]+).*)?",
        "没有“{a}”这个选项",
        "是不是想输入 {b}？",
    ),
    (r"Got unexpected extra argument\S* \((?P<a>.*)\)", "多余的参数：{a}", ""),
    (r"Missing argument '(?P<a>.*)'\.", "缺少参数 {a}", ""),
    (r"Missing option '(?P<a>.*)'\.", "缺少选项 {a}", ""),
    (r"Missing command\.", "缺少命令", "输入 rpt --help 查看全部命令"),
    (r"Option '(?P<a>.*)' requires an argument\.", "选项 {a} 后面要写值", ""),
    (r"Option '(?P<a>.*)' does not take a value\.", "选项 {a} 后面不用写值", ""),
    (
        r"Invalid value for '(?P<a>.*?)': Value '(?P<b>.*)' is not a valid int(eger)?\.?",
        "{a} 应为整数：{b}",
        "年份写成 2025 这样的四位数",
    ),
    (
        r"Invalid value for '(?P<a>.*?)': '?(?P<b>.*?)'? is not a valid int(eger)?\.?",
        "{a} 应为整数：{b}",
        "年份写成 2025 这样的四位数",
    ),
    (r"Invalid value for '(?P<a>.*?)': Input should be a valid integer.*", "{a}应为整数", "年份写成 2025 这样的四位数"),
    (
        r"Invalid value for '(?P<a>.*?)': Input should be (greater|less) than.*",
        "{a}不在 1990—2100 之内",
        "年份写成 2025 这样的四位数",
    ),
    (r"Invalid value for '?(?P<a>.*?)'?: (?P<b>.*)", "{a}：{b}", ""),
)


NOTHING = ("", "")


def in_chinese(error: Exception) -> tuple[str, str] | None:
    """Message and hint for an error of the command-line parser, or None where the error is not the parser's."""
    say = getattr(error, "format_message", None)
    if say is None:
        return None
    text = " ".join(say().split())
    if not text:
        return NOTHING
    for pattern, message, hint in _MESSAGES:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            names = {key: (value or "").replace("'", "").strip("[]") for key, value in found.groupdict().items()}
            if "{b}" in hint:  # guesses; elsewhere b is what was typed
                names["b"] = names["b"].replace(", ", " 或 ")
            told = hint.format(**names) if "{b}" not in hint or names.get("b") else ""
            return message.format(**names), told or "输入 rpt --help 查看用法"
    return text.removeprefix("Invalid value: "), "输入 rpt --help 查看用法"


def _translate_headings() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.RANGE_STRING = ""
    rich_utils._make_rich_text = _plain


def _plain(*, text: str, style: str = "", markup_mode: object = None) -> Text:
    """A help text: plain, so that [mail] is what it reads, and broken wherever the line ends. Chinese has no spaces,
    and a line that cannot be broken is cut off."""
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


class _Chinese:
    """Chinese headings for any Typer command."""

    def get_usage(self, ctx: Any) -> str:
        usage = str(super().get_usage(ctx))  # type: ignore[misc]
        for english, chinese in (("Usage: ", "用法："), ("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]…")):
            usage = usage.replace(english, chinese)
        return usage

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translate_headings()
        for param in self.get_params(ctx):  # type: ignore[attr-defined]
            if getattr(param, "is_flag", False):
                param.metavar = ""  # a flag takes no value: no <bool> beside it
            if param.name == "help":
                param.help = "显示用法。"
            elif param.name == "install_completion":
                param.help = "为当前终端安装命令补全。"
            elif param.name == "show_completion":
                param.help = "显示补全脚本，可复制或改动后自行安装。"
        super().format_help(ctx, formatter)  # type: ignore[misc]


class ChineseGroup(_Chinese, TyperGroup):
    """A command group that speaks Chinese."""


class ChineseCommand(_Chinese, TyperCommand):
    """A command that speaks Chinese."""
