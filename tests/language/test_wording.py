import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rpt.assurance.proving.rounding import says
from rpt.language.growth import contribution, pace, pull, share_of_growth
from rpt.language.parse import parse_number
from rpt.language.wording import Phrase, attainment, benchmark, change, standing, text_of
from rpt.values.comparison import Comparison
from rpt.values.document import Figure

from .making import make

D = Decimal


@pytest.mark.parametrize(
    ("value", "prior", "text"),
    [
        ("420000000", "280000000", "同比增长50.0%"),
        ("6", "4.2", "同比增长42.9%"),
        ("5", "10", "同比下降50.0%"),
        ("20", "10", "较上年翻一番"),
        ("24", "10", "同比增长1.4倍"),
        ("40", "10", "较上年翻两番"),
        ("80", "10", "较上年翻三番"),
        ("20.4", "10", "同比增长104.0%"),
        ("19.9", "10", "同比增长99.0%"),
        ("100.6", "100", "基本持平，微增0.6%"),
        ("99.4", "100", "基本持平，微降0.6%"),
        ("100.04", "100", "与上年持平"),
        ("100", "100", "与上年持平"),
        ("92000000", "0", "新增业务，实现9200万元，不计算同比"),
        ("-50000", "0", "上年为0，本期−5.0万元，不计算同比"),
        ("5", None, "上年同期无可比数据"),
        (None, "5", "本期无数据"),
        ("0", "5", "降至0"),
        ("0", "-50000", "减亏5.0万元，盈亏平衡"),
        ("0", "0", "与上年持平"),
        ("5", "-5", "扭亏为盈"),
        ("-5", "5", "由盈转亏"),
        ("-20000", "-50000", "减亏3.0万元"),
        ("-50000", "-20000", "增亏3.0万元"),
        ("-50000", "-50000", "与上年持平"),
        ("1", "1000000000", "由10.00亿元降至1元"),
    ],
)
def test_change_of_money(value: str | None, prior: str | None, text: str) -> None:
    assert text_of(change(make(value, prior))) == text


@pytest.mark.parametrize(
    ("value", "prior", "unit", "better", "text"),
    [
        ("0.486", "0.352", "比率", "up", "由35.2%提升至48.6%，提高13.4个百分点"),
        ("0.352", "0.486", "比率", "up", "由48.6%降至35.2%，下降13.4个百分点"),
        ("0.013", "0.021", "比率", "down", "由2.1%压降至1.3%，下降0.8个百分点"),
        ("0.021", "0.013", "比率", "down", "由1.3%升至2.1%，上升0.8个百分点"),
        ("0.021", "0.013", "比率", "none", "由1.3%升至2.1%，上升0.8个百分点"),
        ("0.3204", "0.3200", "比率", "up", "与上年持平"),
        ("0.35244", "0.35155", "比率", "up", "由35.16%提升至35.24%，提高0.09个百分点"),
        ("0.05", "0", "比率", "up", "由0.0%提升至5.0%，提高5.0个百分点"),
        ("-0.02", "0.03", "比率", "up", "由3.0%降至−2.0%，下降5.0个百分点"),
        ("0.5", None, "比率", "up", "上年同期无可比数据"),
        ("0.005", "0.012", "百分点", "up", "由1.2个百分点降至0.5个百分点，下降0.7个百分点"),
        ("32", "45", "天", "down", "由45天缩短至32天，缩短13天"),
        ("31.96", "45", "天", "down", "由45.0天缩短至32.0天，缩短13.0天"),
        ("183", "150", "秒", "up", "由150秒延长至183秒，延长33秒"),
        ("5", "0", "天", "down", "由0天延长至5天，延长5天"),
        ("45.01", "45", "天", "down", "与上年持平"),
        ("3.5", "2.8", "倍", "up", "由2.8∶1提高至3.5∶1"),
        ("2.8", "3.5", "倍", "up", "由3.5∶1降至2.8∶1"),
        ("2.84", "2.76", "倍", "up", "由2.76∶1提高至2.84∶1"),
        ("2.82", "2.8", "倍", "up", "与上年持平"),
        ("13", "10", "单", "down", "同比上升30.0%"),
        ("13", "0", "单", "down", "上年为0，本期13单，不计算同比"),
        ("13", "-5", "人", "up", "由负转正"),
        ("-13", "5", "人", "up", "由正转负"),
        ("-3", "-5", "人", "up", "负值收窄2人"),
    ],
)
def test_change_of_other_units(value: str, prior: str | None, unit: str, better: str, text: str) -> None:
    assert text_of(change(make(value, prior, unit=unit, better=better))) == text


