"""Who leads, where several processes share a PostgreSQL database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import URL, Update, case, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from adapters.storage.engine import lone_engine
from adapters.storage.tables import leaders

NAME = "paperlark"


class LeaderSeat:
    """The leader's row, with a connection and a thread of its own.

    A long write, ours or another process's, must not cost the leader its lead.
    """

    def __init__(self, url: URL) -> None:
        self._engine = lone_engine(url)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="store-lead")

    def take(self, holder: str, lasts: timedelta) -> int | None:
        with self._engine.connect() as connection:
            return connection.execute(_take(holder, lasts)).scalar_one_or_none()

    def leave(self, holder: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(_leave(holder))

    def close(self) -> None:
        self.thread.shutdown()
        self._engine.dispose()


def _take(holder: str, lasts: timedelta) -> ReturningInsert[int]:
    """One statement, so that a process that stops in its midst holds nothing up."""
    # Of this very moment: `now()` would be from before a wait for the row.
    now = func.clock_timestamp()
    fresh = insert(leaders).values(name=NAME, holder=holder, term=1, expires_at=now + lasts)
    over = leaders.c.expires_at <= now
    return fresh.on_conflict_do_update(
        index_elements=[leaders.c.name],
        set_={
            "holder": holder,
            "term": leaders.c.term + case((over, 1), else_=0),
            "expires_at": now + lasts,
        },
        where=or_(over, leaders.c.holder == holder),
    ).returning(leaders.c.term)


def _leave(holder: str) -> Update:
    """The row stays: no later leader must have the same term."""
    mine = (leaders.c.name == NAME, leaders.c.holder == holder)
    return update(leaders).where(*mine).values(expires_at=func.clock_timestamp())
