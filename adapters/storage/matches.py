from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from adapters.storage.batches import in_batches, insert_new
from adapters.storage.channels import channel_row
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import aliases, channels, digests, matches, reasons, subscriptions
from bot.domain.channels import ChannelRef, Match, Reason, SubscriptionId, WorkspaceId
from bot.domain.deliveries import DigestId
from bot.domain.errors import StorageError
from bot.domain.papers import Paper, PaperId
from bot.ports.storage import PendingPaper, Placement

Home = tuple[int, str]
"""The row of a channel, and its workspace."""


class SqlMatches:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, matches: Iterable[Match], *, now: datetime) -> int:
        return sum(self._record(batch, now) for batch in in_batches(matches))

    def pending(self, channel: ChannelRef) -> list[PendingPaper]:
        home = channel_row(self._connection, channel)
        waiting = (
            select(matches.c.paper_id)
            .where(matches.c.channel_id == home, matches.c.digest_id.is_(None))
            .order_by(matches.c.first_seen_at, matches.c.paper_id)
        )
        rows = self._connection.execute(waiting).scalars().all()
        seen = self._reasons_by_paper(home, rows)
        papers = load_papers(self._connection, rows)
        return [PendingPaper(paper=papers[row], reasons=seen[row]) for row in rows if row in seen]

    def counts(self, channel: ChannelRef, *, since: datetime) -> dict[SubscriptionId, int]:
        """Also those of none."""
        recent = and_(
            reasons.c.subscription_id == subscriptions.c.id, reasons.c.matched_at >= since
        )
        statement = (
            select(subscriptions.c.id, func.count(reasons.c.paper_id))
            .outerjoin(reasons, recent)
            .where(subscriptions.c.channel_id == channel_row(self._connection, channel))
            .group_by(subscriptions.c.id)
        )
        return {SubscriptionId(row): count for row, count in self._connection.execute(statement)}

    def placements(self, workspace: WorkspaceId, paper: PaperId) -> list[Placement]:
        statement = (
            select(
                channels.c.platform,
                channels.c.channel_id.label("channel"),
                channels.c.name,
                matches.c.first_seen_at,
                matches.c.digest_id,
                digests.c.planned_at,
            )
            .join(channels, channels.c.id == matches.c.channel_id)
            .join(aliases, aliases.c.paper_id == matches.c.paper_id)
            .outerjoin(digests, digests.c.id == matches.c.digest_id)
            .where(matches.c.workspace_id == workspace, aliases.c.key == paper)
            .order_by(matches.c.first_seen_at, channels.c.id)
        )
        return [_placement(row, workspace) for row in self._connection.execute(statement)]

    def of_digest(self, channel: ChannelRef, digest: DigestId, *, start: int = 0) -> list[Paper]:
        statement = (
            select(matches.c.paper_id)
            .where(
                matches.c.channel_id == channel_row(self._connection, channel),
                matches.c.digest_id == digest,
                matches.c.position >= start,
            )
            .order_by(matches.c.position)
        )
        rows = self._connection.execute(statement).scalars().all()
        papers = load_papers(self._connection, rows)
        return [papers[row] for row in rows]

    def _reasons_by_paper(
        self, channel: int | None, rows: Iterable[int]
    ) -> dict[int, dict[SubscriptionId, tuple[Reason, ...]]]:
        found: dict[int, dict[SubscriptionId, tuple[Reason, ...]]] = {}
        for batch in in_batches(rows):
            statement = (
                select(reasons.c.paper_id, reasons.c.subscription_id, reasons.c.reasons)
                .where(reasons.c.channel_id == channel, reasons.c.paper_id.in_(batch))
                .order_by(reasons.c.subscription_id)
            )
            for paper, subscription, pairs in self._connection.execute(statement):
                why = tuple(Reason(term=term, field=field) for term, field in pairs)
                found.setdefault(paper, {})[SubscriptionId(subscription)] = why
        return found

    def _record(self, found: Sequence[Match], now: datetime) -> int:
        """Matches of a subscription that was removed meanwhile are dropped."""
        rows = rows_of(self._connection, (m.paper for m in found))
        if unknown := {m.paper for m in found} - rows.keys():
            raise StorageError(f"Papers that were never stored cannot match: {sorted(unknown)[:3]}")
        homes = self._homes({m.subscription for m in found})
        kept = [(m, rows[m.paper], homes[m.subscription]) for m in found if m.subscription in homes]
        if not kept:
            return 0
        in_channels = {
            (channel, row): {
                "channel_id": channel,
                "paper_id": row,
                "workspace_id": workspace,
                "first_seen_at": now,
            }
            for _, row, (channel, workspace) in kept
        }
        self._connection.execute(insert_new(self._connection, matches), list(in_channels.values()))
        return self._insert_reasons(kept, now)

    def _homes(self, wanted: Iterable[SubscriptionId]) -> dict[SubscriptionId, Home]:
        statement = select(
            subscriptions.c.id, subscriptions.c.channel_id, subscriptions.c.workspace_id
        ).where(subscriptions.c.id.in_(wanted))
        return {
            SubscriptionId(subscription): (channel, workspace)
            for subscription, channel, workspace in self._connection.execute(statement)
        }

    def _insert_reasons(self, kept: Iterable[tuple[Match, int, Home]], now: datetime) -> int:
        values = [
            {
                "subscription_id": match.subscription,
                "paper_id": row,
                "channel_id": channel,
                "workspace_id": workspace,
                "reasons": [(r.term, r.field) for r in match.reasons],
                "matched_at": now,
            }
            for match, row, (channel, workspace) in kept
        ]
        statement = insert_new(self._connection, reasons).returning(reasons.c.paper_id)
        return len(self._connection.execute(statement, values).all())


def _placement(row: Any, workspace: WorkspaceId) -> Placement:
    return Placement(
        channel=ChannelRef(platform=row.platform, workspace=workspace, channel=row.channel),
        channel_name=row.name,
        first_seen_at=row.first_seen_at,
        digest=None if row.digest_id is None else DigestId(row.digest_id),
        planned_at=row.planned_at,
    )
