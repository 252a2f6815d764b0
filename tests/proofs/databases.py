"""Migrated databases, a fresh one for each run: a file, or one on a PostgreSQL of our own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from adapters.storage.store import SqlStore
from tests.adapters.storage.databases import MIGRATED, Postgres, shut

KINDS = ("sqlite", "postgresql")


class Databases(Protocol):
    def new(self, folder: Path) -> str:
        """The address of a migrated and empty one."""
        ...

    def drop(self, url: str) -> None: ...


class _Files:
    def __init__(self, template: Path) -> None:
        self._template = template
        shut(SqlStore.open(f"sqlite:///{template}"))

    def new(self, folder: Path) -> str:
        return f"sqlite:///{shutil.copy(self._template, folder / 'paperlark.db')}"

    def drop(self, url: str) -> None:
        """It goes with its folder."""


class _Server:
    def __init__(self, server: Postgres) -> None:
        self._server = server

    def new(self, folder: Path) -> str:
        return self._server.new(template=MIGRATED)

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._server._execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="paperlark-proof-") as folder:
            yield _Files(Path(folder) / "template.db")
    else:
        server = Postgres()
        try:
            yield _Server(server)
        finally:
            server.stop()
