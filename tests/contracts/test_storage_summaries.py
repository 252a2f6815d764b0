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


@pytest.fixture
async def asks(store):
    """The papers that wait, after these were stored and matched."""

    async def of(*papers):
        def work(tx):
            add_channel(tx, LAB)
            tx.papers.store(papers, now=NOW)
            subscription = subscribe(tx, LAB)
            tx.matches.record([match(subscription, p) for p in papers], now=NOW)

        await store.write(work)
        return await waiting(store)

    return of


async def waiting(store, limit=10):
    return [p.id for p in await store.read(lambda tx: tx.summaries.waiting(limit=limit))]


async def put(store, paper, written=WRITTEN, now=NOW):
    await store.write(lambda tx: tx.summaries.put(paper, written, now=now))
    return await store.read(lambda tx: tx.papers.get(paper.id))


async def test_those_with_the_most_votes_come_first_and_of_equals_the_last(store, asks):
    assert await asks(OURS, VOTED, OTHER) == [OTHER.id, VOTED.id, OURS.id]
    assert await waiting(store, limit=1) == [OTHER.id]


async def test_who_has_a_summary_or_nothing_to_sum_up_does_not_wait(asks):
    told = replace(VOTED, summary=Summary(text="So it is.", maker="Hugging Face"))
    assert await asks(told, replace(OTHER, abstract="")) == []


async def test_a_paper_that_no_digest_waits_for_does_not_wait(store, asks):
    await asks(OURS)
    await store.write(lambda tx: tx.papers.store([VOTED], now=NOW))
    assert await waiting(store) == [OURS.id]
    await store.write(lambda tx: plan(tx, papers=(OURS,)))
    assert await waiting(store) == []


async def test_what_was_written_comes_with_the_paper_and_is_asked_for_once(store, asks):
    await asks(OURS)
    assert (await put(store, OURS)).written == WRITTEN
    assert await waiting(store) == []


async def test_who_was_asked_in_vain_is_not_asked_again(store, asks):
    await asks(OURS)
    assert (await put(store, OURS, None)).written is None
    assert await waiting(store) == []


async def test_the_budget_counts_both(store, asks):
    await asks(OURS, VOTED, OTHER)
    await put(store, OURS)
    await put(store, VOTED, None, now=LATER)
    asked = [
        await store.read(lambda tx, since=since: tx.summaries.asked(since=since))
        for since in (NOW, LATER, LATER + timedelta(seconds=1))
    ]
    assert asked == [2, 1, 0]


async def test_a_sighting_leaves_it_and_a_summary_of_the_source_is_a_thing_apart(store, asks):
    await asks(OURS)
    await put(store, OURS)
    seen = replace(OURS, upvotes=5, summary=Summary(text="So it is.", maker="Hugging Face"))
    await store.write(lambda tx: tx.papers.store([seen], now=LATER))
    known = await store.read(lambda tx: tx.papers.get(OURS.id))
    assert (known.summary, known.written) == (seen.summary, WRITTEN)


async def test_a_new_text_makes_it_unknown_but_what_it_cost_still_counts(store, asks):
    await asks(OURS)
    await put(store, OURS)
    await store.write(lambda tx: tx.papers.store([replace(OURS, abstract="They walk.")], now=LATER))
    assert (await store.read(lambda tx: tx.papers.get(OURS.id))).written is None
    assert await store.read(lambda tx: tx.summaries.asked(since=NOW)) == 1
    assert await waiting(store) == []


async def test_what_was_written_of_an_older_text_is_left_out(store, asks):
    await asks(OURS)
    assert (await put(store, replace(OURS, abstract="They walked."))).written is None
    assert await waiting(store) == [OURS.id]


async def test_a_paper_that_is_not_there_is_left_out(store, asks):
    await asks(OURS)
    await store.write(lambda tx: tx.summaries.put(VOTED, WRITTEN, now=NOW))
    assert await store.read(lambda tx: tx.summaries.asked(since=NOW)) == 0
