"""The outbox: what was sent to whom, kept so that nothing goes out twice and nothing is lost without being listed.

One row per report, period, content, channel and recipient. ``sending`` is committed to disk before the point of no
return; a row that still says so when no process holds the outbox is of a run that died there, and becomes in doubt.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rpt.values.delivery import Entry, Letter, Receipt, State
from rpt.values.issue import UserError

FILE = "outbox.sqlite"
VERSION = 1
LOST = "上次发送在等待对方答复时中断"
_LOOK = 5  # seconds: who only looks (``recover``) holds the outbox for a moment himself
_SCHEMA = """
CREATE TABLE IF NOT EXISTS letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  report TEXT NOT NULL, period TEXT NOT NULL, content_hash TEXT NOT NULL,
  channel TEXT NOT NULL, recipient TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'in_doubt')),
  detail TEXT NOT NULL DEFAULT '', title TEXT NOT NULL, files TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  turn INTEGER NOT NULL DEFAULT 0, -- grows with every sending: the highest is what the recipient got last
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  UNIQUE (report, period, content_hash, channel, recipient)
) STRICT;
CREATE TABLE IF NOT EXISTS event (
  letter INTEGER NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
"""
_COLUMNS = (
    "id, report, period, content_hash, channel, recipient, state, detail, title, revision, files,"
    " created_at, updated_at"
)


class Outbox:
    """The outbox in a project's state folder. Raises UserError (exit 3) where it cannot be read or written."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = folder / FILE
        self._now = now
        self._connection: sqlite3.Connection | None = None

    @contextlib.contextmanager
    def exclusive(self, patience: float = _LOOK) -> Iterator[Outbox]:
        """Hold the outbox for sending. Rows that a dead run left ``sending`` become in doubt. Raises UserError (exit 6)
        where another process still holds it after ``patience`` seconds."""
        self._make_folder()
        lock = FileLock(self.path.with_suffix(".lock"), timeout=patience)
        try:
            lock.acquire()
        except Timeout:
            raise UserError("另一次发送正在进行", "等它结束后再试；rpt outbox 可以看到它发到哪里", 6) from None
        try:
            self._settle()
            yield self
        finally:
            lock.release()

    def recover(self) -> None:
        """Settle what a dead run left, unless a run is alive."""
        if self.path.exists():
            with contextlib.suppress(UserError), self.exclusive(patience=0):
                pass

    def entries(self) -> tuple[Entry, ...]:
        """All rows, oldest first; none where nothing was ever sent."""
        if not self.path.exists():
            return ()
        with self._guarded() as db:
            return tuple(_entry(row) for row in db.execute(f"SELECT {_COLUMNS} FROM letter ORDER BY id"))

    def last_received(self, letter: Letter, channel: str, recipient: str) -> Entry | None:
        """What this recipient got last, or may have got, of the letter's report and period."""
        with self._guarded() as db:
            return _last(db, letter, channel, recipient)

    def enqueue(self, letter: Letter, channel: str, recipients: Sequence[str]) -> tuple[Entry, ...]:
        """Put the letter down for each recipient and return their rows; those ``queued`` are to be sent.

        A row that is there keeps its state, except where the recipient has got other content since: then the content
        goes out again, as a further revision. Older content still queued for the recipient is dropped.
        """
        with self._transaction() as db:
            return tuple(self._put(db, letter, channel, recipient) for recipient in recipients)

    def committing(self, letter: Letter, channel: str, recipients: Sequence[str]) -> None:
        """Commit ``sending``: on disk when this returns. Raises UserError (exit 6) for a row that is not queued."""
        with self._transaction() as db:
            (turn,) = db.execute("SELECT COALESCE(MAX(turn), 0) + 1 FROM letter").fetchone()
            for recipient in recipients:
                if self._move(db, letter, channel, recipient, (State.QUEUED,), State.SENDING, "", turn) != 1:
                    raise UserError("发件箱里的这封信正由另一次发送处理，本次停止", "输入 rpt outbox 查看", 6)

    def record(self, letter: Letter, channel: str, receipt: Receipt) -> None:
        """Write down what became of an attempt."""
        unsettled = (State.QUEUED, State.SENDING)
        with self._transaction() as db:
            self._move(db, letter, channel, receipt.recipient, unsettled, receipt.state, receipt.detail)

    def resolve(self, id: int, state: State, detail: str) -> Entry:
        """A person decides about a row in doubt or refused: sent, or queued again. Raises UserError (exit 2)."""
        with self._transaction() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM letter WHERE id = ?", (id,)).fetchone()
            if row is None:
                raise UserError(f"发件箱里没有编号 {id}", "输入 rpt outbox 查看编号")
            entry = _entry(row)
            if entry.state not in (State.IN_DOUBT, State.REFUSED):
                raise UserError(f"编号 {id} 不需要处理", "只有“存疑”和“被拒收”的才需要处理；输入 rpt outbox 查看")
            self._set(db, id, entry.recipient, state, detail)
            return _entry(db.execute(f"SELECT {_COLUMNS} FROM letter WHERE id = ?", (id,)).fetchone())

    def _put(self, db: sqlite3.Connection, letter: Letter, channel: str, recipient: str) -> Entry:
        key = (letter.report, letter.period, channel, recipient)
        stale = db.execute(
            "SELECT id FROM letter WHERE report = ? AND period = ? AND channel = ? AND recipient = ?"
            " AND state = 'queued' AND content_hash <> ?",
            (*key, letter.content_hash),
        ).fetchall()
        for (id,) in stale:
            self._note(db, id, recipient, "superseded", letter.content_hash)
            db.execute("DELETE FROM letter WHERE id = ?", (id,))
        row = _row(db, letter, channel, recipient)
        if row is None:
            at = self._now().isoformat()
            files = json.dumps([a.sha256 for a in letter.attachments])
            made = db.execute(
                "INSERT INTO letter (report, period, channel, recipient, content_hash, state, title, files, created_at,"
                " updated_at) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
                (*key, letter.content_hash, letter.title, files, at, at),
            )
            self._note(db, made.lastrowid or 0, recipient, State.QUEUED, "")
        elif row.state is State.SENT:
            last = _last(db, letter, channel, recipient)
            if last is not None and last.id != row.id:
                db.execute("UPDATE letter SET revision = revision + 1 WHERE id = ?", (row.id,))
                self._set(db, row.id, recipient, State.QUEUED, "")
        found = _row(db, letter, channel, recipient)
        assert found is not None
        return found

    def _move(
        self,
        db: sqlite3.Connection,
        letter: Letter,
        channel: str,
        recipient: str,
        known: Sequence[State],
        state: State,
        detail: str,
        turn: int | None = None,
    ) -> int:
        row = _row(db, letter, channel, recipient)
        if row is None or row.state not in known:
            return 0
        self._set(db, row.id, recipient, state, detail)
        if turn is not None:
            db.execute("UPDATE letter SET turn = ? WHERE id = ?", (turn, row.id))
        return 1

    def _set(self, db: sqlite3.Connection, id: int, recipient: str, state: State, detail: str) -> None:
        at = self._now().isoformat()
        db.execute("UPDATE letter SET state = ?, detail = ?, updated_at = ? WHERE id = ?", (state, detail, at, id))
        self._note(db, id, recipient, state, detail)

    def _note(self, db: sqlite3.Connection, id: int, recipient: str, state: str, detail: str) -> None:
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (id, recipient, state, detail, self._now().isoformat()))

    def _settle(self) -> None:
        with self._transaction() as db:
            for id, recipient in db.execute("SELECT id, recipient FROM letter WHERE state = 'sending'").fetchall():
                self._set(db, id, recipient, State.IN_DOUBT, LOST)

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.path, error.strerror or str(error)) from error

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._open()
        except sqlite3.Error as error:
            raise _unusable(self.path, str(error)) from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guarded() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._make_folder()
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                db.close()
                raise UserError(f"发件箱由更新版本的 rpt 写成：{self.path}", "请升级 rpt 后再发送", 3)
            db.executescript(_SCHEMA)
            db.execute(f"PRAGMA user_version = {VERSION}")
            self._connection = db
        return self._connection

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _row(db: sqlite3.Connection, letter: Letter, channel: str, recipient: str) -> Entry | None:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM letter"
        " WHERE report = ? AND period = ? AND content_hash = ? AND channel = ? AND recipient = ?",
        (letter.report, letter.period, letter.content_hash, channel, recipient),
    ).fetchone()
    return _entry(row) if row else None


def _last(db: sqlite3.Connection, letter: Letter, channel: str, recipient: str) -> Entry | None:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM letter WHERE report = ? AND period = ? AND channel = ? AND recipient = ?"
        " AND state IN ('sent', 'in_doubt') ORDER BY turn DESC LIMIT 1",
        (letter.report, letter.period, channel, recipient),
    ).fetchone()
    return _entry(row) if row else None


def _entry(row: Sequence[object]) -> Entry:
    id, report, period, content_hash, channel, recipient, state, detail, title, revision, files, made, updated = row
    return Entry(
        id=int(str(id)),
        report=str(report),
        period=str(period),
        content_hash=str(content_hash),
        channel=str(channel),
        recipient=str(recipient),
        state=State(str(state)),
        detail=str(detail),
        title=str(title),
        revision=int(str(revision)),
        files=tuple(json.loads(str(files))),
        created_at=datetime.fromisoformat(str(made)),
        updated_at=datetime.fromisoformat(str(updated)),
    )


def _unusable(path: Path, reason: str) -> UserError:
    return UserError(f"发件箱无法读写：{path}（{reason}）", "请检查磁盘空间与权限；文件损坏时请先备份再联系管理员", 3)
