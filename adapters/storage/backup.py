"""Whole copies of a SQLite database. PostgreSQL has its own tools."""

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

from adapters.storage.engine import parse_url, sqlite_path
from bot.domain.errors import StorageError

NIGHTLY = "nightly-"
ROOM_LEFT_BYTES = 200_000_000
"""So much has to stay free beside a backup, for the database itself."""
COMPANIONS = ("-wal", "-shm", "-journal")
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
    try:
        remove_database(partial)
        partial.touch(mode=0o600)  # nobody else reads it before it has the mode of its source
        with _opened(source) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        look_like(partial, source)
        finish(partial)
        put_in_place(partial, target)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"{source} cannot be copied: {error}.") from error
    finally:
        remove_database(partial)


def finish(database: Path) -> None:
    """One file without a log, checked and on the disk.

    Raises:
        StorageError: if it is damaged or not ours.
    """
    try:
        merge_log(database)
        _check(database)
    except sqlite3.Error as error:
        raise StorageError(f"The copy cannot be used: {error}.") from error
    synced(database)


def merge_log(database: Path) -> None:
    """Bring what its log holds into the file; SQLite refuses while another program has it open."""
    with _opened(database) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def put_in_place(finished: Path, target: Path) -> None:
    """In one step, after the logs of what was there: they would be replayed into it."""
    _remove_companions(target)
    finished.replace(target)
    synced(target.parent)


def look_like(copy: Path, model: Path) -> None:
    """Take its owner, group and mode, as far as we may and the file system knows them.

    The owner can write it, even if the model is a backup that nobody may.
    """
    found = model.stat()
    if sys.platform != "win32":
        for owner, group in ((-1, found.st_gid), (found.st_uid, -1)):
            with suppress(OSError):
                os.chown(copy, owner, group)
    with suppress(OSError):
        copy.chmod(stat.S_IMODE(found.st_mode) | stat.S_IWUSR)


def remove_database(database: Path) -> None:
    database.unlink(missing_ok=True)
    _remove_companions(database)


def _remove_companions(database: Path) -> None:
    for suffix in COMPANIONS:
        Path(f"{database}{suffix}").unlink(missing_ok=True)


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
