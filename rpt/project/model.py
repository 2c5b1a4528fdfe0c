"""A project: the whole of rpt.toml, and the folder it stands in."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field, field_validator

from rpt.project.inputs import CacheSection, Encoding, EngineSection, ExportSource, LimitsSection, Privacy, TableSource
from rpt.project.report import Archive, Output, Report, Roles, ThemeSection, Thresholds, Window
from rpt.project.section import Model, Strings
from rpt.project.sending import Mail, Robot, RobotName
from rpt.values.limits import Limits
from rpt.values.lines import Lines
from rpt.values.resources import Resources, size_of
from rpt.values.scope import Member
from rpt.values.theme import Theme


class ProjectFile(Model):
    """The whole of rpt.toml."""

    report: Report
    sources: dict[str, Strings] = Field(default_factory=dict)
    encodings: dict[str, Encoding] = Field(default_factory=dict)
    engine: EngineSection = EngineSection()
    tables: dict[str, TableSource] = Field(default_factory=dict)
    exports: dict[str, ExportSource] = Field(default_factory=dict)
    aliases: dict[str, dict[str, Strings]] = Field(default_factory=dict)
    channels: dict[str, Strings] = Field(default_factory=dict)
    groups: dict[str, dict[str, Strings]] = Field(default_factory=dict)
    roles: Roles = Roles()
    thresholds: Thresholds = Thresholds()
    campaigns: dict[str, dict[int, Window]] = Field(default_factory=dict)
    metrics: Strings = ()
    theme: ThemeSection = ThemeSection()
    output: Output = Output()
    archive: Archive = Archive()
    cache: CacheSection = CacheSection()
    limits: LimitsSection = LimitsSection()
    privacy: Privacy = Privacy()
    mail: Mail | None = None
    robots: dict[RobotName, Robot] = Field(default_factory=dict)

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
