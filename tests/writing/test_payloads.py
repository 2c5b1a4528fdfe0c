"""Templates cannot reach out: hostile ones read nothing, write nothing, open no connection, and come to an end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.project.model import Project
from rpt.rendering.pdf import write_pdf
from rpt.values.issue import UserError
from rpt.values.plan import Plan
from rpt.writing.compose import Composer, compose
from rpt.writing.context import Edition, Facts
from tests.projects import project
from tests.writing.test_fragments import review

SECRET = "机密-不可外泄"
FACTS = Facts(cut=date(2025, 12, 31), made_on=date(2026, 1, 8), version="0", origins=(), issues=())
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


class Watch:
    """What this process writes, reads outside, connects to and starts while it is at a template. Audit hooks stay for
    good, so there is one for all tests."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self._is_on = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self._is_on and threading.current_thread() is threading.main_thread():
            writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            opened = str(args[0]) if event == "open" else ""
            is_outside = "outside" in opened or opened.startswith("/etc")
            if writes or is_outside or event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork")):
                self.events.append(f"{event} {opened}")

    def __enter__(self) -> None:
        self.events, self._is_on = [], True

    def __exit__(self, *_: object) -> None:
        self._is_on = False


WATCH = Watch()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, list[Any]]]:
    """A port that takes connections, and those that came."""
    came: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    came.append(listening.accept())
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], came


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """A project whose templates stand beside a secret, with links to it."""
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    for name in ("secret.html", "secret.png", "secret.css", "folder/secret.html"):
        (outside / name).write_text(f"<p>{SECRET}</p>", encoding="utf-8")
    shop = tmp_path / "shop"
    shop.mkdir()
    made = project(shop)
    probe = shop / "templates" / "probe"
    probe.mkdir(parents=True)
    (probe / "report.html").write_text("<!DOCTYPE html><html><head></head><body>{{ summary }}</body></html>")
    (probe / "linked.html").symlink_to(outside / "secret.html")
    (probe / "linked.png").symlink_to(outside / "secret.png")
    (probe / "folder").symlink_to(outside / "folder", target_is_directory=True)
    (probe / "pixel.png").write_bytes(PIXEL)
    return made


def write(shop: Project, text: str) -> None:
    (shop.folder / "templates" / "probe" / "summary.html").write_text(text, encoding="utf-8")


def composed(shop: Project, how: Callable[..., Any] = compose) -> str:
    html: str = how(shop, review(), FACTS, Edition("probe", "试", ""), Plan(2026)).html
    return html


def here(*given: Any) -> Any:
    """Compose in this process, where what a template does is watched."""
    with WATCH:
        return Composer(*given).compose()


