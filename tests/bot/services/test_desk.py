"""What platforms bring to the desk: joining, leaving, tokens, suggestions, long buttons."""

from dataclasses import replace

import pytest

from bot.domain.channels import ChannelState, UserRef
from bot.domain.command_table import COMMANDS
from bot.domain.messages import Actions, PaperCard
from bot.domain.papers import doi_key, paper_keys
from bot.ports.chat import CommandCall
from tests.fakes import capabilities, make_paper
from tests.world import ANNA, LAB, channel_ref, text_of

LONG = " OR ".join(f'"reward number {n}"' for n in range(12))


def call(text: str, *, name: str = "nlp") -> CommandCall:
    return CommandCall(channel=channel_ref(name), channel_name=name, user=ANNA, text=text)


async def channel(world, name="nlp"):
    return await world.store.read(lambda tx: tx.channels.get(channel_ref(name)))


async def stored(world, *papers):
    await world.store.write(lambda tx: tx.papers.store(papers, now=world.clock.now()))


def buttons(message):
    carriers = [b for b in message.blocks if isinstance(b, PaperCard | Actions)]
    return [button for carrier in carriers for button in carrier.buttons]


async def test_a_new_channel_is_greeted_once_and_belongs_to_who_added_it(world):
    greeting = await world.desk.joined(channel_ref(), "nlp", by=ANNA)
    assert "/papers subscribe" in text_of(greeting)
    assert {b.verb for b in buttons(greeting)} == {"preview", "help"}
    assert await world.desk.joined(channel_ref(), "nlp", by=UserRef(id="u2", name="Bo")) is None
    assert (await channel(world)).owner == ANNA


async def test_what_the_greeting_offers_works(world):
    greeting = await world.desk.joined(channel_ref(), "nlp", by=None)
    for button in buttons(greeting):
        reply = await world.desk.command(call(f"{button.verb} {button.argument}"))
        assert "/papers" in text_of(reply.message) or "7 days" in text_of(reply.message)
        assert "no command" not in text_of(reply.message)


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


async def test_a_workspace_that_is_cut_off_stops_and_starts_again_with_its_token(world):
    for name in ("one", "two"):
        await world.found("reward", name=name)
    await world.desk.cut_off(LAB, "token_revoked")
    await world.desk.cut_off(LAB, "token_revoked")
    assert (await channel(world, "one")).state is ChannelState.BROKEN
    assert len(world.operator) == 1
    await world.desk.connected(LAB)
    assert {(await channel(world, n)).state for n in ("one", "two")} == {ChannelState.ACTIVE}


async def test_nothing_raises_at_the_desk(world):
    await world.store.close()
    reply = await world.desk.command(call("list"))
    assert "Something went wrong" in text_of(reply.message)
    assert await world.desk.suggest(call("unsubscribe "), option="subscription") == []
    assert await world.desk.joined(channel_ref(), "nlp", by=None) is None
    await world.desk.left(channel_ref(), "x")
    await world.desk.connected(LAB)
    await world.desk.cut_off(LAB, "x")


@pytest.fixture
def small_buttons(world):
    world.chat.capabilities = replace(capabilities(10, 3_800), button_max_chars=90)


async def test_a_button_that_cannot_hold_its_query_carries_a_key(world, small_buttons):
    reply = await world.desk.command(call(f"preview {LONG}"))
    [kept] = buttons(reply.message)
    assert (kept.verb, len(kept.argument)) == ("kept", 20)
    pressed = await world.desk.command(call(f"kept {kept.argument}"))
    assert "Subscribed this channel" in text_of(pressed.message)
    assert pressed.notice is not None


async def test_a_key_means_nothing_in_another_workspace(world, small_buttons):
    reply = await world.desk.command(call(f"preview {LONG}"))
    [kept] = buttons(reply.message)
    elsewhere = channel_ref("nlp", "web:rival")
    stale = await world.desk.command(replace(call(f"kept {kept.argument}"), channel=elsewhere))
    assert "too old" in text_of(stale.message)
    assert stale.notice is None


@pytest.mark.parametrize("key", ["", "0" * 20, "kept", "../x", "🔑" * 20])
async def test_a_key_that_nobody_knows_is_answered(world, key):
    assert "too old" in text_of((await world.desk.command(call(f"kept {key}"))).message)


async def test_the_buttons_of_a_digest_fit_too(world, small_buttons):
    await world.found("reward")
    doi = "10.1000/" + "x" * 120
    keys = paper_keys(doi_key(doi), title="Reward", authors=())
    world.source.waiting = [replace(make_paper(), id=keys[0], keys=keys)]
    await world.morning()
    shown = [b for _, message, _ in world.chat.posts for b in buttons(message)]
    assert shown[0].verb == "kept"
    assert all(len(f"{b.verb} {b.argument}") <= 90 for b in shown)
    saved = await world.desk.command(call(f"kept {shown[0].argument}"))
    assert "Saved to the reading list" in text_of(saved.message)


async def suggested(world, text, option):
    return [(s.label, s.value) for s in await world.desk.suggest(call(text), option=option)]


async def test_subscriptions_are_suggested_by_number_and_query(world):
    await world.found("reward", '"world model"')
    every = await suggested(world, "unsubscribe ", "subscription")
    assert every == [("1 – reward", "1"), ('2 – "world model"', "2")]
    assert await suggested(world, "unsubscribe world", "subscription") == every[1:]


async def test_papers_are_suggested_by_their_titles(world):
    await stored(world, make_paper(), make_paper("2607.00002", "Cooking with gas"))
    found = await suggested(world, "save reward hack", "paper")
    assert found == [("Reward hacking in language models", "2607.00001")]
    assert await suggested(world, "save ", "paper") == []


async def test_saved_papers_are_suggested_to_be_removed(world):
    await stored(world, make_paper(), make_paper("2607.00002", "Cooking with gas"))
    await world.desk.command(call("save 2607.00002"))
    assert await suggested(world, "unsave ", "paper") == [("Cooking with gas", "2607.00002")]


async def test_schedules_are_suggested_with_what_they_mean(world):
    assert ("off – nothing; papers wait", "off") in await suggested(world, "schedule ", "when")
    assert await suggested(world, "schedule 7:15 tue", "when") == [("7:15 tue", "7:15 tue")]


async def test_commands_are_suggested(world):
    assert [v for _, v in await suggested(world, "help sav", "command")] == [
        "save",
        "unsave",
        "saved",
    ]


async def test_free_text_and_unknown_options_have_no_suggestions(world):
    assert await suggested(world, "search reward", "query") == []
    assert await suggested(world, "nonsense x", "y") == []


async def test_suggestions_are_short_and_few(world):
    await world.found(LONG, *(f"word{n} OR other" for n in range(40)))
    found = await suggested(world, "unsubscribe ", "subscription")
    assert len(found) == 25
    assert all(len(label) <= 100 and len(value) <= 100 for label, value in found)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_every_command_can_be_given_by_its_options(world, command):
    values = {o.name: o.choices[0] if o.choices else "5" for o in command.options}
    reply = await world.desk.command(call(command.typed(values)))
    assert "no command" not in text_of(reply.message)
    assert "Something went wrong" not in text_of(reply.message)


def test_options_are_typed_in_their_order_and_empty_ones_left_out():
    settings = next(c for c in COMMANDS if c.name == "settings")
    assert settings.typed({"cap": "5", "layout": "flat"}) == "settings layout flat cap 5"
    assert settings.typed({}) == "settings"
