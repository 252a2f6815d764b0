"""What every store promises about tastes, standings and papers that rise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.changes import Rejection
from bot.domain.channels import ChannelState
from bot.domain.deliveries import DeliveryState
from bot.domain.learning import Verdict
from bot.domain.ranking import Merit, Trait
from bot.domain.reading_list import SavedPaper, list_of
from bot.domain.taste import INDIFFERENT, Taste
from bot.ports.storage import Standing
from tests.adapters.storage.examples import (
    ANN,
    LAB,
    LATER,
    NOW,
    OTHER,
    RIVAL,
    add_channel,
    match,
    numbered,
    paper,
    plan,
    post,
    subscribe,
)

ONE, TWO, THREE, FOUR = (numbered(n, upvotes=10 * n) for n in range(1, 5))
LIKES = Taste(weights={"world model": 0.25, "author:Ada Byron": -1.5})
MERITS = (
    Merit(trait=Trait.MATCH, weight=2.0, what=("title",)),
    Merit(trait=Trait.TASTE, weight=-0.5, what=("world models", "author:Ada Byron")),
)


def save(tx, channel, paper, *, hours=0):
    at = NOW + timedelta(hours=hours)
    tx.reading_list.save(list_of(channel), SavedPaper(paper=paper, saved_by=ANN, saved_at=at))


def reject(tx, ref, paper):
    tx.rejections.set(ref, paper.id, Rejection(by=ANN, at=NOW))


def posted(tx, ref=LAB, *, papers=(ONE, TWO), rises_at=None):
    """A digest that was sent, and its id."""
    tx.papers.store(papers, now=NOW, news=True)
    first = plan(tx, ref, papers=papers, occurrence=f"{len(papers)}:{papers[0].id}")[0]
    tx.standings.keep(ref, [Standing(paper=p.id, merits=MERITS, rises_at=rises_at) for p in papers])
    tx.deliveries.sent(first, "remote", now=NOW)
    return first.digest


def rising(tx, since=NOW):
    return [(r.channel, r.paper.id) for r in tx.standings.rising(since=since)]


# Tastes


async def test_a_taste_is_kept_in_place_of_the_one_before(store):
    def work(tx):
        add_channel(tx)
        nothing = tx.tastes.get(LAB)
        tx.tastes.keep(LAB, Taste(weights={"old": 1.0}), learn_at=LATER)
        tx.tastes.keep(LAB, LIKES, learn_at=LATER)
        return nothing, tx.tastes.get(LAB), tx.tastes.get(OTHER)

    assert await store.write(work) == (INDIFFERENT, LIKES, INDIFFERENT)


async def test_a_channel_is_due_with_its_first_label_and_then_when_it_said(store):
    def work(tx):
        lab, own = add_channel(tx), add_channel(tx, OTHER, own_list=True)
        add_channel(tx, RIVAL)
        tx.papers.store([ONE], now=NOW)
        stages = [tx.tastes.due(NOW)]
        save(tx, lab, ONE)
        stages.append(tx.tastes.due(NOW))
        save(tx, own, ONE)
        reject(tx, RIVAL, ONE)
        stages.append(tx.tastes.due(NOW))
        tx.tastes.keep(LAB, INDIFFERENT, learn_at=LATER)
        return [*stages, tx.tastes.due(NOW), tx.tastes.due(LATER)]

    everyone = [LAB, OTHER, RIVAL]
    assert await store.write(work) == [[], [LAB], everyone, everyone[1:], everyone]


async def test_lessons_are_what_was_saved_rejected_and_passed_by(store):
    def work(tx):
        channel = add_channel(tx)
        posted(tx, papers=(ONE, TWO, THREE, FOUR))
        save(tx, channel, ONE)
        reject(tx, LAB, TWO)
        save(tx, channel, THREE)
        reject(tx, LAB, THREE)
        return tx.tastes.lessons(channel, before=NOW)

    taught = {x.paper.id: x.verdict for x in await store.write(work)}
    assert taught == {ONE.id: Verdict.SAVED, TWO.id: Verdict.REJECTED, FOUR.id: Verdict.PASSED}


async def test_whom_nothing_was_shown_has_passed_nothing_by(store):
    def work(tx):
        channel = add_channel(tx, cap=1)
        posted(tx, papers=(ONE, TWO))
        early, late = NOW - timedelta(seconds=1), NOW
        return tx.tastes.lessons(channel, before=early), tx.tastes.lessons(channel, before=late)

    early, late = await store.write(work)
    assert early == []
    assert [lesson.paper for lesson in late] == [ONE]


async def test_what_the_team_saved_from_another_channel_teaches_nothing_here(store):
    def work(tx):
        here, there = add_channel(tx), add_channel(tx, OTHER)
        tx.papers.store([THREE], now=NOW)
        posted(tx, papers=(ONE,))
        posted(tx, OTHER, papers=(ONE, TWO))
        for saved in (ONE, TWO, THREE):
            save(tx, here, saved)
        lessons = (tx.tastes.lessons(channel, before=NOW) for channel in (here, there))
        return [sorted(x.paper.id for x in several) for several in lessons]

    assert await store.write(work) == [[ONE.id, THREE.id], [ONE.id, TWO.id, THREE.id]]


# Standings


async def test_why_a_paper_stands_where_it_does_is_read_back_as_it_was(store):
    def work(tx):
        posted(tx)
        return tx.standings.of(LAB, ONE.id), tx.standings.of(LAB, THREE.id)

    assert await store.write(work) == (MERITS, ())


async def test_a_paper_rises_once(store):
    def work(tx):
        add_channel(tx, rising=15)
        posted(tx, rises_at=15)
        found = rising(tx)
        told = [tx.standings.tell(LAB, TWO.id) for _ in range(2)]
        return found, told, rising(tx), tx.standings.tell(OTHER, TWO.id)

    found, told, after, elsewhere = await store.write(work)
    assert (found, told, after, elsewhere) == ([(LAB, TWO.id)], [True, False], [], False)


@pytest.mark.parametrize(
    "known",
    [{"rising": None}, {"rising": 21}, {"state": ChannelState.BROKEN}],
    ids=["off", "higher by now", "closed"],
)
async def test_nothing_rises_where_nobody_waits_for_it(store, known):
    def work(tx):
        channel = add_channel(tx)
        posted(tx, rises_at=15)
        tx.channels.save(replace(channel, rising=15))
        before = rising(tx)
        tx.channels.save(replace(channel, **{"rising": 15, **known}))
        return before, rising(tx), rising(tx, since=LATER)

    assert await store.write(work) == ([(LAB, TWO.id)], [], [])


async def test_nothing_rises_before_its_digest_was_sent(store):
    def work(tx):
        add_channel(tx, rising=15)
        tx.papers.store([TWO], now=NOW)
        plan(tx, papers=(TWO,))
        tx.standings.keep(LAB, [Standing(paper=TWO.id, merits=(), rises_at=15)])
        return rising(tx)

    assert await store.write(work) == []


@pytest.mark.parametrize("waits", [False, True], ids=["unmatched", "waiting"])
async def test_a_paper_that_became_one_with_another_still_rises(store, waits):
    older, younger = numbered(7), paper("10.5555/rising", title="A title of its own")

    def work(tx):
        tx.papers.store([older], now=NOW)
        subscription = subscribe(tx)
        tx.channels.save(replace(tx.channels.get(LAB), rising=15))
        tx.matches.record([match(subscription, older)] if waits else [], now=NOW)
        posted(tx, papers=(younger,), rises_at=15)
        keys = (*older.keys, *younger.keys)
        tx.papers.store([replace(older, keys=keys, upvotes=30)], now=NOW)
        return rising(tx), tx.standings.of(LAB, older.id)

    assert await store.write(work) == ([(LAB, older.id)], MERITS)


# Further posts


async def test_a_further_post_comes_after_all_others_of_its_digest_in_its_thread(store):
    def work(tx):
        digest = posted(tx)
        added = [tx.deliveries.add(LAB, digest, post(f"note {n}", threaded=True)) for n in (1, 2)]
        claimed = tx.deliveries.claim(NOW, owner="me", lease_until=LATER, platforms=["slack"])
        return added, claimed, tx.deliveries.of_digest(LAB, digest)

    added, claimed, posts = await store.write(work)
    assert [p.message.fallback for p in posts] == ["part 0", "note 1", "note 2"]
    assert [(p.part, p.state, p.thread_id) for p in added] == [
        (1, DeliveryState.READY, "remote"),
        (2, DeliveryState.READY, "remote"),
    ]
    assert len({p.id for p in posts}) == 3
    assert claimed.id == added[0].id
    assert claimed.intact
