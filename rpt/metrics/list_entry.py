"""Lists as TOML entries: what the catalogue reads and checks of a ``[lists.X]``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ListColumnEntry(_Model):
    """A column of a list: the key as the SQL names it, what readers see above it, and the unit of its numbers (none
    for text). ``ratio`` divides one of the SQL's columns by another, in Python, so that the quotient is exact."""

    key: str
    label: str
    unit: str | None = None
    digits: int | None = None
    ratio: tuple[str, str] | None = None

    @model_validator(mode="after")
    def _ratio_is_a_number(self) -> ListColumnEntry:
        if self.ratio and self.unit is None:
            raise ValueError("写了 ratio 的列要写 unit")
        return self


class ListEntry(_Model):
    """A list as written: SQL over the tables in ``needs`` (and ``uses``, which may be absent), sorted by ``order``, at
    most ``most`` rows. Thresholds stand as {name} in ``sql`` and ``note``, the report year as {year}."""

    label: str
    sql: str
    columns: tuple[ListColumnEntry, ...] = Field(min_length=1)
    order: str
    needs: tuple[str, ...] = Field(min_length=1)
    uses: tuple[str, ...] = ()
    most: int | None = Field(default=None, gt=0)
    note: str = ""

    @model_validator(mode="after")
    def _keys_once(self) -> ListEntry:
        keys = [column.key for column in self.columns]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"列 {'、'.join(twice)} 写了不止一次")
        return self

    def filled(self, fill: Callable[[str], str]) -> ListEntry:
        """The same list with thresholds put into its SQL and its note."""
        return self.model_copy(update={"sql": fill(self.sql), "note": fill(self.note)})

    def selected(self) -> list[str]:
        """The columns that the SQL must yield, each once: those shown as they are, and the sides of ratios."""
        wanted = [key for c in self.columns for key in (c.ratio or (c.key,))]
        return list(dict.fromkeys(wanted))
