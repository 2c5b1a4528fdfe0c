"""A reading process whose files say what to do with it: the text of a .txt file names a way to misbehave."""

import os
import signal
import sys
import time
from pathlib import Path

from rpt.intake import child
from rpt.intake.raw import RawSheet


def misbehave(path: Path) -> list[RawSheet]:
    word = path.read_text()
    folder = Path.cwd() / f"file-{path.stem}"
    if word == "sleep":
        (folder / "begun").touch()
        time.sleep(60)
    elif word == "spin":
        while True:
            pass
    elif word == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif word == "allocate":
        bytearray(1 << 40)
    elif word.startswith("SIG"):
        os.kill(os.getpid(), signal.Signals[word])
    elif word == "kill all":
        os.killpg(os.getpgid(0), signal.SIGKILL)
    elif word == "exit":
        os._exit(7)
    elif word == "silence":
        os._exit(0)
    elif word == "gibberish":
        (folder / "sheets.json").write_text("{")
        os._exit(0)
    elif word == "lies":
        (folder / "sheets.json").write_text('{"sha256": "", "sheets": [{"name": 1}], "issues": []}')
        os._exit(0)
    elif word == "no parquet":
        (folder / "0.parquet").write_bytes(b"x" * 100)
        sheet = '{"name": "渠道日报", "first_column": 0, "notes": [], "rows": null, "merged": [], "typed": false}'
        (folder / "sheets.json").write_text('{"sha256": "", "sheets": [' + sheet + '], "issues": []}')
        os._exit(0)
    elif word == "panic":
        raise BaseException("index out of bounds")
    elif word == "chatter":
        print("0\n" * 1000, flush=True)
        sys.stderr.write("x" * 100_000)
    return [RawSheet("渠道日报", [["日期", "平台", "支付金额"], ["2025-06-18", path.stem, "100"]])]


if __name__ == "__main__":
    child.read = lambda checked, *told: (misbehave(checked.path), [])
    child.main()
