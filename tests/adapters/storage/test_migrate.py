import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from adapters.storage.engine import parse_url, sqlite_path, writer_engine
from adapters.storage.migrate import VERSIONS, Migrator
from adapters.storage.store import SqlStore
from adapters.storage.tables import Row
from bot.domain.errors import StorageError
from tests.adapters.storage.databases import shut
from tests.adapters.storage.examples import NOW, add_channel, match, numbered, subscribe

HEAD, NEXT_REVISION = "0012", "9000"
ROOT = Path(__file__).resolve().parents[3]

NEXT = f"""
from alembic import op
import sqlalchemy as sa

revision = "{NEXT_REVISION}"
down_revision = "{HEAD}"


def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    {{change}}
"""


@pytest.fixture
def url(own_url):
    return own_url


@pytest.fixture
def engine(url):
    engine = writer_engine(parse_url(url))
    yield engine
    engine.dispose()


@pytest.fixture
async def filled(store):
    def fill(tx):
        tx.papers.store([numbered(1), numbered(2)], now=NOW)
        tx.matches.record([match(subscribe(tx), numbered(n)) for n in (1, 2)], now=NOW)

    await store.write(fill)


def next_version(folder: Path, change: str) -> Migrator:
    """Ours and one more migration."""
    versions = folder / "versions"
    shutil.copytree(VERSIONS, versions)
    (versions / f"{NEXT_REVISION}_next.py").write_text(NEXT.format(change=change))
    return Migrator(versions=versions)


def state(engine: Engine) -> tuple[object, ...]:
    counted = ("paper", "alias", "subscription", "match_reason", "paper_match")
    with engine.connect() as connection:
        return (
            MigrationContext.configure(connection).get_current_revision(),
            "extra" in inspect(connection).get_table_names(),
            *(connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in counted),
        )


def test_an_empty_database_gets_the_tables_that_the_program_declares(empty_url):
    shut(SqlStore.open(empty_url))
    engine = writer_engine(parse_url(empty_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_migrations_are_named_by_revision_in_order():
    script = ScriptDirectory(VERSIONS.parent, version_locations=[VERSIONS])
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert revisions == sorted((f.name[:4] for f in VERSIONS.glob("*.py")), reverse=True)
    assert revisions[0] == HEAD


def test_a_start_without_anything_to_migrate_does_not_load_alembic(migrated_file):
    start = (
        "import sys; from adapters.storage.store import SqlStore;"
        "SqlStore.open(sys.argv[1]); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", start, f"sqlite:///{migrated_file}"], cwd=ROOT, check=True
    )


def test_a_second_upgrade_does_nothing(engine):
    assert not Migrator().is_behind(engine)
    before = state(engine)
    assert Migrator().upgrade(engine) is None
    assert state(engine) == before


async def test_a_rebuilt_parent_table_keeps_the_rows_below_it(filled, engine, tmp_path):
    change = """
    sqlite = op.get_context().dialect.name == "sqlite"
    rebuild = "always" if sqlite else "never"
    with op.batch_alter_table("subscription", recreate=rebuild) as table:
        table.add_column(sa.Column("muted", sa.Boolean()))
    """.strip()
    migrator = next_version(tmp_path, change)
    assert migrator.is_behind(engine)
    migrator.upgrade(engine)
    assert state(engine) == (NEXT_REVISION, True, 2, 4, 2, 2, 2)


async def test_a_migrated_file_is_kept_as_it_was(filled, engine, tmp_path):
    kept = next_version(tmp_path, "pass").upgrade(engine)
    if sqlite_path(engine.url) is None:
        assert kept is None
        return
    old = writer_engine(parse_url(f"sqlite:///{kept}"))
    assert state(old) == (HEAD, False, 2, 4, 2, 2, 2)
    assert not Migrator().is_behind(old)
    old.dispose()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('op.execute("DELETE FROM alias")', "would lose 4 of 4 rows of alias"),
        ('op.execute("DROP TABLE match_reason")', "would lose 2 of 2 rows of match_reason"),
        (
            'op.execute("UPDATE subscription SET channel_id = 99")',
            "without what they refer to|foreign key",
        ),
        ('op.execute("SELECT * FROM nowhere")', "could not be migrated"),
    ],
    ids=["rows deleted", "a table dropped", "orphans", "an error"],
)
async def test_a_migration_that_loses_or_fails_changes_nothing(
    filled, engine, tmp_path, change, words
):
    before = state(engine)
    with pytest.raises(StorageError, match=words):
        next_version(tmp_path, change).upgrade(engine)
    assert state(engine) == before == (HEAD, False, 2, 4, 2, 2, 2)


def test_a_database_of_a_newer_program_is_refused(engine, url):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer Paperlark made this database"):
        SqlStore.open(url)


async def test_a_database_in_use_is_not_migrated(tmp_path):
    url = f"sqlite:///{tmp_path / 'paperlark.db'}"
    running = SqlStore.open(url, exclusive=True)
    await running.write(add_channel)
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    with pytest.raises(StorageError, match="Another Paperlark is running"):
        SqlStore.open(url)
    await running.close()
