"""A table fitted to its margins, and rounded so that every row and column still adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence

Weights = Sequence[Sequence[float]]  # a table, row by row
ROUNDS, NEAR = 500, 1e-9
_FUZZ = 1e-6


def apportion(weights: Sequence[float], total: int) -> list[int]:
    """Split a whole number by weights, largest remainders first (Hamilton's method); equal parts without weights."""
    whole = math.fsum(weights)
    shares = [weight / whole for weight in weights] if whole > 0 else [1 / len(weights)] * len(weights)
    exact = [share * total for share in shares]
    parts = [math.floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    missing = total - sum(parts)
    for i in order[:missing] if missing >= 0 else []:
        parts[i] += 1
    if missing < 0 or missing > len(parts):  # floats too coarse for the total: the largest takes the rest
        parts[max(range(len(parts)), key=lambda i: exact[i])] += total - sum(parts)
    return parts


def fit(seed: Weights, rows: Sequence[int], columns: Sequence[int]) -> list[list[float]]:
    """Scale a table of weights until its rows and columns add up to their margins (iterative proportional fitting,
    W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11 (1940) 427–444).

    Zeros become small weights, so that any margins can be met; the margins' sums must be equal (ValueError).
    """
    if sum(rows) != sum(columns):
        raise ValueError("margins with different sums")
    most = max(max(row) for row in seed) or 1.0  # weights near the least float would overflow their factors
    table = [[weight / most for weight in row] for row in seed]
    mean = math.fsum(math.fsum(row) for row in table) / (len(rows) * len(columns)) or 1.0
    table = [[max(weight, mean * 1e-6) for weight in row] for row in table]
    near = NEAR * max(1.0, *rows)
    for _ in range(ROUNDS):
        table = [_scaled(row, wanted) for row, wanted in zip(table, rows, strict=True)]
        turned = [_scaled(column, wanted) for column, wanted in zip(zip(*table, strict=True), columns, strict=True)]
        table = [list(row) for row in zip(*turned, strict=True)]
        if max(abs(math.fsum(row) - wanted) for row, wanted in zip(table, rows, strict=True)) <= near:
            break
    return table


def _scaled(line: Sequence[float], wanted: int) -> list[float]:
    """A row or a column that adds up to what is wanted."""
    found = math.fsum(line)
    factor = wanted / (found if found > 0 else 1.0)
    return [value * factor for value in line]


def round_table(table: Weights, rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Round a fitted table to whole numbers whose rows and columns add up to the margins exactly.

    Every cell is first rounded down; what rows and columns then lack goes to their largest remainders, one each, along
    augmenting paths where a plain choice runs into a full column (controlled rounding as a flow: L. H. Cox and
    L. R. Ernst, INFOR 20 (1982) 423–432). What a table that was not fitted still lacks is put where room is left.
    """
    cells = [[max(0, math.floor(value - _FUZZ)) for value in row] for row in table]
    if any(sum(row) > r for row, r in zip(cells, rows, strict=True)) or any(
        sum(row[j] for row in cells) > c for j, c in enumerate(columns)
    ):
        cells = [[0] * len(columns) for _ in rows]
    _add_ones(cells, table, rows, columns)
    _fill(cells, rows, columns)
    return cells


def _add_ones(
    cells: list[list[int]], values: Sequence[Sequence[float]], rows: Sequence[int], columns: Sequence[int]
) -> None:
    """Give cells at most one each, until rows are full or no path leads to a column with room."""
    given: set[tuple[int, int]] = set()
    room = [c - sum(row[j] for row in cells) for j, c in enumerate(columns)]
    rest = [[value - cell for value, cell in zip(*pair, strict=True)] for pair in zip(values, cells, strict=True)]

    def place(i: int, seen: set[int]) -> bool:
        for j in sorted(range(len(columns)), key=lambda j: -rest[i][j]):
            if j in seen or (i, j) in given:
                continue
            seen.add(j)
            if room[j] > 0:
                room[j] -= 1
                given.add((i, j))
                return True
            for k in [k for k, column in sorted(given) if column == j]:
                if place(k, seen):
                    given.remove((k, j))
                    given.add((i, j))
                    return True
        return False

    for i, row in enumerate(cells):
        lacking = min(rows[i] - sum(row), len(columns))
        while lacking > 0 and place(i, set()):
            lacking -= 1
    for i, j in given:
        cells[i][j] += 1


def _fill(cells: list[list[int]], rows: Sequence[int], columns: Sequence[int]) -> None:
    """Put what rows and columns still lack where both have room, row by row."""
    room = [c - sum(row[j] for row in cells) for j, c in enumerate(columns)]
    for i, row in enumerate(cells):
        lacking = rows[i] - sum(row)
        for j in range(len(columns)):
            more = min(lacking, room[j])
            row[j] += more
            room[j] -= more
            lacking -= more
