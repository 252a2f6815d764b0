"""Two people at once, and one who presses twice: nothing is lost, nothing done twice."""

import asyncio

import pytest

from bot.domain.channels import Editors, UserRef
from bot.domain.people import Standing
from tests.bot.services.asking import (
    BO,
    RIVAL,
    changes,
    channel,
    everything,
    queries,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import ANNA

CLEO = UserRef(id="u3", name="Cleo")


async def both(world, *texts):
    """What Anna and Bo read who say that at the same moment, in order of their words."""
    who = (ANNA, BO)
    replies = await asyncio.gather(
        *(world.say(text, user=user) for text, user in zip(texts, who, strict=True))
    )
    return replies, sorted(shown(reply.message) for reply in replies)


async def test_the_same_query_from_two_is_subscribed_to_once(world):
    replies, said = await both(world, "subscribe reward", "subscribe Reward")
    assert len(await queries(world)) == 1
    assert [text.split()[0] for text in said] == ["Subscribed", "This"]
    assert sum(reply.notice is not None for reply in replies) == 1
    assert len(await changes(world)) == 1


async def test_two_queries_from_two_get_two_numbers(world):
    await both(world, "subscribe reward", "subscribe robots")
    assert sorted(await queries(world)) == [1, 2]


async def test_what_two_remove_is_gone_once(world):
    await world.found("reward", "robots")
    replies, said = await both(world, "unsubscribe 1", "unsubscribe 1")
    assert await queries(world) == {2: "robots"}
    assert said[0].startswith("This channel has no subscription 1.")
    assert said[1].startswith("Unsubscribed this channel from reward.")
    assert sum(reply.notice is not None for reply in replies) == 1


async def test_an_edit_of_what_another_removes_is_a_sentence(world):
    await world.found("reward", "robots")
    _, said = await both(world, "edit 1 cooking", "unsubscribe 1")
    assert 1 not in await queries(world)
    assert all("went wrong" not in text for text in said)


async def test_two_settings_at_once_both_hold(world):
    await world.say("settings")
    await both(world, "settings layout flat", "settings cap 5")
    after = await channel(world)
    assert (after.layout.value, after.cap) == ("flat", 5)


def standing_after(world, meanwhile):
    """The platform, which takes so long to say who a member is that somebody else comes first."""

    async def standing(_):
        await world.say(f"settings {meanwhile}", user=CLEO)
        return Standing(member=True)

    return standing


@pytest.mark.parametrize(
    ("typed", "meanwhile", "rules"),
    [
        ("guests on", "guests off", (Editors.ANYONE, False)),
        ("editors anyone", "editors admins", (Editors.ADMINS, False)),
    ],
)
async def test_rules_that_change_while_a_member_repeats_the_old_ones_stay(
    world, typed, meanwhile, rules
):
    await world.say(f"settings {typed}")
    slow = standing_after(world, meanwhile)
    reply = await world.say(f"settings {typed} cap 5", user=BO, standing=slow)
    after = await channel(world)
    assert (after.editors, after.guests) == rules
    assert "who may change things" in shown(reply.message)
    assert after.cap != 5


async def test_an_owner_who_loses_the_right_meanwhile_does_not_use_it(world):
    await world.say("settings cap 10")
    slow = standing_after(world, "editors admins")
    reply = await world.say("settings guests on", standing=slow)
    assert not (await channel(world)).guests
    assert "who may change things" in shown(reply.message)


@pytest.mark.parametrize("text", ["save 2607.00001 #fun", "pick", "reject 2607.00001 weak"])
async def test_what_is_pressed_twice_is_done_once(world, text):
    await stored(world, make_paper())
    known = {"attachment": "arxiv:2607.00001"} if text == "pick" else {}
    await world.say(text, **known)
    before = everything(world, but=("change", "rejection"))
    world.clock.advance(seconds=1)
    await world.say(text, **known)
    assert everything(world, but=("change", "rejection")) == before


async def test_a_new_channel_that_two_use_at_once_is_one(world):
    replies = await asyncio.gather(
        *(
            world.say("list", name="fresh", user=UserRef(id=f"p{n}", name="P"), workspace=workspace)
            for n in range(4)
            for workspace in ("web:lab", RIVAL)
        )
    )
    assert all("no subscriptions yet" in shown(reply.message) for reply in replies)
    known = [
        world.store.read(lambda tx, w=w: tx.channels.of_workspace(w)) for w in ("web:lab", RIVAL)
    ]
    assert [len(channels) for channels in await asyncio.gather(*known)] == [1, 1]
