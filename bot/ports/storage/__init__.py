"""The archive as the services see it.

Work happens in transactions: `store.read(f)` and `store.write(f)` call the
plain function `f` with a `Transaction`, in a worker thread. Nothing can be
awaited inside one, so no network call ever waits within a transaction.

Whatever belongs to a workspace is asked for with a `ChannelRef` or a
`WorkspaceId`; only the clockwork methods (marked so) see all workspaces.
All times are aware and UTC.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.ports.storage.archive import (
    Candidate,
    PaperRepository,
    SourceRepository,
    StoredPaper,
    SummaryRepository,
    VectorRepository,
)
from bot.ports.storage.channels import (
    ChannelRepository,
    MatchRepository,
    PendingPaper,
    Placement,
    SubscriptionRepository,
)
from bot.ports.storage.people import (
    ChangeRepository,
    InboundEventRepository,
    KeptTextRepository,
    ReadingListRepository,
    RejectionRepository,
    SecretRepository,
    TasteRepository,
)
from bot.ports.storage.posting import (
    Backlog,
    DeliveryRepository,
    PlannedPost,
    Risen,
    Standing,
    StandingRepository,
    WebPost,
    WebPostRepository,
)

__all__ = [
    "Backlog",
    "Candidate",
    "ChangeRepository",
    "ChannelRepository",
    "DeliveryRepository",
    "InboundEventRepository",
    "KeptTextRepository",
    "MatchRepository",
    "PaperRepository",
    "PendingPaper",
    "Placement",
    "PlannedPost",
    "ReadingListRepository",
    "RejectionRepository",
    "Risen",
    "SecretRepository",
    "SourceRepository",
    "Standing",
    "StandingRepository",
    "Store",
    "StoredPaper",
    "SubscriptionRepository",
    "SummaryRepository",
    "TasteRepository",
    "Transaction",
    "VectorRepository",
    "WebPost",
    "WebPostRepository",
]

T = TypeVar("T")


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
