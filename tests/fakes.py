"""Stand-ins for what the services reach through ports; each remembers, and can be told to fail."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.domain.channels import ChannelRef
from bot.domain.deliveries import DeliveryId
from bot.domain.links import arxiv_url
from bot.domain.messages import Message
from bot.domain.papers import Listing, Paper, arxiv_key, paper_keys
from bot.ports.chat import ChatCapabilities, CommandHandler
from bot.ports.sources import Cursor, Sweep

MONDAY = datetime(2026, 7, 13, 6, 0, tzinfo=UTC)
THAT_DAY = MONDAY.date()


@dataclass
class FakeClock:
    time: datetime = MONDAY

    def now(self) -> datetime:
        return self.time

    def advance(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@dataclass
class FakeSource:
    """Gives the papers laid out for it, once each; `failures` are raised first."""

    name: str = "arxiv"
    waiting: list[Paper] = field(default_factory=list)
    updates: list[Paper] = field(default_factory=list)
    failures: deque[Exception] = field(default_factory=deque)
    sweeps: int = 0
    categories: frozenset[str] = frozenset()

    async def sweep(
        self, cursor: Cursor | None, *, now: datetime, categories: frozenset[str]
    ) -> Sweep:
        self.sweeps += 1
        self.categories = categories
        if self.failures:
            raise self.failures.popleft()
        papers, self.waiting = tuple(self.waiting), []
        updates, self.updates = tuple(self.updates), []
        return Sweep(
            papers=papers, updates=updates, cursor=Cursor(through=now.date()), asked=f"day {now:%F}"
        )


@dataclass
class FakeChat:
    """Keeps what arrived. `outcomes` are raised first; `after` ones once the post has arrived."""

    platform: str = "web"
    capabilities: ChatCapabilities = field(
        default_factory=lambda: ChatCapabilities(
            cards_per_message=10, chars_per_message=3_800, threads=True
        )
    )
    posts: list[tuple[ChannelRef, Message, str | None]] = field(default_factory=list)
    outcomes: deque[Exception] = field(default_factory=deque)
    after: deque[BaseException] = field(default_factory=deque)

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        if self.outcomes:
            raise self.outcomes.popleft()
        self.posts.append((channel, message, thread))
        if self.after:
            raise self.after.popleft()
        return str(len(self.posts))

    async def start(self, handle: CommandHandler) -> None: ...

    async def stop(self) -> None: ...


def make_paper(
    arxiv_id: str = "2607.00001",
    title: str = "Reward hacking in language models",
    *,
    source: str = "arxiv",
    day: date = THAT_DAY,
    **known: object,
) -> Paper:
    authors = known.pop("authors", ("Ada Example", "Bo Sample"))
    keys = paper_keys(arxiv_key(arxiv_id), title=title, authors=authors)
    return Paper(
        id=keys[0],
        keys=keys,
        title=title,
        authors=authors,
        listings=(
            Listing(source=source, source_id=arxiv_id, announced=day, url=arxiv_url(arxiv_id)),
        ),
        **{"abstract": "We show what goes wrong and how to mend it.", **known},
    )
