"""What one source file may take before and while it is read, and a PDF; rpt.toml may move the limits."""

from __future__ import annotations

from dataclasses import dataclass

ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet, at most, in every spreadsheet program


@dataclass(frozen=True)
class Limits:
    """Sizes in MiB: ``file_mb`` of the file, ``inflated_mb`` of all its parts unpacked. ``entries`` is the number of
    parts in the archive, ``cells`` that of cells with a value in the workbook, ``area`` the cells of the smallest
    rectangle around a sheet's values (readers take memory for all of them), ``shared_strings`` the texts that the cells
    share. ``memory_mb`` is the address space and ``seconds`` the time that reading one file may take, ``pdf_memory_mb``
    and ``pdf_seconds`` those of printing one PDF.

    The defaults hold whatever a spreadsheet program can still open; 40 million cells take a reader some 1.3 GiB.
    The annual report of some 40 pages takes its printer 0.4 GiB and, on a slow machine, half a minute."""

    file_mb: int = 512
    inflated_mb: int = 1024
    entries: int = 10_000
    cells: int = 20_000_000
    area: int = 40_000_000
    shared_strings: int = 5_000_000
    memory_mb: int = 2048
    seconds: int = 20
    pdf_memory_mb: int = 2048
    pdf_seconds: int = 300

    @property
    def memory_bytes(self) -> int:
        """``memory_mb`` in bytes."""
        return self.memory_mb << 20
