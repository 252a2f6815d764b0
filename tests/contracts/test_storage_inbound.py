"""What came in is known for some hours, to every process."""

import asyncio
from datetime import timedelta

from adapters.storage.inbound import KEPT_FOR
from adapters.storage.store import SqlStore
from tests.adapters.storage.examples import NOW


def first(event, *, platform="slack", now=NOW):
    return lambda tx: tx.inbound_events.is_first(platform, event, now=now)


async def test_an_event_is_first_once(store):
    assert [await store.write(first("Ev1")) for _ in range(3)] == [True, False, False]


async def test_events_and_platforms_are_told_apart(store):
    assert await store.write(first("Ev1"))
    assert await store.write(first("Ev2"))
    assert await store.write(first("Ev1", platform="discord"))


async def test_an_event_is_forgotten_after_hours(store):
    await store.write(first("Ev1"))
    assert not await store.write(first("Ev1", now=NOW + KEPT_FOR))
    assert await store.write(first("Ev1", now=NOW + KEPT_FOR + timedelta(seconds=1)))


async def test_of_many_processes_one_is_first(url):
    stores = [SqlStore(url) for _ in range(3)]
    answers = await asyncio.gather(*(s.write(first("Ev1")) for s in stores for _ in range(5)))
    assert sum(answers) == 1
    for store in stores:
        await store.close()


async def test_an_event_of_a_write_that_failed_did_not_come(store):
    def fail(tx):
        tx.inbound_events.is_first("slack", "Ev1", now=NOW)
        raise RuntimeError("half way")

    await asyncio.gather(store.write(fail), return_exceptions=True)
    assert await store.write(first("Ev1"))
