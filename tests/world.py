"""The whole of Paperlark on a real SQLite file, with fakes for time, sources and chat."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from adapters.exports import FileExporter
from adapters.storage.store import SqlStore
from adapters.summaries.extractive import Extractive
from bot.domain.channels import Channel, ChannelRef, UserRef, WorkspaceId
from bot.domain.messages import Message, PaperCard
from bot.domain.papers import Paper, PaperKey
from bot.domain.parsing import parse_subscription
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.ports.chat import AskStanding, ChatAdapter, CommandCall, Reply
from bot.ports.sources import PaperSearch
from bot.services.collecting import Collector
from bot.services.commands import Commands
from bot.services.delivering import Deliverer
from bot.services.desk import FrontDesk
from bot.services.digesting import Digester
from bot.services.kit import Kit
from bot.services.learning import Learner
from bot.services.leases import DeliveryPolicy
from bot.services.rising import RisingPapers
from bot.services.stopping import OwnerNotices
from bot.services.subscribing import add, ensure_channel
from tests.fakes import FakeChat, FakeClock, FakeSource, as_admin, text_of

__all__ = ["ANNA", "DAILY", "LAB", "FakeLookup", "World", "channel_ref", "text_of"]

LAB = WorkspaceId("web:lab")
ANNA = UserRef(id="u1", name="Anna")
DAILY = Schedule(days=EVERY_DAY)


def channel_ref(name: str = "nlp", workspace: WorkspaceId = LAB) -> ChannelRef:
    return ChannelRef(platform="web", workspace=workspace, channel=name)


@dataclass
class FakeLookup:
    papers: Mapping[PaperKey, Paper] = field(default_factory=dict)
    asked: list[PaperKey] = field(default_factory=list)

    async def lookup(self, keys: tuple[PaperKey, ...]) -> tuple[Paper, ...]:
        self.asked += keys
        return tuple(self.papers[key] for key in keys if key in self.papers)


@cache
def migrated() -> Path:
    """An empty database at head: copying it is quicker than migrating for every test."""
    folder = Path(tempfile.mkdtemp(prefix="paperlark-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "empty.db"
    store = SqlStore.open(f"sqlite:///{path}")
    store._shut_down()
    return path


class World:
    """Built again on the same folder, it is the program after a restart."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: FakeClock | None = None,
        source: FakeSource | None = None,
        chat: FakeChat | None = None,
        others: Sequence[ChatAdapter] = (),
    ) -> None:
        self.clock = clock or FakeClock()
        self.source = source or FakeSource()
        self.chat = chat or FakeChat()
        self.lookup = FakeLookup()
        database = folder / "paperlark.db"
        if not database.exists():
            shutil.copy(migrated(), database)
        self.store = SqlStore(f"sqlite:///{database}")
        self.chats: dict[str, ChatAdapter] = {c.platform: c for c in (self.chat, *others)}
        chats = self.chats
        self.collector = Collector(
            self.store, [self.source], self.clock, categories=["cs.AI"], every=timedelta(minutes=30)
        )
        self.rising = RisingPapers(self.store, chats, self.clock)
        self.learner = Learner(self.store, self.clock)
        self.digester = Digester(self.store, chats, self.clock, Extractive())
        self.operator: list[Message] = []
        notices = OwnerNotices(self.store, chats, self._tell_operator)
        self.deliverer = Deliverer(
            self.store,
            chats,
            self.clock,
            notices,
            owner="test",
            policy=DeliveryPolicy(),
            sleep=self._sleep,
            monotonic=lambda: self.clock.now().timestamp(),
        )
        self.searches: list[PaperSearch] = []
        self.kit = Kit(
            store=self.store,
            chats=chats,
            clock=self.clock,
            summarizer=Extractive(),
            exporter=FileExporter(),
            schedule=DAILY,
            lookup=self.lookup,
            sources=("huggingface", "arxiv"),
            categories=("cs.AI",),
            searches=self.searches,
        )
        self.commands = Commands(self.kit)
        self.desk = FrontDesk(self.kit, notices)

    async def _tell_operator(self, message: Message) -> None:
        self.operator.append(message)

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    async def found(
        self, *queries: str, name: str = "nlp", schedule: Schedule = DAILY, **known: object
    ) -> Channel:
        """A channel with these subscriptions."""
        ref, now = channel_ref(name), self.clock.now()

        def make(tx):
            channel = ensure_channel(tx, ref, name, schedule=schedule, now=now)
            for query in queries:
                add(tx, channel, parse_subscription(query), by=ANNA, now=now)
            return channel

        return await self.store.write(make)

    async def tick(self) -> None:
        """Collect, learn, digest, deliver: what the clockwork does."""
        if await self.collector.collect():
            await self.rising.note()
        await self.learner.learn()
        await self.digester.digest()
        await self.deliverer.deliver()

    async def morning(self) -> None:
        """From six to nine o'clock: collect, and then post the digest."""
        await self.tick()
        self.clock.advance(hours=3)
        await self.tick()

    async def say(
        self,
        text: str,
        *,
        name: str = "nlp",
        workspace: WorkspaceId = LAB,
        user: UserRef = ANNA,
        standing: AskStanding = as_admin,
        **known: object,
    ) -> Reply:
        return await self.commands.handle(
            CommandCall(
                channel=channel_ref(name, workspace),
                channel_name=name,
                user=user,
                text=text,
                standing=standing,
                **known,
            )
        )

    def cards(self, name: str = "nlp") -> list[str]:
        """The titles posted as cards in the channel, in their order."""
        return [
            block.title
            for ref, message, _ in self.chat.posts
            if ref.channel == name
            for block in message.blocks
            if isinstance(block, PaperCard)
        ]
