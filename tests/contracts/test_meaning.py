"""Papers by what they mean, on both databases: kept with the paper, found by being near."""

import random
from dataclasses import replace

import pytest

from adapters.storage.vectors import BLOCK_ROWS
from bot.domain.index_queries import Alike
from bot.domain.meaning import Meaning, Vector
from bot.services.searching import search, similar
from tests.adapters.storage.examples import NOW, paper
from tests.bot.domain.generated import TODAY

MODEL, OTHER = "minilm", "another"
ROBOTS = paper("2611.00001", title="Teaching robots to walk")
WALKING = paper("2611.00002", title="Gaits of legged machines")
COOKING = paper("2611.00003", title="Cooking with gas")
ALL = (ROBOTS, WALKING, COOKING)


def vector(*values: int) -> Vector:
    """Of 64 dimensions, these the first."""
    return Vector(bytes(v & 0xFF for v in values).ljust(64, b"\x01"))


MOVING, STILL = vector(120, 20, 90), vector(-120, 30, -90)
NEAR_MOVING = Meaning(model=MODEL, vector=vector(110, 30, 95))


async def keep(store, *papers):
    await store.write(lambda tx: tx.papers.store(papers, now=NOW))


async def embed(store, *pairs, model=MODEL):
    await store.write(lambda tx: tx.vectors.put(model, pairs))


async def waiting(store, model=MODEL):
    return await store.read(lambda tx: tx.vectors.waiting(model, limit=9))


async def nearest(store, meaning=NEAR_MOVING):
    found = await store.read(
        lambda tx: list(tx.papers.candidates(Alike(meaning=meaning), ranked=9))
    )
    return [candidate.paper.title for candidate in found]


async def test_papers_wait_for_their_vectors_the_last_first(store):
    await keep(store, *ALL)
    assert await waiting(store) == [COOKING, WALKING, ROBOTS]
    await embed(store, (WALKING, MOVING))
    assert await waiting(store) == [COOKING, ROBOTS]
    assert await store.read(lambda tx: tx.vectors.count(MODEL)) == 1
    assert await store.read(lambda tx: tx.vectors.of(WALKING.id)) == Meaning(
        model=MODEL, vector=MOVING
    )


async def test_the_nearest_come_first_and_only_what_has_a_vector(store):
    await keep(store, *ALL)
    await embed(store, (ROBOTS, STILL), (WALKING, MOVING))
    assert await nearest(store) == [WALKING.title, ROBOTS.title]


async def test_another_model_begins_anew_and_takes_over_paper_by_paper(store):
    await keep(store, *ALL)
    await embed(store, *((p, MOVING) for p in ALL))
    assert await waiting(store, OTHER) == [COOKING, WALKING, ROBOTS]
    await embed(store, (COOKING, MOVING), model=OTHER)
    assert await nearest(store, replace(NEAR_MOVING, model=OTHER)) == [COOKING.title]
    assert await waiting(store, OTHER) == [WALKING, ROBOTS]


async def test_a_paper_whose_text_changes_waits_again(store):
    await keep(store, *ALL)
    await embed(store, *((p, MOVING) for p in ALL))
    await keep(store, replace(COOKING, abstract="Of induction, and of what it costs."))
    assert [p.id for p in await waiting(store)] == [COOKING.id]
    assert COOKING.title not in await nearest(store)
    assert await store.read(lambda tx: tx.vectors.of(COOKING.id)) is None


async def test_votes_change_no_vector(store):
    await keep(store, *ALL)
    await embed(store, *((p, MOVING) for p in ALL))
    await keep(store, replace(COOKING, upvotes=7))
    assert await waiting(store) == []


async def test_a_vector_of_a_text_that_has_changed_meanwhile_is_not_kept(store):
    await keep(store, COOKING)
    await keep(store, replace(COOKING, abstract="Of induction, and of what it costs."))
    await embed(store, (COOKING, MOVING))
    assert len(await waiting(store)) == 1
    assert await nearest(store) == []


async def test_two_papers_that_become_one_have_one_vector(store):
    first = replace(ROBOTS, keys=(ROBOTS.keys[0],))
    second = replace(WALKING, keys=(WALKING.keys[0],))
    await keep(store, first, second)
    await embed(store, (first, MOVING), (second, MOVING))
    await keep(store, replace(first, keys=(*first.keys, *second.keys)))
    assert await nearest(store) == [first.title]
    assert await waiting(store) == []


