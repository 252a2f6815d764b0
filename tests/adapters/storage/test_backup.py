import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from adapters.storage.backup import back_up_nightly, backup
from adapters.storage.restoring import Restored, restore
from adapters.storage.store import SqlStore
from bot.domain.errors import StorageError
from tests.adapters.storage.examples import NOW, numbered


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'paperlark.db'}"


async def fill(url, *numbers):
    store = SqlStore.open(url)
    await store.write(lambda tx: tx.papers.store([numbered(n) for n in numbers], now=NOW))
    await store.close()


async def count(url):
    store = SqlStore.open(url)
    try:
        return await store.read(lambda tx: tx.papers.count())
    finally:
        await store.close()


async def test_a_backup_of_a_running_database_restores_to_what_it_was(url, tmp_path):
    await fill(url, 1, 2)
    running = SqlStore.open(url, exclusive=True)
    backup(url, tmp_path / "copy.db")
    await running.write(lambda tx: tx.papers.store([numbered(3)], now=NOW))
    await running.close()

    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    assert await count(url) == 2
    assert await count(f"sqlite:///{kept}") == 3
    assert (tmp_path / "copy.db").exists()


async def test_the_log_of_a_killed_process_is_not_replayed_into_the_restored_file(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    killed = SqlStore.open(url)
    await killed.write(lambda tx: tx.papers.store([numbered(2)], now=NOW))
    for name in ("paperlark.db", "paperlark.db-wal"):  # as a kill would leave them
        (tmp_path / f"left-{name}").write_bytes((tmp_path / name).read_bytes())
    await killed.close()
    for name in ("paperlark.db", "paperlark.db-wal"):
        (tmp_path / f"left-{name}").replace(tmp_path / name)
    assert (tmp_path / "paperlark.db-wal").stat().st_size > 0

    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    assert await count(url) == 1
    assert await count(f"sqlite:///{kept}") == 2


async def test_a_damaged_database_is_replaced(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    for name in ("paperlark.db", "paperlark.db-wal"):
        (tmp_path / name).write_text("damaged, " * 1_000)
    assert restore(tmp_path / "copy.db", url, now=NOW).kept.read_text().startswith("damaged")
    assert await count(url) == 1


async def test_a_log_that_a_reader_still_holds_goes_with_its_database(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "paperlark.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM paper").fetchone()
        await fill(url, 2)
        kept = restore(tmp_path / "copy.db", url, now=NOW).kept
        assert (tmp_path / f"{kept.name}-wal").stat().st_size > 0
        assert await count(url) == 1
    assert await count(f"sqlite:///{kept}") == 2


async def test_a_restore_where_nothing_was(url, tmp_path):
    await fill(f"sqlite:///{tmp_path / 'elsewhere.db'}", 1)
    assert restore(tmp_path / "elsewhere.db", url, now=NOW) == Restored(kept=None, knows=False)
    assert await count(url) == 1


async def test_nothing_is_restored_under_a_running_process(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    running = SqlStore.open(url, exclusive=True)
    with pytest.raises(StorageError, match="Another Paperlark is running"):
        restore(tmp_path / "copy.db", url, now=NOW)
    assert await running.read(lambda tx: tx.papers.count()) == 1
    await running.close()


@pytest.mark.parametrize("damage", ["missing", "text", "empty", "torn"])
async def test_a_bad_backup_leaves_everything_as_it_was(url, tmp_path, damage):
    await fill(url, *range(50))
    bad = tmp_path / "bad.db"
    backup(url, bad)
    match damage:
        case "missing":
            bad.unlink()
        case "text":
            bad.write_text("not a database, " * 100)
        case "empty":
            bad.write_bytes(b"")
        case "torn":
            os.truncate(bad, bad.stat().st_size // 2)
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(StorageError):
        restore(bad, url, now=NOW)
    assert await count(url) == 50
    assert sorted(p.name for p in tmp_path.iterdir()) == before


async def test_a_backup_never_overwrites(url, tmp_path):
    await fill(url, 1)
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(StorageError, match="exists already"):
        backup(url, tmp_path / "copy.db")
    with pytest.raises(StorageError, match="cannot be copied"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "other.db")
    assert not (tmp_path / "none.db").exists()


def test_postgresql_has_its_own_tools(tmp_path):
    with pytest.raises(StorageError, match="pg_dump"):
        backup("postgresql://host/name", tmp_path / "copy.db")
    with pytest.raises(StorageError, match="pg_restore"):
        restore(tmp_path / "copy.db", "postgresql://host/name", now=NOW)


def nights(folder):
    return sorted(file.name for file in folder.iterdir())


async def test_every_night_has_its_copy_and_the_last_ones_stay(url, tmp_path):
    await fill(url, 1)
    folder = tmp_path / "backups"
    for day in range(1, 6):
        night = date(2026, 11, day)
        assert back_up_nightly(url, folder, day=night, keep=3) == folder / f"nightly-{night}.db"
        assert back_up_nightly(url, folder, day=night, keep=3) is None
    (folder / "paperlark-by-hand.db").touch()
    back_up_nightly(url, folder, day=date(2026, 11, 6), keep=3)
    assert nights(folder) == [
        "nightly-2026-11-04.db",
        "nightly-2026-11-05.db",
        "nightly-2026-11-06.db",
        "paperlark-by-hand.db",
    ]
    assert await count(f"sqlite:///{folder / 'nightly-2026-11-06.db'}") == 1


async def test_a_full_disk_gets_no_backup_and_the_old_ones_stay(url, tmp_path, monkeypatch):
    await fill(url, 1)
    folder = tmp_path / "backups"
    back_up_nightly(url, folder, day=date(2026, 11, 1), keep=1)
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageError, match="No room for a backup"):
        back_up_nightly(url, folder, day=date(2026, 11, 2), keep=1)
    assert nights(folder) == ["nightly-2026-11-01.db"]


async def test_a_damaged_database_takes_the_place_of_no_good_copy(url, tmp_path):
    await fill(url, *range(50))
    folder = tmp_path / "backups"
    back_up_nightly(url, folder, day=date(2026, 11, 1), keep=1)
    database = tmp_path / "paperlark.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2 :] = b"x" * (len(data) - len(data) // 2)
    database.write_bytes(bytes(data))
    with pytest.raises(StorageError):
        back_up_nightly(url, folder, day=date(2026, 11, 2), keep=1)
    assert nights(folder) == ["nightly-2026-11-01.db"]
