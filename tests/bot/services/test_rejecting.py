"""`Not for us`: said of a paper, taken back, and what it does to the order of digests."""

from dataclasses import replace

import pytest

from tests.bot.services.asking import (
    BO,
    answer,
    buttons,
    changes,
    collected,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import channel_ref

SURVEY = make_paper("2607.00001", "A survey of reward models for medical imaging")
LIKE_IT = make_paper("2607.00002", "Another survey of reward models for medical imaging")
UNLIKE = make_paper("2607.00003", "Reward of robots")


async def rejections(world, name="nlp"):
    known = await world.store.read(lambda tx: tx.rejections.list(channel_ref(name), limit=9))
    return [(paper.short_id, r.by.name, r.reason) for paper, r in known]


async def test_it_is_noted_and_the_reason_is_asked_for(world):
    await stored(world, SURVEY)
    reply = await world.say("reject 2607.00001")
    assert shown(reply.message).startswith("Noted: nothing for this channel: A survey")
    assert reply.notice is None
    assert await rejections(world) == [("2607.00001", "Anna", "")]
    assert await buttons(world, "reject 2607.00001") == {
        "Off topic": "reject 2607.00001 off-topic",
        "Known already": "reject 2607.00001 known",
        "Not sound": "reject 2607.00001 weak",
        "Too small a step": "reject 2607.00001 minor",
        "Undo": "accept 2607.00001",
    }


async def test_a_reason_is_kept_once_a_person(world):
    await stored(world, SURVEY)
    await world.say("reject 2607.00001")
    assert "off topic" in await answer(world, "reject 2607.00001 off-topic")
    await world.say("reject 2607.00001 weak", user=BO)
    assert sorted(await rejections(world)) == [
        ("2607.00001", "Anna", "off-topic"),
        ("2607.00001", "Bo", "weak"),
    ]
    assert (await changes(world))[0] == (
        f"Bo called “{SURVEY.title}” nothing for this channel (weak)"
    )


async def test_a_reason_that_no_button_says_counts_as_none(world):
    await stored(world, SURVEY)
    await world.say("reject 2607.00001 boring <b>")
    assert await rejections(world) == [("2607.00001", "Anna", "")]


async def test_it_can_be_taken_back_by_who_said_it(world):
    await stored(world, SURVEY)
    await world.say("reject 2607.00001")
    await world.say("reject 2607.00001", user=BO)
    assert "Taken back" in await answer(world, "accept 2607.00001")
    assert await rejections(world) == [("2607.00001", "Bo", "")]
    count = len(await changes(world))
    assert "Taken back" in await answer(world, "accept 2607.00001")
    assert len(await changes(world)) == count


async def test_it_is_said_of_one_channel_only(world):
    await stored(world, SURVEY)
    await world.say("reject 2607.00001")
    assert await rejections(world, "vlm") == []


async def digest(world, *papers, name="nlp"):
    await collected(world, *papers)
    world.clock.advance(hours=3 if world.clock.now().hour == 6 else 24)
    await world.learner.learn()
    await world.digester.digest()
    await world.deliverer.deliver()
    return world.cards(name)


async def test_papers_like_a_rejected_one_come_further_down(world):
    await world.found("reward")
    assert await digest(world, replace(LIKE_IT, upvotes=8), replace(UNLIKE, upvotes=6)) == [
        LIKE_IT.title,
        UNLIKE.title,
    ]
    world.chat.posts.clear()
    await stored(world, SURVEY)
    await world.say("reject 2607.00001 off-topic")
    more = [
        replace(make_paper("2607.00012", LIKE_IT.title + " again"), upvotes=8),
        replace(make_paper("2607.00013", UNLIKE.title + " again"), upvotes=6),
    ]
    assert await digest(world, *more) == [m.title for m in reversed(more)]


async def test_once_it_is_taken_back_they_stand_where_they_stood(world):
    await world.found("reward")
    await stored(world, SURVEY)
    await world.say("reject 2607.00001")
    await world.say("accept 2607.00001")
    assert await digest(world, replace(LIKE_IT, upvotes=8), replace(UNLIKE, upvotes=6)) == [
        LIKE_IT.title,
        UNLIKE.title,
    ]


async def test_papers_like_a_saved_one_come_further_up(world):
    await world.found("reward")
    await stored(world, SURVEY)
    await world.say("save 2607.00001")
    assert await digest(world, replace(UNLIKE, upvotes=8), replace(LIKE_IT, upvotes=6)) == [
        LIKE_IT.title,
        UNLIKE.title,
    ]


async def test_nothing_is_left_out_for_being_disliked(world):
    await world.found("reward")
    await stored(world, SURVEY)
    await world.say("reject 2607.00001")
    assert await digest(world, LIKE_IT) == [LIKE_IT.title]


async def test_what_another_channel_dislikes_changes_nothing_here(world):
    await world.found("reward")
    await stored(world, SURVEY)
    await world.say("reject 2607.00001", name="vlm")
    assert (await digest(world, replace(LIKE_IT, upvotes=8), replace(UNLIKE, upvotes=6)))[
        0
    ] == LIKE_IT.title


@pytest.mark.parametrize("verb", ["reject", "accept"])
async def test_a_paper_that_nobody_knows_is_asked_back(world, verb):
    assert "I know no paper called “nonsense”." in await answer(world, f"{verb} nonsense")
    assert "Which paper?" in await answer(world, verb)
