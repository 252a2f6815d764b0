from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from adapters.storage.channels import channel_row
from adapters.storage.digests import DigestPlan
from adapters.storage.tables import attempts, channels, deliveries
from adapters.storage.types import UtcDateTime
from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.errors import StorageError
from bot.domain.papers import PaperId
from bot.ports.storage import PlannedPost

IN_FLIGHT = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.RECONCILING)
UNDER_WAY = (DeliveryState.SENDING, DeliveryState.RECONCILING)
DONE_WITH = (DeliveryState.SENT, DeliveryState.POISON, DeliveryState.NEEDS_HUMAN)
"""One such part does not bury those behind it; without a parent they stand in the channel."""
INTERRUPTED = "interrupted"
"""The error of a post that was on its way when the process ended."""

# SQLite uses the index of unsettled deliveries for queries that repeat its condition only.
SENT: ColumnElement[str] = literal_column("'sent'")

# Made once: an alias collects its columns anew, which took half the time of a claim.
_PARENT, _READY, _BEFORE, _OTHER = (
    deliveries.alias(name) for name in ("parent", "ready", "before", "other")
)


class SqlDeliveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(
        self,
        channel: ChannelRef,
        occurrence: str,
        papers: Sequence[PaperId],
        compose: Callable[[DigestId], Sequence[PlannedPost]],
        *,
        now: datetime,
    ) -> list[Delivery] | None:
        row = channel_row(self._connection, channel)
        if row is None:
            raise StorageError(f"The channel {channel.channel} was never saved.")
        plan = DigestPlan(
            connection=self._connection, channel=channel, row=row, occurrence=occurrence, now=now
        )
        digest = plan.freeze(papers, compose)
        return None if digest is None else self._load(deliveries.c.digest_id == digest)

    def claim(
        self, now: datetime, *, owner: str, lease_until: datetime, platforms: Sequence[str]
    ) -> Delivery | None:
        sendable = _sendable(now, platforms).limit(1).scalar_subquery()
        claimed = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == sendable)
            .values(
                state=DeliveryState.SENDING.value,
                owner=owner,
                lease_until=lease_until,
                send_started_at=now,
                attempts=deliveries.c.attempts + 1,
            )
            .returning(deliveries.c.id, deliveries.c.attempts, deliveries.c.workspace_id)
        ).one_or_none()
        if claimed is None:
            return None
        self._connection.execute(
            insert(attempts).values(
                delivery_id=claimed.id,
                n=claimed.attempts,
                workspace_id=claimed.workspace_id,
                owner=owner,
                started_at=now,
            )
        )
        return self._load(deliveries.c.id == claimed.id)[0]

    def claim_unknown(
        self,
        now: datetime,
        *,
        settled_before: datetime,
        owner: str,
        lease_until: datetime,
        platforms: Sequence[str],
    ) -> Delivery | None:
        unknown = (
            select(_READY.c.id)
            .join(channels, channels.c.id == _READY.c.channel_id)
            .where(
                _READY.c.state != SENT,
                _READY.c.state == DeliveryState.UNKNOWN,
                _READY.c.unknown_since <= settled_before,
                channels.c.state == ChannelState.ACTIVE,
                or_(_READY.c.not_before.is_(None), _READY.c.not_before <= now),
                channels.c.platform.in_(platforms),
            )
            .order_by(_READY.c.unknown_since)
            .limit(1)
        )
        claimed = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == unknown.scalar_subquery())
            .values(state=DeliveryState.RECONCILING.value, owner=owner, lease_until=lease_until)
            .returning(deliveries.c.id)
        ).scalar_one_or_none()
        return None if claimed is None else self._load(deliveries.c.id == claimed)[0]

    def next_ready(self, now: datetime, *, platforms: Sequence[str]) -> datetime | None:
        statement = (
            select(func.min(_READY.c.not_before, type_=UtcDateTime()))
            .join(channels, channels.c.id == _READY.c.channel_id)
            .where(
                _READY.c.state != SENT,
                _READY.c.state == DeliveryState.READY,
                _READY.c.not_before > now,
                channels.c.state == ChannelState.ACTIVE,
                channels.c.platform.in_(platforms),
            )
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def sent(
        self,
        delivery: DeliveryId,
        remote_id: str,
        *,
        now: datetime,
        next_at: datetime | None = None,
    ) -> None:
        channel = self._settle(delivery, DeliveryState.SENT, None, now, remote_id=remote_id)
        if next_at is not None:
            self._hold_channel(channel, next_at)

    def retry(
        self, delivery: DeliveryId, error: str, *, not_before: datetime, now: datetime
    ) -> None:
        channel = self._settle(delivery, DeliveryState.READY, error, now)
        self._hold_channel(channel, not_before)

    def unknown(
        self, delivery: DeliveryId, error: str, *, now: datetime, not_before: datetime | None = None
    ) -> None:
        since = func.coalesce(deliveries.c.unknown_since, literal(now, UtcDateTime))
        self._settle(
            delivery, DeliveryState.UNKNOWN, error, now, unknown_since=since, not_before=not_before
        )

    def needs_human(self, delivery: DeliveryId, error: str, *, now: datetime) -> None:
        self._settle(delivery, DeliveryState.NEEDS_HUMAN, error, now)

    def poison(self, delivery: DeliveryId, error: str, *, now: datetime) -> None:
        self._settle(delivery, DeliveryState.POISON, error, now)

    def hold_interrupted(self, now: datetime, *, alone: bool) -> list[Delivery]:
        conditions = [deliveries.c.state != SENT, deliveries.c.state.in_(UNDER_WAY)]
        if not alone:
            conditions.append(deliveries.c.lease_until <= now)
        found = self._load(*conditions)
        for delivery in found:
            self.unknown(delivery.id, INTERRUPTED, now=now)
        return self._load(deliveries.c.id.in_([d.id for d in found]))

    def unsettled(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        conditions = [deliveries.c.state != SENT, deliveries.c.state != DeliveryState.READY]
        if workspace is not None:
            conditions.append(deliveries.c.workspace_id == workspace)
        return self._load(*conditions)

    def of_digest(self, channel: ChannelRef, digest: DigestId) -> list[Delivery]:
        home = channel_row(self._connection, channel)
        return self._load(deliveries.c.channel_id == home, deliveries.c.digest_id == digest)

    def waiting(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        conditions = [
            deliveries.c.state != SENT,
            deliveries.c.state == DeliveryState.READY,
            deliveries.c.last_error.is_not(None),
        ]
        if workspace is not None:
            conditions.append(deliveries.c.workspace_id == workspace)
        return self._load(*conditions)

    def _hold_channel(self, channel: int, until: datetime) -> None:
        self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.channel_id == channel,
                deliveries.c.state != SENT,
                deliveries.c.state == DeliveryState.READY,
                or_(deliveries.c.not_before.is_(None), deliveries.c.not_before < until),
            )
            .values(not_before=until)
        )

    def _settle(
        self,
        delivery: DeliveryId,
        state: DeliveryState,
        error: str | None,
        now: datetime,
        **values: Any,
    ) -> int:
        """Enter an outcome, also in the open attempt; returns the channel's row."""
        settled = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery, deliveries.c.state != SENT)
            .values(
                {
                    "state": state.value,
                    "last_error": error,
                    "owner": None,
                    "lease_until": None,
                    "unknown_since": None,
                    **values,
                }
            )
            .returning(deliveries.c.channel_id, deliveries.c.attempts)
        ).one_or_none()
        if settled is None:
            raise StorageError(f"Delivery {delivery} is sent already, or was never planned.")
        self._connection.execute(
            update(attempts)
            .where(
                attempts.c.delivery_id == delivery,
                attempts.c.n == settled.attempts,
                attempts.c.ended_at.is_(None),
            )
            .values(ended_at=now, outcome=state.value, code=error)
        )
        return int(settled.channel_id)

    def _load(self, *conditions: ColumnElement[bool]) -> list[Delivery]:
        """Oldest digest first, its parts in order."""
        head = and_(_PARENT.c.digest_id == deliveries.c.digest_id, _PARENT.c.part == 0)
        statement = (
            select(
                deliveries,
                channels.c.platform,
                channels.c.channel_id.label("channel"),
                _PARENT.c.remote_id.label("parent_remote_id"),
            )
            .join(channels, channels.c.id == deliveries.c.channel_id)
            .outerjoin(_PARENT, and_(head, deliveries.c.threaded, deliveries.c.part > 0))
            .where(*conditions)
            .order_by(deliveries.c.digest_id, deliveries.c.part)
        )
        return [_delivery(row) for row in self._connection.execute(statement)]


