"""What every database promises of the lead, and what a process makes of it."""

import asyncio
import threading
from datetime import timedelta

import pytest

from adapters.storage.store import SqlStore
from tests.adapters.storage.test_store import raw

LASTS = timedelta(minutes=5)


@pytest.fixture
async def open_store(url):
    stores = []

    def open_(**how):
        stores.append(SqlStore.open(url, **how))
        return stores[-1]

    yield open_
    for store in stores:
        await store.close()


@pytest.fixture
def postgres_url(postgres):
    return postgres.emptied()


@pytest.fixture
async def two(postgres_url):
    stores = SqlStore(postgres_url), SqlStore(postgres_url)
    yield stores
    for store in stores:
        await store.close()


async def test_who_leads_keeps_its_term(open_store):
    store = open_store(exclusive=True)
    first = await store.lead("one", lasts=LASTS)
    assert first is not None
    assert [await store.lead("one", lasts=LASTS) for _ in range(3)] == [first] * 3


async def test_who_resigned_may_lead_again(open_store):
    store = open_store(exclusive=True)
    await store.lead("one", lasts=LASTS)
    await store.resign("one")
    assert await store.lead("one", lasts=LASTS) is not None


async def test_a_command_beside_the_process_of_a_file_does_not_lead(tmp_path, migrated_file):
    beside = SqlStore(f"sqlite:///{migrated_file}")
    assert await beside.lead("one", lasts=LASTS) is None
    await beside.close()


async def test_while_one_leads_no_other_does(two):
    assert await two[0].lead("one", lasts=LASTS) == 1
    assert await two[1].lead("other", lasts=LASTS) is None
    assert await two[0].lead("one", lasts=LASTS) == 1


async def test_a_lead_that_ran_out_is_anothers_in_a_new_term(two, postgres_url):
    await two[0].lead("one", lasts=LASTS)
    raw(postgres_url, "UPDATE leader SET expires_at = clock_timestamp()")
    assert await two[1].lead("other", lasts=LASTS) == 2
    assert await two[0].lead("one", lasts=LASTS) is None


async def test_a_lead_that_ran_out_begins_anew_also_for_who_had_it(two, postgres_url):
    await two[0].lead("one", lasts=LASTS)
    raw(postgres_url, "UPDATE leader SET expires_at = clock_timestamp()")
    assert await two[0].lead("one", lasts=LASTS) == 2


async def test_who_resigns_makes_way_at_once(two):
    await two[0].lead("one", lasts=LASTS)
    await two[0].resign("one")
    assert await two[1].lead("other", lasts=LASTS) == 2


async def test_who_does_not_lead_resigns_nothing(two):
    await two[0].lead("one", lasts=LASTS)
    await two[1].resign("other")
    assert await two[1].lead("other", lasts=LASTS) is None


async def test_the_lead_lasts_as_long_as_was_asked(two, postgres_url):
    await two[0].lead("one", lasts=timedelta(seconds=40))
    [(left,)] = raw(postgres_url, "SELECT expires_at - clock_timestamp() FROM leader")
    assert timedelta(0) < left <= timedelta(seconds=40)


async def test_one_of_many_at_once_leads(two):
    terms = await asyncio.gather(*(two[n % 2].lead(f"p{n}", lasts=LASTS) for n in range(40)))
    assert sorted(t for t in terms if t) == [1]


async def test_a_long_write_keeps_nobody_from_the_lead(two):
    go_on = threading.Event()
    writing = asyncio.create_task(two[0].write(lambda tx: go_on.wait(20)))
    await asyncio.sleep(0.05)
    try:
        assert await asyncio.wait_for(two[0].lead("one", lasts=LASTS), 10) == 1
        assert await asyncio.wait_for(two[1].lead("other", lasts=LASTS), 10) is None
    finally:
        go_on.set()
        await writing
