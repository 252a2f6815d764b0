"""Taking posts to send: each by one process."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from adapters.storage.delivery_rows import READY_ROW, sendable
from adapters.storage.tables import attempts, deliveries, leaders
from bot.domain.channels import WorkspaceId
from bot.domain.deliveries import DeliveryState


def claim_oldest(
    connection: Connection,
    now: datetime,
    *,
    owner: str,
    lease_until: datetime,
    platforms: Sequence[str],
    outside: Collection[WorkspaceId] = (),
) -> str | None:
    """Mark the oldest sendable post SENDING and begin an attempt; its id, or None."""
    oldest = sendable(now, platforms, outside).limit(1)
    # PostgreSQL alone locks rows; what others hold is left to them, and nobody waits.
    free = oldest.with_for_update(of=READY_ROW, skip_locked=True).scalar_subquery()
    claimed = connection.execute(
        update(deliveries)
        # Asked once more, for a claim that waited for another one's commit.
        .where(deliveries.c.id == free, deliveries.c.state == DeliveryState.READY)
        .values(
            state=DeliveryState.SENDING.value,
            owner=owner,
            term=select(leaders.c.term).where(leaders.c.holder == owner).scalar_subquery(),
            lease_until=lease_until,
            send_started_at=now,
            attempts=deliveries.c.attempts + 1,
        )
        .returning(*deliveries.c["id", "attempts", "workspace_id", "owner", "term"])
    ).one_or_none()
    if claimed is None:
        return None
    _begin_attempt(connection, claimed, now)
    return str(claimed.id)


def _begin_attempt(connection: Connection, claimed: Row[Any], now: datetime) -> None:
    connection.execute(
        insert(attempts).values(
            delivery_id=claimed.id,
            n=claimed.attempts,
            workspace_id=claimed.workspace_id,
            owner=claimed.owner,
            term=claimed.term,
            started_at=now,
        )
    )
