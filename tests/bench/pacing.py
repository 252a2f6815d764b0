"""Thousands of channels due at the same minute: how much longer than the platforms' limits allow?

    uv run python -m tests.bench.pacing [--destinations 10000] [--case slack-many ...]
    uv run python -m tests.bench.pacing --overhead [--destinations 300]

The services and the SQLite file are the real ones, the time is virtual: a request takes what a
network takes (0.1 to 0.4 s), a transaction the processor time that it took, one write at a time.
The stand-ins refuse what is over the limits. `--overhead` posts on the real clock to a chat that
answers at once, so that all that is left is our own.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.chat.discord.api import Answer, DiscordApi
from adapters.chat.discord.posting import DiscordPosts
from adapters.chat.discord.turns import Turns
from adapters.chat.slack.chat import SlackPosts
from adapters.storage.store import SqlStore, _run
from bot.domain.channels import ChannelRef, WorkspaceId
from bot.domain.errors import RateLimited
from bot.domain.messages import Message, Paragraph, plain
from bot.ports.storage import PlannedPost
from bot.services.delivering import Deliverer
from bot.services.leases import DeliveryPolicy
from bot.services.posting import plan_and_post
from bot.services.stopping import OwnerNotices
from bot.services.subscribing import ensure_channel
from tests.fakes import MONDAY, FakeChat
from tests.simulation.loop import Process, VirtualLoop
from tests.world import DAILY, migrated

TICK_S = 20.0
LATENCY_S = (0.1, 0.4)
SAID = Message(fallback="3 new papers", blocks=(Paragraph(spans=(plain("3 new papers"),)),))
POST = PlannedPost(message=SAID, threaded=False)


@dataclass
class Limit:
    """At most so many in any span of so many seconds, for each key."""

    most: int
    span_s: float
    seen: dict[object, deque[float]] = field(default_factory=dict)

    def wait_s(self, key: object, now: float) -> float:
        seen = self.seen.setdefault(key, deque())
        while seen and seen[0] <= now - self.span_s:
            seen.popleft()
        return seen[0] + self.span_s - now if len(seen) >= self.most else 0.0

    def count(self, key: object, now: float) -> None:
        self.seen[key].append(now)

    def least_s(self, wanted: Counter[Any]) -> float:
        """The time that so many take at least at a steady pace, by key."""
        return (max(wanted.values()) - 1) * self.span_s / self.most


class Platform:
    """Takes what is within its limits; remembers the time of the last post."""

    def __init__(self, loop: VirtualLoop, limits: dict[str, Limit]) -> None:
        self.loop = loop
        self.limits = limits
        self.posts = self.refused = 0
        self.last_s = 0.0
        self._chance = random.Random(1)

    async def arrive(self, keys: dict[str, object]) -> None:
        there = self._chance.uniform(*LATENCY_S) / 2
        await self.loop.pause(there)
        now = self.loop.now
        if wait := max(self.limits[name].wait_s(key, now) for name, key in keys.items()):
            self.refused += 1
            await self.loop.pause(there)
            raise RateLimited("ratelimited", retry_after=timedelta(seconds=wait))
        for name, key in keys.items():
            self.limits[name].count(key, now)
        self.posts, self.last_s = self.posts + 1, now
        await self.loop.pause(there)


class SlackLimits(FakeChat):
    def __init__(self, slack: Platform) -> None:
        super().__init__(platform="slack", capabilities=SlackPosts.capabilities)
        self._slack = slack

    async def post(self, channel: ChannelRef, message: Message, **_: Any) -> str:
        await self._slack.arrive({"channel": channel, "workspace": channel.workspace})
        return str(self._slack.posts)


class DiscordRequests:
    """In place of the network under the real adapter."""

    def __init__(self, discord: Platform) -> None:
        self._discord = discord

    async def __call__(self, method: str, path: str, **_: Any) -> Answer:
        channel = path.split("/")[2]
        await self._discord.arrive({"channel": channel, "bot": "bot"})
        return Answer(status=200, data={"id": str(self._discord.posts), "channel_id": channel})

    async def aclose(self) -> None:
        pass


class VirtualStore:
    """The real file, on the virtual clock."""

    def __init__(self, store: SqlStore, loop: VirtualLoop) -> None:
        self._store, self._loop = store, loop
        self._free_at = 0.0
        self.busy_s = 0.0

    async def read(self, work: Callable[[Any], Any]) -> Any:
        result, took = _timed(self._store._reader, work)
        await self._loop.pause(took)
        return result

    async def write(self, work: Callable[[Any], Any]) -> Any:
        result, took = _timed(self._store._writer, work)
        self.busy_s += took
        self._free_at = max(self._free_at, self._loop.now) + took
        await self._loop.pause(self._free_at - self._loop.now)
        return result


def _timed(engine: Any, work: Callable[[Any], Any]) -> tuple[Any, float]:
    began = time.thread_time()
    return _run(engine, work), time.thread_time() - began


class VirtualClock:
    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return MONDAY + timedelta(seconds=self._loop.now)


class NothingDue:
    """All was planned before: here it is the posting that counts."""

    async def digest(self) -> list[Any]:
        return []


@dataclass(frozen=True)
class Case:
    platform: str
    channels_each: int
    """In a workspace."""


CASES = {
    "slack-one": Case("slack", 10_000_000),
    "slack-hundred": Case("slack", 100),
    "slack-many": Case("slack", 1),
    "discord-500": Case("discord", 500),
    "discord-many": Case("discord", 1),
}


def limits_of(platform: str) -> dict[str, Limit]:
    """Slack's reference says one a second and "several hundred" a minute; Discord's, fifty."""
    if platform == "slack":
        return {"channel": Limit(1, 1.0), "workspace": Limit(300, 60.0)}
    return {"channel": Limit(5, 5.0), "bot": Limit(50, 1.0)}


def places(case: Case, n: int) -> list[ChannelRef]:
    return [
        ChannelRef(
            platform=case.platform,
            workspace=WorkspaceId(f"{case.platform}:{i // case.channels_each}"),
            channel=str(i + 1),
        )
        for i in range(n)
    ]


def plan(tx: Any, refs: list[ChannelRef]) -> None:
    """One post for each."""
    for ref in refs:
        ensure_channel(tx, ref, ref.channel, schedule=DAILY, now=MONDAY)
        tx.deliveries.plan(ref, "bench", [], lambda _: [POST], now=MONDAY)


def deliverer(store: Any, chat: Any, **more: Any) -> Deliverer:
    async def nobody(_: Message) -> None: ...

    chats, clock = {chat.platform: chat}, more.pop("clock")
    return Deliverer(
        store, chats, clock, OwnerNotices(store, chats, nobody), owner="bench",
        policy=DeliveryPolicy(), **more,
    )  # fmt: skip


def run(name: str, n: int, store: SqlStore) -> str:
    case, loop = CASES[name], VirtualLoop()
    platform = Platform(loop, limits_of(case.platform))
    virtual = VirtualStore(store, loop)
    refs = places(case, n)
    _run(store._writer, lambda tx: plan(tx, refs))
    if case.platform == "slack":
        chat: Any = SlackLimits(platform)
    else:
        turns = Turns(monotonic=loop.time, sleep=loop.pause)
        requests: Any = DiscordRequests(platform)
        chat = DiscordPosts(DiscordApi(requests, monotonic=loop.time, turns=turns))
    sender = deliverer(
        virtual, chat, clock=VirtualClock(loop), sleep=loop.pause, monotonic=loop.time
    )

    async def tick() -> None:
        while True:
            await plan_and_post(NothingDue(), sender)  # type: ignore[arg-type] -- it plans nothing
            await loop.pause(TICK_S - loop.now % TICK_S)

    loop.start(Process("bot"), tick())
    began = time.process_time()
    loop.run_until(lambda: platform.posts >= n or loop.now > 4 * 3600)
    took = time.process_time() - began
    loop.drop()
    bound = least_s(case, platform.limits, refs)
    own = virtual.busy_s
    return (
        f"{name:14} {platform.posts:6} posts, last after {platform.last_s:7.1f} s; limits alone "
        f"{bound:7.1f} s, our writes alone {own:6.1f} s; ratio to the greater "
        f"{platform.last_s / max(bound, own):.3f}, to the limits "
        f"{platform.last_s / bound if bound else float('inf'):.3f}; refused {platform.refused}; "
        f"{took / n * 1000:.1f} ms of processor a post"
    )


def least_s(case: Case, limits: dict[str, Limit], refs: list[ChannelRef]) -> float:
    if case.platform == "slack":
        return limits["workspace"].least_s(Counter(ref.workspace for ref in refs))
    return limits["bot"].least_s(Counter({"bot": len(refs)}))


def overhead(n: int, store: SqlStore) -> str:
    """On the real clock and the real disk."""

    class Now:
        def now(self) -> datetime:
            return MONDAY + timedelta(seconds=time.monotonic() - began)

    refs = places(Case("web", 50), n)
    _run(store._writer, lambda tx: plan(tx, refs))
    began = time.monotonic()
    chat = FakeChat()
    asyncio.run(deliverer(store, chat, clock=Now()).deliver())
    took = time.monotonic() - began
    return f"{len(chat.posts)} posts in {took:.2f} s: {took / n * 1000:.1f} ms each, on {store._address.database}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--destinations", type=int, default=10_000)
    parser.add_argument("--case", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--overhead", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the database is written")
    wanted = parser.parse_args()
    for name in ["overhead"] if wanted.overhead else wanted.case:
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
            database = Path(folder) / "paperlark.db"
            database.write_bytes(migrated().read_bytes())
            store = SqlStore.open(f"sqlite:///{database}")
            with closing(_Shut(store)):
                act = overhead if wanted.overhead else lambda n, s, name=name: run(name, n, s)
                print(act(wanted.destinations, store), flush=True)


@dataclass
class _Shut:
    store: SqlStore

    def close(self) -> None:
        self.store._shut_down()


if __name__ == "__main__":
    main()
