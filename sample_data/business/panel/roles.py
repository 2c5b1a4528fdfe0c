"""Who buys how in each year. Counts are members of the panel; a buyer is loyal when the year's spend passes 5000."""

from typing import Final

import numpy as np

from business.apportion import Floats, Ints

NONE, ONCE, REPEAT, LOYAL = range(4)
EARLIER: Final = 2023  # year of birth of everybody who first bought before the panel's orders begin

# 2024: first-time buyers and earlier ones by role. 280 of 3500 are loyal (8%), 980 order twice or more (28%).
_NEW_2024: Final = {LOYAL: 30, REPEAT: 205, ONCE: 610}
_OLD_2024: Final = {LOYAL: 250, REPEAT: 495, ONCE: 1910, NONE: 2073}
# 2025: how each role of 2024 went on, and the first-time buyers. 480 of 4000 are loyal (12%), 1280 repeat (32%).
_MOVES: Final = {
    LOYAL: {LOYAL: 250, REPEAT: 22, ONCE: 0},
    REPEAT: {LOYAL: 110, REPEAT: 110, ONCE: 60},
    ONCE: {LOYAL: 30, REPEAT: 80, ONCE: 180},
    NONE: {LOYAL: 30, REPEAT: 323, ONCE: 1320},
}
_NEW_2025: Final = {LOYAL: 60, REPEAT: 265, ONCE: 1160}


class Buyers:
    """Everybody who ever bought: the year of the first order and the role in each year, one entry per member."""

    def __init__(self) -> None:
        def column(counts: dict[int, int]) -> list[int]:
            return [role for role, count in counts.items() for _ in range(count)]

        old, new_2024, new_2025 = column(_OLD_2024), column(_NEW_2024), column(_NEW_2025)
        self.born: Ints = np.repeat([EARLIER, 2024, 2025], [len(old), len(new_2024), len(new_2025)])
        self.role: dict[int, Ints] = {
            2024: np.array(old + new_2024 + [NONE] * len(new_2025)),
            2025: np.array([NONE] * (len(old) + len(new_2024)) + new_2025),
        }

    def __len__(self) -> int:
        return len(self.born)

    def of(self, year: int, *roles: int) -> Ints:
        """Positions of the members with one of the roles in a year."""
        return np.flatnonzero(np.isin(self.role[year], roles))

    def move_on(self, rng: np.random.Generator, last_day: Floats) -> None:
        """Give the buyers of before 2025 their role in 2025: who ordered most recently is likeliest to come back."""
        standing = self.born < 2025
        for before, onward in _MOVES.items():
            members = np.flatnonzero(standing & (self.role[2024] == before))
            eagerness = last_day[members] + rng.normal(0, 40, len(members))
            ranked = members[np.argsort(-eagerness, kind="stable")][: sum(onward.values())]
            self.role[2025][ranked] = rng.permutation(np.repeat(list(onward), list(onward.values())))
