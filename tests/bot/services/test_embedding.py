"""Papers get their vectors in the background, and searches use them."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import ModelUnavailable
from bot.services.commands import Commands
from bot.services.embedding import AT_ONCE, Embedding, InBackground, Meanings
from tests.bot.services.asking import stored
from tests.fakes import FakeEmbedder, make_paper
from tests.world import text_of

DOGS = make_paper("2607.00001", "Training a dog", abstract="")
SAILING = make_paper("2607.00002", "On sailing", abstract="")


@pytest.fixture
def model():
    return FakeEmbedder()


@pytest.fixture
async def work(world, model):
    work = Embedding(world.store, model)
    yield work
    await work.aclose()


def in_background(world, work, *, leads=lambda: True, busy=None):
    return InBackground(work, world.clock, leads, busy=busy or asyncio.Lock())


def many(count):
    return [make_paper(f"2607.{n:05d}", f"Paper {n}") for n in range(1, count + 1)]


async def test_every_paper_gets_a_vector_those_that_came_last_first(world, model, work):
    await stored(world, *many(AT_ONCE + 3))
    await in_background(world, work).run()
    assert model.asked[0].startswith(f"Paper {AT_ONCE + 3}. ")
    assert len(model.asked) == AT_ONCE + 3
    progress = await work.progress()
    assert (progress.done, progress.remaining) == (AT_ONCE + 3, 0)


async def test_it_goes_on_where_it_was_interrupted(world, model, work):
    await stored(world, *many(AT_ONCE + 3))
    assert await work.step() == AT_ONCE
    again = Embedding(world.store, model)
    assert await again.step() == 3
    assert await again.step() == 0
    assert len(model.asked) == len(set(model.asked))
    await again.aclose()


async def test_it_waits_while_posts_are_sent(world, model, work):
    await stored(world, *many(2 * AT_ONCE))
    busy = asyncio.Lock()
    await busy.acquire()
    running = asyncio.create_task(in_background(world, work, busy=busy).run())
    while len(model.asked) < AT_ONCE or not busy._waiters:
        await asyncio.sleep(0)
        assert not running.done()
    assert len(model.asked) == AT_ONCE
    busy.release()
    await running
    assert len(model.asked) == 2 * AT_ONCE


async def test_only_who_leads_does_it(world, model, work):
    await stored(world, DOGS)
    await in_background(world, work, leads=lambda: False).run()
    assert model.asked == []


async def test_a_model_that_cannot_be_had_is_tried_again_an_hour_later(world, model, work, caplog):
    await stored(world, DOGS)
    model.failures.append(ModelUnavailable("no network"))
    background = in_background(world, work)
    await background.run()
    assert "no network" in caplog.text
    world.clock.advance(minutes=59)
    await background.run()
    assert model.asked == []
    world.clock.advance(minutes=2)
    await background.run()
    assert len(model.asked) == 1


async def test_a_search_in_the_chat_finds_what_says_it_in_other_words(world, model, work):
    await stored(world, DOGS, SAILING)
    world.kit = replace(world.kit, embedder=model)
    world.commands = Commands(world.kit)
    assert "Training a dog" not in text_of((await world.say("search puppies")).message)
    await in_background(world, work).run()
    said = text_of((await world.say("search puppies")).message)
    assert said.index("Nearest others") < said.index("Training a dog") < said.index("On sailing")


@pytest.mark.parametrize("text", ["author:lecun", "upvotes:>5"])
async def test_what_says_nothing_of_a_text_has_no_meaning(world, model, work, text):
    await stored(world, DOGS)
    await work.step()
    assert await Meanings(world.store, model).of(text) is None


async def test_without_a_model_or_a_vector_searches_go_by_words(world, model, work, caplog):
    await stored(world, DOGS)
    assert await Meanings(world.store, None).of("puppies") is None
    assert await Meanings(world.store, model).of("puppies") is None
    await work.step()
    assert await Meanings(world.store, model).of("puppies") is not None
    model.failures.append(ModelUnavailable("no network"))
    assert await Meanings(world.store, model).of("puppies") is None
    assert "goes by words alone: no network" in caplog.text


async def test_what_was_read_as_plain_words_is_said(world):
    await stored(world, DOGS)
    said = text_of((await world.say("search Cats: training a dog . or two - at home")).message)
    assert "This is no query, so it was read as plain words." in said
    assert "Training a dog" in said
    assert "plain words" not in text_of((await world.say("search dog")).message)