def _sendable(now: datetime, platforms: Sequence[str]) -> Select[str]:
    its_turn = exists().where(
        _BEFORE.c.digest_id == _READY.c.digest_id,
        _BEFORE.c.part == _READY.c.part - 1,
        _BEFORE.c.state.in_(DONE_WITH),
    )
    channel_is_busy = exists().where(
        _OTHER.c.channel_id == _READY.c.channel_id,
        _OTHER.c.state != SENT,
        _OTHER.c.state.in_(IN_FLIGHT),
    )
    return (
        select(_READY.c.id)
        .join(channels, channels.c.id == _READY.c.channel_id)
        .where(
            _READY.c.state != SENT,
            _READY.c.state == DeliveryState.READY,
            or_(_READY.c.not_before.is_(None), _READY.c.not_before <= now),
            channels.c.state == ChannelState.ACTIVE,
            channels.c.platform.in_(platforms),
            or_(_READY.c.part == 0, its_turn),
            ~channel_is_busy,
        )
        .order_by(_READY.c.digest_id, _READY.c.part)
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        digest=DigestId(row.digest_id),
        channel=ChannelRef(
            platform=row.platform, workspace=WorkspaceId(row.workspace_id), channel=row.channel
        ),
        part=row.part,
        threaded=row.threaded,
        message=row.payload,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        not_before=row.not_before,
        send_started_at=row.send_started_at,
        unknown_since=row.unknown_since,
        remote_id=row.remote_id,
        thread_id=row.parent_remote_id,
        last_error=row.last_error,
    )