def test_small_is_configurable_and_parts_of_a_year_say_so() -> None:
    c = make("103", "100")
    assert text_of(change(c, small=D("0.03"))) == "基本持平，微增3.0%"
    assert text_of(change(c, small=D(0))) == "同比增长3.0%"
    assert text_of(change(make("1", "1", period="2025-11"))) == "与上年同期持平"
    assert text_of(change(make("2", "1", period="2025Q4"))) == "同比翻一番"


@pytest.mark.parametrize(
    ("c", "text"),
    [
        (make("420000000", "280000000"), "成交总额达4.20亿元，同比增长50.0%"),
        (make("140000000", "280000000", scope="渠道=短视频"), "短视频成交总额为1.40亿元，同比下降50.0%"),
        (make("92000000", "0"), "成交总额为新增业务，实现9200万元，不计算同比"),
        (make("92000000"), "成交总额为9200万元，上年同期无可比数据"),
        (make("0", "5"), "成交总额降至0"),
        (make("-5", "0"), "成交总额上年为0，本期−5元，不计算同比"),
        (make(None, "5"), "成交总额本期无数据"),
        (make("5", "-5"), "成交总额为5元，扭亏为盈"),
        (make("0.32", "0.28", unit="比率"), "成交总额由28.0%提升至32.0%，提高4.0个百分点"),
        (make("0.32", "0.32", unit="比率"), "成交总额为32.0%，与上年持平"),
        (make("0.32", unit="比率"), "成交总额为32.0%，上年同期无可比数据"),
        (make(None, unit="比率"), "成交总额本期无数据"),
    ],
)
def test_standing(c: Comparison, text: str) -> None:
    assert text_of(standing(c)) == text
    assert text_of(standing(c, "GMV")).startswith("GMV")


@pytest.mark.parametrize(
    ("value", "target", "unit", "better", "text"),
    [
        ("577200000", "600000000", "元", "up", "完成目标的96.2%，缺口2280万元"),
        ("420000000", "380000000", "元", "up", "完成目标的110.5%，超出4000万元"),
        ("380000000", "380000000", "元", "up", "与目标持平"),
        ("99970000", "100000000", "元", "up", "完成目标的99.97%，缺口3.0万元"),
        ("-50000", "100000", "元", "up", "目标10.0万元，实际−5.0万元，低于目标15.0万元"),
        ("80000", "100000", "元", "down", "目标10.0万元，实际8.0万元，优于目标2.0万元"),
        ("26", "28", "天", "down", "目标28天，实际26天，优于目标2天"),
        ("32", "28", "天", "down", "目标28天，实际32天，距目标还差4天"),
        ("28", "28", "天", "down", "与目标持平"),
        ("183", "180", "秒", "up", "目标180秒，实际183秒，高于目标3秒"),
        ("0.12", "0.15", "比率", "up", "目标15.0%，实际12.0%，低于目标3.0个百分点"),
        ("0.004", "0.005", "比率", "down", "目标0.5%，实际0.4%，优于目标0.1个百分点"),
        ("1.8", "2.5", "倍", "up", "目标2.5∶1，实际1.8∶1，完成目标的72.0%"),
        ("0.6", "0.5", "比率", "none", "目标50.0%，实际60.0%，高于目标10.0个百分点"),
        ("5", "0", "元", "up", "目标0元，实际5元，高于目标5元"),
        (None, "28", "天", "down", "目标28天，本期无数据"),
        ("5", None, "元", "up", ""),
    ],
)
def test_attainment(value: str | None, target: str | None, unit: str, better: str, text: str) -> None:
    assert text_of(attainment(make(value, None, target, unit=unit, better=better))) == text


