"""DuckDB's SQL in the words of PostgreSQL and Spark, where the two mean different things."""

from __future__ import annotations

import pytest

from rpt.engine import EngineError

pytest.importorskip("sqlglot", reason="the extra rpt[remote]; make test-remote has it")

from rpt.engine.dialect import Dialect

POSTGRES, SPARK = Dialect("postgres"), Dialect("spark")
KNOWN = {"t": ("a", "b", "day"), "c": ("day", "campaign")}


def test_stars_with_columns_left_out_are_written_out() -> None:
    wanted = 'SELECT "t"."a" AS "a", "t"."day" AS "day", "c"."campaign" AS "campaign" FROM "t" AS "t"'
    sql = "select t.* exclude (b), c.campaign from t join c on c.day = t.day"
    assert POSTGRES.translated(sql, KNOWN).startswith(wanted)


def test_a_replaced_column_stays_in_its_place() -> None:
    assert POSTGRES.translated("select * replace (a + 1 as a) from t", KNOWN) == (
        'SELECT "t"."a" + 1 AS "a", "t"."b" AS "b", "t"."day" AS "day" FROM "t" AS "t"'
    )


def test_days_are_counted_by_the_borders_that_are_crossed() -> None:
    assert SPARK.translated("select date_diff('day', a, b)") == "SELECT DATEDIFF(CAST(`b` AS DATE), CAST(`a` AS DATE))"
    assert POSTGRES.translated("select date_diff('day', a, b)") == 'SELECT (CAST("b" AS DATE) - CAST("a" AS DATE))'


def test_grouping_of_several_columns_is_asked_one_by_one() -> None:
    assert SPARK.translated("select grouping(a, b) from t group by grouping sets ((a), (b))").startswith(
        "SELECT (CAST(GROUPING(`a`) AS BIGINT) * 2 + CAST(GROUPING(`b`) AS BIGINT) * 1)"
    )


def test_discrete_quantiles_translate_and_continuous_ones_do_not() -> None:
    assert "PERCENTILE_DISC(0.9) WITHIN GROUP" in POSTGRES.translated("select quantile_disc(a, 0.9) from t")
    assert SPARK.translated("select quantile_disc(a, 0.9) from t").startswith("SELECT CAST(PERCENTILE_DISC(0.9) WITHIN")
    for dialect in (POSTGRES, SPARK):
        with pytest.raises(EngineError, match="请改用 quantile_disc"):
            dialect.translated("select quantile_cont(a, 0.9) from t")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select list_zip(a) from t", "函数 list_zip 不能翻译"),
        ("select * from read_parquet('x')", "SQL 里不能读文件"),
        ("select * from 'x.csv'", "没有表"),
        ("select a from other.secrets", "没有表"),
        ("select a from pg_shadow", "没有表"),
        ("drop table t", "只能是查询"),
        ("select from where", "Expected|Required|required|Invalid"),
    ],
)
def test_what_is_no_query_over_our_tables_is_refused(sql: str, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        POSTGRES.translated(sql, KNOWN)


def test_a_function_that_the_server_lacks_is_named() -> None:
    with pytest.raises(EngineError, match="postgres 没有函数 bit_length"):
        Dialect("postgres", frozenset(("sum",))).translated("select sum(a), bit_length(b) from t")
