from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update

from adapters.storage.batches import in_batches, insert_new
from adapters.storage.channels import channel_row
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import (
    aliases,
    channels,
    digests,
    matches,
    posted_before,
    reasons,
    subscriptions,
)
from bot.domain.channels import ChannelRef, Match, Reason, SubscriptionId, WorkspaceId
from bot.domain.deliveries import DigestId
from bot.domain.errors import StorageError
from bot.domain.matching import analyse, explain
from bot.domain.papers import Paper, PaperId
from bot.domain.queries import Query
from bot.ports.storage import PendingPaper, Placement

Home = tuple[int, str]
"""The row of a channel, and its workspace."""

ANY_DAY = date(2000, 1, 1)
"""A subscription's query asks for no date."""


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

    def drop_pending(self, channel: ChannelRef, papers: Iterable[PaperId]) -> None:
        home = channel_row(self._connection, channel)
        for rows in in_batches(rows_of(self._connection, papers).values()):
            waiting = (
                select(matches.c.paper_id)
                .where(matches.c.channel_id == home, matches.c.digest_id.is_(None))
                .where(matches.c.paper_id.in_(rows))
            )
            found = self._connection.execute(waiting).scalars().all()
            for table in (reasons, matches):
                here = (table.c.channel_id == home, table.c.paper_id.in_(found))
                self._connection.execute(delete(table).where(*here))

    def placements(self, workspace: WorkspaceId, paper: PaperId) -> list[Placement]:
        statement = (
            select(
                channels.c.platform,
                channels.c.channel_id.label("channel"),
                channels.c.name,
                channels.c.private,
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
        if had := self._posted_before({row for _, row, _ in kept}):
            kept = [(m, row, home) for m, row, home in kept if (home[0], row) not in had]
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

    def _posted_before(self, papers: Iterable[int]) -> set[tuple[int, int]]:
        """Channels and papers, as a database knows that was restored."""
        statement = (
            select(posted_before.c.channel_id, aliases.c.paper_id)
            .join(aliases, aliases.c.key == posted_before.c.key)
            .where(aliases.c.paper_id.in_(papers))
        )
        return {(channel, paper) for channel, paper in self._connection.execute(statement)}

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
                "reasons": _pairs(match.reasons),
                "matched_at": now,
            }
            for match, row, (channel, workspace) in kept
        ]
        statement = insert_new(self._connection, reasons).returning(reasons.c.paper_id)
        return len(self._connection.execute(statement, values).all())


def match_anew(connection: Connection, subscription: int, query: Query) -> None:
    """Of the papers that wait for a subscription, keep those that its new query matches too."""
    waiting = (
        select(reasons.c.paper_id)
        .join(
            matches,
            and_(
                matches.c.channel_id == reasons.c.channel_id,
                matches.c.paper_id == reasons.c.paper_id,
            ),
        )
        .where(reasons.c.subscription_id == subscription, matches.c.digest_id.is_(None))
    )
    papers = load_papers(connection, connection.execute(waiting).scalars().all())
    for row, paper in papers.items():
        this = (reasons.c.subscription_id == subscription, reasons.c.paper_id == row)
        if found := explain(query, analyse(paper), today=ANY_DAY):
            connection.execute(update(reasons).where(*this).values(reasons=_pairs(found)))
        else:
            connection.execute(delete(reasons).where(*this))


def _pairs(found: Iterable[Reason]) -> list[tuple[str, str]]:
    return [(reason.term, reason.field) for reason in found]


def _placement(row: Any, workspace: WorkspaceId) -> Placement:
    return Placement(
        channel=ChannelRef(platform=row.platform, workspace=workspace, channel=row.channel),
        channel_name=row.name,
        private=row.private,
        first_seen_at=row.first_seen_at,
        digest=None if row.digest_id is None else DigestId(row.digest_id),
        planned_at=row.planned_at,
    )
