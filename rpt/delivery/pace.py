"""No more messages than a robot may send: what is too soon is put off here, before the platform locks the robot out."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable

MESSAGES, SECONDS = 20, 60.0  # both platforms: 20 messages a minute and robot


class Pace:
    """Counts what one process sends, by robot. ``clock`` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MESSAGES))

    def wait(self, robot: str) -> float | None:
        """Seconds until the robot may send again; None where it may now."""
        sent = self._sent[robot]
        if len(sent) < MESSAGES:
            return None
        left = sent[0] + SECONDS - self._clock()
        return left if left > 0 else None

    def count(self, robot: str) -> None:
        """A message goes out now."""
        self._sent[robot].append(self._clock())
