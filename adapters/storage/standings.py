from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, update

from adapters.storage.channels import channel_row
from adapters.storage.delivery_rows import SENT
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import channels, deliveries, digests, matches, papers
from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import DigestId
from bot.domain.papers import PaperId
from bot.domain.ranking import Merit, Trait
from bot.ports.storage import Risen, Standing


class SqlStandings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, channel: ChannelRef, standings: Iterable[Standing]) -> None:
        known = list(standings)
        rows = rows_of(self._connection, (s.paper for s in known))
        this = (
            matches.c.channel_id == channel_row(self._connection, channel),
            matches.c.paper_id == bindparam("paper"),
        )
        values = [
            {"paper": rows[s.paper], "why": _written(s.merits), "votes": s.rises_at} for s in known
        ]
        if values:
            statement = update(matches).where(*this)
            kept = statement.values(merits=bindparam("why"), rises_at=bindparam("votes"))
            self._connection.execute(kept, values)

    def of(self, channel: ChannelRef, paper: PaperId) -> tuple[Merit, ...]:
        statement = select(matches.c.merits).where(*self._at(channel, paper))
        return _read(self._connection.execute(statement).scalar_one_or_none())

    def rising(self, *, since: datetime) -> list[Risen]:
        stands = exists().where(
            deliveries.c.digest_id == matches.c.digest_id,
            deliveries.c.part == 0,
            deliveries.c.state == SENT,
        )
        statement = (
            select(
                matches.c.paper_id,
                matches.c.digest_id,
                channels.c.platform,
                channels.c.workspace_id,
                channels.c.channel_id,
            )
            .join(papers, papers.c.id == matches.c.paper_id)
            .join(channels, channels.c.id == matches.c.channel_id)
            .join(digests, digests.c.id == matches.c.digest_id)
            .where(
                papers.c.upvotes >= matches.c.rises_at,
                papers.c.upvotes >= channels.c.rising,
                channels.c.state == ChannelState.ACTIVE,
                digests.c.planned_at >= since,
                stands,
            )
            .order_by(matches.c.digest_id, matches.c.position)
        )
        rows = self._connection.execute(statement).all()
        known = load_papers(self._connection, {row.paper_id for row in rows})
        return [
            Risen(
                channel=ChannelRef(
                    platform=row.platform,
                    workspace=WorkspaceId(row.workspace_id),
                    channel=row.channel_id,
                ),
                digest=DigestId(row.digest_id),
                paper=known[row.paper_id],
            )
            for row in rows
        ]

    def tell(self, channel: ChannelRef, paper: PaperId) -> bool:
        untold = (*self._at(channel, paper), matches.c.rises_at.is_not(None))
        told = self._connection.execute(update(matches).where(*untold).values(rises_at=None))
        return told.rowcount > 0

    def _at(self, channel: ChannelRef, paper: PaperId) -> tuple[ColumnElement[bool], ...]:
        return (
            matches.c.channel_id == channel_row(self._connection, channel),
            matches.c.paper_id == rows_of(self._connection, [paper]).get(paper),
        )


def _written(merits: Iterable[Merit]) -> list[Any]:
    return [[merit.trait.value, round(merit.weight, 3), list(merit.what)] for merit in merits]


def _read(written: list[Any] | None) -> tuple[Merit, ...]:
    """None of what was planned before merits were kept."""
    return tuple(
        Merit(trait=Trait(trait), weight=weight, what=tuple(what))
        for trait, weight, what in written or ()
    )
