"""The sections of rpt.toml that say how reports are sent. Passwords and secrets never stand in them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from rpt.project.section import Model, Strings

_VARIABLE = re.compile(r"RPT_[A-Z0-9_]+")


class Mail(Model):
    """How reports are mailed. ``domains`` are the ones that recipients may have (none named: any), ``retry_minutes`` is
    how long a server that says "later" is tried. A password never stands here, only the file that holds it."""

    host: str
    port: int | None = Field(default=None, gt=0, lt=65536)
    security: Literal["tls", "starttls", "none"] = "tls"
    sender: str
    owner: str = ""
    to: Strings = ()
    groups: dict[str, Strings] = Field(default_factory=dict)
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    domains: Strings = ()
    max_mb: int = Field(default=20, gt=0)
    retry_minutes: int = Field(default=15, ge=0)
    timeout_seconds: int = Field(default=30, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _without_secrets(cls, given: object) -> object:
        """Refused as a whole, so that no message repeats the secret."""
        words = ("password", "passwd", "pwd", "secret", "token", "密码", "授权码")
        if isinstance(given, dict):
            for key in given:
                if key != "password_file" and any(word in str(key).lower() for word in words):
                    instead = "环境变量 RPT_MAIL_PASSWORD、password_file 或系统钥匙串"
                    raise ValueError(f"{key} 不能写在 rpt.toml 里；请删去，改用{instead}")
        return given


class Robot(Model):
    """A robot of a group chat, by its name: where its address is (the environment's variable, or a file), and for 钉钉
    the secret of 加签; ``files_at`` tells readers where they find files. Addresses and secrets never stand here."""

    kind: Literal["wecom", "dingtalk"]
    secret_env: str = ""
    secret_file: str = ""
    sign_env: str = ""
    sign_file: str = ""
    files_at: str = ""

    @field_validator("secret_env", "sign_env")
    @classmethod
    def _variable(cls, name: str) -> str:
        if name and not _VARIABLE.fullmatch(name):
            raise ValueError("应为环境变量的名字：RPT_ 开头，只用大写字母、数字和下划线；地址和密钥本身不要写在这里")
        return name

    @field_validator("secret_file", "sign_file")
    @classmethod
    def _path(cls, path: str) -> str:
        if "://" in path:
            raise ValueError("应为文件的路径；地址和密钥本身不要写在这里")
        return path


def _robot_name(name: str) -> str:
    if not name or not name.isprintable() or set(name) & set('@·,;<>"') or name != name.strip():
        raise ValueError("机器人的名字不能为空，也不能含有 @ · , ; < > 或引号")
    return name


RobotName = Annotated[str, AfterValidator(_robot_name)]