def test_benchmark() -> None:
    phrase = benchmark(make("0.08", unit="比率"), D("0.12"))
    assert text_of(phrase) == "低于行业均值4.0个百分点"
    shown = phrase[1]
    assert isinstance(shown, Figure)
    assert (shown.ref, shown.value, shown.good) == ("gmv@2025.benchmark_gap", D("-0.04"), False)
    assert text_of(benchmark(make("380"), D(360), "同行中位数")) == "高于同行中位数20元"
    assert text_of(benchmark(make("0.12", unit="比率"), D("0.12"))) == "与行业均值持平"
    assert benchmark(make(None), D(1)) == ()


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ("112", "120", "增速回落8.0个百分点"),
        ("120", "112", "增速加快8.0个百分点"),
        ("97", "92", "降幅收窄5.0个百分点"),
        ("92", "97", "降幅扩大5.0个百分点"),
        ("105", "95", "由降转增"),
        ("95", "105", "由增转降"),
        ("100", "105", "由增转平"),
        ("95", "100", "由平转降"),
        ("105", "105", "增速与前期持平"),
        ("100", "100", "增速与前期持平"),
    ],
)
def test_pace(now: str, before: str, text: str) -> None:
    assert text_of(pace(make(now, "100"), make(before, "100", period="2024"))) == text


def test_pace_of_rates_and_without_a_growth() -> None:
    rise = make("0.32", "0.28", unit="比率"), make("0.28", "0.22", unit="比率")
    assert text_of(pace(*rise)) == "增幅收窄2.0个百分点"
    assert pace(make("1"), make("1", "1")) == ()


def test_share_of_growth_tells_contribution_from_pull() -> None:
    whole = make("420", "280")
    part = make("273", "182", scope="渠道=主站")
    assert text_of(share_of_growth(part, whole)) == "贡献率65.0%，拉动增长32.5个百分点"
    assert text_of(share_of_growth(make("80", "100"), whole)) == "下拉7.1个百分点"
    assert text_of(share_of_growth(make("80", "100"), make("200", "240"))) == "占降幅的50.0%，下拉8.3个百分点"
    assert text_of(share_of_growth(make("120", "100"), make("200", "240"))) == "拉动8.3个百分点"
    assert share_of_growth(make("5"), whole) == ()
    assert contribution(part, make("280", "280")) == ()
    assert pull(part, make("280", "0")) == ()


# --- any pair of values -----------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.just(D(0)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**10), max_value=10**10, places=4),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-3, max_value=3, places=5),
)
UNITS = st.sampled_from(["元", "人", "条/天", "天", "小时", "比率", "倍", "百分点"])
BETTER = st.sampled_from(["up", "down", "none"])
DIGITS = st.none() | st.integers(0, 2)
RISES = ("增长", "微增", "翻", "提升", "提高", "上升", "升至", "延长", "扭亏", "由负转正", "减亏", "收窄", "新增")
FALLS = ("下降", "微降", "降至", "压降", "缩短", "减少", "由盈转亏", "由正转负", "增亏", "负值扩大")


def sound(phrase: Phrase) -> str:
    """The phrase's text, after checking what holds for every sentence."""
    text = text_of(phrase)
    assert not re.search(r"[，。；、]{2}|^[，。]|[，。]$", text), text
    assert not re.search(r"[∞ E-]|nan|inf|NaN|−0(\.0*)?(?![.\d])", text), text
    assert not re.search(r"(增长|下降|提高|上升|延长|缩短|缺口|超出|微增|微降|减亏|增亏|优于目标|还差)−", text), text
    for part in phrase:
        if isinstance(part, str):
            assert not re.search(r"\d", part.replace("成交总额", "")), text
        else:
            assert part.value is not None
            assert part.value.is_finite()
            assert says(part.text, part.value), f"{part.text} would not verify as {part.value}"
    return text


