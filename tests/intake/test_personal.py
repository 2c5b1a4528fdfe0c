"""Personal data is dropped at import and named without its values; ids of people are hashed with a key."""

import hashlib
import hmac
from datetime import date
from pathlib import Path

import pytest

from rpt.intake.person_ids import KEY
from rpt.intake.personal import is_id_card, kind_of_header, kind_of_values
from rpt.values.issue import Level, UserError
from tests.projects import SETTINGS, project, read, write_workbook

DAY = date(2025, 6, 18)
# made up; the check characters are right
CARDS = ["11010519491231002X", "440524188001010014", "11010119900307803X"]
MOBILES = ["13800138000", "15912345678", "+86 18612345678", "139****5678", "17700001111"]
HASHED = f"{SETTINGS}\n[privacy]\nhash_ids = true\n"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("姓名", "姓名"),
        ("收货人", "姓名"),
        ("收货人姓名", "姓名"),
        ("买家昵称", "姓名"),
        ("手机", "电话"),
        ("收货人手机号码", "电话"),
        ("联系电话 ", "电话"),
        ("联系手机", "电话"),
        ("电　话", "电话"),
        ("手机号（必填）", "电话"),
        ("*移动电话", "电话"),
        ("Mobile", "电话"),
        ("收货地址", "地址"),
        ("详细地址", "地址"),
        ("收件人地址", "地址"),
        ("身份证号", "证件号"),
        ("微信号", "社交账号"),
        ("QQ", "社交账号"),
        ("电子邮箱", "邮箱"),
        ("E-mail", "邮箱"),
        ("买家支付宝账号", "账号"),
        ("生日", "出生日期"),
    ],
)
def test_headers_that_name_a_person(header: str, kind: str) -> None:
    assert kind_of_header(header) == kind


@pytest.mark.parametrize(
    "header",
    [
        *["商品名称", "店铺名称", "店铺地址", "商品地址", "链接地址", "IP地址", "图片地址", "地址栏访问量"],
        *["手机端访客数", "手机支付金额", "电话咨询量", "微信支付金额", "微信群", "企业微信用户数", "邮件点击率"],
        *["会员ID", "会员数", "新客户数", "群名称", "收货时间", "收货人数", "联系人数", "证件照商品", "活动名字"],
        *["场景名字", "用户来源", "主播账号", "生日礼包领取数", "", "收货人" * 400],
    ],
)
def test_headers_that_only_sound_like_it(header: str) -> None:
    assert kind_of_header(header) is None


def test_values_that_are_about_a_person() -> None:
    assert kind_of_values(MOBILES) == "电话"
    assert kind_of_values([*MOBILES, "", "-"]) == "电话"
    assert kind_of_values(CARDS) == "证件号"
    assert kind_of_values(["a@b.cn", "some.one@example.com", "x+y@z.org"]) == "邮箱"
    assert (
        kind_of_values(["浙江省杭州市西湖区文三路1号", "广东省深圳市南山区科技园路2号", "上海市浦东新区世纪大道3号"])
        == "地址"
    )
    assert kind_of_values(["天猫", "抖音", "13800138000"]) is None
    assert kind_of_values(["202506180001234567", "202506180001234568", "202506180001234569"]) is None
    assert kind_of_values(["12345678901", "22345678901", "10045678901"]) is None
    assert kind_of_values(MOBILES[:2]) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (CARDS[0], True),
        (CARDS[0].lower(), True),
        ("110105194912310021", False),
        ("11010519490231002X", False),
        ("1", False),
    ],
)
def test_resident_numbers_have_a_date_and_a_check_character(text: str, right: bool) -> None:
    assert is_id_card(text) is right


def test_personal_columns_are_dropped_and_named_without_values(tmp_path: Path) -> None:
    secret = ["王小明", "13800138000", "浙江省杭州市西湖区文三路1号"]
    sheet = [
        ["订单表", None],
        ["收货人", "日期", "手机号码", "平台", "支付金额", "备用列", "店铺地址", "收货地址"],
        *[[secret[0], DAY, secret[1], f"平台{n}", n, secret[1], "线上", secret[2]] for n in range(1, 6)],
    ]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    found = [(issue.code, str(issue.origin), issue.message.split("，")[0]) for issue in issues]
    assert found == [
        ("personal_dropped", "data.xlsx › 渠道日报 › A2", "“收货人”是个人信息（姓名）"),
        ("personal_dropped", "data.xlsx › 渠道日报 › C2", "“手机号码”是个人信息（电话）"),
        ("personal_dropped", "data.xlsx › 渠道日报 › F2", "“备用列”是个人信息（电话）"),
        ("personal_dropped", "data.xlsx › 渠道日报 › H2", "“收货地址”是个人信息（地址）"),
        ("column_unknown", "data.xlsx › 渠道日报 › G2", "表“渠道日报”没有用到列“店铺地址”"),
    ]
    assert {issue.level for issue in issues} == {Level.INFO}
    assert dataset.engine.rows("select sum(paid_amount) from typed_channel_daily") == [(15,)]
    everything = repr(issues) + repr(_all_text(dataset.engine))
    assert not any(value in everything for value in secret)


