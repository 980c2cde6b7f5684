"""SQLite as this product needs it: one library, durable commits, writers in a queue."""

import threading
from collections import deque
from contextvars import ContextVar
from typing import Any

import pysqlite3.dbapi2 as library
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

WAIT_SECONDS = 15
LOG_BYTES = 4 * 1024 * 1024  # what the log keeps of the disk once all of it is in the database
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={WAIT_SECONDS * 1000}",
    "secure_delete=ON",
    f"journal_size_limit={LOG_BYTES}",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)

# Whether the transaction that begins next in this context will write.
writing: ContextVar[bool] = ContextVar("writing", default=False)


class Queue:
    """A lock that serves in the order of arrival; SQLite's own busy handler does not."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_held = False

    def acquire(self, seconds: float) -> bool:
        """Wait at most `seconds` for the turn; whether it came."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(seconds):
            return True
        with self._guard:
            if turn.is_set():  # it came while we gave up: keep it
                return True
            self._waiting.remove(turn)
        return False

    def release(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_held = False


def prepare(engine: Engine) -> None:
    """Make every connection of `engine` durable, and every writing transaction take its turn.

    A transaction that will write begins IMMEDIATE: one that reads first and writes later cannot
    wait for the lock, it fails at once.
    """
    queue = Queue()

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        if not queue.acquire(WAIT_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", {}, library.OperationalError("busy"))
        connection.info["holds_turn"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        # The turn passes on when the connection comes home: after the commit, or the rollback.
        if record.info.pop("holds_turn", False):
            queue.release()
