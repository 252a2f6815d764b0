"""Stand-ins for what the services reach through ports; each remembers, and can be told to fail."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.fitting import Room
from bot.domain.links import Url, arxiv_url
from bot.domain.meaning import Vector
from bot.domain.messages import Message, PaperCard
from bot.domain.papers import Listing, Paper, Summary, arxiv_key, paper_keys
from bot.domain.people import Standing
from bot.ports.chat import ChatCapabilities
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
class FakeEmbedder:
    """Knows a few words and what each is about; `failures` are raised first."""

    about: dict[str, int] = field(default_factory=lambda: {"dog": 0, "puppies": 0, "sailing": 1})
    model: str = "fake"
    asked: list[str] = field(default_factory=list)
    failures: deque[Exception] = field(default_factory=deque)

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        if self.failures:
            raise self.failures.popleft()
        self.asked.extend(texts)
        return [self._vector(text.lower().split()) for text in texts]

    def _vector(self, words: list[str]) -> Vector:
        values = bytearray(b"\x01" * 64)
        for word in words:
            if (topic := self.about.get(word.strip(".,:"))) is not None:
                values[topic] = 120
        return Vector(bytes(values))


@dataclass
class FakeWriter:
    """Says the next of `says`, which may be an error; afterwards the title again."""

    says: deque[str | Exception | None] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)

    async def write(self, paper: Paper) -> Summary | None:
        self.asked.append(paper.title)
        said = self.says.popleft() if self.says else f"It is about {paper.title}."
        if isinstance(said, Exception):
            raise said
        return Summary(text=said, maker="fake") if said else None


def capabilities(cards: int, chars: int, *, threads: bool = True) -> ChatCapabilities:
    """Of a platform whose messages hold so many cards and characters."""
    return ChatCapabilities(
        room=Room(chars=chars, parts=cards),
        size=lambda block: Room(chars=len(text_of(block)), parts=int(isinstance(block, PaperCard))),
        threads=threads,
    )


def text_of(value: object) -> str:
    """All that a message or a part of one says, a line a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "\n".join(map(text_of, value))
    if is_dataclass(value):
        return "\n".join(text_of(getattr(value, f.name)) for f in fields(value))
    return ""


@dataclass
class FakeChat:
    """Keeps what arrived. `outcomes` are raised first; `after` ones once the post has arrived."""

    platform: str = "web"
    capabilities: ChatCapabilities = field(default_factory=lambda: capabilities(10, 3_800))
    posts: list[tuple[ChannelRef, Message, str | None]] = field(default_factory=list)
    told: list[tuple[WorkspaceId, UserRef, Message]] = field(default_factory=list)
    ids: dict[DeliveryId, str] = field(default_factory=dict)
    outcomes: deque[Exception] = field(default_factory=deque)
    unreadable: deque[Exception] = field(default_factory=deque)
    after: deque[BaseException] = field(default_factory=deque)
    on_post: Callable[[], None] = lambda: None

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        if self.outcomes:
            raise self.outcomes.popleft()
        self.on_post()
        self.posts.append((channel, message, thread))
        self.ids[delivery] = str(len(self.posts))
        if self.after:
            raise self.after.popleft()
        return str(len(self.posts))

    async def find(self, channel, *, delivery, thread, since) -> str | None:
        if self.unreadable:
            raise self.unreadable.popleft()
        return self.ids.get(delivery)

    async def link(self, channel: ChannelRef, post: str, *, thread: str | None) -> Url | None:
        return Url(f"https://chat.example/{channel.channel}/{post}")

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        self.told.append((workspace, user, message))


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


async def as_member(_: ChannelRef) -> Standing:
    return Standing(member=True)


async def as_admin(_: ChannelRef) -> Standing:
    return Standing(member=True, admin=True)