def _all_text(engine: object) -> list[object]:
    """Every row of every table that is left in the engine."""
    tables = engine.rows("select table_name from information_schema.tables")  # type: ignore[attr-defined]
    return [engine.rows(f'select * from "{name}"') for (name,) in tables]  # type: ignore[attr-defined]


def test_free_text_that_holds_personal_data_is_dropped(tmp_path: Path) -> None:
    header = ["会员ID", "注册日期", "注册来源", "区域"]
    sheet = [header, *[[f"M{n}", DAY, mobile, "华东"] for n, mobile in enumerate(MOBILES)]]
    dataset, issues = read(tmp_path, {"会员明细": sheet})
    assert [(issue.code, issue.origin.cell) for issue in issues] == [("personal_dropped", "C1")]
    table = dataset.tables["member"]
    assert ("source" in table.columns, "region" in table.columns) == (False, True)
    assert dataset.engine.rows("select distinct source, region from typed_member") == [(None, "华东")]


MEMBERS = [["会员ID", "注册日期"], ["M1", DAY], ["M2", DAY]]
ORDERS = [
    ["订单编号", "会员ID", "平台", "支付时间", "支付金额"],
    ["7001", "M1", "天猫", DAY, 5],
    ["7002", "\tM1", "天猫", DAY, 6],
]


def test_ids_of_people_are_hashed_alike_in_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "a key of this project")
    write_workbook(tmp_path / "more.xlsx", {"订单明细": ORDERS})
    dataset, issues = read(tmp_path, {"会员明细": MEMBERS}, HASHED)
    assert issues == []
    one, two = (hmac.new(b"a key of this project", id, hashlib.sha256).hexdigest() for id in (b"M1", b"M2"))
    assert dataset.engine.rows("select member_id from typed_member order by _row") == [(one,), (two,)]
    orders = dataset.engine.rows("select order_id, member_id from typed_orders order by _row")
    assert orders == [("7001", one), ("7002", one)]
    assert "M1" not in repr(_all_text(dataset.engine))


def test_the_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    (tmp_path / "id.key").write_bytes(b"a key of this project\n")
    dataset, _ = read(tmp_path, {"会员明细": MEMBERS}, f'{HASHED}key_file = "id.key"\n')
    one = hmac.new(b"a key of this project", b"M1", hashlib.sha256).hexdigest()
    assert dataset.engine.rows("select min(member_id) filter (where _row = 2) from typed_member") == [(one,)]


@pytest.mark.parametrize(
    ("settings", "key", "said"),
    [
        (HASHED, "", "却没有密钥"),
        (HASHED, "short", "环境变量 RPT_ID_KEY 里的密钥太短：5 个字节"),
        (f'{HASHED}key_file = "none.key"\n', "", "密钥文件读不出来"),
    ],
)
def test_hashing_without_a_key_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, key: str, said: str
) -> None:
    monkeypatch.setenv(KEY, key)
    with pytest.raises(UserError) as raised:
        read(tmp_path, {"会员明细": MEMBERS}, settings)
    assert said in raised.value.message
    assert KEY in raised.value.hint


def test_mobile_numbers_as_member_ids_never_stay(tmp_path: Path) -> None:
    numbers = ["13800138000", "15912345678", "18612345678"]
    write_workbook(
        tmp_path / "more.xlsx",
        {"订单明细": [ORDERS[0], *[[str(7000 + n), mobile, "天猫", DAY, 5] for n, mobile in enumerate(numbers)]]},
    )
    dataset, issues = read(tmp_path, {"会员明细": [MEMBERS[0], *[[mobile, DAY] for mobile in numbers]]})
    assert [(issue.code, str(issue.origin)) for issue in issues] == [
        ("personal_hashed", "data.xlsx › 会员明细 › A1"),
        ("personal_hashed", "more.xlsx › 订单明细 › B1"),
    ]
    joined = "select count(*) from typed_member join typed_orders using (member_id)"
    assert dataset.engine.rows(joined) == [(3,)]
    assert not any(mobile in repr(_all_text(dataset.engine)) + repr(issues) for mobile in numbers)


def test_a_setting_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="hash_id"):
        project(tmp_path, settings=f"{SETTINGS}\n[privacy]\nhash_id = true\n")
