"""Which measure a row of an edited workbook means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def same_measures(rows: Sequence[tuple[str, str]], known: Mapping[str, str]) -> list[str]:
    """For each row (its 编号 and the measure's name) the id of the known measure it means, empty for none.

    ``known`` is id → name. Numbers are given by place: where a measure was taken out or put in since the workbook was
    made, they have moved on. So a name weighs more than a number, and a number tells only the measures left over,
    which are those renamed.
    """
    found = [""] * len(rows)
    for is_same in (_both, _name, _number):
        for at, row in enumerate(rows):
            if not found[at]:
                left = (id for id in known if id not in found)
                found[at] = next((id for id in left if is_same(row, id, known[id])), "")
    return found


def repeated(ids: Iterable[str]) -> set[str]:
    """The ids that stand in more than one row."""
    given = [id for id in ids if id]
    return {id for id in given if given.count(id) > 1}


def _both(row: tuple[str, str], id: str, name: str) -> bool:
    return row == (id, name)


def _name(row: tuple[str, str], id: str, name: str) -> bool:
    return row[1] == name


def _number(row: tuple[str, str], id: str, name: str) -> bool:
    return row[0] == id