async def test_a_change_that_is_rolled_back_is_never_seen(store):
    await keep(store, *ALL)
    await embed(store, (ROBOTS, MOVING))

    def fail(tx):
        tx.vectors.put(MODEL, [(COOKING, MOVING)])
        assert tx.vectors.count(MODEL) == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)
    await embed(store, (WALKING, MOVING))
    assert await waiting(store) == [COOKING]


async def test_many_are_found_across_blocks_as_by_comparing_all(store):
    chance = random.Random(5)
    papers = [paper(f"2612.{n:05d}", title=f"Paper {n}") for n in range(1, BLOCK_ROWS + 90)]
    vectors = {p.title: Vector(chance.randbytes(64)) for p in papers}
    await keep(store, *papers)
    await embed(store, *((p, vectors[p.title]) for p in papers))
    asked = Vector(chance.randbytes(64))

    def cosine(one: Vector) -> float:
        a, b = ([(x ^ 128) - 128 for x in v] for v in (one, asked))
        return sum(x * y for x, y in zip(a, b, strict=True)) / sum(x * x for x in a) ** 0.5

    truth = sorted(vectors, key=lambda title: -cosine(vectors[title]))
    found = await nearest(store, Meaning(model=MODEL, vector=asked))
    assert found[:5] == truth[:5]


async def test_a_search_finds_what_says_it_in_other_words(store):
    await keep(store, *ALL)
    await embed(store, (ROBOTS, MOVING), (WALKING, MOVING), (COOKING, STILL))

    def find(tx, meaning):
        found = search(tx, "quadruped locomotion", limit=2, today=TODAY, meaning=meaning)
        return [(f.paper.title, f.exact) for f in found]

    assert await store.read(lambda tx: find(tx, None)) == []
    assert {t for t, _ in await store.read(lambda tx: find(tx, NEAR_MOVING))} == {
        ROBOTS.title,
        WALKING.title,
    }


async def test_exact_matches_stay_first_whatever_they_mean(store):
    await keep(store, *ALL)
    await embed(store, (ROBOTS, MOVING), (WALKING, MOVING), (COOKING, STILL))
    found = await store.read(
        lambda tx: search(tx, "cooking gas", limit=3, today=TODAY, meaning=NEAR_MOVING)
    )
    assert (found[0].paper.title, found[0].exact) == (COOKING.title, True)
    assert {f.paper.title for f in found[1:]} == {ROBOTS.title, WALKING.title}


@pytest.mark.parametrize("text", ["RL", "robotics"])
async def test_papers_near_to_an_acronym_or_one_word_in_meaning_follow_those_with_words(
    store, text
):
    defining = paper("2611.00004", title="Games", abstract="Robot learning (RL) in games.")
    worded = paper("2611.00005", title="A robot learning", abstract="It learns robotic things.")
    near = paper("2611.00006", title="Learning of robots", abstract="Robots that are learning.")
    await keep(store, *ALL, defining, worded, near)
    await embed(store, (near, MOVING), (WALKING, MOVING), (worded, STILL), (defining, STILL))

    def find(tx, meaning):
        return [f.paper for f in search(tx, text, limit=9, today=TODAY, meaning=meaning)]

    by_words = await store.read(lambda tx: find(tx, None))
    both = await store.read(lambda tx: find(tx, NEAR_MOVING))
    assert by_words
    assert both[: len(by_words)] == by_words
    assert WALKING in both[len(by_words) :]
    assert len(both) == len({found.id for found in both})


async def test_what_must_hold_holds_for_papers_near_in_meaning(store):
    await keep(store, *ALL)
    await embed(store, (ROBOTS, MOVING), (WALKING, MOVING))
    found = await store.read(
        lambda tx: search(tx, "quadruped -legged", limit=9, today=TODAY, meaning=NEAR_MOVING)
    )
    assert [f.paper.title for f in found] == [ROBOTS.title]


async def test_similar_papers_say_the_same_once_vectors_are_there(store):
    await keep(store, *ALL)
    assert await store.read(lambda tx: similar(tx, ROBOTS, limit=1)) == []
    await embed(store, (ROBOTS, MOVING), (WALKING, NEAR_MOVING.vector), (COOKING, STILL))
    assert await store.read(lambda tx: similar(tx, ROBOTS, limit=1)) == [WALKING]
