"""What people type, and what they get back: help, slips, faults, and what every command does."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.channels import UserRef
from bot.domain.command_table import BUTTONS, COMMANDS, MESSAGE_ACTIONS, Topic, right_to
from bot.domain.messages import Heading
from bot.domain.parsing import parse_search
from bot.domain.schedule_text import parse_schedule
from bot.domain.schedules import Schedule
from bot.services.channel_settings import given as settings_given
from bot.services.reading_lists import read_filter, read_save
from tests.bot.services.asking import (
    RIVAL,
    answer,
    buttons,
    call,
    channel,
    collected,
    everything,
    stored,
)
from tests.fakes import make_paper
from tests.world import channel_ref, text_of

VERBS = [*(c.name for c in COMMANDS), *BUTTONS]


async def test_schedule_is_shown_changed_and_said(world):
    assert "09:00" in await answer(world, "schedule")
    assert await buttons(world, "schedule") == {"Change…": "form schedule"}
    reply = await world.say("schedule 07:30 Europe/Paris weekdays")
    assert "07:30" in text_of(reply.message)
    assert "Europe/Paris" in text_of(reply.notice)
    assert "Europe/Paris" in await answer(world, "schedule")
    assert "Example" in await answer(world, "schedule whenever you like")


@pytest.mark.parametrize("cadence", ["off", "instant"])
async def test_after_off_or_instant_what_is_left_out_is_as_before(world, cadence):
    await world.say("schedule weekly Fri 07:15 Europe/Paris")
    await world.say(f"schedule {cadence}")
    assert "daily 07:15 Europe/Paris" in await answer(world, "schedule daily")


@pytest.mark.parametrize("text", ["schedule on", "schedule Resume"])
async def test_digests_are_switched_on_again_as_they_were(world, text):
    await world.say("schedule weekly Fri 07:15 Europe/Paris")
    pressed = await buttons(world, "schedule off")
    assert pressed == {"Switch on again": "schedule on"}
    assert (await buttons(world, "schedule"))["Switch on again"] == "schedule on"
    assert "weekly on Friday 07:15 Europe/Paris" in await answer(world, text)
    assert "It is set so already" in await answer(world, text)
    assert "Switch on again" not in await buttons(world, "schedule")


@pytest.mark.parametrize("first", ["weekly Fri 07:15 Europe/Paris", "instant", "off"])
async def test_undo_sets_the_schedule_back(world, first):
    await world.say(f"schedule {first}")
    before = (await channel(world)).schedule
    undo = await buttons(world, "schedule daily 10:00 Tokyo")
    await world.say(undo["Undo"])
    after = (await channel(world)).schedule
    assert (after.cadence, after.zone) == (before.cadence, before.zone)
    assert after == before or first in ("instant", "off")


async def test_the_schedule_it_has_already_changes_nothing(world):
    await world.say("schedule daily 10:00 Tokyo")
    before = everything(world)
    reply = await world.say("schedule 10am every day Asia/Tokyo")
    assert reply.message.fallback == "It is set so already; nothing was changed."
    assert reply.notice is None
    assert everything(world) == before


@pytest.mark.parametrize(
    ("text", "told"), [("instant", "now posted as they arrive"), ("off", "now off")]
)
async def test_a_schedule_without_a_time_is_said_once(world, text, told):
    reply = await world.say(f"schedule {text}")
    assert told in reply.message.fallback
    assert [block.kind for block in reply.message.blocks] == ["paragraph", "actions"]
    assert "now" not in (await world.say("schedule")).message.fallback


# Slips of the finger.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("subscirbe rlhf", "subscribe"),
        ("serach x", "search"),
        ("stauts", "status"),
        ("SAVD", "saved"),
    ],
)
async def test_a_mistyped_verb_gets_the_nearest(world, typed, meant):
    said = await answer(world, typed)
    assert f"Did you mean {meant}?" in said
    assert f"Example: /papers {meant}" in said


@pytest.mark.parametrize("typed", ["sub reward", "SUBSCRIBE reward", "/papers Sub reward"])
async def test_short_forms_and_capitals_do(world, typed):
    assert "Subscribed" in await answer(world, typed)


@pytest.mark.parametrize("text", ["papers list", "/papers list", "/PAPERS  list"])
async def test_our_own_name_before_a_command_is_no_harm(world, text):
    assert "no subscriptions yet" in await answer(world, text)


async def test_a_query_about_papers_keeps_its_words(world):
    await stored(world, make_paper())
    assert "papers about cats" in await answer(world, "search papers about cats")


async def test_a_sentence_gets_the_way_to_the_help(world):
    said = await answer(world, "what can you do?")
    assert said.startswith("There is no command what.")
    assert "/papers subscribe" in said
    assert await buttons(world, "what can you do?") == {"All commands": "help"}


@pytest.mark.parametrize(
    "text", ["unsubscribe ", "save ", "search ", "preview ", "schedule ", "saved ", ""]
)
async def test_what_is_typed_is_said_back_in_brief(world, text):
    await stored(world, make_paper())
    await world.say("save 2607.00001")
    said = (await world.say(text + "long" * 50)).message.fallback
    assert len(said) < 240
    assert "…" in said


# Help.


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_each_command_has_its_help(world, command):
    await stored(world, make_paper())
    said = await answer(world, f"help {command.name}")
    assert f"/papers {command.usage}" in said
    assert f"/papers {command.example.replace('2401.01234', '2607.00001')}" in said
    assert all(form in said and meaning in said for form, meaning in command.forms)


@pytest.mark.parametrize("text", ["", "help", "  HELP  ", "?", "/papers", "help /papers"])
async def test_help_lists_every_command_by_what_it_is_about(world, text):
    message = (await world.say(text)).message
    assert [b.text for b in message.blocks if isinstance(b, Heading)] == [t.value for t in Topic]
    said = text_of(message)
    assert all(f"/papers {command.usage}" in said for command in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("subscirbe", "There is no command “subscirbe”. Did you mean subscribe?"),
        ("whatever else", "There is no command whatever else."),
        ("add", "/papers subscribe QUERY"),
        ("remove", "/papers unsubscribe NUMBER"),
        ("sub", "/papers subscribe QUERY – post new papers that match"),
        ("?", "/papers help [COMMAND]"),
        ("/papers Search", "/papers search QUERY"),
    ],
)
async def test_help_on_what_there_is_not_names_the_nearest(world, typed, said):
    assert said in await answer(world, f"help {typed}")


FORMS_READ = {
    "schedule": lambda form: parse_schedule(form, base=Schedule()),
    "save": read_save,
    "saved": read_filter,
    "unsubscribe": parse_search,
    "settings": lambda form: list(settings_given(form.replace("|", " ").replace("…", "x"))),
    "export": lambda form: form.split()[0],
}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.forms], ids=lambda c: c.name)
def test_the_forms_that_help_shows_are_understood(command):
    for form, _ in command.forms:
        FORMS_READ.get(command.name, parse_search)(form)


async def test_every_example_of_the_table_works(world):
    await stored(world, make_paper("2401.01234", "An example"))
    for text in ("subscribe one", "subscribe two", "save 2401.01234 #reading"):
        await world.say(text)
    for command in sorted(COMMANDS, key=lambda c: c.name in ("unsubscribe", "unsave")):
        said = await answer(world, command.example)
        assert "Example:" not in said or command.name == "help", command.example
        assert "went wrong" not in said


def test_every_verb_has_an_answer_and_a_right(world):
    assert set(world.commands.verbs) == set(VERBS)
    assert set(MESSAGE_ACTIONS.values()) <= set(BUTTONS)
    assert all(right_to(verb) for verb in VERBS)


# What goes wrong here.


async def test_a_fault_of_ours_is_a_sentence_too(world, caplog):
    async def broken(_):
        raise RuntimeError("secret detail")

    world.commands.verbs = {"list": broken}
    said = await answer(world, "list")
    assert "went wrong" in said
    assert "secret" not in said
    assert "secret detail" in caplog.text


async def test_a_fault_in_a_form_is_a_sentence_too(world, caplog):
    await world.found("reward")

    async def broken(_):
        raise RuntimeError("secret detail")

    world.commands._forms._of = {"edit": broken}
    reply = await world.commands.form(call("form edit 1"))
    assert "went wrong" in text_of(reply.message)
    assert "secret detail" in caplog.text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.sampled_from([*VERBS, "what", "", "at", "kept", "form"]), rest=st.text(max_size=300))
async def test_whatever_is_typed_gets_an_answer(world, verb, rest):
    world.clock.advance(minutes=1)
    message = (await world.say(f"{verb} {rest}")).message
    assert message.fallback
    assert "went wrong" not in message.fallback


# Channels and workspaces.


async def test_a_channel_is_known_from_its_first_command_on(world):
    await world.say("help", name="new-here")
    known = await world.store.read(lambda tx: tx.channels.get(channel_ref("new-here")))
    assert known.name == "new-here"
    assert known.next_run_at


async def test_a_channel_is_called_what_it_is_called_now(world):
    await world.say("help", name="nlp")
    before = await channel(world)
    ref = channel_ref("nlp")
    renamed = call("list")
    await world.commands.handle(replace(renamed, channel=ref, channel_name="nlp-and-more"))
    assert (await channel(world)) == replace(before, name="nlp-and-more")


async def test_another_workspace_sees_nothing_of_this_one(world):
    other = {"workspace": RIVAL, "user": UserRef(id="x", name="Xenia")}
    await collected(world, make_paper())
    await world.say("subscribe canary")
    await world.say("save 2607.00001 #canary")
    for text in ("list", "saved", "unsubscribe 1", "status", "changes", "export csv", "settings"):
        assert "canary" not in await answer(world, text, **other)
    assert "canary" in await answer(world, "list")
