"""What every store promises about what a language model wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.papers import Summary
from tests.adapters.storage.examples import (
    LAB,
    LATER,
    NOW,
    add_channel,
    match,
    paper,
    plan,
    subscribe,
)

WRITTEN = Summary(text="It plans.", maker="small-model")
OURS = paper("2611.00001", title="Robots that plan with world models", abstract="They plan.")
VOTED = paper("2611.00002", title="Graph networks that plan well", abstract="So.", upvotes=9)
OTHER = paper("2611.00003", title="World models of games and toys", abstract="So.", upvotes=9)


DAY = NOW.date()


@pytest.fixture
async def asks(store):
    """Stores papers that wait for a digest."""

    async def of(*papers):
        def work(tx):
            add_channel(tx, LAB)
            tx.papers.store(papers, now=NOW)
            subscription = subscribe(tx, LAB)
            tx.matches.record([match(subscription, p) for p in papers], now=NOW)

        await store.write(work)

    return of


async def take(store, day=DAY, per_day=100):
    return await store.write(lambda tx: tx.summaries.take(day, per_day=per_day))


async def taken(store, count):
    return [(await take(store)).id for _ in range(count)]


async def asked(store, day=DAY):
    return await store.read(lambda tx: tx.summaries.asked(day))


async def put(store, paper):
    await store.write(lambda tx: tx.summaries.put(paper, WRITTEN))
    return await store.read(lambda tx: tx.papers.get(paper.id))


async def test_those_with_the_most_votes_come_first_and_of_equals_the_last(store, asks):
    await asks(OURS, VOTED, OTHER)
    assert await taken(store, 3) == [OTHER.id, VOTED.id, OURS.id]


async def test_all_have_had_their_turn_before_one_is_tried_again_and_none_is_for_ever(store, asks):
    await asks(OURS, VOTED)
    assert await taken(store, 6) == [VOTED.id, OURS.id] * 3
    assert await take(store) is None


async def test_who_has_a_summary_or_nothing_to_sum_up_does_not_wait(store, asks):
    told = replace(VOTED, summary=Summary(text="So it is.", maker="Hugging Face"))
    await asks(told, replace(OTHER, abstract=""))
    assert await take(store) is None


async def test_a_paper_that_no_digest_waits_for_does_not_wait(store, asks):
    await asks(OURS)
    await store.write(lambda tx: tx.papers.store([VOTED], now=NOW))
    assert await taken(store, 1) == [OURS.id]
    await store.write(lambda tx: plan(tx, papers=(OURS,)))
    assert await take(store) is None


async def test_what_was_written_comes_with_the_paper_which_waits_no_longer(store, asks):
    await asks(OURS)
    assert (await put(store, await take(store))).written == WRITTEN
    assert await take(store) is None


async def test_a_day_has_its_budget(store, asks):
    await asks(OURS, VOTED, OTHER)
    for _ in range(2):
        assert await take(store, per_day=2)
    assert await take(store, per_day=2) is None
    assert (await asked(store), await asked(store, DAY + timedelta(1))) == (2, 0)
    assert await take(store, DAY + timedelta(1), per_day=2)


async def test_what_was_spent_outlives_its_papers(store, asks):
    twin = paper("10.1000/xyz", title=OURS.title, authors=("Zed Other",), abstract="They plan.")
    await asks(OURS, twin)
    await taken(store, 2)
    both = paper("2611.00001", "10.1000/xyz", title=OURS.title)
    await store.write(lambda tx: tx.papers.store([both], now=LATER))
    assert await store.read(lambda tx: tx.papers.count()) == 1
    assert await asked(store) == 2


async def test_a_sighting_leaves_it_and_a_summary_of_the_source_is_a_thing_apart(store, asks):
    await asks(OURS)
    await put(store, OURS)
    seen = replace(OURS, upvotes=5, summary=Summary(text="So it is.", maker="Hugging Face"))
    await store.write(lambda tx: tx.papers.store([seen], now=LATER))
    known = await store.read(lambda tx: tx.papers.get(OURS.id))
    assert (known.summary, known.written) == (seen.summary, WRITTEN)


async def test_a_new_text_makes_it_unknown(store, asks):
    await asks(OURS)
    await put(store, await take(store))
    await store.write(lambda tx: tx.papers.store([replace(OURS, abstract="They walk.")], now=LATER))
    assert (await store.read(lambda tx: tx.papers.get(OURS.id))).written is None
    assert await taken(store, 1) == [OURS.id]


async def test_what_was_written_of_an_older_text_or_of_nothing_is_left_out(store, asks):
    await asks(OURS)
    assert (await put(store, replace(OURS, abstract="They walked."))).written is None
    assert await put(store, VOTED) is None
