"""Channels, what they subscribe to, and what matched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
from bot.domain.deliveries import DigestId
from bot.domain.papers import Paper, PaperId
from bot.domain.queries import Query


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
