"""Memory that this process holds and does not use."""

from __future__ import annotations

import contextlib
import gc
import sys

_OBJECTS = 100_000  # made between two looks for cycles, of which Python's own number is 700


def collect_rarely() -> None:
    """Have this process look for cycles of dead objects less often: a run makes millions of objects that live to its
    end, and hardly a cycle."""
    gc.set_threshold(_OBJECTS, 20, 100)


def give_back() -> None:
    """Give unused memory back to the system, so that another process has it: the C library keeps what was freed."""
    import ctypes

    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # other C libraries than glibc have no such call
            ctypes.CDLL(None).malloc_trim(0)
