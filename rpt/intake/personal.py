"""Personal data: columns of it are recognised by header and by pattern, and dropped before anything is made of them.

Columns that a schema takes are the metrics' own and stay, but for free text that turns out to hold such data. No value
ever stands in a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from rpt.engine import Engine, quote
from rpt.intake.header import Match
from rpt.intake.schema import normalise
from rpt.intake.sheet import Place, hold
from rpt.values.issue import Issue, Level

SAMPLED_ROWS = 500
_MOST = 0.6  # of the sampled values; an export has empty and masked ones among them
_FEWEST = 3
_LONGEST_HEADER = 40

_PERSON = (
    "买家|卖家|收货|收货人|收件|收件人|寄件|寄件人|客户|会员|用户|顾客|联系|联系人|订货人|下单人|付款人"
    "|本人|真实|绑定|注册|常用|备用"
)
_PERSONAL_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "姓名",
        re.compile(
            rf"(?:{_PERSON})?(?:姓名|名字)|收货人|收件人|寄件人|联系人|订货人|持卡人|开户名|户名|.*(?:人|者|员)姓名"
        ),
    ),
    (
        "姓名",
        re.compile(r"(?:买家|会员|用户|客户|顾客|微信)(?:昵称|旺旺|旺旺号|会员名)|(?:full|first|last|receiver)_?name"),
    ),
    (
        "电话",
        re.compile(
            rf"(?:{_PERSON}|移动|固定|座机|手机|家庭|办公)*(?:的)?(?:手机|手机号|手机号码|电话|电话号码|电话号|座机|联系方式)[0-9]?"
            r"|(?:mobile|phone|tel|telephone|cellphone)(?:_?(?:number|no\.?))?"
        ),
    ),
    (
        "地址",
        re.compile(
            rf"(?:{_PERSON}|详细|家庭|通讯|通信|邮寄|居住|住|街道|配送|省市区|完整)*(?:地址|住址)(?:详情|信息)?[0-9]?"
            r"|(?:home|shipping|delivery|receiver)?_?address"
        ),
    ),
    (
        "证件号",
        re.compile(rf"(?:{_PERSON}|居民)*(?:身份证|证件|护照|驾驶证|社保卡?)(?:号|号码|编号|信息)?|id_?card(?:_?no)?"),
    ),
    ("社交账号", re.compile(rf"(?:{_PERSON})*(?:微信|微信号|微信id|qq|qq号|qq号码|openid|unionid|wechat|wechat_?id)")),
    ("邮箱", re.compile(rf"(?:{_PERSON}|电子|个人)*(?:邮箱|邮件|邮箱地址|邮件地址)|e-?mail(?:_?address)?")),
    ("账号", re.compile(rf"(?:{_PERSON})*(?:银行卡|银行卡号|银行账号|银行账户|支付宝|支付宝账号|支付宝账户|收款账号)")),
    ("出生日期", re.compile(rf"(?:{_PERSON})*(?:生日|出生日期|出生年月|birthday)")),
)
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}|[- ]?\*{4})[- ]?[0-9]{4}(?:\.0)?")
_ID_CARD = re.compile(r"[1-9][0-9]{5}((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9Xx]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r".*(?:省|市|自治区|州).*(?:区|县|市|镇|乡).*(?:路|街|道|巷|弄|村|号|栋|幢|室|单元).*")
# GB 11643-1999: the weights of the first seventeen digits, and the check character for each remainder of their sum
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def kind_of_header(header: str) -> str | None:
    """What of a person a header names (姓名, 电话 …), else None. 店铺地址 and 手机端访客数 name none."""
    text = re.sub(r"[（(【\[].*?[)）】\]]|[*:：]", "", normalise(header))
    if len(text) > _LONGEST_HEADER:
        return None
    return next((kind for kind, pattern in _PERSONAL_HEADERS if pattern.fullmatch(text)), None)


def kind_of_values(values: Sequence[str]) -> str | None:
    """What of a person most of the values are, else None; a handful is needed to tell."""
    filled = [value.strip().lstrip("'") for value in values if value and value.strip()]
    if len(filled) < _FEWEST:
        return None
    tests = (
        ("证件号", is_id_card),
        ("电话", lambda value: _MOBILE.fullmatch(value) is not None),
        ("邮箱", lambda value: _EMAIL.fullmatch(value) is not None),
        ("地址", lambda value: len(value) < 200 and _ADDRESS.fullmatch(value) is not None),
    )
    return next((kind for kind, test in tests if sum(map(test, filled)) >= _MOST * len(filled)), None)


def is_id_card(text: str) -> bool:
    """Whether 18 characters are a resident's number: a real date of birth and the right check character."""
    found = _ID_CARD.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == text[17].upper()


def drop_personal(engine: Engine, place: Place, raw: str, found: Match) -> tuple[Match, list[Issue]]:
    """Empty the columns of personal data in an ingested sheet, and say so: the match without them, and the issues.

    A column no schema takes goes by header or values; a column of optional text goes by its values.
    """
    names = [name for (name,) in engine.rows(f"select column_name from (describe {quote(raw)})") if name != "_row"]
    taken = {at for at, column in found.columns.items() if column.type != "text" or column.required}
    open_to_values = [at for at in range(len(names)) if at not in taken]
    samples = _samples(engine, raw, [names[at] for at in open_to_values], found.row)
    dropped: dict[int, str] = {}
    for at, values in zip(open_to_values, samples, strict=True):
        by_header = kind_of_header(found.unknown.get(at, "")) if at not in found.columns else None
        if kind := by_header or kind_of_values(values):
            dropped[at] = kind
    if not dropped:
        return found, []
    emptied = ", ".join(f"{quote(names[at])} = null" for at in dropped)
    hold(engine, raw)
    engine.run(f"update {quote(raw)} set {emptied} where _row > {found.row}")
    labels = {at: found.unknown.get(at) or (found.columns[at].label if at in found.columns else "") for at in dropped}
    issues = [_said(place, found.row, at, labels[at], kind) for at, kind in dropped.items()]
    return _without(found, dropped), issues


def _samples(engine: Engine, raw: str, names: Sequence[str], header: int) -> list[list[str]]:
    if not names:
        return []
    texts = ", ".join(f"cast({quote(name)} as varchar)" for name in names)
    sql = f"select {texts} from {quote(raw)} where _row > {header} order by _row limit {SAMPLED_ROWS}"
    rows = engine.rows(sql)
    return [[row[at] for row in rows if row[at] is not None] for at in range(len(names))]


def _without(found: Match, dropped: Mapping[int, str]) -> Match:
    return replace(
        found,
        columns={at: column for at, column in found.columns.items() if at not in dropped},
        unknown={at: label for at, label in found.unknown.items() if at not in dropped},
        duplicates=tuple(pair for pair in found.duplicates if pair[0] not in dropped),
    )


def _said(place: Place, header: int, at: int, label: str, kind: str) -> Issue:
    shown = f"“{' '.join(label.split())}”" if label and kind_of_values([label] * _FEWEST) is None else "没有列名的一列"
    message = f"{shown}是个人信息（{kind}），导入时已去掉，报告与缓存里都没有"
    return Issue("personal_dropped", Level.INFO, message, place.cell(at, header), "导出时不勾选这一列更稳妥")
