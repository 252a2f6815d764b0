import shutil
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from adapters.storage.backup import back_up_nightly, backup
from adapters.storage.restoring import restore
from bot.domain.errors import StorageError
from tests.adapters.storage.examples import NOW
from tests.adapters.storage.files import count, fill, intact, leave_killed, mode, names


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'paperlark.db'}"


async def test_no_log_that_lies_where_a_copy_goes_is_replayed_into_it(url, tmp_path):
    await fill(url, 1)
    await leave_killed(f"sqlite:///{tmp_path / 'copy.db'}", *range(100, 200))
    (tmp_path / "copy.db").unlink()
    backup(url, tmp_path / "copy.db")
    assert intact(tmp_path / "copy.db")
    assert await count(f"sqlite:///{tmp_path / 'copy.db'}") == 1


async def test_no_journal_that_lies_where_a_copy_goes_is_rolled_back_into_it(url, tmp_path):
    await fill(url, *range(100))
    copy, journal = tmp_path / "copy.db", tmp_path / "copy.db-journal"
    backup(url, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as killed:
        killed.execute("PRAGMA cache_size = 1")  # it writes, and so needs its journal, at once
        killed.execute("BEGIN")
        killed.execute("UPDATE paper SET title = title || title")
        left = journal.read_bytes()
        killed.execute("ROLLBACK")
    copy.unlink()
    journal.write_bytes(left)
    await fill(url, *range(100, 200))
    backup(url, copy)
    assert intact(copy)
    assert await count(f"sqlite:///{copy}") == 200


@pytest.mark.parametrize("private", [0o600, 0o640])
async def test_a_copy_can_be_read_by_whom_the_database_can(url, tmp_path, private):
    await fill(url, 1)
    (tmp_path / "paperlark.db").chmod(private)
    backup(url, tmp_path / "copy.db")
    nightly = back_up_nightly(url, tmp_path / "backups", day=date(2026, 11, 1), keep=1)
    assert [mode(tmp_path / "copy.db"), mode(nightly)] == [private, private]


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


async def test_every_night_has_its_copy_and_the_last_ones_stay(url, tmp_path):
    await fill(url, 1)
    folder = tmp_path / "backups"
    for day in range(1, 6):
        night = date(2026, 11, day)
        assert back_up_nightly(url, folder, day=night, keep=3) == folder / f"nightly-{night}.db"
        assert back_up_nightly(url, folder, day=night, keep=3) is None
    (folder / "paperlark-by-hand.db").touch()
    back_up_nightly(url, folder, day=date(2026, 11, 6), keep=3)
    assert names(folder) == [
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
    assert names(folder) == ["nightly-2026-11-01.db"]


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
    assert names(folder) == ["nightly-2026-11-01.db"]
