"""The archive as the services see it.

Work happens in transactions: `store.read(f)` and `store.write(f)` call the
plain function `f` with a `Transaction`, in a worker thread. Nothing can be
awaited inside one, so no network call ever waits within a transaction.

Whatever belongs to a workspace is asked for with a `ChannelRef` or a
`WorkspaceId`; only the clockwork methods (marked so) see all workspaces.
All times are aware and UTC.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.domain.changes import Change, Rejection
from bot.domain.channels import (
    Channel,
    ChannelRef,
    Match,
    Reason,
    Subscription,
    SubscriptionId,
    UserRef,
    WorkspaceId,
)
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.index_queries import IndexQuery
from bot.domain.learning import Lesson
from bot.domain.meaning import Meaning, Vector
from bot.domain.messages import Message
from bot.domain.papers import Novelty, Paper, PaperId, PaperKey, Summary
from bot.domain.queries import Query
from bot.domain.ranking import Merit
from bot.domain.reading_list import ListRef, SavedPaper
from bot.domain.taste import Taste
from bot.ports.sources import Cursor, SourceReport

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaper:
    """What storing a paper gave: all that is known of it now, and since when."""

    paper: Paper
    novelty: Novelty
    first_seen_at: datetime
    news_from: frozenset[str] = frozenset()
    """The sources that have announced it."""
    news_at: datetime | None = None
    """When a source last announced it; None for what was only imported or looked up."""
    is_news: bool = False
    """Whether this sighting was such an announcement: the first by its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paper that the text index offers; only the domain says whether it matches."""

    paper: Paper
    score: float
    """Higher is better; comparable within one answer only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPaper:
    """A matched paper not yet posted in the channel, with what each subscription saw in it."""

    paper: Paper
    reasons: Mapping[SubscriptionId, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A matched paper in a channel: since when, and in which digest it stands."""

    channel: ChannelRef
    channel_name: str
    private: bool
    """Whether only the channel's members know of it."""
    first_seen_at: datetime
    digest: DigestId | None = None
    planned_at: datetime | None = None
    """When that digest was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is kept of a paper in a digest."""

    paper: PaperId
    merits: tuple[Merit, ...]
    """Why it stands where it does."""
    rises_at: int | None = None
    """The upvotes at which a note says that it rises; None if none will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risen:
    """A posted paper whose upvotes have come to what its channel waits for."""

    channel: ChannelRef
    digest: DigestId
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPost:
    message: Message
    threaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The posts that have not been sent, as numbers."""

    counts: Mapping[DeliveryState, int]
    oldest_ready: datetime | None
    """When the oldest was planned that waits for nothing but its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPost:
    """A post on the local page."""

    id: int
    channel: ChannelRef
    posted_at: datetime
    message: Message
    thread: int | None = None
    """The post it answers."""


class PaperRepository(Protocol):
    def store(
        self, papers: Sequence[Paper], *, now: datetime, news: bool = False
    ) -> list[StoredPaper]:
        """Insert or merge by identity, in order. `news` when a source announced them.

        Two known papers that turn out to be one become one: posts, matches
        and saves move to the older.
        """
        ...

    def update(self, papers: Sequence[Paper], *, now: datetime) -> list[StoredPaper]:
        """Merge into papers already known; unknown ones are left out of the answer."""
        ...

    def get(self, paper: PaperId) -> Paper | None: ...

    def find(self, key: PaperKey) -> Paper | None: ...

    def announced_at(self, paper: PaperId) -> datetime | None:
        """When a source last announced it here; None for what was only imported or looked up."""
        ...

    def top(self, *, since: date, limit: int) -> list[Paper]:
        """Papers of that day or later with the most upvotes."""
        ...

    def find_short(self, text: str) -> Paper | None:
        """By id as people type it: full key, short id, arXiv or DOI address."""
        ...

    def candidates(
        self,
        query: IndexQuery,
        *,
        without: IndexQuery | None = None,
        ranked: int = 0,
        newest: bool = False,
    ) -> Iterator[Candidate]:
        """All papers that satisfy the index query and not `without`, read as they are taken.

        At least the `ranked` most promising come first, the best before the rest and newer
        before older where they are equally good (`bot.domain.relevance`); the rest, or all if
        `newest`, are the newest first.
        """
        ...

    def satisfying(self, query: IndexQuery, *, without: IndexQuery | None = None) -> int:
        """How many `candidates` there are."""
        ...

    def having(self, tokens: Collection[str]) -> dict[str, int]:
        """How many papers have each of the index's tokens in title or abstract."""
        ...

    def count(self) -> int: ...


class VectorRepository(Protocol):
    """What papers mean, as far as it was worked out; no longer known when their texts change."""

    def put(self, model: str, found: Sequence[tuple[Paper, Vector]]) -> None:
        """Of papers as they were read; whose text has changed since is left out."""
        ...

    def of(self, paper: PaperId) -> Meaning | None: ...

    def waiting(self, model: str, *, limit: int) -> list[Paper]:
        """Papers without a vector of this model, those that came last first."""
        ...

    def count(self, model: str) -> int:
        """How many papers have one."""
        ...


class SummaryRepository(Protocol):
    """What a language model wrote of papers; no longer known when their texts change."""

    def waiting(self, *, limit: int) -> list[Paper]:
        """Papers that wait for a digest, came without a summary and were never asked about.

        Those with the most votes first, of equals those that came last.
        """
        ...

    def put(self, paper: Paper, written: Summary | None, *, now: datetime) -> None:
        """What was written of the paper as it was read, or that nothing fit came."""
        ...

    def asked(self, *, since: datetime) -> int:
        """About how many papers a model was asked."""
        ...


class ChannelRepository(Protocol):
    def get(self, ref: ChannelRef) -> Channel | None: ...

    def save(self, channel: Channel) -> None:
        """Insert or overwrite."""
        ...

    def of_workspace(self, workspace: WorkspaceId) -> list[Channel]: ...

    def all(self) -> list[Channel]:
        """Clockwork: every channel of every workspace."""
        ...

    def due(self, now: datetime) -> list[Channel]:
        """Clockwork: active channels whose `next_run_at` has come, the longest due first."""
        ...

    def broken(self) -> list[Channel]:
        """Clockwork: every channel in which posting is stopped."""
        ...


class SubscriptionRepository(Protocol):
    def add(
        self, channel: ChannelRef, query: Query, *, by: UserRef, now: datetime
    ) -> Subscription: ...

    def of_channel(self, channel: ChannelRef) -> list[Subscription]: ...

    def count(self, workspace: WorkspaceId) -> int: ...

    def change(
        self, channel: ChannelRef, number: int, query: Query, *, now: datetime
    ) -> Subscription | None:
        """Give it another query; what only the old one matched and no digest took is dropped."""
        ...

    def remove(self, channel: ChannelRef, number: int) -> Subscription | None:
        """Also drops its matches that no digest took; None if there is no such number."""
        ...

    def all(self) -> list[Subscription]:
        """Clockwork: every subscription of every workspace, for the index."""
        ...

    def version(self) -> int:
        """Clockwork: changes whenever what any subscription means changes."""
        ...

    def versions(self) -> dict[ChannelRef, int]:
        """Clockwork: of each channel, the same for its own subscriptions alone."""
        ...


class MatchRepository(Protocol):
    def record(self, matches: Iterable[Match], *, now: datetime) -> int:
        """Remember matches; known ones change nothing. Returns how many were new."""
        ...

    def pending(self, channel: ChannelRef) -> list[PendingPaper]:
        """Matched and never posted in this channel, oldest match first."""
        ...

    def counts(self, channel: ChannelRef, *, since: datetime) -> dict[SubscriptionId, int]:
        """Papers matched per subscription since the moment."""
        ...

    def drop_pending(self, channel: ChannelRef, papers: Iterable[PaperId]) -> None:
        """Forget matches that no digest took."""
        ...

    def placements(self, workspace: WorkspaceId, paper: PaperId) -> list[Placement]:
        """Where in the workspace a paper matched or was posted, oldest first."""
        ...

    def of_digest(self, channel: ChannelRef, digest: DigestId, *, start: int = 0) -> list[Paper]:
        """The papers of a digest in its order, from a position on.

        Positions are those it was planned with: two papers that became one shift nothing.
        """
        ...


class DeliveryRepository(Protocol):
    def plan(
        self,
        channel: ChannelRef,
        occurrence: str,
        papers: Sequence[PaperId],
        compose: Callable[[DigestId], Sequence[PlannedPost]],
        *,
        now: datetime,
    ) -> list[Delivery] | None:
        """Freeze a digest: attach its papers and queue its posts READY, all or nothing.

        `compose` gets the new digest's id (buttons name it) and gives its posts.
        None when this occurrence was planned before. Papers already attached
        to another digest of the channel raise ValueError.
        """
        ...

    def add(self, channel: ChannelRef, digest: DigestId, post: PlannedPost) -> Delivery:
        """Queue a further post of a digest READY, after all that it has."""
        ...

    def claim(
        self,
        now: datetime,
        *,
        owner: str,
        lease_until: datetime,
        platforms: Sequence[str],
        outside: Collection[WorkspaceId] = (),
    ) -> Delivery | None:
        """Clockwork: take a sendable post and mark it SENDING, or None.

        Sendable: of one of these platforms, in a workspace `outside` of these, READY, its `not_before` past, its channel ACTIVE,
        no older post of the channel READY, and nothing of the channel in flight.
        """
        ...

    def claim_unknown(
        self, delivery: Delivery, *, now: datetime, owner: str, lease_until: datetime
    ) -> Delivery | None:
        """Clockwork: mark it RECONCILING, so that one process at a time looks for it.

        None unless it is UNKNOWN as given, its `not_before` past and its channel ACTIVE.
        """
        ...

    def holds(self, delivery: Delivery) -> bool:
        """Whether the claim stands: nobody has entered anything since."""
        ...

    def in_flight(self) -> list[Delivery]:
        """Clockwork: everything SENDING, RECONCILING or UNKNOWN."""
        ...

    def next_ready(self, now: datetime, *, platforms: Sequence[str]) -> datetime | None:
        """Clockwork: when the next post that waits may be sent."""
        ...

    # Outcomes. What the holder of a claim concludes is entered only while the claim stands: the
    # state, owner and attempt are those of `delivery`. False if others have decided since.

    def sent(
        self, delivery: Delivery, remote_id: str, *, now: datetime, next_at: datetime | None = None
    ) -> bool:
        """It arrived: a fact, entered whoever learns of it and however late; false if known.

        Nothing else goes to its channel before `next_at`.
        """
        ...

    def retry(self, delivery: Delivery, error: str, *, not_before: datetime, now: datetime) -> bool:
        """Back to READY; nothing goes to its channel before `not_before`."""
        ...

    def unknown(
        self, delivery: Delivery, error: str, *, now: datetime, not_before: datetime | None = None
    ) -> bool:
        """UNKNOWN since the first time; it is not looked for before `not_before`."""
        ...

    def needs_human(self, delivery: Delivery, error: str, *, now: datetime) -> bool: ...

    def poison(self, delivery: Delivery, error: str, *, now: datetime) -> bool: ...

    def drop(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        """It is not going to be sent, and nobody has to hear of it any more."""
        ...

    def waits(self, channel: ChannelRef) -> bool:
        """Whether any post of the channel is READY or in flight."""
        ...

    def held(self, channel: ChannelRef) -> list[Delivery]:
        """POISON and NEEDS_HUMAN."""
        ...

    def untold(self) -> list[Delivery]:
        """Clockwork: held, and nobody was told yet."""
        ...

    def mark_told(self, delivery: Delivery) -> None: ...

    def forget_attempts(self, *, before: datetime) -> int:
        """Clockwork: of what is SENT, drop the record of attempts begun before then; how many."""
        ...

    def unsettled(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        """In flight or held; clockwork without a workspace."""
        ...

    def backlog(self) -> Backlog:
        """Clockwork: how much is in which state, without those that were dropped."""
        ...

    def of_digest(self, channel: ChannelRef, digest: DigestId) -> list[Delivery]:
        """All posts of a digest, in order."""
        ...

    def posted_as(self, channel: ChannelRef, remote_id: str) -> Delivery | None:
        """The delivery that the platform knows under this id."""
        ...

    def waiting(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        """READY after an attempt that failed; clockwork without a workspace."""
        ...


class ReadingListRepository(Protocol):
    def save(self, list_: ListRef, saved: SavedPaper) -> bool:
        """True if it was not on the list; saving again adds tags and replaces a given note."""
        ...

    def change(self, list_: ListRef, saved: SavedPaper) -> bool:
        """Overwrite what is known of a paper on the list; False if it is not on it."""
        ...

    def remove(self, list_: ListRef, paper: PaperId) -> bool: ...

    def get(self, list_: ListRef, paper: PaperId) -> SavedPaper | None: ...

    def savers(self, list_: ListRef) -> dict[PaperId, UserRef]:
        """Who saved each paper of the list; quicker than `list`."""
        ...

    def list(self, list_: ListRef) -> list[SavedPaper]:
        """Newest first."""
        ...


class ChangeRepository(Protocol):
    def add(self, change: Change) -> None: ...

    def of_channel(self, channel: ChannelRef, *, limit: int) -> list[Change]:
        """Newest first."""
        ...


class RejectionRepository(Protocol):
    """What a channel called nothing for it."""

    def set(self, channel: ChannelRef, paper: PaperId, rejection: Rejection) -> None:
        """One a person and paper: another replaces it."""
        ...

    def remove(self, channel: ChannelRef, paper: PaperId, by: UserRef) -> bool: ...

    def list(self, channel: ChannelRef, *, limit: int) -> list[tuple[Paper, Rejection]]:
        """Newest first."""
        ...


class StandingRepository(Protocol):
    """How papers stand in the digests of a channel, and which of them rise."""

    def keep(self, channel: ChannelRef, standings: Iterable[Standing]) -> None:
        """Of papers that are in a digest."""
        ...

    def of(self, channel: ChannelRef, paper: PaperId) -> tuple[Merit, ...]:
        """Why it stands where it does; none if that was not kept."""
        ...

    def rising(self, *, since: datetime) -> list[Risen]:
        """Clockwork: of digests planned since then, posted papers that rose, and no note says so.

        Only in channels that can be posted in and still want to hear of as many upvotes.
        """
        ...

    def tell(self, channel: ChannelRef, paper: PaperId) -> bool:
        """Count it as told that the paper rises; false if it was."""
        ...


class TasteRepository(Protocol):
    """What channels like, as it was learned."""

    def get(self, channel: ChannelRef) -> Taste:
        """`INDIFFERENT` as long as nothing was learned."""
        ...

    def keep(self, channel: ChannelRef, taste: Taste, *, learn_at: datetime) -> None:
        """In place of what was learned before; it is due again at `learn_at`."""
        ...

    def due(self, now: datetime) -> list[ChannelRef]:
        """Clockwork: channels to be learned anew, and those that have labels for the first time."""
        ...

    def lessons(self, channel: Channel, *, before: datetime) -> list[Lesson]:
        """The newest papers that the channel saved, rejected, and passed by until then.

        Of a list that channels share, what was posted in others only is left out.
        """
        ...


class SourceRepository(Protocol):
    def cursor(self, source: str) -> Cursor | None: ...

    def set_cursor(self, source: str, cursor: Cursor) -> None: ...

    def known_through(self) -> date | None:
        """What was announced until then may have been posted before a backup was restored."""
        ...

    def report(self, report: SourceReport) -> None: ...

    def last_reports(self) -> dict[str, SourceReport]:
        """The newest report of each source."""
        ...

    def reports_since(self, moment: datetime) -> list[SourceReport]:
        """Oldest first."""
        ...

    def last_success(self, source: str, *, before: datetime | None = None) -> datetime | None:
        """When it last answered well, at all or before a moment."""
        ...


class WebPostRepository(Protocol):
    def add(
        self,
        channel: ChannelRef,
        message: Message,
        *,
        delivery: DeliveryId | None,
        thread: int | None,
        now: datetime,
    ) -> WebPost:
        """The same delivery added twice is one post: the first is returned."""
        ...

    def list(self, channel: ChannelRef, *, limit: int, after: int = 0) -> list[WebPost]:
        """The newest `limit` posts with an id over `after`, oldest first."""
        ...


class KeptTextRepository(Protocol):
    """Texts too long for where they have to stand, each under a short key."""

    def keep(self, workspace: WorkspaceId, text: str, *, now: datetime) -> str:
        """The key: 20 characters, the same for the same text."""
        ...

    def get(self, workspace: WorkspaceId, key: str) -> str | None: ...


class SecretRepository(Protocol):
    """Tokens by name, sealed by who stores them; never readable as they lie here."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, sealed: str) -> None: ...

    def remove(self, name: str) -> None: ...

    def list(self, prefix: str) -> list[str]:
        """Names that begin so, in order."""
        ...


class InboundEventRepository(Protocol):
    """What platforms sent us, for some hours: some send it again, to whichever process."""

    def is_first(self, platform: str, event: str, *, now: datetime) -> bool:
        """Whether it comes for the first time within hours; from now on it does not."""
        ...


class Transaction(Protocol):
    """All repositories inside one transaction."""

    papers: PaperRepository
    vectors: VectorRepository
    summaries: SummaryRepository
    channels: ChannelRepository
    subscriptions: SubscriptionRepository
    matches: MatchRepository
    deliveries: DeliveryRepository
    reading_list: ReadingListRepository
    changes: ChangeRepository
    rejections: RejectionRepository
    standings: StandingRepository
    tastes: TasteRepository
    sources: SourceRepository
    kept_texts: KeptTextRepository
    secrets: SecretRepository
    inbound_events: InboundEventRepository
    web_posts: WebPostRepository


class Store(Protocol):
    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on one consistent state; it must not write."""
        ...

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` and commit, or roll everything back if it raises. One at a time."""
        ...

    async def close(self) -> None: ...
