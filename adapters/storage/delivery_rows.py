"""Deliveries as they are found: read, due to be sent, or still as somebody read them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
)

from adapters.storage.tables import channels, deliveries, digests
from adapters.storage.types import UtcDateTime, fingerprint, message_of
from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import IN_FLIGHT, Delivery, DeliveryId, DeliveryState, DigestId
from bot.ports.storage import Backlog

# SQLite uses a partial index for queries that repeat its condition only, word for word.
SENT: ColumnElement[str] = literal_column("'sent'")
READY: ColumnElement[str] = literal_column("'ready'")

# Made once: an alias collects its columns anew, which took half the time of a claim.
_PARENT, READY_ROW, _OTHER = (deliveries.alias(name) for name in ("parent", "ready", "other"))


def load_deliveries(connection: Connection, *conditions: ColumnElement[bool]) -> list[Delivery]:
    """Oldest digest first, its parts in order."""
    head = and_(_PARENT.c.digest_id == deliveries.c.digest_id, _PARENT.c.part == 0)
    columns: list[ColumnElement[Any]] = [
        *(c for c in deliveries.c if c.name != "payload"),
        type_coerce(deliveries.c.payload, Text).label("payload"),
        channels.c.platform,
        channels.c.channel_id.label("channel"),
        _PARENT.c.remote_id.label("parent_remote_id"),
    ]
    statement = (
        select(*columns)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .outerjoin(_PARENT, and_(head, deliveries.c.threaded, deliveries.c.part > 0))
        .where(*conditions)
        .order_by(deliveries.c.digest_id, deliveries.c.part)
    )
    return [_delivery(row) for row in connection.execute(statement)]


def as_given(delivery: Delivery) -> tuple[ColumnElement[bool], ...]:
    """That nobody has entered anything since this was read."""
    return (
        deliveries.c.id == delivery.id,
        deliveries.c.state == delivery.state,
        deliveries.c.owner == delivery.owner,  # SQLAlchemy makes IS NULL of None
        deliveries.c.attempts == delivery.attempts,
    )


def sendable(
    now: datetime, platforms: Sequence[str], outside: Collection[WorkspaceId] = ()
) -> Select[str]:
    """The ids of what may be sent now, oldest digest first, its parts in order."""
    older = tuple_(_OTHER.c.digest_id, _OTHER.c.part) < tuple_(
        READY_ROW.c.digest_id, READY_ROW.c.part
    )
    channel_is_busy = exists().where(
        _OTHER.c.channel_id == READY_ROW.c.channel_id,
        _OTHER.c.state != SENT,
        or_(
            _OTHER.c.state.in_(IN_FLIGHT),
            and_(_OTHER.c.state == DeliveryState.READY, older),
        ),
    )
    return (
        select(READY_ROW.c.id)
        .join(channels, channels.c.id == READY_ROW.c.channel_id)
        .where(
            READY_ROW.c.state == READY,
            or_(READY_ROW.c.not_before.is_(None), READY_ROW.c.not_before <= now),
            channels.c.state == ChannelState.ACTIVE,
            channels.c.platform.in_(platforms),
            READY_ROW.c.workspace_id.not_in(outside),
            ~channel_is_busy,
        )
        .order_by(READY_ROW.c.digest_id, READY_ROW.c.part)
    )


def backlog(connection: Connection) -> Backlog:
    counted = (
        select(deliveries.c.state, func.count())
        .where(deliveries.c.state != SENT, deliveries.c.state != DeliveryState.DROPPED)
        .group_by(deliveries.c.state)
    )
    oldest = (
        select(func.min(digests.c.planned_at, type_=UtcDateTime()))
        .join(deliveries, deliveries.c.digest_id == digests.c.id)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .where(deliveries.c.state == READY, channels.c.state == ChannelState.ACTIVE)
    )
    return Backlog(
        counts={DeliveryState(state): count for state, count in connection.execute(counted)},
        oldest_ready=connection.execute(oldest).scalar_one_or_none(),
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
        message=message_of(row.payload),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        owner=row.owner,
        lease_until=row.lease_until,
        not_before=row.not_before,
        send_started_at=row.send_started_at,
        unknown_since=row.unknown_since,
        remote_id=row.remote_id,
        thread_id=row.parent_remote_id,
        last_error=row.last_error,
        intact=fingerprint(row.payload) == row.payload_sha256,
    )
