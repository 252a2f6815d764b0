"""Connections that behave alike on both databases: one writer at a time, readers that only read."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError, StatementError

from bot.domain.errors import StorageError

READERS = 4
"""More than one workspace's commands take at once (`bot.services.desk`)."""
BUSY_TIMEOUT_MS = 10_000
SQLITE_MIN = (3, 35)  # the first with UPDATE ... RETURNING
WRITER_LOCK = 0x7061706572  # "paper": names our advisory lock on PostgreSQL
STOPPED_MS = 15_000
"""After so long between two statements of a write, PostgreSQL ends it: its process stands still."""
PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""A server that is gone without a word is noticed in seconds; the system's own is hours."""


def parse_url(text: str) -> URL:
    """The database's address, with the driver that we use.

    Raises:
        StorageError: if it is neither `sqlite:///path` nor `postgresql://...`.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StorageError(
            "The database address cannot be read; try sqlite:///paperlark.db."
        ) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite") and sqlite_path(url):
        return url.set(drivername="sqlite+pysqlite")
    raise StorageError(
        f"Databases of the kind {url.drivername} are not supported;"
        " use sqlite:///path/to/file or postgresql://user@host/name."
    )


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL and for databases in memory."""
    if not url.drivername.startswith("sqlite") or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def writer_engine(url: URL) -> Engine:
    """One connection, whose transactions hold the database's one write lock from the start."""
    if sqlite_path(url):
        return _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, query_only=False)
    # Every statement must see what was committed before the lock was ours.
    engine = _postgres_engine(url, pool_size=1, isolation_level="READ COMMITTED")
    event.listen(engine, "begin", _take_writer_lock)
    return engine


def reader_engine(url: URL) -> Engine:
    """A few connections, whose transactions see one state and fail if they write."""
    if sqlite_path(url):
        return _sqlite_engine(url, begin="BEGIN", pool_size=READERS, query_only=True)
    return _postgres_engine(url, pool_size=READERS).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def lone_engine(url: URL) -> Engine:
    """One connection to PostgreSQL, each of whose statements is a transaction and waits for none."""
    return _postgres_engine(url, pool_size=1, isolation_level="AUTOCOMMIT")


def let_stand(connection: Connection) -> None:
    """This write may take its time between two statements, as migrations do."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def words_of(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and its values."""
    return str(error.orig if isinstance(error, StatementError) else error)


def _engine(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(
            url, json_serializer=_dump_json, hide_parameters=True, max_overflow=0, **options
        )
    except ModuleNotFoundError as missing:
        raise StorageError("PostgreSQL needs its driver: install paperlark[postgres].") from missing


def _postgres_engine(url: URL, **options: Any) -> Engine:
    patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
    return _engine(url, pool_pre_ping=True, connect_args=patience, **options)


def _sqlite_engine(url: URL, *, begin: str, pool_size: int, query_only: bool) -> Engine:
    _require_sqlite()
    engine = _engine(url, pool_size=pool_size)

    # As SQLAlchemy's SQLite page advises: the driver's own transaction control off, BEGIN by us.
    # A transaction that reads first and then wants to write fails at once when another has
    # written, whatever the busy timeout; hence BEGIN IMMEDIATE for all that may write.
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",  # a SENT mark lost to a power cut would post a paper twice
            "foreign_keys = ON",
            f"query_only = {query_only}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _take_writer_lock(connection: Connection) -> None:
    # A process that is stopped in the midst of a write would keep all others from theirs.
    connection.exec_driver_sql(
        f"SELECT set_config('idle_in_transaction_session_timeout', '{STOPPED_MS}', true),"
        f" pg_advisory_xact_lock({WRITER_LOCK})"
    )


def _require_sqlite() -> None:
    if sqlite3.sqlite_version_info < SQLITE_MIN:
        needed = ".".join(map(str, SQLITE_MIN))
        raise StorageError(
            f"This Python comes with SQLite {sqlite3.sqlite_version}; {needed} or newer is needed."
        )


def _dump_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
