"""A recorded day through Slack and Discord at once: every paper once in each, whatever happens."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.chat.discord import Discord, DiscordOptions
from adapters.chat.slack import SlackOptions
from adapters.chat.slack.connection import Slack
from adapters.sources.arxiv import ArXiv
from adapters.sources.http import PoliteClient
from adapters.sources.huggingface import HuggingFace
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.ports.chat import CommandCall
from tests.adapters.chat.discord.reading import read_body
from tests.e2e.test_recordings import ARXIV_DAY, HUGGINGFACE_DAY, Recorded, no_wait
from tests.fakes import FakeClock, as_admin, make_paper
from tests.shared import needs_shared
from tests.standins.discord import StandIn
from tests.standins.discord_state import SEND
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import ALL_SCOPES, Fault
from tests.world import World

QUERY = "learning OR model OR reward"
SLACK_LIMIT = Fault(error="ratelimited", status=429, headers={"Retry-After": "2"})
SLACK_LOST = Fault(drop=True, commit=True)
DISCORD_POSTS = "/channels/*/messages"


@dataclass
class Lab:
    """Paperlark with a channel in Slack and one in Discord, both subscribed to the same."""

    folder: Path
    clock: FakeClock
    slack: SlackStandIn
    discord: StandIn
    channel: dict[str, Any]
    """Discord's."""

    def places(self) -> tuple[ChannelRef, ChannelRef]:
        guild = WorkspaceId(f"discord:{self.channel['guild_id']}")
        return (
            ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1"),
            ChannelRef(platform="discord", workspace=guild, channel=self.channel["id"]),
        )

    @asynccontextmanager
    async def running(self):
        """The program on its database, as after a restart."""
        slack = Slack(
            SlackOptions(
                api_url=self.slack.api_url,
                request_timeout_s=2,
                required_scopes=tuple(ALL_SCOPES.split(",")),
                bot_token="xoxb-good",
                app_token="xapp-good",
            ),
            store=None,
            clock=self.clock,
        )
        discord = Discord(
            DiscordOptions(token=self.discord.token, api_url=self.discord.url, request_timeout_s=2)
        )
        client = PoliteClient(
            version="test", contact=None, clock=self.clock, sleep=no_wait, transport=Recorded()
        )
        world = World(self.folder, clock=self.clock, others=(slack, discord))
        world.recorded = [HuggingFace(client), ArXiv(client)]
        world.collector._sources = world.recorded
        await world.deliverer.hold_interrupted(alone=True)
        try:
            yield world
        finally:
            await world.store.close()
            for part in (slack, discord, client):
                await part.aclose()

    async def subscribe(self, world: World) -> None:
        for ref in self.places():
            anna = UserRef(id="U1" if ref.platform == "slack" else "7", name="Anna")
            for text in (f"subscribe {QUERY}", "schedule 09:00 daily"):
                call = CommandCall(
                    channel=ref, channel_name="papers", user=anna, text=text, standing=as_admin
                )
                await world.desk.command(call)

    def slack_cards(self) -> list[str]:
        """Titles of the cards in Slack, from what stands in the channel."""
        cards = []
        for message in self.slack.messages():
            blocks = message["blocks"]
            # A card is its text and then its buttons; the digest's titles have none.
            for n, block in enumerate(blocks):
                if block["type"] == "actions" and any(
                    e["text"]["text"].startswith("Save") for e in block["elements"]
                ):
                    cards.append(_title(blocks, n))
        return sorted(cards)

    def discord_cards(self) -> list[str]:
        cards = []
        for messages in self.discord.state.messages.values():
            for message in messages:
                lines = read_body(message).words.splitlines()
                cards += (
                    [t for t in self.slack_cards() if t in lines] if "Save" in str(message) else []
                )
        return sorted(cards)

    async def morning(self, world: World, day: datetime) -> None:
        """Collect at six, post at nine; and ticks on for ten minutes."""
        self.clock.time = day.replace(hour=6, minute=0)
        await world.tick()
        self.clock.time = day.replace(hour=9, minute=0)
        for _ in range(20):
            await world.tick()
            self.clock.advance(seconds=30)


def _title(blocks, end):
    for block in reversed(blocks[:end]):
        if block["type"] == "rich_text":
            first = block["elements"][0]["elements"][0]
            return first["text"]
    raise AssertionError("a card without a title")


@pytest.fixture
async def lab(tmp_path):
    clock = FakeClock(HUGGINGFACE_DAY)
    discord = await StandIn().start()
    discord.state.now_ms = lambda: clock.now().timestamp() * 1000
    channel = discord.state.add_channel(discord.state.add_guild(), "papers")
    async with SlackStandIn() as slack:
        yield Lab(tmp_path, clock, slack, discord, channel)
        assert slack.problems == []
        assert discord.violations == []
    await discord.stop()


def posts(lab: Lab) -> tuple[int, int]:
    slack = len(lab.slack.messages())
    return slack, sum(map(len, lab.discord.state.messages.values()))


