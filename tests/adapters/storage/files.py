"""SQLite files with papers in them, whole and as a kill leaves them."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from adapters.storage.store import SqlStore
from tests.adapters.storage.examples import NOW, numbered


async def fill(url: str, *numbers: int) -> None:
    store = SqlStore.open(url)
    await store.write(lambda tx: tx.papers.store([numbered(n) for n in numbers], now=NOW))
    await store.close()


async def leave_killed(url: str, *numbers: int) -> None:
    """Papers that are in the database's log only, with nobody who would bring them home."""
    killed = SqlStore.open(url)
    await killed.write(lambda tx: tx.papers.store([numbered(n) for n in numbers], now=NOW))
    files = [Path(url.removeprefix("sqlite:///") + suffix) for suffix in ("", "-wal")]
    left = [file.read_bytes() for file in files]
    await killed.close()
    for file, data in zip(files, left, strict=True):
        file.write_bytes(data)
    assert files[1].stat().st_size > 0


async def count(url: str) -> int:
    store = SqlStore.open(url)
    try:
        return await store.read(lambda tx: tx.papers.count())
    finally:
        await store.close()


def intact(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)
