"""Outages of many days, in virtual time: every paper comes once, and one digest catches up."""

from collections import Counter
from datetime import timedelta

import pytest

from adapters.chat.discord.posting import DiscordPosts
from adapters.chat.slack.chat import SlackPosts
from bot.domain.errors import RateLimited, SourceUnavailable
from tests.fakes import FakeChat, make_paper
from tests.world import World, text_of


class Chat(FakeChat):
    """A platform that cannot be reached while it is down."""

    down = False

    async def post(self, *args, **kwargs):
        if self.down:
            raise RateLimited("cannot connect", retry_after=timedelta(minutes=10))
        return await super().post(*args, **kwargs)


class Source:
    """Announces a paper a day; what was announced while it was down it still lists after."""

    name = "arxiv"

    def __init__(self, world):
        self.inner = world.source
        self.announced = []
        self.down = False

    def announce(self, day):
        paper = make_paper(f"2607.{day:05}", f"Reward number {day:02}")
        self.announced.append(paper.title)
        self.inner.waiting.append(paper)

    async def sweep(self, *args, **kwargs):
        if self.down:
            raise SourceUnavailable("arxiv", "it answered 503")
        return await self.inner.sweep(*args, **kwargs)


@pytest.fixture(params=[SlackPosts, DiscordPosts], ids=["slack", "discord"])
async def lab(request, tmp_path):
    world = World(tmp_path, chat=Chat(capabilities=request.param.capabilities))
    world.source = Source(world)
    world.collector._sources = [world.source]
    await world.found("reward")
    yield world
    await world.store.close()


async def days(world, first, last):
    """From six in the morning to six in the morning, a tick every six hours."""
    for day in range(first, last + 1):
        world.source.announce(day)
        for _ in range(4):
            began = world.clock.now()
            await world.tick()
            world.clock.time = began + timedelta(hours=6)


def digests(world):
    """What each digest says, without its cards."""
    return [text_of(m) for _, m, _ in world.chat.posts if "new paper" in text_of(m)]


def posted_once(world):
    """Every paper that was announced, and none twice."""
    return Counter(world.cards()) == Counter(world.source.announced)


async def test_after_fourteen_days_without_its_source_one_digest_catches_up(lab):
    await days(lab, 1, 2)
    lab.source.down = True
    await days(lab, 3, 16)
    assert sorted(lab.cards()) == ["Reward number 01", "Reward number 02"]
    assert "has not answered since" in text_of(lab.chat.posts[-1][1])
    lab.source.down = False
    await days(lab, 17, 19)
    assert posted_once(lab)
    [catching_up] = [said for said in digests(lab) if "answers again" in said]
    assert "15 new papers" in catching_up
    assert "its papers cover" in catching_up


async def test_after_three_days_without_its_chat_one_digest_catches_up(lab):
    await days(lab, 1, 2)
    lab.chat.down = True
    await days(lab, 3, 5)
    assert sorted(lab.cards()) == ["Reward number 01", "Reward number 02"]
    lab.chat.down = False
    await days(lab, 6, 8)
    assert posted_once(lab)
    # What was frozen before it went down comes as it was; all that piled up is one digest.
    [catching_up] = [said for said in digests(lab) if "Covers" in said]
    assert "3 new papers" in catching_up
    assert "Covers 3 days" in catching_up


async def test_a_source_that_returns_while_the_chat_is_away_loses_nothing(lab):
    await days(lab, 1, 1)
    lab.source.down = True
    await days(lab, 2, 12)
    lab.chat.down = True
    await days(lab, 13, 14)
    lab.source.down = False
    await days(lab, 15, 15)
    lab.chat.down = False
    await days(lab, 16, 17)
    assert posted_once(lab)
    [catching_up] = [said for said in digests(lab) if "Covers" in said]
    assert "15 new papers" in catching_up
    assert "Covers 3 days, Sat 25 – Tue 28 July." in catching_up
    assert "arXiv answers again; its papers cover Tue 14 – Tue 28 July." in catching_up


async def test_whoever_runs_it_is_not_told_anew_at_each_tick(lab):
    lab.source.down = lab.chat.down = True
    await days(lab, 1, 14)
    assert len(lab.operator) <= 1
    assert lab.chat.posts == []
