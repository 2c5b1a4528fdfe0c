"""What is wrong with a template, in Chinese, with its name and line."""

from __future__ import annotations

from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from rpt.values.issue import UserError
from rpt.writing.sandbox import Environment

# what Jinja says of a template, and what Python says of a call in it: an unknown kind, a missing argument, 1 / 0,
# a macro that calls itself, an expression too deep to compile, a text that fits into no memory; TimeoutError is the
# child's first warning, before it is ended
WRONG = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError,
    TimeoutError, TypeError, ValueError,
    UserError,
)  # fmt: skip
_HINT = "请检查项目 templates 文件夹里的模板"
_LONGEST = 300


def fault(error: Exception, environment: Environment, name: str) -> UserError:
    """The error that a template met (one of ``WRONG``), as the user is told it; ``name`` is the template rendered, that
    may have included the one at fault."""
    where, line = _place(error, environment, name)
    place = f"模板 {where}" + (f" 第 {line} 行" if line else "")
    if isinstance(error, UserError):
        return UserError(f"{place}：{error.message}", error.hint or _HINT, error.exit_code)
    return UserError(f"{place}：{_said(error)}"[:_LONGEST], _HINT)


def _said(error: Exception) -> str:
    match error:
        case SecurityError():
            return f"模板不能这样做：{error}"
        case UndefinedError():
            return f"用到了没有的名字：{error}"
        case TemplateNotFound():
            return f"找不到模板 {error.name}（只能引用 templates 文件夹里的文件）"
        case TemplateError():
            return f"写法有误：{error}"
        case MemoryError():
            return "所需内存超过上限"
        case TimeoutError():
            return "运行时间超过上限，多半是循环次数太多"
        case RecursionError():
            return "模板或宏一再引用自己，没有尽头"
        case UnicodeDecodeError():
            return "文件不是 UTF-8 编码的文本"
        case _:
            return f"{type(error).__name__}: {error}"


def _place(error: Exception, environment: Environment, name: str) -> tuple[str, int | None]:
    """Template and line: the innermost template that was being rendered, or the one that does not parse."""
    if isinstance(error, TemplateSyntaxError):
        return error.name or name, error.lineno
    found: tuple[str, int | None] = (name, None)
    trace = error.__traceback__
    while trace is not None:
        if known := _name(trace.tb_frame.f_code.co_filename, environment):
            found = known, trace.tb_lineno
        trace = trace.tb_next
    return found


def _name(filename: str, environment: Environment) -> str | None:
    """A template's name by the file that it was compiled from."""
    path = Path(filename)
    return next((path.relative_to(f).as_posix() for f in environment.folders if path.is_relative_to(f)), None)
