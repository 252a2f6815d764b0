import pytest

from bot.domain.channels import Layout
from tests.fakes import make_paper
from tests.world import channel_ref, text_of


async def test_settings_are_shown_with_their_meaning(world):
    said = text_of((await world.say("settings")).message)
    assert "one post, its papers in the thread" in said
    assert "/papers settings layout flat cap 10" in said


async def test_a_change_is_kept_and_said_in_the_channel(world):
    reply = await world.say("settings layout compact cap=5 empty-note off")
    channel = await world.store.read(lambda tx: tx.channels.get(channel_ref()))
    assert (channel.layout, channel.cap, channel.empty_note) == (Layout.COMPACT, 5, False)
    assert "layout compact, cap 5, pictures off, empty-note off" in text_of(reply.notice)


@pytest.mark.parametrize(
    "text",
    [
        "layout",
        "layout wide",
        "cap 0",
        "cap many",
        "cap 51",
        "empty-note maybe",
        "pictures 3",
        "size 3",
    ],
)
async def test_what_is_no_setting_changes_nothing(world, text):
    reply = await world.say(f"settings {text}")
    assert "/papers settings layout flat cap 10 pictures on" in text_of(reply.message)
    assert reply.notice is None


async def test_a_flat_channel_gets_its_cards_outside_a_thread(world):
    await world.found("reward")
    await world.say("settings layout flat")
    world.source.waiting = [make_paper(), make_paper("2607.00002", "More reward")]
    await world.morning()
    assert [thread for _, _, thread in world.chat.posts] == [None]
    assert len(world.cards()) == 2


async def test_a_channel_that_wants_no_empty_note_gets_none(world):
    await world.found("reward")
    await world.say("settings empty-note off")
    world.clock.advance(hours=3)
    await world.tick()
    assert world.chat.posts == []
