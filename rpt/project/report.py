"""The sections of rpt.toml that say what a report is: its names, what its definitions depend on, its look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from rpt.project.section import Model
from rpt.values.lines import Lines


class Report(Model):
    """Names on the cover."""

    company: str
    title: str = "{year}年电商运营年度报告"
    department: str = ""
    currency: str = "人民币元"


class Problems(Model):
    """The lines that the problem rules draw, fractions all: what each is stands in ``rpt.values.lines``."""

    severe: Decimal = Field(default=Lines.severe, gt=0)
    worse: Decimal = Field(default=Lines.worse, gt=0)
    spike: Decimal = Field(default=Lines.spike, gt=0)
    slowing: Decimal = Field(default=Lines.slowing, gt=0, le=1)
    concentrated: Decimal = Field(default=Lines.concentrated, gt=0, le=1)
    dangerous: Decimal = Field(default=Lines.dangerous, gt=0, le=1)
    rising: Decimal = Field(default=Lines.rising, ge=0)
    much_worse: Decimal = Field(default=Lines.much_worse, ge=1)
    rise: Decimal = Field(default=Lines.rise, ge=0)


class Thresholds(Model):
    """The numbers that definitions depend on; they are printed with the definitions."""

    high_value_spend: Decimal = Field(default=Decimal(5000), gt=0)
    hit_plays: int = Field(default=100_000, gt=0)
    panel_ratio: Decimal = Field(default=Decimal(1), gt=0)
    slow_cover_days: int = Field(default=90, gt=0)
    slow_age_days: int = Field(default=90, ge=0)
    active_days: int | None = Field(default=None, gt=0)
    dormant_days: int | None = Field(default=None, gt=0)
    base_year: int | None = None
    flat_growth: Decimal = Field(default=Decimal("0.01"), ge=0)
    track_green: Decimal = Field(default=Decimal(1), gt=0)
    track_yellow: Decimal = Field(default=Decimal("0.95"), gt=0)
    problems: Problems = Problems()
    plays_bands: tuple[Annotated[int, Field(gt=0)], ...] = (10_000, 100_000, 1_000_000)

    @field_validator("plays_bands")
    @classmethod
    def _ascending(cls, bands: tuple[int, ...]) -> tuple[int, ...]:
        if not bands or list(bands) != sorted(set(bands)):
            raise ValueError("应由小到大，至少一个")
        return bands


class Roles(Model):
    """What the company calls the places that some metrics are about: channels, a platform, a group of platforms."""

    main_channel: str = "主站"
    private_channel: str = "私域"
    miniapp: str = "小程序"
    new_platforms: str = "小红书+快手"

    @field_validator("*")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not name or set(name) & set("'|={}"):
            raise ValueError("不能为空，也不能含有 ' | = { }")
        return name


class Window(Model):
    """A campaign's days in one year, both ends included."""

    start: date
    end: date
    presale_from: date | None = None
    member_day: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Window:
        if self.end < self.start:
            raise ValueError("end 早于 start")
        if self.member_day and not self.start <= self.member_day <= self.end:
            raise ValueError("member_day 不在活动窗口内")
        return self


class ThemeSection(Model):
    """How the report looks."""

    accent: str = Field(default="#1F4E79")
    colours: Literal["good_bad", "up_red"] = "good_bad"
    logo: str = ""

    @field_validator("accent")
    @classmethod
    def _hex(cls, value: str) -> str:
        if len(value) != 7 or value[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in value[1:]):
            raise ValueError("颜色应写成 #1F4E79 这样的六位十六进制")
        return value


class Output(Model):
    """Where finished files go, relative to the project folder."""

    dir: str = "out"


class Archive(Model):
    """How many runs of each report the archive keeps, beside those that were sent; 0 for all."""

    keep: int = Field(default=20, ge=0)
