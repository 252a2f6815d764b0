"""A posted paper that rises is noted once in its digest's thread, on every platform."""

from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.channels import ChannelRef, Layout, WorkspaceId
from bot.domain.errors import DeliveryUnknown, RateLimited
from bot.domain.parsing import parse_subscription
from bot.services.subscribing import add, ensure_channel
from tests.bot.services.asking import answer
from tests.fakes import FakeChat, capabilities, make_paper
from tests.world import ANNA, DAILY, World, channel_ref

PAPER = make_paper("2607.00001", "Reward hacking", upvotes=8)
OTHER = make_paper("2607.00002", "Reward shaping", upvotes=3)
NOTE = "Rising: Reward hacking has 57 upvotes now."
TEAM = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1")


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path, others=[FakeChat(platform="slack")])
    yield world
    await world.store.close()


async def in_two_places(world):
    """The same subscription on two platforms, and its digest posted."""
    await world.found("reward")

    def make(tx):
        now = world.clock.now()
        channel = ensure_channel(tx, TEAM, "team", schedule=DAILY, now=now)
        add(tx, channel, parse_subscription("reward"), by=ANNA, now=now)

    await world.store.write(make)
    await posted(world)


async def posted(world, *papers):
    world.source.waiting = list(papers or (PAPER, OTHER))
    await world.morning()


async def votes(world, number, *, days=0.0, paper=PAPER):
    """What a later sweep says."""
    world.clock.advance(days=days, hours=1)
    world.source.updates = [replace(paper, upvotes=number)]
    await world.tick()


def notes(chat):
    return [
        (message.fallback, thread)
        for _, message, thread in chat.posts
        if message.fallback.startswith("Rising")
    ]


async def test_it_is_noted_once_in_the_thread_on_both_platforms(world):
    await in_two_places(world)
    await votes(world, 49)
    assert notes(world.chat) == []
    for number in (57, 58, 40, 99):
        await votes(world, number)
    for chat in world.chats.values():
        assert notes(chat) == [(NOTE, "1")]


@pytest.mark.parametrize("fault", ["before", "lost reply", "killed"])
async def test_it_is_noted_once_through_faults_and_a_restart(world, tmp_path, fault):
    await in_two_places(world)
    for chat in world.chats.values():
        match fault:
            case "before":
                chat.outcomes = deque(
                    [RateLimited("ratelimited", retry_after=timedelta(seconds=30))]
                )
            case "lost reply":
                chat.after = deque([DeliveryUnknown("no answer")])
    if fault == "killed":  # between the sweep and the note, and again before the note is sent
        world.clock.advance(hours=1)
        world.source.updates = [replace(PAPER, upvotes=57)]
        await world.collector.collect()
    else:
        await votes(world, 57)
    await world.store.close()
    again = World(
        tmp_path,
        clock=world.clock,
        source=world.source,
        chat=world.chat,
        others=[world.chats["slack"]],
    )
    await again.rising.note()
    await again.rising.note()
    for _ in range(5):
        again.clock.advance(minutes=5)
        await again.tick()
    for chat in again.chats.values():
        assert notes(chat) == [(NOTE, "1")]
    await again.store.close()


async def test_what_had_the_votes_when_it_was_posted_does_not_rise(world):
    await world.found("reward")
    await posted(world, replace(PAPER, upvotes=50), OTHER)
    await votes(world, 90)
    assert notes(world.chat) == []


async def test_votes_are_followed_for_fourteen_days(world):
    await world.found("reward")
    await posted(world)
    await votes(world, 20, days=13)
    await votes(world, 57, days=2)
    assert notes(world.chat) == []


async def test_the_channel_says_from_which_votes_on_or_never(world):
    await world.found("reward")
    assert "rising to 20" in await answer(world, "settings rising 20")
    await posted(world)
    await votes(world, 21)
    assert notes(world.chat) == [("Rising: Reward hacking has 21 upvotes now.", "1")]
    await world.say("settings rising off")
    await votes(world, 99, paper=OTHER)
    assert len(notes(world.chat)) == 1


@pytest.mark.parametrize("typed", ["rising many", "rising -1", "rising 10000"])
async def test_what_is_no_number_of_votes_is_refused(world, typed):
    assert "Rising is off, or is a number" in await answer(world, f"settings {typed}")


@pytest.mark.parametrize("layout", list(Layout))
async def test_it_answers_the_digests_first_post_under_every_layout(world, layout):
    await world.found("reward")
    await world.say(f"settings layout {layout}")
    await posted(world)
    await votes(world, 57)
    assert notes(world.chat) == [(NOTE, "1")]


async def test_it_is_a_post_of_its_own_where_there_are_no_threads(world):
    world.chat.capabilities = capabilities(10, 3_800, threads=False)
    await world.found("reward")
    await posted(world)
    await votes(world, 57)
    assert notes(world.chat) == [(NOTE, None)]


async def test_a_paper_that_votes_bring_later_is_posted_and_not_noted(world):
    await world.found("reward upvotes:>=20")
    await posted(world)
    assert world.cards() == []
    await votes(world, 57)
    world.clock.advance(days=1)
    await world.tick()
    assert world.cards() == [PAPER.title]
    await votes(world, 99)
    assert notes(world.chat) == []


async def test_why_still_finds_the_card_of_a_paper_that_rose(world):
    await world.found("reward")
    await posted(world)
    await votes(world, 57)
    post = await world.store.read(
        lambda tx: tx.deliveries.posted_as(channel_ref(), str(len(world.chat.posts)))
    )
    assert post.message.fallback == NOTE
    assert "It was posted here" in await answer(world, "why 2607.00001")
