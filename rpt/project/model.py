"""What rpt.toml may say, as frozen models. Unknown keys are errors, so that a typo is never silently ignored."""

from __future__ import annotations

import codecs
import re
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from rpt.values.address import EMBEDDED, address
from rpt.values.limits import Limits
from rpt.values.lines import Lines
from rpt.values.resources import Resources, size_of
from rpt.values.scope import Member
from rpt.values.theme import Theme

_LEAST_MEMORY = 256 * 10**6
_VARIABLE = re.compile(r"RPT_[A-Z0-9_]+")


class Model(BaseModel):
    """Base of every section: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Strings = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


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


class TableSource(Model):
    """Where one table comes from when its sheet cannot be found by name: files (globs) and the sheet's name; or a table
    of the warehouse that the engine is (``schema.table``), or Parquet files by a path that the engine reads."""

    files: Strings = ()
    sheet: str | None = None
    warehouse: str = ""
    path: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> TableSource:
        if sum(map(bool, (self.files, self.warehouse, self.path))) != 1:
            raise ValueError("files、warehouse、path 要写且只写一项")
        if self.sheet and not self.files:
            raise ValueError("sheet 只与 files 同写")
        return self


def _engine_url(url: str) -> str:
    address(url)
    return url


class EngineSection(Model):
    """The engine that holds the tables and runs the SQL: ``duckdb``, embedded, or the URL of a warehouse; what the
    embedded one may take: memory ("4GB") and threads (none said: what there is), and the folder for what memory does
    not hold, relative to the project's."""

    url: Annotated[str, AfterValidator(_engine_url)] = EMBEDDED
    memory_limit: str = ""
    threads: int | None = Field(default=None, gt=0)
    temp_directory: str = ""

    @field_validator("memory_limit")
    @classmethod
    def _size(cls, text: str) -> str:
        try:
            is_enough = not text or size_of(text) >= _LEAST_MEMORY
        except ValueError:
            is_enough = False
        if not is_enough:
            raise ValueError("应为 4GB、512MB 这样的大小，不小于 256MB")
        return text


def _codec(name: str) -> str:
    """An encoding's name as people write it (gbk, UTF-8, big5): it has to exist, and to be one of text."""
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        raise ValueError("没有这种文字编码；常用的有 utf-8、gb18030、utf-16、big5") from None
    return name


class ExportSource(Model):
    """Files that a known tool exported: its preset, constants for columns that the rows lack (platform), units that
    headers do not state (preset's header → 分), more words that mark rows to drop, and headers of the team's own
    version (preset's header → theirs)."""

    preset: str
    files: Strings
    sheet: str | None = None
    fill: dict[str, str] = {}
    units: dict[str, str] = {}
    drop: Strings = ()
    aliases: dict[str, Strings] = {}


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


class CacheSection(Model):
    """How much the cache may hold, in MiB; 0 for no cache."""

    max_mb: int = Field(default=1024, ge=0)


class LimitsSection(Model):
    """What one source file and a PDF may take: what each limit is stands in ``rpt.values.limits``."""

    file_mb: int = Field(default=Limits.file_mb, gt=0)
    inflated_mb: int = Field(default=Limits.inflated_mb, gt=0)
    entries: int = Field(default=Limits.entries, gt=0)
    cells: int = Field(default=Limits.cells, gt=0)
    area: int = Field(default=Limits.area, gt=0)
    shared_strings: int = Field(default=Limits.shared_strings, gt=0)
    memory_mb: int = Field(default=Limits.memory_mb, ge=256)
    seconds: int = Field(default=Limits.seconds, gt=0)
    pdf_memory_mb: int = Field(default=Limits.pdf_memory_mb, ge=512)
    pdf_seconds: int = Field(default=Limits.pdf_seconds, gt=0)


class Privacy(Model):
    """Whether the ids of people are hashed at import, and the file that holds the key (else RPT_ID_KEY does)."""

    hash_ids: bool = False
    key_file: str = ""


