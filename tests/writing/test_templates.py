"""A project's own templates: they shadow ours file by file, and a broken one is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.flows.annual import edition
from rpt.flows.steps import plan, review, write
from rpt.values.issue import UserError
from tests.projects import daily, measured, project

Rpt = Callable[..., Any]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    project(tmp_path, {"渠道日报": daily(date(2024, 12, 1), date(2025, 12, 31), 天猫=1000)})
    return tmp_path


class Shop:
    """The same business measured once, whose report is written with one template of its own after the other."""

    def __init__(self, folder: Path) -> None:
        self.measured = measured(folder, {"渠道日报": daily(date(2024, 12, 1), date(2025, 12, 31), 天猫=1000)})
        self.reviewed = review(self.measured)
        self.planned = plan(self.measured, self.reviewed)

    def refused(self, folder: Path, text: str) -> UserError:
        """What is said of a chapter with this text."""
        template(folder, "chapters/10_overall.html", text)
        own = replace(self.measured, project=self.measured.project.model_copy(update={"folder": folder}))
        with pytest.raises(UserError) as error:
            write(own, self.reviewed, self.planned, edition(own.project, 2025, self.planned), date(2026, 1, 15))
        return error.value


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("once"))


def template(shop: Path, name: str, text: str) -> None:
    path = shop / "templates" / "annual" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_a_chapter_is_replaced_and_the_others_stay(rpt: Rpt, shop: Path) -> None:
    template(shop, "chapters/10_overall.html", '{# title: 总览 #}\n<p>全年成交{{ v("gmv") }}，<b>自家写法</b>。</p>\n')
    assert rpt("annual", "2025", "-p", shop, "-f", "html").code == 0
    html = (shop / "out/annual-2025.html").read_text(encoding="utf-8")
    assert '<h1 class="chapter">一、总览</h1>' in html
    assert '全年成交<data value="365000" data-ref="gmv@2025" class="value">36.5万元</data>，<b>自家写法</b>。' in html
    assert "总体情况" not in html
    assert '<h1 class="chapter">二、渠道经营</h1>' in html


def test_a_chapter_is_added_by_its_number(rpt: Rpt, shop: Path) -> None:
    template(shop, "chapters/15_region.html", "{# title: 区域 #}\n<p>暂不分区域。</p>\n")
    assert rpt("annual", "2025", "-p", shop, "-f", "html").code == 0
    html = (shop / "out/annual-2025.html").read_text(encoding="utf-8")
    heads = ["一、总体情况", "二、区域", "三、渠道经营"]
    at = [html.index(f'<h1 class="chapter">{head}</h1>') for head in heads]
    assert at == sorted(at)


def test_data_in_a_template_are_text(rpt: Rpt, tmp_path: Path) -> None:
    """A platform's name is not markup."""
    settings = '[report]\ncompany = "<script>"\n[sources]\nall = "*.xlsx"\n[channels]\n"<b>主站" = ["<i>天猫"]\n'
    rows = daily(date(2024, 12, 1), date(2025, 12, 31), **{"<i>天猫": 1000})
    project(tmp_path, {"渠道日报": rows}, settings)
    assert rpt("annual", "2025", "-p", tmp_path, "-f", "html").code == 0
    html = (tmp_path / "out/annual-2025.html").read_text(encoding="utf-8")
    assert "<script>" not in html
    assert "<i>天猫" not in html
    assert "&lt;i&gt;天猫" in html


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{# title: 总览 #}\n<p>好</p>\n<p>{{ gmv_total }}</p>\n", 3, "'gmv_total' is undefined"),
        ("{# title: 总览 #}\n{% if true %}\n<p>没有结尾</p>\n", 3, "endif"),
        ("{# title: 总览 #}\n\n{{ v('gmv' }}\n", 3, "unexpected"),
    ],
)
def test_a_broken_template_is_named_with_its_line(rpt: Rpt, shop: Path, text: str, line: int, reason: str) -> None:
    template(shop, "chapters/10_overall.html", text)
    said = rpt("annual", "2025", "-p", shop, "-f", "html")
    assert said.code == 2
    assert f"模板 annual/chapters/10_overall.html 第 {line} 行" in said.err
    assert reason in said.err
    assert not (shop / "out/annual-2025.html").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{# title: 总览 #}\n{{ v('gmv_totl') }}\n", "模板用到不存在的指标：gmv_totl"),
        ("{# title: 总览 #}\n{{ v('repeat_rate') }}\n", "模板用到没有算出的数：repeat_rate[全部]"),
        ("{# title: 总览 #}\n{{ target('gmv', '2026') }}\n", "模板用到没有设定的目标：gmv@2026"),
        ("<p>没有章名</p>\n", "模板 annual/chapters/10_overall.html 的第一行应为 {# title: 章名 #}"),
    ],
)
def test_a_figure_that_is_not_there_is_told(once: Shop, tmp_path: Path, text: str, message: str) -> None:
    said = once.refused(tmp_path, text)
    assert said.exit_code == 2
    assert message in said.message


@pytest.mark.parametrize(
    "text",
    [
        "{# title: 总览 #}\n{{ fig('gmv', 'grwth') }}\n",
        "{# title: 总览 #}\n{{ v() }}\n",
        "{# title: 总览 #}\n{{ v('gmv', period='今年') }}\n",
        "{# title: 总览 #}\n{{ 1 / 0 }}\n",
        "{# title: 总览 #}\n{{ period_table('t', '表', 'week', ['gmv']) }}\n",
        "{# title: 总览 #}\n{{ member_table('t', '表', '渠道', ['gmv.grwth']) }}\n",
        "{# title: 总览 #}\n{{ time_chart('t', '图', 'gmv', kind='pie') }}\n",
        "{# title: 总览 #}\n{{ list_table('t', '表', 'nothing') }}\n",
        "{# title: 总览 #}\n{% include 'annual/nothing.html' %}\n",
        "{# title: 总览 #}\n{{ title.__class__.__mro__ }}\n",
    ],
)
def test_a_wrong_call_is_a_broken_template_too(once: Shop, tmp_path: Path, text: str) -> None:
    """No traceback for what an author of templates can get wrong."""
    said = once.refused(tmp_path, text)
    assert said.exit_code == 2
    assert "10_overall.html" in said.message
    assert "第 2 行" in said.message


def test_what_a_template_fetches_from_outside_is_refused(rpt: Rpt, shop: Path) -> None:
    template(shop, "chapters/10_overall.html", '{# title: 总览 #}\n<p><img src="file:///etc/hostname" alt="x"></p>\n')
    said = rpt("annual", "2025", "-p", shop, "-f", "pdf")
    assert said.code == 2
    assert "报告内容引用了外部地址：file:///etc/hostname" in said.err
    assert not (shop / "out").exists()
