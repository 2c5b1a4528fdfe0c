"""Passwords and webhook addresses: where they come from, and a type that never shows them.

rpt.toml says at most where one is; the thing itself is in the environment, in a file, or in the system's keyring
(``pip install "rpt[keyring]"``), looked for in this order.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rpt.values.issue import Issue, Level, Origin, UserError

SERVICE = "rpt"  # the keyring's entries are (service, name)
HIDDEN = "***"
_MOST = 10_000  # bytes that a secret's file may have


class Secret:
    """A text that shows as ``***`` wherever it is printed, formatted or logged; ``reveal()`` is the only way to it."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The text itself: for the line to the server, and nothing else."""
        return self.__value

    def hide(self, text: str) -> str:
        """A text of somebody else's with the secret blotted out, should it be repeated there."""
        return text.replace(self.__value, HIDDEN) if self.__value else text

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.reveal()

    def __hash__(self) -> int:
        return hash(self.__value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


@dataclass(frozen=True)
class Place:
    """Where one secret may be: ``what`` it is as messages call it (邮箱密码), the environment variable (ASCII; empty
    for none), the file whose only line it is, and the name of its entry in the keyring."""

    what: str
    variable: str = ""
    file: Path | None = None
    entry: str = ""


@dataclass(frozen=True)
class Found:
    """A secret, None where no place has it, and what is to be said of the place it was found in."""

    secret: Secret | None
    issues: tuple[Issue, ...] = ()


def find(place: Place, environment: Mapping[str, str] = os.environ) -> Found:
    """Look in the environment, then in the file, then in the keyring.

    A file that is named has to be there and hold one line; raises UserError where it does not. A file that others can
    read is used, with a warning. Surrounding blanks and line ends do not count.
    """
    if value := environment.get(place.variable, "").strip() if place.variable else "":
        return Found(_one_line(value, place, f"环境变量 {place.variable} "))
    if place.file is not None:
        return _of_file(place, place.file)
    return Found(_of_keyring(place))


def need(place: Place, environment: Mapping[str, str] = os.environ) -> tuple[Secret, tuple[Issue, ...]]:
    """As ``find``, for what one cannot do without: raises UserError that says where it may be put."""
    found = find(place, environment)
    if found.secret is None:
        raise UserError(f"没有找到{place.what}", hint(place))
    return found.secret, found.issues


def hint(place: Place) -> str:
    """Where a secret that is missing may be put."""
    ways = [f"设置环境变量 {place.variable}" if place.variable else "在 rpt.toml 里写出环境变量名或文件路径"]
    ways.append(f"写入文件 {place.file}" if place.file else "")
    keyring = f"存入系统钥匙串（keyring set {SERVICE} {place.entry}，需先 pip install 'rpt[keyring]'）"
    ways.append(keyring if place.entry else "")
    return "可以" + "，或".join(way for way in ways if way) + "；不要写进 rpt.toml"


def _of_file(place: Place, path: Path) -> Found:
    path = path.expanduser()
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MOST + 1).decode("utf-8-sig").strip()
    except OSError as error:
        raise UserError(f"{place.what}的文件读不出来：{path}（{error.strerror}）", hint(place)) from None
    except UnicodeDecodeError:
        raise UserError(f"{place.what}的文件不是文字：{path}", "文件里只写一行，用 UTF-8 保存") from None
    if not text:
        raise UserError(f"{place.what}的文件是空的：{path}", "文件里只写一行")
    secret = _one_line(text, place, f"文件 {path} ")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{place.what}的文件别人也能读写（权限 {stat.S_IMODE(mode):o}）"
        issue = Issue("secret_exposed", Level.WARNING, message, Origin(str(path)), f"请运行 chmod 600 {path}")
        return Found(secret, (issue,))
    return Found(secret)


def _one_line(text: str, place: Place, where: str) -> Secret:
    if len(text.splitlines()) > 1 or len(text) > _MOST or not text.isprintable():
        raise UserError(f"{where}里的{place.what}应当只有一行", "请检查是否多贴了内容")
    return Secret(text)


def _of_keyring(place: Place) -> Secret | None:
    """The keyring's entry; None without one, and without the library. Raises UserError where the keyring is locked."""
    if not place.entry:
        return None
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        value = keyring.get_password(SERVICE, place.entry)
    except NoKeyringError:
        return None
    except KeyringError as error:
        raise UserError(f"系统钥匙串打不开（{type(error).__name__}）", hint(place)) from None
    return _one_line(value.strip(), place, "系统钥匙串") if value and value.strip() else None
