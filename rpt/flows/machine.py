"""What rpt needs of the machine. Standard library only, so that it can be asked when a package is missing."""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rpt.values.checkup import Check, failed, fine, warning

OLDEST_PYTHON = (3, 11)
_NATIVE = ("duckdb", "fastexcel", "python_calamine", "vl_convert")  # compiled: they may be there and not load
_LOW, _FULL = 500_000_000, 50_000_000  # bytes free: a year's files take some 5 MB, a large sheet's scratch far more


def python() -> Check:
    """The interpreter's version."""
    shown = f"{platform.python_version()}（{sys.executable}）"
    if sys.version_info[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        hint = f"请安装 Python {wanted} 以上：Debian/Ubuntu 上 apt-get install python3，macOS 上 brew install python"
        return failed("Python", f"{shown} 太旧，需要 {wanted} 以上", hint)
    return fine("Python", shown)


def packages() -> Check:
    """The Python packages that rpt declares: installed, new enough, and those with compiled parts load."""
    try:
        declared = [text for text in metadata.requires("rpt") or () if "extra ==" not in text]
    except metadata.PackageNotFoundError:
        return warning("Python 组件", "从源代码直接运行，没有登记需要哪些组件", "请用 pip install . 安装 rpt")
    troubles = [trouble for text in declared if (trouble := _trouble(text))] + list(_broken())
    if troubles:
        names = " ".join(f"'{re.split(r'[（；]', trouble)[0].strip()}'" for trouble in troubles)
        hint = f"请输入：{sys.executable} -m pip install --upgrade {names}"
        return failed("Python 组件", "；".join(troubles), hint)
    shown = ("weasyprint", "duckdb", "fastexcel", "xlsxwriter")
    return fine("Python 组件", f"{len(declared)}个齐全（{'、'.join(f'{n} {metadata.version(n)}' for n in shown)}）")


def _trouble(requirement: str) -> str:
    """What is wrong with one declared package (``duckdb>=2.0``), or nothing. The requirement comes first."""
    found = re.fullmatch(r"([\w.-]+)\s*(?:>=\s*([\d.]+))?.*", requirement)
    if found is None:
        return ""
    try:
        version = metadata.version(found[1])
    except metadata.PackageNotFoundError:
        return f"{requirement}（没有安装）"
    return f"{requirement}（现为 {version}）" if found[2] and _numbers(version) < _numbers(found[2]) else ""


def _numbers(version: str) -> list[int]:
    """2.10.1rc1 → [2, 10, 1]."""
    start = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in start[0].split(".")] if start else []


def _broken() -> Iterator[str]:
    for name in _NATIVE:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue  # told already
        except (ImportError, OSError) as error:
            yield f"{name.replace('_', '-')}（不能载入：{str(error).splitlines()[0]}）"


def temporary() -> Check:
    """The folder for scratch files."""
    hint = "请设置环境变量 TMPDIR，指向一个可写的文件夹"
    try:
        folder = Path(tempfile.gettempdir())
    except OSError as error:
        return failed("临时文件夹", f"没有可用的临时文件夹（{error.strerror}）", hint)
    trouble = unwritable(folder)
    return failed("临时文件夹", f"{folder} 不可写（{trouble}）", hint) if trouble else space("临时文件夹", folder)


def writable(name: str, folder: Path, hint: str) -> Check:
    """A folder that rpt writes to, which it makes itself where it is not there."""
    trouble = unwritable(folder)
    return failed(name, f"{folder} 不可写（{trouble}）", hint) if trouble else space(name, folder)


def unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder, or into the nearest one above it that exists; empty where it can."""
    try:
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        with tempfile.TemporaryFile(dir=nearest) as file:
            file.write(b"rpt")
    except OSError as error:
        return error.strerror or str(error)
    return ""


def space(name: str, folder: Path) -> Check:
    """The room left where a folder is, or will be."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    message = f"{folder}（可写，剩余 {free / 1e9:.1f} GB）"
    if free < _LOW:
        hint = "请清理磁盘，或换一个文件夹"
        return failed(name, message, hint) if free < _FULL else warning(name, message, hint)
    return fine(name, message)


def clock() -> Check:
    """The business's time zone, whatever the machine's; a fixed clock is said."""
    try:
        now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    except ZoneInfoNotFoundError:
        return failed("时区", "没有时区数据 Asia/Shanghai", f"请输入：{sys.executable} -m pip install tzdata")
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        if not epoch.isdecimal():
            return failed("时区", f"环境变量 SOURCE_DATE_EPOCH 不是整数：{epoch}", "请取消它：unset SOURCE_DATE_EPOCH")
        fixed = datetime.fromtimestamp(int(epoch), UTC).astimezone(now.tzinfo)
        message = f"环境变量 SOURCE_DATE_EPOCH 把今天固定为 {fixed:%Y-%m-%d}（实际是 {now:%Y-%m-%d}）"
        return warning("时区", message, "不是有意固定时，请取消它：unset SOURCE_DATE_EPOCH")
    local = now.astimezone()
    note = "" if local.utcoffset() == now.utcoffset() else f"；本机时区是 {local:%Z}（{local:%H:%M}），cron 按它计时"
    return fine("时区", f"按北京时间计日，现在 {now:%Y-%m-%d %H:%M}{note}")
