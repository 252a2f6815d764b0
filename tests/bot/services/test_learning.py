"""When channels learn, and what a card then says of its place."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.taste import INDIFFERENT
from bot.services.learning import next_night
from tests.bot.services.asking import answer, collected, stored
from tests.fakes import make_paper
from tests.world import channel_ref

SAVED = make_paper("2607.00001", "Reward hacking of robots")
LIKE_IT = make_paper("2607.00002", "More reward hacking")
UNLIKE = make_paper("2607.00003", "Reward of the year")


async def taste(world, name="nlp"):
    return await world.store.read(lambda tx: tx.tastes.get(channel_ref(name)))


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        ("2026-07-13T06:00", "UTC", "2026-07-14T03:00"),
        ("2026-07-13T02:59", "UTC", "2026-07-13T03:00"),
        ("2026-07-13T03:00", "UTC", "2026-07-14T03:00"),
        ("2026-07-13T23:30", "Asia/Tokyo", "2026-07-14T18:00"),
        ("2026-10-24T12:00", "Europe/Paris", "2026-10-25T02:00"),
        ("2026-03-28T12:00", "Europe/Paris", "2026-03-29T01:00"),
    ],
)
def test_the_night_is_the_channels_own(now, zone, night):
    at, wanted = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, night))
    assert next_night(at, zone) == wanted


async def test_a_channel_without_labels_learns_nothing(world):
    await world.found("reward")
    await collected(world, LIKE_IT)
    await world.learner.learn()
    assert await taste(world) == INDIFFERENT


async def test_the_first_label_is_learned_at_once_and_the_others_at_night(world):
    await world.found("reward")
    await stored(world, SAVED, LIKE_IT)
    await world.say("save 2607.00001")
    await world.learner.learn()
    first = await taste(world)
    assert first.liking(LIKE_IT) > 0
    await world.say("reject 2607.00002")
    await world.learner.learn()
    assert await taste(world) == first
    world.clock.advance(hours=21)
    await world.learner.learn()
    assert (await taste(world)).liking(LIKE_IT) < first.liking(LIKE_IT)


async def test_what_was_all_taken_back_is_forgotten_at_night(world):
    await world.found("reward")
    await stored(world, SAVED)
    await world.say("save 2607.00001")
    await world.learner.learn()
    await world.say("unsave 2607.00001")
    world.clock.advance(days=1)
    await world.learner.learn()
    assert await taste(world) == INDIFFERENT


async def test_a_fault_in_one_channel_keeps_no_other_from_learning(world, caplog):
    for name in ("nlp", "vlm"):
        await world.found("reward", name=name)
        await stored(world, SAVED)
        await world.say("reject 2607.00001", name=name)

    def break_zone(tx):
        channel = tx.channels.get(channel_ref("nlp"))
        tx.channels.save(replace(channel, schedule=replace(channel.schedule, zone="No/Where")))

    await world.store.write(break_zone)
    await world.learner.learn()
    assert "could not be learned" in caplog.text
    assert await taste(world, "nlp") == INDIFFERENT
    assert (await taste(world, "vlm")).liking(SAVED) < 0


async def test_a_card_can_say_why_it_ranks_where_it_does(world):
    await world.found("reward")
    await stored(world, SAVED)
    await world.say("save 2607.00001")
    await collected(world, replace(UNLIKE, upvotes=8), replace(LIKE_IT, upvotes=30))
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == [LIKE_IT.title, UNLIKE.title]
    said = await answer(world, "why 2607.00002")
    assert "First of 2: matched in the title, you saved papers on reward hacking" in said
    assert "Second of 2: matched in the title" in await answer(world, "why 2607.00003")


async def test_the_only_paper_of_a_digest_and_one_that_waits_stand_nowhere(world):
    await world.found("reward")
    await collected(world, LIKE_IT)
    assert " of " not in (await answer(world, "why 2607.00002")).partition("reward")[0]
    world.clock.advance(hours=3)
    await world.tick()
    assert "First of" not in await answer(world, "why 2607.00002")