@needs_shared
async def test_a_recorded_day_is_posted_once_on_both(lab):
    async with lab.running() as world:
        world.collector._sources = world.recorded[:1]
        await lab.subscribe(world)
        await lab.morning(world, HUGGINGFACE_DAY)
    cards = lab.slack_cards()
    assert len(cards) > 5
    assert len(set(cards)) == len(cards)
    assert lab.discord_cards() == cards

    before = posts(lab)
    async with lab.running() as world:  # a second tick, and a restart
        world.collector._sources = world.recorded[:1]
        for _ in range(3):
            await world.tick()
            lab.clock.advance(minutes=40)
    assert posts(lab) == before

    async with lab.running() as world:
        await lab.morning(world, ARXIV_DAY)
    new = set(lab.slack_cards()) - set(cards)
    assert new == {"The Drift Contract: Spectral Updates for Depth-Robust Local Learning"}
    assert lab.discord_cards() == lab.slack_cards()


def storm(lab: Lab) -> None:
    lab.slack.fail("chat.postMessage", *[SLACK_LIMIT] * 8)
    slow = {"retry_after": 2.0, "global": False}
    lab.discord.fail("POST", DISCORD_POSTS, status=429, data=slow, times=8)


def lost_reply(lab: Lab) -> None:
    lab.slack.fail("chat.postMessage", SLACK_LOST)
    lab.discord.fail("POST", DISCORD_POSTS, commit=True, drop=True)


def lost_request(lab: Lab) -> None:
    lab.slack.fail("chat.postMessage", Fault(drop=True))
    lab.discord.fail("POST", DISCORD_POSTS, drop=True)


def overload(lab: Lab) -> None:
    lab.slack.fail("chat.postMessage", *[Fault(status=503, body="<html>busy</html>")] * 3)
    lab.discord.fail("POST", DISCORD_POSTS, status=503, data=b"<html>", times=3)


@pytest.mark.parametrize("trouble", [storm, lost_reply, lost_request, overload])
async def test_trouble_loses_nothing_and_posts_nothing_twice(lab, trouble):
    async with lab.running() as world:
        world.collector._sources = [world.source]
        await lab.subscribe(world)
        world.source.waiting = [make_paper(f"2607.{n:05}", f"Reward {n} reward") for n in range(9)]
        trouble(lab)
        await lab.morning(world, HUGGINGFACE_DAY)
    assert lab.slack_cards() == sorted(f"Reward {n} reward" for n in range(9))
    assert lab.discord_cards() == lab.slack_cards()


async def test_a_channel_that_closes_in_between_gets_its_papers_when_it_is_open_again(lab):
    async with lab.running() as world:
        world.collector._sources = [world.source]
        await lab.subscribe(world)
        world.source.waiting = [make_paper()]
        lab.slack.team.rooms["C1"].archived = True
        lab.discord.state.deny(lab.channel["id"], SEND)
        await lab.morning(world, HUGGINGFACE_DAY)
        assert lab.slack_cards() == []
        asked, told = lab.slack.called("chat.postMessage")
        assert (asked["channel"], told["channel"]) == ("C1", "U1")
        assert "it is archived" in told["text"]
        [told] = lab.discord.state.messages["87"]
        assert "may not post" in read_body(told).words

        lab.slack.team.rooms["C1"].archived = False
        lab.discord.state.deny(lab.channel["id"], 0)
        for ref in lab.places():
            await world.desk.joined(ref, "papers", by=None)
        for _ in range(3):
            await world.tick()
            lab.clock.advance(minutes=1)
    assert lab.slack_cards() == ["Reward hacking in language models"]
    assert lab.discord_cards() == lab.slack_cards()


@pytest.mark.parametrize("count", [1, 3], ids=["one card", "a thread of cards"])
@pytest.mark.parametrize("trouble", [storm, lost_reply, lost_request])
async def test_a_paper_that_rises_is_noted_once_in_the_thread_on_both(lab, trouble, count):
    papers = [make_paper(f"2607.{n:05}", f"Reward {n} reward", upvotes=3) for n in range(count)]
    async with lab.running() as world:
        world.collector._sources = [world.source]
        await lab.subscribe(world)
        world.source.waiting = papers
        await lab.morning(world, HUGGINGFACE_DAY)
    [parent] = [m for m in lab.slack.messages() if "thread_ts" not in m or _is_parent(m)]

    trouble(lab)
    for votes in (57, 58):  # with a restart between
        lab.clock.advance(hours=1)
        async with lab.running() as world:
            world.collector._sources = [world.source]
            world.source.updates = [replace(papers[0], upvotes=votes)]
            for _ in range(20):
                await world.tick()
                lab.clock.advance(seconds=30)
    [note] = [m for m in lab.slack.messages() if m["text"].startswith("Rising")]
    assert note["text"] == "Rising: Reward 0 reward has 57 upvotes now."
    assert note["thread_ts"] == parent["ts"]
    noted = [
        (place, read_body(message).words)
        for place, messages in lab.discord.state.messages.items()
        for message in messages
        if "Rising:" in str(message)
    ]
    [(place, words)] = noted
    assert "Reward 0 reward" in words
    assert place != lab.channel["id"]


def _is_parent(message: dict[str, Any]) -> bool:
    return message["thread_ts"] == message["ts"]
