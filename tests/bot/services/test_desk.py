"""What platforms bring to the desk: joining, leaving, tokens, and nothing that is ever raised."""

import asyncio
from dataclasses import replace

import pytest

from adapters.storage.engine import READERS
from bot.domain.channels import ChannelState, Editors, UserRef
from bot.domain.command_table import COMMANDS
from bot.domain.forms import Form
from bot.services.desk import AT_ONCE
from tests.bot.services.asking import (
    RIVAL,
    as_guest,
    buttons_of,
    call,
    channel,
    everything,
    pressed,
    shown,
    stored,
)
from tests.fakes import as_member, capabilities, make_paper
from tests.world import ANNA, LAB, channel_ref, text_of


async def test_a_new_channel_is_greeted_once_and_belongs_to_who_added_it(world):
    greeting = await world.desk.joined(channel_ref(), "nlp", by=ANNA)
    assert "/papers subscribe" in text_of(greeting)
    assert [pressed(b) for b in buttons_of(greeting)] == ["form subscribe", "trending week", "help"]
    assert await world.desk.joined(channel_ref(), "nlp", by=UserRef(id="u2", name="Bo")) is None
    assert (await channel(world)).owner == ANNA


async def test_what_the_greeting_offers_works(world):
    greeting = await world.desk.joined(channel_ref(), "nlp", by=None)
    for button in buttons_of(greeting):
        if button.verb == "form":
            assert isinstance(await world.desk.form(call(pressed(button))), Form)
        else:
            said = text_of((await world.desk.command(call(pressed(button)))).message)
            assert "no command" not in said
            assert "went wrong" not in said


@pytest.mark.parametrize(
    ("editors", "said"),
    [
        (Editors.ANYONE, "Anyone here can change that."),
        (Editors.ADMINS, "Who manages the channel can change that, and let others do so."),
    ],
)
async def test_a_channel_begins_with_its_platforms_policy_and_says_it(world, editors, said):
    world.chat.capabilities = replace(capabilities(10, 3_800), editors=editors)
    greeting = await world.desk.joined(channel_ref(), "nlp", by=None)
    assert said in shown(greeting)
    await world.say("list", name="vlm")
    for name in ("nlp", "vlm"):
        assert (await channel(world, name)).editors is editors
    refused = shown((await world.say("subscribe x", name="fresh", standing=as_member)).message)
    assert ("Only admins can change this channel" in refused) is (editors is Editors.ADMINS)


async def test_leaving_stops_the_channel_tells_its_owner_and_coming_back_resumes(world):
    await world.desk.joined(channel_ref(), "nlp", by=ANNA)
    await world.desk.left(channel_ref(), "not_in_channel")
    await world.desk.left(channel_ref(), "not_in_channel")
    assert (await channel(world)).state is ChannelState.BROKEN
    assert [user for _, user, _ in world.chat.told] == [ANNA]
    resumed = await world.desk.joined(channel_ref(), "nlp-renamed", by=None)
    assert "I can post here again" in text_of(resumed)
    after = await channel(world)
    assert (after.state, after.name) == (ChannelState.ACTIVE, "nlp-renamed")


async def test_leaving_a_channel_that_nobody_knows_is_nothing(world):
    await world.desk.left(channel_ref("unknown"), "not_in_channel")
    assert world.chat.told == []


async def test_a_channel_without_an_owner_is_told_to_who_runs_paperlark(world):
    await world.desk.joined(channel_ref(), "nlp", by=None)
    await world.desk.left(channel_ref(), "is_archived")
    assert world.chat.told == []
    assert "#nlp" in text_of(world.operator[0])


async def test_the_first_to_use_a_channel_owns_it(world):
    await world.desk.command(call("list"))
    assert (await channel(world)).owner == ANNA


async def test_who_is_refused_does_not_come_to_own_a_channel(world):
    before = everything(world)
    reply = await world.desk.command(call("subscribe x", standing=as_guest))
    assert "Guests can look" in shown(reply.message)
    assert everything(world) == before


async def test_a_workspace_that_is_cut_off_stops_and_starts_again_with_its_token(world):
    for name in ("one", "two"):
        await world.found("reward", name=name)
    await world.say("list", name="one", workspace=RIVAL)
    await world.desk.cut_off(LAB, "token_revoked")
    await world.desk.cut_off(LAB, "token_revoked")
    assert (await channel(world, "one")).state is ChannelState.BROKEN
    assert (await channel(world, "one", RIVAL)).state is ChannelState.ACTIVE
    assert len(world.operator) == 1
    await world.desk.connected(LAB)
    assert {(await channel(world, n)).state for n in ("one", "two")} == {ChannelState.ACTIVE}


async def test_nothing_raises_at_the_desk(shut):
    for answer in (
        (await shut.desk.command(call("list"))).message,
        (await shut.desk.form(call("form edit 1"))).message,
        await shut.desk.home(LAB, ANNA, [channel_ref()]),
    ):
        assert "Something went wrong" in text_of(answer)
    assert await shut.desk.suggest(call("unsubscribe "), option="subscription") == []
    assert await shut.desk.unfurl(call(""), ["https://arxiv.org/abs/2607.00001"]) == {}
    assert await shut.desk.joined(channel_ref(), "nlp", by=None) is None
    await shut.desk.left(channel_ref(), "x")
    await shut.desk.connected(LAB)
    await shut.desk.cut_off(LAB, "x")


async def test_a_platform_that_nobody_serves_is_answered_too(world):
    stray = replace(channel_ref(), platform="carrier-pigeon")
    reply = await world.desk.command(replace(call("list"), channel=stray))
    assert "Something went wrong" in text_of(reply.message)


async def test_commands_of_a_workspace_are_worked_on_a_few_at_a_time(world):
    at_work = most = 0

    async def busy(_):
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1
        raise AssertionError

    world.desk._commands.verbs = {"list": busy}
    people = [UserRef(id=f"p{n}", name="P") for n in range(12)]
    await asyncio.gather(*(world.desk.command(call("list", user=who)) for who in people))
    assert most == AT_ONCE


def test_one_workspace_leaves_others_a_reader():
    assert AT_ONCE < READERS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_every_command_can_be_given_by_its_options(world, command):
    await stored(world, make_paper())
    values = {o.name: o.choices[0] if o.choices else "5" for o in command.options}
    values |= {"command": "list"}
    reply = await world.desk.command(call(command.typed(values)))
    assert "no command" not in text_of(reply.message)
    assert "Something went wrong" not in text_of(reply.message)


def test_options_are_typed_in_their_order_and_empty_ones_left_out():
    settings = next(c for c in COMMANDS if c.name == "settings")
    assert settings.typed({"cap": "5", "layout": "flat"}) == "settings layout flat cap 5"
    assert settings.typed({}) == "settings"
