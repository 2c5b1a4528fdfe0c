"""What a figure is called."""

import pytest

from rpt.language.naming import scoped_label
from rpt.values.ledger import Metric


@pytest.mark.parametrize(
    ("label", "scope", "called"),
    [
        ("成交总额", "全部", "成交总额"),
        ("付费推广ROI", "渠道=主站", "主站付费推广ROI"),
        ("小程序GMV占比", "平台=小程序", "小程序GMV占比"),
        ("品牌日新增用户", "活动=920品牌日", "920品牌日新增用户"),
        ("日均发布", "活动=38节日", "38节日日均发布"),  # one character in common is chance
        ("复购率", "平台=天猫|活动=618", "天猫·618复购率"),
    ],
)
def test_a_scope_is_said_once(label: str, scope: str, called: str) -> None:
    assert scoped_label(Metric("m", label, "元", "up", "sum", "", ""), scope) == called
