"""Whole copies of a SQLite database. PostgreSQL has its own tools."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.engine import parse_url, sqlite_path
from adapters.storage.lock import ProcessLock
from bot.domain.errors import StorageError

COMPANIONS = ("-wal", "-shm")
"""Files that belong to a database; beside another one they would ruin it."""


def backup(url: str, target: Path) -> None:
    """Copy the database, in use or not, and check the copy.

    Raises:
        StorageError: if the target exists, the database is damaged, or it is PostgreSQL.
    """
    database = _file(url, instead="pg_dump")
    if target.exists():
        raise StorageError(f"{target} exists already; choose another name for the backup.")
    copy_database(database, target)


def restore(source: Path, url: str) -> Path | None:
    """Put a backup in the database's place; returns where the old one is kept.

    Raises:
        StorageError: if the backup is damaged or not ours, or Paperlark is running.
    """
    database = _file(url, instead="pg_restore")
    lock = ProcessLock(database)
    lock.acquire()
    try:
        fresh = database.with_name(f"{database.name}.restored")
        copy_database(source, fresh)
        kept = _set_aside(database) if database.exists() else None
        fresh.replace(database)
        _sync(database.parent)
    finally:
        lock.release()
    return kept


def copy_database(source: Path, target: Path) -> None:
    """Under a name of its own until it is complete, checked and on the disk."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with _opened(source) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        _check(partial)
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except sqlite3.Error as error:
        raise StorageError(f"{source} cannot be copied: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)


def _file(url: str, *, instead: str) -> Path:
    if path := sqlite_path(parse_url(url)):
        return path
    raise StorageError(f"This works for SQLite only; for PostgreSQL use {instead}.")


def _check(database: Path) -> None:
    with _opened(database) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        if verdict != "ok":
            raise StorageError(f"The copy is damaged: {verdict}.")
        if not ours.fetchone():
            raise StorageError("This is not a database of Paperlark.")


def _set_aside(database: Path) -> Path:
    with suppress(sqlite3.Error), _opened(database) as connection:  # it may be damaged
        connection.execute("PRAGMA wal_checkpoint")
    kept = database.with_name(f"{database.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    for suffix in ("", *COMPANIONS):
        with suppress(FileNotFoundError):
            Path(f"{database}{suffix}").rename(f"{kept}{suffix}")
    return kept


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    address = f"{database.resolve().as_uri()}?mode=rw"  # never creates one
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        yield connection


def _sync(path: Path) -> None:
    """Onto the disk; Windows has no such thing for directories."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