def figures(phrase: Phrase) -> list[Figure]:
    return [part for part in phrase if isinstance(part, Figure)]


def printed(shown: Figure) -> Decimal:
    return parse_number(shown.text.replace("∶1", "").replace("条/天", ""))


@given(VALUES, VALUES, UNITS, BETTER, DIGITS)
@example(D("0.3516"), D("0.3524"), "比率", "up", None)
@example(D("0.001"), D(0), "元", "up", None)
@example(D("-0.4"), D("0.4"), "天", "down", 0)
@example(D("19.995"), D(10), "元", "up", None)
@example(D("160.03"), D(10), "元", "up", None)
def test_any_change_states_no_false_relation(
    value: Decimal, prior: Decimal, unit: str, better: str, digits: int | None
) -> None:
    phrase = change(make(value, prior, unit=unit, better=better, digits=digits))
    text = sound(phrase)
    rises, falls = any(word in text for word in RISES), any(word in text for word in FALLS)
    assert not rises or value > prior or "负值收窄" in text, text
    assert not falls or value < prior, text
    assert rises or falls or "持平" in text or "上年为" in text or "盈亏平衡" in text, text
    shown = figures(phrase)
    if text.startswith("由") and len(shown) >= 2:
        before, now = printed(shown[0]), printed(shown[1])
        assert (now > before) == (value > prior), text
        assert now != before, text
        if len(shown) == 3:
            assert printed(shown[2]) > 0, text
    if "增长" in text or "微增" in text:
        assert parse_number(shown[0].text.replace("倍", "")) > 0, text


@given(VALUES, VALUES, VALUES, UNITS, BETTER, DIGITS)
def test_any_target_states_no_false_relation(
    value: Decimal, prior: Decimal, target: Decimal, unit: str, better: str, digits: int | None
) -> None:
    c = make(value, prior, target, unit=unit, better=better, digits=digits)
    text = sound(attainment(c))
    if any(word in text for word in ("缺口", "低于目标")):
        assert value < target, text
    if any(word in text for word in ("超出", "高于目标")):
        assert value > target, text
    if "优于" in text:
        assert c.on_target is True, text
    if "还差" in text or "缺口" in text:
        assert c.on_target is False, text
    if text.startswith("完成目标的"):
        share = printed(figures(attainment(c))[0])
        assert (share > 1) == (value > target), text
    sound(standing(c))
    gap = sound(benchmark(c, target))
    assert not gap.startswith("高于") or value > target, gap
    assert not gap.startswith("低于") or value < target, gap


@given(VALUES, VALUES, VALUES, VALUES, st.sampled_from(["元", "比率"]))
def test_any_pace_and_share_states_no_false_relation(a: Decimal, b: Decimal, c: Decimal, d: Decimal, unit: str) -> None:
    now, before = make(a, b, unit=unit), make(c, d, unit=unit, period="2024")
    text = sound(pace(now, before))
    speeds = (now.points, before.points) if unit == "比率" else (now.growth, before.growth)
    if text and speeds[0] is not None and speeds[1] is not None:
        if any(word in text for word in ("加快", "降幅收窄", "增幅扩大", "转增")):
            assert speeds[0] > speeds[1], text
        if any(word in text for word in ("回落", "降幅扩大", "增幅收窄", "转降")):
            assert speeds[0] < speeds[1], text
    share = sound(share_of_growth(now, before))
    if "贡献率" in share or "拉动" in share:
        assert a > b, share
    if "下拉" in share or "占降幅" in share:
        assert a < b, share
