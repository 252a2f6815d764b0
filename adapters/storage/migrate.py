"""Bring a database to the newest schema without losing a row."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, String, column, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from adapters.storage.backup import copy_database, keep_last
from adapters.storage.engine import let_stand, sqlite_path, words_of
from bot.domain.errors import StorageError

logger = logging.getLogger(__name__)

VERSIONS = Path(__file__).parent / "migrations" / "versions"
SCHEMAS_KEPT = 3
"""Copies of the database as it was before an upgrade."""
VERSION = table("alembic_version", column("version_num", String))

# How SQLite keeps the text index is its own business, and Alembic's table is Alembic's.
UNCOUNTED = ("paper_text_", "alembic_version")


class Migrator:
    def __init__(self, *, versions: Path = VERSIONS) -> None:
        """Tests bring other `versions`."""
        self._versions = versions
        # A migration's file is named by its revision, and they sort by age.
        self._revisions = sorted(f.name.partition("_")[0] for f in versions.glob("[0-9]*.py"))

    def is_behind(self, engine: Engine) -> bool:
        """Whether `upgrade` has something to do.

        Raises:
            StorageError: if a newer Paperlark made the database.
        """
        return self._revision(engine) != self._revisions[-1]

    def upgrade(self, engine: Engine) -> Path | None:
        """Migrate in one transaction; returns where the old SQLite database is kept, if any.

        Raises:
            StorageError: if it failed or would have lost rows; nothing was changed then.
        """
        revision = self._revision(engine)
        if revision == self._revisions[-1]:
            return None
        kept = _keep_old(engine, revision)
        try:
            with (
                engine.connect() as connection,
                _foreign_keys_off(connection),
                connection.begin(),
            ):
                self._migrate(connection)
        except SQLAlchemyError as error:
            raise StorageError(f"The database could not be migrated: {words_of(error)}") from error
        logger.info("database migrated", extra={"to": self._revisions[-1]})
        return kept

    def _revision(self, engine: Engine) -> str | None:
        with engine.connect() as connection:
            if not inspect(connection).has_table(VERSION.name):
                return None
            revision = connection.execute(select(VERSION.c.version_num)).scalar_one_or_none()
        if revision is None or revision in self._revisions:
            return revision
        raise StorageError(
            f"A newer Paperlark made this database (schema {revision});"
            " install that version, or restore a backup."
        )

    def _migrate(self, connection: Connection) -> None:
        # Here, because it takes 0.3 s and 6 MB and a start seldom needs it.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(self._versions))
        config.attributes["connection"] = connection
        let_stand(connection)
        before = _row_counts(connection)
        command.upgrade(config, "head")
        _refuse_loss(before, _row_counts(connection))
        _refuse_orphans(connection)


def _keep_old(engine: Engine, revision: str | None) -> Path | None:
    database = sqlite_path(engine.url)
    if database is None or revision is None:
        return None
    kept = database.with_name(f"{database.name}.schema-{revision}")
    copy_database(database, kept)
    keep_last(kept.parent, f"{database.name}.schema-*", SCHEMAS_KEPT)
    return kept


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it; with the keys on, that deletes what refers to it.

    The switch does nothing inside a transaction.
    """
    driver = connection.connection.driver_connection
    if driver is None or connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _row_counts(connection: Connection) -> dict[str, int]:
    names = (n for n in inspect(connection).get_table_names() if not n.startswith(UNCOUNTED))
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }


def _refuse_loss(before: dict[str, int], after: dict[str, int]) -> None:
    for name, count in before.items():
        if (left := after.get(name, 0)) < count:
            raise StorageError(
                f"The migration would lose {count - left} of {count} rows of {name};"
                " the database is as it was."
            )


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise StorageError(
            f"The migration would leave {len(orphans)} rows without what they refer to;"
            " the database is as it was."
        )
