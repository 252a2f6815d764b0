"""`edit`: another query for the same subscription."""

import pytest

from tests.bot.services.asking import (
    BO,
    answer,
    buttons,
    changes,
    channel,
    collected,
    everything,
    pending,
    queries,
    shown,
)
from tests.fakes import make_paper
from tests.world import channel_ref


@pytest.fixture
async def two(world):
    await world.found("reward", "language")
    return world


async def test_an_edit_keeps_the_number_and_who_made_it(two):
    reply = await two.say("edit 1 robots -survey", user=BO)
    assert await queries(two) == {1: "robots -survey", 2: "language"}
    said = shown(reply.message)
    assert reply.message.fallback == "Subscription 1 now asks for robots -survey."
    assert "robots, but not survey" in said
    assert "No paper collected so far matches" in said
    assert reply.notice.fallback == ("Bo changed subscription 1 from reward to robots -survey.")
    assert (await changes(two))[0] == "Bo changed subscription 1 from reward to robots -survey"
    known = await two.store.read(lambda tx: tx.subscriptions.of_channel(channel_ref()))
    assert [s.created_by.name for s in known] == ["Anna", "Anna"]


async def test_undo_gives_the_old_query_back(two):
    before = await queries(two)
    undo = await buttons(two, 'edit 2 "world model" OR robots')
    assert undo["Undo"] == "edit 2 language"
    await two.say(undo["Undo"])
    assert await queries(two) == before


async def test_the_query_of_another_is_refused(two):
    before = everything(two)
    reply = await two.say("edit 1 Language")
    assert "Subscription 2 asks for that already." in shown(reply.message)
    assert reply.notice is None
    assert everything(two) == before


async def test_its_own_query_spelled_otherwise_is_taken(two):
    await two.say("edit 1 REWARD")
    assert await queries(two) == {1: "REWARD", 2: "language"}


async def test_the_query_it_has_already_changes_nothing(two):
    before = everything(two)
    reply = await two.say("edit 1  reward ")
    assert "already subscribed to reward (number 1" in shown(reply.message)
    assert reply.notice is None
    assert everything(two) == before


async def test_what_only_the_old_query_matched_is_not_posted(two):
    await collected(
        two,
        make_paper("2607.00001", "Reward shaping"),
        make_paper("2607.00002", "Reward of language"),
        make_paper("2607.00003", "Robots"),
    )
    assert len(await pending(two)) == 2
    await two.say("edit 1 robots")
    two.clock.advance(hours=3)
    await two.tick()
    assert two.cards() == ["Reward of language"]


async def test_what_comes_after_an_edit_is_matched_anew(two):
    await two.say("edit 1 robots")
    two.source.waiting = [make_paper("2607.00003", "Robots"), make_paper("2607.00004", "Reward")]
    await two.morning()
    assert two.cards() == ["Robots"]


@pytest.mark.parametrize("text", ["edit 1", "edit reward", "edit #1"])
async def test_without_a_query_it_shows_the_one_there_is_and_a_form(two, text):
    before = everything(two)
    said = await answer(two, text)
    assert "asks for" in said
    assert "/papers edit 1" in said
    assert everything(two) == before
    assert (await buttons(two, text))["Change…"] == "form edit 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("edit", "Which one? Give its number"),
        ("edit 9 robots", 'no subscription 9. /papers list shows them.\nExample: /papers edit 1 "'),
        ("edit 1-2 robots", "One at a time"),
        ("edit all robots", "One at a time"),
        ("edit 2-1 robots", "One at a time"),
        ("edit 1 (", "This bracket is not closed."),
        ("edit 1 last:7d", "is for searches"),
        ("edit robots now", "no subscription “robots”"),
        (f"edit 1 {'x' * 257}", "at most 256 characters"),
    ],
)
async def test_what_is_no_edit_changes_nothing(two, text, said):
    before = everything(two)
    reply = await two.say(text)
    assert said in shown(reply.message)
    assert reply.notice is None
    assert everything(two) == before


async def test_a_broad_edit_is_done_and_told(world):
    await world.found("reward")
    await collected(world, *(make_paper(f"2607.{n:05}", f"Model {n}") for n in range(351)))
    assert "That is broad" in await answer(world, "edit 1 model")


async def test_a_channel_that_is_edited_stays_as_it_was(two):
    before = await channel(two)
    await two.say("edit 1 robots")
    assert await channel(two) == before
