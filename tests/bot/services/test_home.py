"""The App Home: one's channels, workable, and the team's list."""

import pytest

from bot.domain.messages import Heading
from bot.services.presenting.home import CHANNELS_SHOWN
from tests.bot.services.asking import (
    DIRECT,
    RIVAL,
    buttons_of,
    call,
    nobody,
    pressed,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import ANNA, LAB, channel_ref, text_of


async def home(world, *names, workspace=LAB):
    refs = [channel_ref(name, workspace) for name in names]
    return await world.desk.home(workspace, ANNA, refs)


async def test_each_channel_has_its_queries_its_next_digest_and_what_to_do(world):
    await world.found("reward", '"world model"')
    message = await home(world, "nlp")
    said = shown(message)
    assert "#nlp · 2 subscriptions. Next digest: today 09:00 (daily 09:00 UTC)." in said
    assert '"world model"' in said
    assert [pressed(b) for b in buttons_of(message)] == [
        "form at nlp subscribe",
        "at nlp list",
        "form at nlp schedule",
        "at nlp settings",
        "at nlp status",
    ]


async def test_all_its_buttons_work_from_there(world):
    await world.found("reward")
    for button in buttons_of(await home(world, "nlp")):
        given = {"name": "d-anna", "personal": True}
        if button.verb == "form":
            form = await world.desk.form(call(pressed(button), **given))
            assert form.command.startswith("at nlp ")
        else:
            said = text_of((await world.say(pressed(button), **given)).message)
            assert "no command" not in said
            assert "You are not in" in text_of(
                (await world.say(pressed(button), standing=nobody, **given)).message
            )


async def test_channels_nobody_told_paperlark_of_and_other_workspaces_are_left_out(world):
    await world.found("reward")
    await world.say("subscribe canary", name="nlp", workspace=RIVAL)
    await world.say("subscribe canary", name="theirs", workspace=RIVAL)
    refs = [channel_ref(n, w) for n in ("nlp", "theirs", "unknown") for w in (LAB, RIVAL)]
    said = text_of(await world.desk.home(LAB, ANNA, refs))
    assert "canary" not in said
    assert "theirs" not in said
    assert "unknown" not in said


async def test_without_a_channel_it_says_how_to_begin(world):
    message = await home(world)
    assert "In any channel you are in, type /papers subscribe diffusion" in shown(message)
    assert [pressed(b) for b in buttons_of(message)] == ["form subscribe"]


async def test_ones_own_conversation_is_called_so(world):
    await world.say("subscribe reward", **DIRECT)
    assert "For you alone · 1 subscription." in shown(await home(world, "d-anna"))


async def test_of_many_queries_five_are_shown(world):
    await world.found(*(f"word{n}" for n in range(8)))
    said = shown(await home(world, "nlp"))
    assert "word4" in said
    assert "word5" not in said
    assert "And 3 more." in said


async def test_of_many_channels_the_busiest_are_shown_and_the_others_counted(world):
    names = [f"c{n:02}" for n in range(CHANNELS_SHOWN + 3)]
    for name in names:
        await world.found(name=name)
    await world.found("reward", name="c14")
    message = await home(world, *names)
    said = shown(message)
    assert said.count(" subscription") == CHANNELS_SHOWN
    assert said.index("#c14") < said.index("#c00")
    assert "And #c11, #c12, #c13." in said
    assert len(message.blocks) <= 100


async def test_the_teams_list_stands_below_with_who_and_how_far(world):
    await stored(world, *(make_paper(f"2607.{n:05}", f"Paper {n:02}") for n in range(12)))
    for n in range(12):
        world.clock.advance(seconds=1)
        await world.say(f"save 2607.{n:05}")
    await world.say("mark 2607.00011 reading")
    message = await home(world)
    headings = [b.text for b in message.blocks if isinstance(b, Heading)]
    assert headings == ["Your channels", "The team’s reading list: 12 papers"]
    assert "Paper 11 · reading · Anna" in shown(message)
    assert "Paper 01" not in shown(message)
    assert "And 2 more." in shown(message)


async def test_a_list_of_ones_own_is_not_the_teams(world):
    await stored(world, make_paper())
    await world.say("save 2607.00001", **DIRECT)
    assert "Reward" not in shown(await home(world, "d-anna"))


@pytest.mark.parametrize("names", [(), ("nlp",)])
async def test_a_home_that_cannot_be_made_says_so(shut, names):
    assert "Something went wrong" in shown(await home(shut, *names))
