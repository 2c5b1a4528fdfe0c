"""Cron expressions: what is told wrong, what is said in words, when it comes."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from itertools import islice

import pytest

from rpt.language.cron import cron_text, parse_cron
from rpt.language.parse import ParseError


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 8 5 1 *", "每年1月5日8:00"),
        ("30 9 5,20 * *", "每月5日、20日9:30"),
        ("0 8 * * 1", "每周一8:00"),
        ("0 8,20 * * mon-fri", "每周一至周五8:00、20:00"),
        ("0 8 * * 5-7", "每周五至周日8:00"),
        ("0 8 * * 0,6", "每周六、周日8:00"),
        ("5 0 * * *", "每天0:05"),
        ("0 8 1-7 * 1", "每月1—7日以及每周一8:00"),
        ("0 8 */10 * 1", "每月1日、11日、21日、31日中的周一8:00"),
        ("0 8 5 1 1", "每年1月的5日以及每周一8:00"),
        ("0 8 5 1,4,7,10 *", "每年1月、4月、7月、10月的5日8:00"),
        ("0 8 * 6-8 *", "每年6—8月的每天8:00"),
        ("0 8 * jan 3", "每年1月每周三8:00"),
        ("*/15 * * * *", "每天每15分钟"),
        ("0 * * * *", "每天每小时整点"),
        ("7,37 9-18 * * 1-5", "每周一至周五9—18时每小时第7分、37分"),
        ("* * * * *", "每天每分钟"),
        ("@monthly", "每月1日0:00"),
        ("０　８ 5 1 *", "每年1月5日8:00"),
    ],
)  # fmt: skip
def test_an_expression_in_words(expression: str, words: str) -> None:
    assert cron_text(parse_cron(expression)) == words


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "现在是0段"),
        ("0 8 5 1", "“分 时 日 月 星期”五段，用空格隔开，现在是4段"),
        ("0 0 8 5 1 *", "现在是6段"),
        ("60 8 5 1 *", "“分”应在 0—59 之内：60"),
        ("0 24 5 1 *", "“时”应在 0—23 之内：24"),
        ("0 8 0 1 *", "“日”应在 1—31 之内：0"),
        ("0 8 5 13 *", "“月”应在 1—12 之内：13"),
        ("0 8 5 1 8", "“星期”应在 0—7 之内：8"),
        ("0 8 5 1 周一", "“星期”应在 0—7 之内：周一"),
        ("0 8 5 1 ?", "“星期”这一段看不懂：?"),
        ("0 18-9 * * *", "“时”这一段的 18-9 应由小到大"),
        ("*/0 * * * *", "间隔不能是 0"),
        ("5/10 * * * *", "应写成 5-59/10"),
        ("0 8 30 2 *", "永远不会运行"),
        ("@reboot", "不支持 @reboot"),
    ],
)
def test_what_is_wrong_is_told(expression: str, told: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_cron(expression)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "after", "times"),
    [
        ("0 8 5 1 *", "2026-01-05 07:59", ["2026-01-05 08:00", "2027-01-05 08:00"]),
        ("0 8 5 1 *", "2026-01-05 08:00", ["2027-01-05 08:00", "2028-01-05 08:00"]),
        ("0 8 29 2 *", "2096-02-29 08:00", ["2104-02-29 08:00"]),  # 2100 has no such day
        ("0 8 1 * 1", "2026-05-30 00:00", ["2026-06-01 08:00", "2026-06-08 08:00"]),  # the 1st is a Monday; either
        ("0 8 1-7 * *", "2026-06-07 08:00", ["2026-07-01 08:00"]),
        ("0 8 */31 * 1", "2026-01-01 00:00", ["2026-06-01 08:00", "2027-02-01 08:00"]),  # begins with *: both
        ("0 8 * * 7", "2026-06-01 00:00", ["2026-06-07 08:00"]),
        ("45,15 9-10 * * *", "2026-06-01 09:30", ["2026-06-01 09:45", "2026-06-01 10:15"]),
    ],
)
def test_when_it_comes(expression: str, after: str, times: list[str]) -> None:
    coming = islice(parse_cron(expression).after(datetime.fromisoformat(after)), len(times))
    assert [f"{at:%Y-%m-%d %H:%M}" for at in coming] == times


@pytest.mark.skipif(shutil.which("crontab") is None, reason="no crontab program here")
@pytest.mark.parametrize("expression", ["0 8 5 1 *", "*/15 9-18 1,15 jan-mar mon", "0 8 * * 5-7"])
def test_the_crontab_program_takes_what_is_taken_here(expression: str) -> None:
    done = subprocess.run(["crontab", "-n", "-"], input=f"{expression} true\n", text=True, capture_output=True)
    if "invalid option" in done.stderr:
        pytest.skip("this crontab cannot check without installing")
    assert done.returncode == 0, done.stderr
