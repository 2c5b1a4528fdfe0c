"""The entry point: ``rpt`` and ``python -m rpt``."""

from __future__ import annotations

import sys

from rpt.processes.memory import collect_rarely


def main() -> None:
    """Run the command line; never a traceback for what a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # cron's C locale and a Windows console must not break Chinese
            reconfigure(encoding="utf-8", errors="replace")
    collect_rarely()
    from rpt.commands import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
