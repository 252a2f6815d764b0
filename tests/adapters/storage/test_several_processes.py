"""One process that stands still must not keep the others from the database."""

import asyncio
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.storage import engine
from adapters.storage.engine import lone_engine, parse_url, writer_engine
from adapters.storage.migrate import VERSIONS, Migrator
from adapters.storage.store import SqlStore
from adapters.storage.tables import attempts, deliveries
from bot.domain.errors import StorageError
from tests.adapters.storage.databases import MIGRATED
from tests.adapters.storage.examples import LAB, NOW, OTHER, add_channel, claim, plan


@pytest.fixture
def postgres_url(postgres):
    """One of its own: what stands still or is ended here must be in nobody's way."""
    return postgres.new(template=MIGRATED)


@pytest.fixture
async def store(postgres_url):
    store = SqlStore(postgres_url)
    yield store
    await store.close()


@pytest.fixture
def stopped(postgres_url, monkeypatch):
    """A process in the midst of a write, which does nothing more."""
    monkeypatch.setattr(engine, "STOPPED_MS", 300)
    of_other = writer_engine(parse_url(postgres_url))
    connection = of_other.connect()
    connection.begin()
    yield connection
    connection.invalidate()
    connection.close()
    of_other.dispose()


async def test_a_write_that_stands_still_is_ended_and_the_others_go_on(store, stopped):
    await asyncio.wait_for(store.write(add_channel), 20)
    assert await store.read(lambda tx: tx.channels.get(LAB)) is not None


async def test_who_stood_still_finds_its_write_undone_and_the_next_one_works(
    postgres_url, store, monkeypatch
):
    monkeypatch.setattr(engine, "STOPPED_MS", 200)
    slept = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stand_still(tx):
        add_channel(tx)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(1.5), loop).result()
        loop.call_soon_threadsafe(slept.set)
        add_channel(tx, OTHER)

    with pytest.raises(StorageError):
        await store.write(stand_still)
    assert slept.is_set()
    assert await store.read(lambda tx: tx.channels.all()) == []
    await store.write(add_channel)
    assert len(await store.read(lambda tx: tx.channels.all())) == 1


async def test_connections_that_the_server_ended_are_made_anew(postgres_url, store):
    await store.write(add_channel)
    await store.lead("process", lasts=timedelta(minutes=1))
    assert await store.read(lambda tx: len(tx.channels.all())) == 1
    server = lone_engine(parse_url(postgres_url))
    with server.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    server.dispose()
    await store.write(lambda tx: add_channel(tx, OTHER))
    assert await store.read(lambda tx: len(tx.channels.all())) == 2
    assert await store.lead("process", lasts=timedelta(minutes=1)) == 1


def test_a_migration_may_take_its_time(postgres, tmp_path, monkeypatch):
    """It works in Python between its statements, and nobody can do without it."""
    monkeypatch.setattr(engine, "STOPPED_MS", 200)
    versions = tmp_path / "versions"
    shutil.copytree(VERSIONS, versions)
    (versions / "9000_slow.py").write_text(
        "import time\nrevision, down_revision = '9000', "
        f"'{max(f.name[:4] for f in VERSIONS.glob('0*.py'))}'\n"
        "def upgrade():\n    time.sleep(1)\n"
    )
    writer = writer_engine(parse_url(postgres.new()))
    Migrator(versions=versions).upgrade(writer)
    assert not Migrator(versions=versions).is_behind(writer)
    writer.dispose()


async def test_a_claim_passes_over_a_post_that_another_holds(postgres_url, store):
    """The writers' lock keeps Paperlark's own apart; this holds whoever else looks at the rows."""
    await store.write(lambda tx: plan(tx, LAB))
    await store.write(lambda tx: plan(tx, OTHER))
    other = lone_engine(parse_url(postgres_url))
    with other.connect().execution_options(isolation_level="READ COMMITTED") as connection:
        first = select(deliveries.c.id).order_by(deliveries.c.digest_id, deliveries.c.part).limit(1)
        [held] = connection.execute(first.with_for_update()).scalars()
        taken = await asyncio.wait_for(store.write(claim), 20)
    other.dispose()
    assert taken is not None
    assert taken.id != held
    assert taken.channel == OTHER


async def test_a_claim_bears_the_term_of_the_leader_that_made_it(postgres_url, store):
    await store.write(lambda tx: plan(tx, LAB))
    await store.lead("process", lasts=timedelta(minutes=1))
    await store.write(
        lambda tx: tx.deliveries.claim(
            NOW, owner="process", lease_until=NOW, platforms=[LAB.platform]
        )
    )
    reading = lone_engine(parse_url(postgres_url))
    with reading.connect() as connection:
        assert connection.execute(select(deliveries.c.term)).scalars().all()[:1] == [1]
        assert connection.execute(select(attempts.c.term)).scalars().all() == [1]
    reading.dispose()


async def test_processes_that_start_at_once_on_an_empty_database_all_start(postgres):
    url = postgres.new()
    stores = await asyncio.gather(*(asyncio.to_thread(SqlStore.open, url) for _ in range(3)))
    assert [await store.read(lambda tx: tx.papers.count()) for store in stores] == [0, 0, 0]
    for store in stores:
        await store.close()
