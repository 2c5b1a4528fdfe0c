"""Why a file is not opened: an exception carries code, message and hint to the one place that makes an issue."""

from __future__ import annotations

SAVE_AGAIN = "请用 Excel 或 WPS 打开确认文件完好，另存为 .xlsx 后重试"
EXPORT_AGAIN = "请重新导出该文件"
DAMAGED = "unreadable"
LOCKED = "file_password"
TOO_LARGE = "file_limit"
UNSAFE = "file_unsafe"
OTHER = "file_kind"


class RefusedError(Exception):
    """A file that is not to be opened: the issue's code, its Chinese message, and what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def damaged(what: str, hint: str = SAVE_AGAIN) -> RefusedError:
    """The file is not whole, or not made by the rules of its format."""
    return RefusedError(DAMAGED, f"文件损坏：{what}", hint)


def unsafe(what: str) -> RefusedError:
    """The file holds what no honest export holds."""
    return RefusedError(
        UNSAFE, f"文件不安全，没有打开：{what}", f"请确认文件来源；文件可信时，{SAVE_AGAIN.removeprefix('请')}"
    )


def locked() -> RefusedError:
    """The file is encrypted."""
    hint = "请用 Excel 或 WPS 打开，去掉打开密码，另存为 .xlsx 后重试"
    return RefusedError(LOCKED, "文件有打开密码，读不出来", hint)


def too_large(what: str, found: int, limit: int, setting: str, remedy: str = "请把文件分成几个") -> RefusedError:
    """A limit is passed; ``found`` is the count at which reading stopped where it did not go on to the end."""
    hint = f"{remedy}；文件确属正常时，可在 rpt.toml 的 [limits] 里调高 {setting}"
    return RefusedError(TOO_LARGE, f"{what}超过限制：{found:,}（限 {limit:,}）", hint)
