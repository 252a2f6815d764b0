"""Whole copies of a SQLite database. PostgreSQL has its own tools."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from adapters.storage.engine import parse_url, sqlite_path
from bot.domain.errors import StorageError

NIGHTLY = "nightly-"
ROOM_LEFT_BYTES = 200_000_000
"""So much has to stay free beside a backup, for the database itself."""
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


def back_up_nightly(url: str, folder: Path, *, day: date, keep: int) -> Path | None:
    """The day's copy in the folder, if it is not there yet; of the nightly copies the last stay.

    Raises:
        StorageError: if the disk has no room for it, or the database is damaged.
    """
    database = _file(url, instead="pg_dump")
    target = folder / f"{NIGHTLY}{day.isoformat()}.db"
    if target.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < database.stat().st_size + ROOM_LEFT_BYTES:
        raise StorageError(f"No room for a backup in {folder}; make some, or set BACKUP__KEEP=0.")
    copy_database(database, target)
    keep_last(folder, f"{NIGHTLY}*.db", keep)
    return target


def keep_last(folder: Path, pattern: str, count: int) -> None:
    """Of the files whose names sort by age, drop the oldest."""
    for old in sorted(folder.glob(pattern))[:-count]:
        old.unlink()


def copy_database(source: Path, target: Path) -> None:
    """Under a name of its own until it is complete, checked and on the disk."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with _opened(source) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        _check(partial)
        synced(partial)
        partial.replace(target)
        synced(target.parent)
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


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    address = f"{database.resolve().as_uri()}?mode=rw"  # never creates one
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        yield connection


def synced(path: Path) -> None:
    """Onto the disk; Windows has no such thing for directories."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
