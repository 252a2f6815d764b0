"""Putting a backup in the database's place, without forgetting what was posted since.

The database that is replaced mostly knows, and hands it over. Where it is lost or damaged, all
that may have been posted counts as posted: searches find it, and it comes no more.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError

from adapters.storage.backup import (
    COMPANIONS,
    copy_database,
    finish,
    look_like,
    merge_log,
    put_in_place,
    remove_database,
    synced,
)
from adapters.storage.batches import insert_new
from adapters.storage.engine import parse_url, sqlite_path, words_of, writer_engine
from adapters.storage.handing_over import DROP_POSTED, hand_over
from adapters.storage.lock import ProcessLock
from adapters.storage.migrate import Migrator
from adapters.storage.tables import restores
from bot.domain.errors import StorageError

MAY_STAND_THERE = "planned before a backup was restored, so it may stand there already"

_HOLD_WAITING = text(
    "UPDATE delivery SET state = 'needs_human', last_error = :why, told = :no WHERE state = 'ready'"
)
_MAY_BE_POSTED = (
    "INSERT INTO posted_before (channel_id, key)"
    " SELECT paper_match.channel_id, alias.key FROM paper_match"
    " JOIN alias ON alias.paper_id = paper_match.paper_id"
    " WHERE paper_match.digest_id IS NULL ON CONFLICT DO NOTHING",
    *DROP_POSTED,
    "UPDATE paper SET news_at = NULL",  # no vote makes them match anew
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    kept: Path | None
    """Where the database before is."""
    knows: bool
    """Whether that told what was posted since the backup."""


def restore(source: Path, url: str, *, now: datetime) -> Restored:
    """Put a backup in the place of a SQLite database, which is whole whenever this is killed.

    Raises:
        StorageError: if the backup is damaged or not ours, or the database is in use.
    """
    path = sqlite_path(parse_url(url))
    if path is None:
        raise StorageError(
            "A file is for SQLite. Use pg_restore, and then `paperlark db restore` without one, so"
            " that nothing is posted again."
        )
    database = path.resolve()  # a link to it stays one
    lock = ProcessLock(database)
    lock.acquire()
    fresh, newer = (database.with_name(f"{database.name}.{n}") for n in ("restored", "newer"))
    try:
        _copy_at_head(source, fresh)
        knows = _taught(fresh, by=database, through=newer)
        if not knows:
            with _opened(fresh) as connection:
                count_as_posted(connection, now=now)
        finish(fresh)
        kept = _replace(database, fresh, now)
    finally:
        for built in (fresh, newer):
            remove_database(built)
        lock.release()
    return Restored(kept=kept, knows=knows)


def restored_elsewhere(url: str, *, now: datetime) -> None:
    """After PostgreSQL's own tools put an older state in the database's place."""
    with _at_head(parse_url(url)) as connection:
        count_as_posted(connection, now=now)


def count_as_posted(connection: Connection, *, now: datetime) -> None:
    """What waits, and all that sources announced until today; what was to be sent is held."""
    connection.execute(_HOLD_WAITING, {"why": MAY_STAND_THERE, "no": False})
    for statement in _MAY_BE_POSTED:
        connection.exec_driver_sql(statement)
    connection.execute(insert_new(connection, restores), {"day": now.date()})


def _taught(fresh: Path, *, by: Path, through: Path) -> bool:
    """Whether the database that is there knew what was posted since, and handed it over."""
    try:
        _copy_at_head(by, through)
    except StorageError:
        return False
    with _opened(fresh, beside=through) as connection:
        return hand_over(connection)


def _copy_at_head(source: Path, target: Path) -> None:
    copy_database(source, target)
    with _opened(target):
        pass
    for left in target.parent.glob(f"{target.name}.schema-*"):
        left.unlink()


@contextmanager
def _opened(database: Path, *, beside: Path | None = None) -> Iterator[Connection]:
    with _at_head(URL.create("sqlite", database=str(database)), beside=beside) as connection:
        yield connection


@contextmanager
def _at_head(url: URL, *, beside: Path | None = None) -> Iterator[Connection]:
    """A writing transaction; a database attached `beside` is known there as `newer`."""
    engine = writer_engine(url)
    try:
        Migrator().upgrade(engine)
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            if beside and driver:  # not within a transaction
                driver.execute("ATTACH DATABASE ? AS newer", (str(beside),))
            with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise StorageError(f"The database refused: {words_of(error)}") from error
    finally:
        engine.dispose()


def _replace(database: Path, fresh: Path, now: datetime) -> Path | None:
    kept = _kept(database, now) if database.exists() else None
    if kept:
        look_like(fresh, kept)
    put_in_place(fresh, database)
    return kept


def _kept(database: Path, now: datetime) -> Path:
    """Its second name, which stays when another takes its place."""
    kept = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%S}")
    if kept.exists():
        raise StorageError(f"{kept} exists already; restore again a second later.")
    _merge_log_if_sound(database)
    for suffix in ("", *COMPANIONS):
        if (file := Path(f"{database}{suffix}")).exists():
            _name_too(file, Path(f"{kept}{suffix}"))
    return kept


def _merge_log_if_sound(database: Path) -> None:
    try:
        merge_log(database)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:  # the rest says why it is busy
            raise StorageError(f"Another program has {database} open; stop it first.") from None


def _name_too(file: Path, name: Path) -> None:
    try:
        name.hardlink_to(file)
    except OSError:  # as on FAT
        shutil.copyfile(file, name)
        look_like(name, file)
        synced(name)
