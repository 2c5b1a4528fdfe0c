"""What a child process said is heard whenever it is asked, and once."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rpt.processes.server import Server, environment


def test_the_last_words_of_one_that_died_before_it_was_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of another process\n", encoding="utf-8")
    server = Server((sys.executable, "-c", "raise SystemExit('no readers here')"), environment(), log)
    try:
        while server.is_alive:
            time.sleep(0.01)
        assert server.words() == "no readers here\n"
        assert server.words() == ""
    finally:
        server.end()
