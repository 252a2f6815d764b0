import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.storage import restoring
from adapters.storage.backup import backup
from adapters.storage.restoring import Restored, restore
from adapters.storage.store import SqlStore
from bot.domain.errors import StorageError
from tests.adapters.storage.examples import NOW, numbered
from tests.adapters.storage.files import count, fill, intact, leave_killed, mode, names

NOBODY = 65534
NAMING = ("os.link", "os.rename")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'paperlark.db'}"


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
    await leave_killed(url, 2)
    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    assert await count(url) == 1
    assert await count(f"sqlite:///{kept}") == 2


@pytest.mark.parametrize("left", ["restored", "newer"])
async def test_what_a_killed_restore_left_does_no_harm_to_the_next(url, tmp_path, left):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    await leave_killed(f"{url}.{left}", *range(100, 200))
    restore(tmp_path / "copy.db", url, now=NOW)
    assert await count(url) == 1
    assert intact(tmp_path / "paperlark.db")
    assert not list(tmp_path.glob(f"*.{left}")) + list(tmp_path.glob(f"*.{left}-*"))


async def test_what_was_built_is_checked_before_it_takes_the_place(url, tmp_path, monkeypatch):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")

    def ruin(connection):
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'paper'")
        return True

    monkeypatch.setattr(restoring, "hand_over", ruin)
    with pytest.raises(StorageError):
        restore(tmp_path / "copy.db", url, now=NOW)
    assert intact(tmp_path / "paperlark.db")
    assert sorted(file.name for file in tmp_path.glob("*.db")) == ["copy.db", "paperlark.db"]


async def test_a_damaged_database_is_replaced(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    for name in ("paperlark.db", "paperlark.db-wal"):
        (tmp_path / name).write_text("damaged, " * 1_000)
    assert restore(tmp_path / "copy.db", url, now=NOW).kept.read_text().startswith("damaged")
    assert await count(url) == 1


async def test_nothing_is_restored_while_another_program_has_the_database_open(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "paperlark.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM paper").fetchone()
        await fill(url, 2)
        before = names(tmp_path)
        with pytest.raises(StorageError, match="Another program has"):
            restore(tmp_path / "copy.db", url, now=NOW)
        assert names(tmp_path) == before
    assert await count(url) == 2


async def test_no_database_that_was_kept_is_overwritten(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    await fill(url, 2)
    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    with pytest.raises(StorageError, match="exists already"):
        restore(tmp_path / "copy.db", url, now=NOW)
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
    before = names(tmp_path)
    with pytest.raises(StorageError):
        restore(bad, url, now=NOW)
    assert await count(url) == 50
    assert names(tmp_path) == before


def restore_until(folder: Path, step: int) -> None:
    """Kill this process before it names a file, once it has done so often enough."""
    left = iter(range(step))

    def watch(event: str, _: object) -> None:
        if event in NAMING and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    restore(folder / "copy.db", f"sqlite:///{folder / 'paperlark.db'}", now=NOW)


async def test_wherever_a_restore_is_killed_a_whole_database_is_in_its_place(url, tmp_path):
    await fill(url, 1, 2)
    backup(url, tmp_path / "copy.db")
    await leave_killed(url, 3)
    found, step, exit_code = [], 0, -signal.SIGKILL
    while exit_code == -signal.SIGKILL:
        folder = shutil.copytree(tmp_path, tmp_path.with_name(f"step-{step}"))
        child = multiprocessing.get_context("fork").Process(
            target=restore_until, args=(folder, step)
        )
        child.start()
        child.join()
        step, exit_code = step + 1, child.exitcode
        database = folder / "paperlark.db"
        assert database.exists()
        found.append(await count(f"sqlite:///{database}"))
        restore(folder / "copy.db", f"sqlite:///{database}", now=NOW + timedelta(seconds=1))
        assert intact(database)
        assert await count(f"sqlite:///{database}") == 2
    assert exit_code == 0
    assert set(found) == {3, 2}


async def test_where_files_have_one_name_only_the_one_before_is_copied(url, tmp_path, monkeypatch):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    await fill(url, 2)

    def refuse(*_args, **_kwargs):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    assert await count(url) == 1
    assert await count(f"sqlite:///{kept}") == 2


async def test_the_restored_file_has_the_mode_of_the_one_before(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o444)
    (tmp_path / "paperlark.db").chmod(0o660)
    kept = restore(tmp_path / "copy.db", url, now=NOW).kept
    assert [mode(tmp_path / "paperlark.db"), mode(kept)] == [0o660, 0o660]


async def test_what_is_restored_can_be_written_though_the_backup_cannot(url, tmp_path):
    await fill(url, 1)
    backup(url, tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o400)
    (tmp_path / "paperlark.db").unlink()
    restore(tmp_path / "copy.db", url, now=NOW)
    assert mode(tmp_path / "paperlark.db") == 0o600


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root gives files away")
async def test_what_root_restores_and_backs_up_belongs_to_whom_it_belonged(url, tmp_path):
    await fill(url, 1)
    os.chown(tmp_path / "paperlark.db", NOBODY, NOBODY)
    backup(url, tmp_path / "copy.db")
    owners = [(tmp_path / "copy.db").stat()]
    os.chown(tmp_path / "copy.db", 0, 0)
    restore(tmp_path / "copy.db", url, now=NOW)
    owners.append((tmp_path / "paperlark.db").stat())
    assert [(found.st_uid, found.st_gid) for found in owners] == [(NOBODY, NOBODY)] * 2


async def test_a_link_to_the_database_stays_one(tmp_path):
    (tmp_path / "disk").mkdir()
    real, link = tmp_path / "disk" / "real.db", tmp_path / "paperlark.db"
    link.symlink_to(real)
    await fill(f"sqlite:///{link}", 1)
    backup(f"sqlite:///{link}", tmp_path / "copy.db")
    kept = restore(tmp_path / "copy.db", f"sqlite:///{link}", now=NOW).kept
    assert link.readlink() == real
    assert not real.is_symlink()
    assert kept.parent == real.parent
    assert await count(f"sqlite:///{link}") == 1
