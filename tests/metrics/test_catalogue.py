from pathlib import Path

import pytest

from rpt.metrics.catalogue import Catalogue, catalogue, columns_used
from rpt.values.issue import UserError
from tests.projects import SETTINGS, project

GOOD = """
[metrics.units]
label = "销量"
aliases = ["件数"]
unit = "件"
better = "up"
aggregation = "sum"
chapter = "供应链"
table = "product_monthly"
numerator = "sum(units)"
definition = "销售件数合计"
"""


def entries(folder: Path, own: str | None = None, settings: str = SETTINGS) -> Catalogue:
    if own is not None:
        (folder / "own.toml").write_text(own, encoding="utf-8")
        settings = 'metrics = ["own.toml"]\n' + settings
    return catalogue(project(folder, settings=settings), 2024)


def test_the_shipped_catalogue_is_complete(tmp_path: Path) -> None:
    found = entries(tmp_path)
    assert len(found.metrics) >= 60
    nouns = found.nouns()
    assert [id for id, metric in nouns.items() if not (metric.definition and metric.unit and metric.chapter)] == []
    assert [id for id, m in nouns.items() if not m.formula and m.aggregation != "plan"] == []
    assert "{" not in "".join(metric.definition + metric.formula for metric in nouns.values())
    labels = [metric.label for metric in nouns.values()]
    assert len(set(labels)) == len(labels)


def test_a_metric_is_found_by_id_label_and_alias(tmp_path: Path) -> None:
    found = entries(tmp_path)
    names = ["gmv", "GMV", "成交总额", " 成交总额 gmv ", "复购率", "repeat_rate", "付费推广 ROI", "每月问卷 / 评论"]
    ids = ["gmv", "gmv", "gmv", "gmv", "repeat_rate", "repeat_rate", "paid_roi", "survey_per_month"]
    assert [found.find(name) for name in names] == ids
    assert found.find("没有的指标") is None


def test_every_name_means_one_metric(tmp_path: Path) -> None:
    found = entries(tmp_path)
    ambiguous = {
        name: id
        for id, entry in found.metrics.items()
        for name in (id, entry.label, *entry.aliases)
        if found.find(name) != id
    }
    assert ambiguous == {}


def test_thresholds_stand_in_sql_and_definition(tmp_path: Path) -> None:
    settings = SETTINGS + "[thresholds]\nhit_plays = 200000\nhigh_value_spend = 3000\n"
    found = entries(tmp_path, settings=settings)
    assert found.metrics["hit_rate"].numerator == "count(*) filter (where plays > 200000)"
    assert "200,000" in found.metrics["hit_rate"].definition
    assert "3000 元" in found.metrics["high_value_share"].definition


def test_a_projects_own_metrics_add_and_override(tmp_path: Path) -> None:
    shipped = entries(tmp_path)
    override = GOOD.replace("metrics.units", "metrics.cost_of_sales").replace("销量", "出库件数").replace('"件数"', "")
    found = entries(tmp_path, GOOD + override)
    assert set(found.metrics) - set(shipped.metrics) == {"units"}
    assert found.find("件数") == "units"
    assert found.metrics["cost_of_sales"].label == "出库件数"
    assert found.metrics["orders"] == shipped.metrics["orders"]
    assert found.origins["units"] == "own.toml 第 2 行"
    assert found.nouns()["units"].formula == "sum(units)"


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('better = "up"', 'better = "higher"'), 6, "metrics.units.better 取值不在允许范围"),
        (('unit = "件"\n', ""), 2, "metrics.units.unit 缺少这一项"),
        (('unit = "件"', 'units = "件"'), 5, "metrics.units.units 没有这个配置项，请检查拼写"),
        (('aggregation = "sum"', 'aggregation = "ratio"'), 2, "ratio 类指标要写 denominator"),
        (('aggregation = "sum"', 'aggregation = "share"'), 2, "share 类指标要写 share_of"),
        (('aggregation = "sum"', 'aggregation = "plan"'), 2, "plan 类指标没有数据来源"),
        (('numerator = "sum(units)"\n', ""), 2, "要写 numerator"),
        (('table = "product_monthly"\n', ""), 2, "numerator 写成文字时要写 table"),
        (('better = "up"', 'better = "up'), 6, "不是合法的 TOML"),
        (('table = "product_monthly"', 'table = "product_weekly"'), 2, "指标 units 用到不存在的表 product_weekly"),
        (('unit = "件"', 'unit = "件"\nscopes = ["星座"]'), 2, "指标 units 的表没有维度“星座”"),
        (('unit = "件"', 'unit = "件"\nonly = ["星座=白羊"]'), 2, "没有维度“星座”"),
        (("sum(units)", "sum(units) / {no_such}"), 2, "没有名为 {no_such} 的阈值"),
        (('definition = "销售件数合计"', 'definition = "大于 {no_such}"'), 2, "没有名为 {no_such} 的阈值"),
        (
            ('table = "product_monthly"\nnumerator = "sum(units)"\n', 'share_of = "nothing"\n'),
            2,
            "指向不存在的指标 nothing",
        ),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, says: str
) -> None:
    text = GOOD.replace(*change)
    if "share_of" in text:
        text = text.replace('"sum"', '"share"')
    with pytest.raises(UserError) as caught:
        entries(tmp_path, text)
    assert says in caught.value.message
    assert "own.toml" in caught.value.message
    assert f"第 {line} 行" in caught.value.message


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("[metric.units]\nlabel = 1\n", "不认识的部分 metric"),
        ('[tables.mine]\nsql = "select {no_such}"\ngrain = "一行"\n', "没有名为 {no_such} 的阈值"),
        ("[tables.mine]\nsqll = 1\n", "tables.mine.sqll 没有这个配置项"),
    ],
)
def test_a_wrong_part_or_table_is_named(tmp_path: Path, own: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        entries(tmp_path, own)
    assert says in caught.value.message


def test_a_file_of_metrics_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"missing\.toml"):
        entries(tmp_path, settings='metrics = "missing.toml"\n' + SETTINGS)


def test_columns_that_sql_names() -> None:
    columns = {"paid_amount": "支付金额", "reason": "原因", "amount": "金额"}
    assert columns_used("sum(paid_amount) filter (where reason = 'amount')", columns) == {"paid_amount", "reason"}
