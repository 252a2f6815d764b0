"""A quicker world: statements are compiled once a process, not once a test."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.store import SqlStore
from adapters.storage.vectors import SignsInMemory
from tests.world import World, migrated


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    path = tmp_path_factory.mktemp("archive") / "paperlark.db"
    shutil.copy(migrated(), path)
    store = SqlStore.open(f"sqlite:///{path}")
    yield store
    store._shut_down()


@pytest.fixture
def world(archive: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The whole program, on an archive that is emptied for each test."""
    with (
        closing(sqlite3.connect(migrated())) as empty,
        closing(sqlite3.connect(str(archive._address.database))) as used,
    ):
        empty.backup(used)
    archive._memory = SignsInMemory()
    monkeypatch.setattr(SqlStore, "open", lambda url: archive)
    return World(tmp_path)


@pytest.fixture
async def shut(tmp_path: Path) -> World:
    """A world whose archive is gone."""
    world = World(tmp_path)
    await world.store.close()
    return world
