"""Why a file is not opened or not read: an exception carries code, message and hint to where an issue is made."""

from __future__ import annotations

from rpt.values.issue import Issue, Level, Origin

SAVE_AGAIN = "请用 Excel 或 WPS 打开确认文件完好，另存为 .xlsx 后重试"
EXPORT_AGAIN = "请重新导出该文件"
DAMAGED = "unreadable"
LOCKED = "file_password"
TOO_LARGE = "file_limit"
UNSAFE = "file_unsafe"
OTHER = "file_kind"


class RefusedError(Exception):
    """A file is not read: code (stable, English), Chinese message, what to do, and the text in question where known."""

    def __init__(self, code: str, message: str, hint: str, value: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.value = code, message, hint, value

    def issue(self, shown: str) -> Issue:
        """The refusal as an error of the file ``shown``."""
        return Issue(self.code, Level.ERROR, self.message, Origin(shown), self.hint, self.value)


def damaged(what: str, hint: str = SAVE_AGAIN, value: str | None = None) -> RefusedError:
    """The file is not whole, or not made by the rules of its format."""
    return RefusedError(DAMAGED, f"文件损坏：{what}", hint, value)


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