def files(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


UNSAFE, UNKNOWN, MISSING = "模板不能这样做", "用到了没有的名字", "找不到模板"
ENDLESS = "没有尽头"
OUTSIDE, ABSENT, BARRED = "引用了外部地址", "不在 templates 文件夹里", "不能"
# what a template asks of Python: told which template and line, or harmless (None)
ASKING = {
    "mro": ("{{ ''.__class__.__mro__ }}", UNSAFE),
    "subclasses": ("{{ [].__class__.__base__.__subclasses__() }}", UNSAFE),
    "class by item": ("{{ ''['__class__'] }}", UNSAFE),
    "class by filter": ("{{ ''|attr('__class__') }}", UNSAFE),
    "class by map": ("{{ ['']|map(attribute='__class__')|map('upper')|list }}", UNSAFE),
    "globals of a global": ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", UNSAFE),
    "globals of a function": ("{{ has.__func__.__globals__ }}", UNSAFE),
    "self of a function": ("{{ has.__self__.review }}", UNSAFE),
    "arguments of a partial": ("{{ reasons.args }}", UNSAFE),
    "ledger behind a partial": ("{{ plan.cards.args[0].ledger.frame().to_csv('outside.csv') }}", UNSAFE),
    "function of a partial": ("{{ reasons.func.__globals__ }}", UNSAFE),
    "partial by item": ("{{ reasons['args'] }}", UNSAFE),
    "lipsum": ("{{ lipsum.__globals__['os'].system('touch outside') }}", UNKNOWN),
    "builtins": ("{{ __builtins__.open('../outside/secret.html').read() }}", UNKNOWN),
    "open": ("{{ open('../outside/secret.html').read() }}", UNKNOWN),
    "import": ("{{ __import__('os').system('id') }}", UNKNOWN),
    "config": ("{{ config }}{{ request }}", UNKNOWN),
    "self": ("{{ self._TemplateReference__context.environment }}", UNSAFE),
    "environment of a macro": ("{% macro m() %}{% endmacro %}{{ m._environment.loader }}", UNSAFE),
    "globals of a macro": ("{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}", UNSAFE),
    "iterator of a loop": ("{% for a in [1] %}{{ loop._iterator.gi_frame }}{% endfor %}", UNSAFE),
    "context of a block": ("{% block b %}{{ self.b._context }}{% endblock %}", UNSAFE),
    "format": ("{{ '{0.__class__.__mro__}'.format('') }}", UNSAFE),
    "format of a partial": ("{{ '{0.args}'.format(reasons) }}", UNSAFE),
    "format_map": ("{{ '{a.__class__}'.format_map({'a': 1}) }}", UNSAFE),
    "format kept": ("{% set f = '{0.__class__}'.format %}{{ f(1) }}", UNSAFE),
    "format by filter": ("{{ ('{0.__class__}'|attr('format'))(1) }}", UNSAFE),
    "format of markup": ("{{ ('{0.__class__}'|safe).format(1) }}", UNSAFE),
    "class in the dict": ("{{ dict.__class__ }}{{ dict.mro() }}", UNSAFE),
    "bytes": ("{{ 'x'.encode().__class__ }}", UNSAFE),
    "shared list changed": ("{{ metrics.append(1) }}", UNSAFE),
    "shared dict changed": ("{{ theme.update(accent='red') }}", UNSAFE),
    "random": ("{{ [1, 2]|random }}", "写法有误"),
    "include above": ("{% include '../../../outside/secret.html' %}", MISSING),
    "include absolute": ("{% include '/etc/passwd' %}", MISSING),
    "include a link": ("{% include 'probe/linked.html' %}", MISSING),
    "include below a link": ("{% include 'probe/folder/secret.html' %}", MISSING),
    "include backwards": ("{% include '..\\\\..\\\\outside\\\\secret.html' %}", MISSING),
    "include by url": ("{% include 'file:///etc/passwd' %}", MISSING),
    "import outside": ("{% import '../rpt.toml' as t %}{{ t }}", MISSING),
    "extends outside": ("{% extends 'probe/linked.html' %}", MISSING),
    "from outside": ("{% from '../../outside/secret.html' import x %}", MISSING),
    "include itself": ("{% include 'probe/summary.html' %}", ENDLESS),
    "macro of itself": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", ENDLESS),
    "two macros": ("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ b() }}", ENDLESS),
    "range": ("{{ range(10**9)|list }}", "Range too big"),
    "deep": ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", ""),
    "do": ("{% do metrics.clear() %}", "写法有误"),
    "printed": ("{{ reasons }}{{ has }}{{ self }}{{ plan.cards }}", None),
}  # fmt: skip
# what a page asks of its printer or a browser
SHOWING = {
    "attachment": ("<link rel=attachment href='../../../outside/secret.html'>", BARRED),
    "attachment by address": ("<link rel=attachment href='file:///etc/passwd'>", BARRED),
    "attachment of a link": ("<a rel=attachment href='https://x'>x</a>", BARRED),
    "stylesheet": ("<link rel=stylesheet href='http://127.0.0.1:{port}/a.css'>", BARRED),
    "import": ("<style>@import 'http://127.0.0.1:{port}/a.css';</style>", BARRED),
    "import url": ("<style>@import url(../../../outside/secret.css);</style>", BARRED),
    "import escaped": (r"<style>@\69mport 'http://127.0.0.1:{port}/a.css';</style>", BARRED),
    "picture above": ("<img src='../../outside/secret.png'>", ABSENT),
    "picture escaped": ("<img src='%2e%2e/%2e%2e/outside/secret.png'>", ABSENT),
    "picture by link": ("<img src='probe/linked.png'>", ABSENT),
    "picture below a link": ("<img src='probe/folder/secret.png'>", ABSENT),
    "picture by address": ("<img src='file:///etc/passwd'>", OUTSIDE),
    "picture absolute": ("<img src='/etc/passwd'>", OUTSIDE),
    "picture of the net": ("<img src='http://127.0.0.1:{port}/a.png'>", OUTSIDE),
    "picture without a scheme": ("<img src='//127.0.0.1:{port}/a.png'>", OUTSIDE),
    "pictures by size": ("<img srcset='http://127.0.0.1:{port}/a.png 1x'>", BARRED),
    "template as picture": ("<img src='probe/report.html'>", ABSENT),
    "background": ("<p style='background: url(http://127.0.0.1:{port}/a.png)'>x</p>", OUTSIDE),
    "background escaped": (r"<p style='background: \75rl(http://127.0.0.1:{port}/a.png)'>x</p>", OUTSIDE),
    "image set": ("<p style='background: image-set(\"http://127.0.0.1:{port}/a.png\" 1x)'>x</p>", OUTSIDE),
    "content": ("<style>p::before {{ content: url('file:///etc/passwd') }}</style><p>x</p>", OUTSIDE),
    "font": ("<style>@font-face {{ font-family: x; src: url(http://127.0.0.1:{port}/a.woff) }}</style>", OUTSIDE),
    "object": ("<object data='file:///etc/passwd'></object>", BARRED),
    "embed": ("<embed src='file:///etc/passwd'>", BARRED),
    "frame": ("<iframe src='file:///etc/passwd'></iframe>", BARRED),
    "base": ("<base href='http://127.0.0.1:{port}/'><img src='a.png'>", BARRED),
    "refresh": ("<meta http-equiv=refresh content='0;url=http://127.0.0.1:{port}/'>", BARRED),
    "svg image": ("<svg><image href='http://127.0.0.1:{port}/a.png' width='9' height='9'/></svg>", OUTSIDE),
    "svg xlink": ("<svg><image xlink:href='file:///etc/passwd' width='9' height='9'/></svg>", OUTSIDE),
    "svg use": ("<svg><use href='file:///etc/passwd#a'/></svg>", OUTSIDE),
    "svg fill": ("<svg><rect fill='url(http://127.0.0.1:{port}/a.svg#a)' width='9' height='9'/></svg>", OUTSIDE),
    "svg style": ("<svg><style>@import url(http://127.0.0.1:{port}/a.css);</style></svg>", BARRED),
    "script": ("<script>fetch('http://127.0.0.1:{port}/')</script>", BARRED),
    "handler": ("<p onclick='fetch(1)'>x</p>", BARRED),
    "script as link": ("<a href='javascript:fetch(1)'>x</a>", "链接应为"),
    "file as link": ("<a href='file:///etc/passwd'>x</a>", "链接应为"),
    "video": ("<video src='http://127.0.0.1:{port}/a.mp4' poster='file:///etc/passwd'></video>", OUTSIDE),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKING)
def test_a_template_that_asks_for_more_is_told_where(shop: Project, name: str) -> None:
    text, said = ASKING[name]
    write(shop, f"<p>一</p>\n{text}")
    before = files(shop.folder.parent)
    if said is None:
        assert SECRET not in composed(shop, here)
    else:
        with pytest.raises(UserError) as told:
            composed(shop, here)
        assert told.value.message.startswith("模板 probe/summary.html")
        assert said in told.value.message
        assert name.startswith("deep") or "第 2 行" in told.value.message
    assert WATCH.events == []
    assert files(shop.folder.parent) == before


@pytest.mark.parametrize("name", SHOWING)
def test_a_page_that_shows_something_from_elsewhere_is_refused(
    shop: Project, server: tuple[int, list[Any]], name: str
) -> None:
    text, said = SHOWING[name]
    write(shop, "{% raw %}" + text.format(port=server[0]) + "{% endraw %}")
    with pytest.raises(UserError) as told:
        composed(shop, here)
    assert said in told.value.message
    assert WATCH.events == []
    assert server[1] == []


# the printer does not know these, or what they are for, and passes them over; a browser's policy bars them
PASSED_OVER = {
    "pictures by size", "image set", "svg fill", "svg use", "svg style", "frame", "refresh", "script", "handler",
    "script as link", "file as link", "video",
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWING)
def test_the_printer_alone_fetches_nothing(tmp_path: Path, server: tuple[int, list[Any]], name: str) -> None:
    """Where the look at the page misses something, the printer still fetches nothing, and ends the run."""
    page = "<!DOCTYPE html><html lang=zh><title>x</title><body>" + SHOWING[name][0].format(port=server[0])
    target = tmp_path / "a.pdf"
    if name in PASSED_OVER:
        write_pdf(target, page)
        content = target.read_bytes()
        assert b"/EmbeddedFile" not in content
        assert b"/Subtype /Image" not in content
    else:
        with pytest.raises(UserError, match="报告内容引用了外部地址"):
            write_pdf(target, page)
        assert not target.exists()
    assert server[1] == []


def test_what_a_browser_is_told_bars_what_the_printer_does_not_know() -> None:
    from rpt.rendering.screen import POLICY

    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == rules["font-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"


TIME, MEMORY = {"seconds": 2, "memory_mb": 2048}, {"seconds": 60, "memory_mb": 768}
EXHAUSTING = {
    "endless loop": ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", TIME, "运行"),
    "giant number": ("{{ 10 ** (10 ** 10) }}", TIME, "运行"),
    "giant text": ("{{ 'a' * 10 ** 10 }}", MEMORY, "所需内存超过上限"),
    "giant filter": ("{{ 'a'|center(10 ** 10) }}", MEMORY, "所需内存超过上限"),
    "growing text": (
        "{% set n = namespace(x='a' * 1000) %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        MEMORY,
        "所需内存超过上限",
    ),
    "giant page": ("{% for a in range(99999) %}{{ 'a' * 200 }}{% endfor %}", MEMORY, "模板生成的内容太大"),
}


@pytest.mark.parametrize("name", EXHAUSTING)
def test_a_template_without_end_is_ended(shop: Project, name: str) -> None:
    text, limits, said = EXHAUSTING[name]
    settings = shop.file.read_text(encoding="utf-8") + "\n[limits]\n"
    limited = project(shop.folder, settings=settings + "\n".join(f"{key} = {most}" for key, most in limits.items()))
    write(shop, text)
    with pytest.raises(UserError) as told:
        composed(limited)
    assert said in told.value.message
    assert told.value.hint


def test_pictures_and_fonts_beside_the_templates_become_part_of_the_page(shop: Project, tmp_path: Path) -> None:
    write(shop, "<style>p { background: url( probe/pixel.png ) }</style><img src='probe/pixel.png' alt='一点'>")
    html = composed(shop)
    assert html.count("data:image/png;base64,iVBOR") == 2
    assert "probe/pixel.png" not in html
    assert write_pdf(tmp_path / "a.pdf", html) == ""
    assert b"/Subtype /Image" in (tmp_path / "a.pdf").read_bytes().replace(b"/Subtype/Image", b"/Subtype /Image")


def test_a_page_that_refers_to_nothing_stays_as_it_is(shop: Project) -> None:
    text = (
        "<style>p > b { color: red }\n</style><p style='color:red'>A &amp; B&nbsp;<br/><a href='#x'>x</a><!--c--></p>"
    )
    write(shop, text)
    assert text in composed(shop, here)


def test_a_folder_of_templates_is_the_projects_own(shop: Project, tmp_path: Path) -> None:
    (shop.folder / "templates").rename(tmp_path / "elsewhere")
    (shop.folder / "templates").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(UserError, match="指向项目之外"):
        composed(shop, here)


REACHING = """
import ctypes, os, pathlib, shutil, socket, subprocess, sys
from rpt.writing.child import confine
confine([sys.argv[1]])
def tried(name, do):
    try: do()
    except PermissionError: print(name, "refused")
    else: print(name, "DONE")
outside = sys.argv[2]
print(len(open(sys.argv[1] + "/probe/report.html").read()) > 0)
tried("read", lambda: open(outside + "/secret.html"))
tried("read by path", lambda: pathlib.Path(outside, "secret.html").read_text())
tried("link", lambda: open(sys.argv[1] + "/probe/linked.html"))
tried("write", lambda: open(sys.argv[1] + "/new", "w"))
tried("os.open", lambda: os.open(outside + "/new", os.O_CREAT | os.O_WRONLY))
tried("remove", lambda: os.remove(outside + "/secret.html"))
tried("rename", lambda: os.rename(outside, outside + "2"))
tried("system", lambda: os.system("true"))
tried("process", lambda: subprocess.run(["true"]))
tried("fork", lambda: os.fork())
tried("socket", lambda: socket.create_connection(("127.0.0.1", 9)))
tried("rmtree", lambda: shutil.rmtree(outside))
tried("library", lambda: ctypes.CDLL(None))
"""


def test_the_child_has_a_second_wall(shop: Project, tmp_path: Path) -> None:
    before = files(tmp_path)
    arguments = [str(shop.folder / "templates"), str(tmp_path / "outside")]
    done = subprocess.run(
        [sys.executable, "-c", REACHING, *arguments], capture_output=True, encoding="utf-8", timeout=60
    )
    said = done.stdout.splitlines()
    assert said[0] == "True", done.stderr
    assert len(said) == 14
    assert all(line.endswith("refused") for line in said[1:]), done.stdout
    assert files(tmp_path) == before
