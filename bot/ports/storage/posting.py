"""Posts, what became of them, and why a paper stands where it does."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.channels import ChannelRef, WorkspaceId
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.messages import Message
from bot.domain.papers import Paper, PaperId
from bot.domain.ranking import Merit


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
