"""TOML with addresses: a wrong entry is named with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rpt.values.issue import UserError

_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^.\s"']+))\s*\.?""")
_HEADER = re.compile(r"\[+\s*(.+?)\s*\]+\s*(?:#.*)?")
_ENTRY = re.compile(r"""((?:"[^"]*"|'[^']*'|[\w\-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w\-]+))*)\s*=""")
_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个配置项，请检查拼写",
    "string_type": "应为文字（加引号）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "date_from_datetime_parsing": "应为日期，如 2025-06-18",
    "date_type": "应为日期，如 2025-06-18",
    "date_parsing": "应为日期，如 2025-06-18",
    "dict_type": "应为一张表（[…]）",
    "model_type": "应为一张表（[…]）",
    "list_type": "应为列表（[…]）",
    "tuple_type": "应为列表（[…]）",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "取值不在允许范围：{expected}",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "必须大于 {gt}",
}


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a UTF-8 TOML file; raises UserError with file and line for what cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"第 {at[1]} 行第 {at[2]} 列" if at else "文件末尾"
        if "date" in str(error).lower():
            raise UserError(f"{path}：{where}的日期不存在", "请写成 2025-06-18 这样的真实日期") from error
        if "twice" in str(error) or "overwrite" in str(error):
            hint = "同一个 [表] 或同一个键只能写一次，请合并到一处"
            raise UserError(f"{path}：{where}不是合法的 TOML：重复写了同一项", hint) from error
        hint = "请检查引号、括号与等号是否成对；含中文的键要加引号"
        raise UserError(f"{path}：{where}不是合法的 TOML", hint) from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}：不是 UTF-8 编码", "请用 UTF-8 重新保存该文件") from error
    except OSError as error:
        raise UserError(f"{path}：无法读取（{error.strerror}）", "请检查文件是否存在、是否有读取权限") from error


class KeyLines:
    """Where the keys of a TOML text stand: the text is gone through once, however many are asked for."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip()
            if header := _HEADER.fullmatch(stripped):
                table = _split_keys(header[1])
                self._lines.setdefault(table, number)
            elif entry := _ENTRY.match(stripped):
                self._lines.setdefault(table + _split_keys(entry[1]), number)

    def of(self, keys: Sequence[str | int]) -> int | None:
        """The 1-based line on which a key path first stands, or its nearest ancestor that can be found."""
        names = tuple(str(key) for key in keys if not isinstance(key, int))
        found = (self._lines.get(names[:depth]) for depth in range(len(names), 0, -1))
        return next((line for line in found if line), None)


def line_of(text: str, keys: Sequence[str | int]) -> int | None:
    """The line of one key path in a text, as ``KeyLines`` finds it."""
    return KeyLines(text).of(keys)


def _split_keys(dotted: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _KEY.findall(dotted))


def validation_message(path: Path, error: ValidationError, prefix: Sequence[str] = ()) -> str:
    """All of pydantic's complaints in Chinese, one a line, each with file, line, key and the value as written."""
    known = KeyLines(path.read_text(encoding="utf-8-sig"))
    lines = []
    for detail in error.errors():
        keys = [*prefix, *(key for key in detail["loc"] if key != "[key]")]
        line = known.of(keys)
        where = f"{path}" + (f" 第 {line} 行" if line else "")
        template = _MESSAGES.get(detail["type"])
        reason = template.format(**detail.get("ctx", {})) if template else detail["msg"].removeprefix("Value error, ")
        value = detail.get("input")
        is_shown = isinstance(value, str | int | float | bool) and not _may_be_secret(keys, detail["type"])
        shown = f"（写的是 {value!r}）" if is_shown else ""
        lines.append(f"{where}：{'.'.join(str(key) for key in keys)} {reason}{shown}")
    return "\n".join(lines)


def _may_be_secret(keys: Sequence[str | int], error: str) -> bool:
    """Whether what stands there may be a password or an address put where it does not belong: it is not repeated."""
    return bool(keys) and (keys[0] in ("robots", "engine") or (keys[0] == "mail" and error == "extra_forbidden"))
