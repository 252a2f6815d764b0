"""A database that takes nothing: nothing is posted that cannot be recorded, and all goes on after.

`PRAGMA max_page_count` makes SQLite say that the disk is full, `query_only` refuses every
write, and another connection's transaction keeps ours waiting.
"""

import sqlite3
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.domain.errors import StorageError
from tests.fakes import make_paper
from tests.world import LAB, channel_ref

TITLE = "Reward hacking in language models"
UNLIMITED = 2**30
MINUTE = timedelta(minutes=1)


def tell(world, pragma):
    """Something to the connection that writes, which the pool keeps."""
    held = world.store._writer.raw_connection()
    try:
        return held.driver_connection.execute(f"PRAGMA {pragma}").fetchone()
    finally:
        held.close()


def fill(world):
    """From now on the file does not grow."""
    [pages] = tell(world, "page_count")
    tell(world, f"max_page_count = {pages}")


def free(world):
    tell(world, f"max_page_count = {UNLIMITED}")


@contextmanager
def locked(world):
    """Another program has a transaction open."""
    tell(world, "busy_timeout = 20")
    other = sqlite3.connect(world.store._address.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def many(number):
    """More than fits into the pages that are there."""
    abstract = "We show how rewards are hacked. " * 60
    return [
        make_paper(f"2607.{n:05}", f"Reward paper {n}", abstract=abstract) for n in range(number)
    ]


async def test_what_cannot_be_stored_is_collected_again_when_there_is_room(world):
    await world.found("reward")
    papers = many(40)
    world.source.waiting = list(papers)
    fill(world)
    with pytest.raises(StorageError, match="full"):
        await world.tick()
    assert await world.store.read(lambda tx: tx.papers.count()) == 0
    assert await world.store.read(lambda tx: tx.sources.cursor("arxiv")) is None
    assert "full" in world.store.trouble(MINUTE)

    free(world)
    world.source.waiting = list(papers)  # as a source does that is asked from the same cursor
    await world.morning()
    assert len(world.cards()) == len(set(world.cards())) > 0
    assert await world.store.read(lambda tx: tx.papers.count()) == 40


async def test_without_a_record_of_the_claim_nothing_is_posted(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    tell(world, "query_only = ON")
    for _ in range(3):
        with pytest.raises(StorageError):
            await world.deliverer.deliver()
    assert world.chat.posts == []
    tell(world, "query_only = OFF")
    await world.deliverer.deliver()
    assert world.cards() == [TITLE]


async def test_a_digest_that_cannot_be_planned_is_planned_when_there_is_room(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    tell(world, "query_only = ON")
    assert await world.digester.digest() == []
    assert world.store.trouble(MINUTE)
    tell(world, "query_only = OFF")
    await world.tick()
    assert world.cards() == [TITLE]


async def test_a_post_whose_record_failed_is_found_and_not_repeated(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    world.chat.on_post = lambda: tell(world, "query_only = ON")
    with pytest.raises(StorageError):
        await world.deliverer.deliver()
    assert len(world.chat.posts) == 1
    for _ in range(3):  # the disk stays full for a while
        world.clock.advance(seconds=20)
        with pytest.raises(StorageError):
            await world.deliverer.deliver()

    world.chat.on_post = lambda: None
    tell(world, "query_only = OFF")
    for _ in range(4):
        await world.tick()
        world.clock.advance(seconds=46)
    assert await world.store.read(lambda tx: tx.deliveries.unsettled(LAB)) == []
    assert world.cards() == [TITLE]


async def test_a_claim_that_others_keep_us_from_is_made_later(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    with locked(world), pytest.raises(StorageError, match="locked"):
        await world.deliverer.deliver()
    assert world.chat.posts == []
    await world.deliverer.deliver()
    assert world.cards() == [TITLE]


async def test_trouble_is_known_for_a_while_and_our_own_refusals_are_none(world):
    assert world.store.trouble(MINUTE) is None

    def plan(tx):
        tx.deliveries.plan(channel_ref("x"), "daily", [], lambda _: [], now=world.clock.now())

    with pytest.raises(StorageError, match="never saved"):
        await world.store.write(plan)
    assert world.store.trouble(MINUTE) is None
    tell(world, "query_only = ON")
    with pytest.raises(StorageError):
        await world.store.write(lambda tx: tx.kept_texts.keep(LAB, "x", now=world.clock.now()))
    assert "readonly" in world.store.trouble(MINUTE)
    assert world.store.trouble(timedelta(0)) is None
    tell(world, "query_only = OFF")