class Mail(Model):
    """How reports are mailed. ``domains`` are the ones that recipients may have (none named: any), ``retry_minutes`` is
    how long a server that says "later" is tried. A password never stands here, only the file that holds it."""

    host: str
    port: int | None = Field(default=None, gt=0, lt=65536)
    security: Literal["tls", "starttls", "none"] = "tls"
    sender: str
    owner: str = ""
    to: Strings = ()
    groups: dict[str, Strings] = {}
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    domains: Strings = ()
    max_mb: int = Field(default=20, gt=0)
    retry_minutes: int = Field(default=15, ge=0)
    timeout_seconds: int = Field(default=30, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _without_secrets(cls, given: object) -> object:
        """Refused as a whole, so that no message repeats the secret."""
        words = ("password", "passwd", "pwd", "secret", "token", "密码", "授权码")
        if isinstance(given, dict):
            for key in given:
                if key != "password_file" and any(word in str(key).lower() for word in words):
                    instead = "环境变量 RPT_MAIL_PASSWORD、password_file 或系统钥匙串"
                    raise ValueError(f"{key} 不能写在 rpt.toml 里；请删去，改用{instead}")
        return given


class Robot(Model):
    """A robot of a group chat, by its name: where its address is (the environment's variable, or a file), and for 钉钉
    the secret of 加签; ``files_at`` tells readers where they find files. Addresses and secrets never stand here."""

    kind: Literal["wecom", "dingtalk"]
    secret_env: str = ""
    secret_file: str = ""
    sign_env: str = ""
    sign_file: str = ""
    files_at: str = ""

    @field_validator("secret_env", "sign_env")
    @classmethod
    def _variable(cls, name: str) -> str:
        if name and not _VARIABLE.fullmatch(name):
            raise ValueError("应为环境变量的名字：RPT_ 开头，只用大写字母、数字和下划线；地址和密钥本身不要写在这里")
        return name

    @field_validator("secret_file", "sign_file")
    @classmethod
    def _path(cls, path: str) -> str:
        if "://" in path:
            raise ValueError("应为文件的路径；地址和密钥本身不要写在这里")
        return path


def _robot_name(name: str) -> str:
    if not name or not name.isprintable() or set(name) & set('@·,;<>"') or name != name.strip():
        raise ValueError("机器人的名字不能为空，也不能含有 @ · , ; < > 或引号")
    return name


class ProjectFile(Model):
    """The whole of rpt.toml."""

    report: Report
    sources: dict[str, Strings] = {}
    encodings: dict[str, Annotated[str, AfterValidator(_codec)]] = {}
    engine: EngineSection = EngineSection()
    tables: dict[str, TableSource] = {}
    exports: dict[str, ExportSource] = {}
    aliases: dict[str, dict[str, Strings]] = {}
    channels: dict[str, Strings] = {}
    groups: dict[str, dict[str, Strings]] = {}
    roles: Roles = Roles()
    thresholds: Thresholds = Thresholds()
    campaigns: dict[str, dict[int, Window]] = {}
    metrics: Strings = ()
    theme: ThemeSection = ThemeSection()
    output: Output = Output()
    archive: Archive = Archive()
    cache: CacheSection = CacheSection()
    limits: LimitsSection = LimitsSection()
    privacy: Privacy = Privacy()
    mail: Mail | None = None
    robots: dict[Annotated[str, AfterValidator(_robot_name)], Robot] = {}

    def encoding_of(self, file: str) -> str:
        """What [encodings] states of a file by its path in the project, its name, or a glob; '' for nothing."""
        for pattern, encoding in self.encodings.items():
            if fnmatchcase(file, pattern) or fnmatchcase(Path(file).name, pattern):
                return encoding
        return ""

    @field_validator("channels")
    @classmethod
    def _platform_once(cls, channels: dict[str, Strings]) -> dict[str, Strings]:
        seen: dict[str, str] = {}
        for channel, platforms in channels.items():
            for platform in platforms:
                if platform in seen:
                    raise ValueError(f"平台“{platform}”同时归入了“{seen[platform]}”和“{channel}”")
                seen[platform] = channel
        return channels


class Project(Model):
    """A project: its folder, and what its file says. One that is ``only`` a member's is made of that member's rows."""

    folder: Path
    file: Path
    settings: ProjectFile
    only: Member | None = None

    @property
    def out(self) -> Path:
        """The output folder, absolute."""
        return (self.folder / self.settings.output.dir).resolve()

    @property
    def cache_bytes(self) -> int:
        """How much the cache may hold."""
        return self.settings.cache.max_mb << 20

    @property
    def state(self) -> Path:
        """The folder of what outlives a run."""
        return self.folder / ".rpt"

    @property
    def memory(self) -> Path:
        """Where a report leaves what the next one takes up: the state folder, a member's own folder in it."""
        return self.state / "members" / f"{self.only.dimension}-{self.only.slug}" if self.only else self.state

    @property
    def theme(self) -> Theme:
        """The theme as the renderings take it; the logo's path is absolute."""
        section = self.settings.theme
        logo = str((self.folder / section.logo).resolve()) if section.logo else ""
        return Theme(accent=section.accent, colours=section.colours, logo=logo)

    @property
    def lines(self) -> Lines:
        """The lines of the problem rules."""
        return Lines(**self.settings.thresholds.problems.model_dump())

    @property
    def limits(self) -> Limits:
        """What one source file may take."""
        return Limits(**self.settings.limits.model_dump())

    @property
    def resources(self) -> Resources:
        """What the database may take; a limit of memory comes with a folder for the rest."""
        engine = self.settings.engine
        spill = self.folder / engine.temp_directory if engine.temp_directory else self.state / "spill"
        is_limited = engine.memory_limit or engine.temp_directory
        memory = size_of(engine.memory_limit) if engine.memory_limit else None
        return Resources(memory, engine.threads, spill.resolve() if is_limited else None)

    def title(self, year: int) -> str:
        """The report's title for a year."""
        title = self.settings.report.title.replace("{year}", str(year))
        return f"{title}（{self.only.name}）" if self.only else title

    def stem(self, report: str) -> str:
        """What the files of a report are called: ``annual-2025``, a member's ``annual-2025-华东``."""
        return f"{report}-{self.only.slug}" if self.only else report

    def of(self, member: Member | None) -> Project:
        """The same project, of one member's rows alone or of all."""
        return self.model_copy(update={"only": member})
