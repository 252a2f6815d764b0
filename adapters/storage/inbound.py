from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from adapters.storage.batches import insert_new
from adapters.storage.tables import inbound_events

KEPT_FOR = timedelta(hours=6)
"""Slack gives up to send an event again after about an hour (its Events API, retries)."""


class SqlInboundEvents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_first(self, platform: str, event: str, *, now: datetime) -> bool:
        stale = delete(inbound_events).where(inbound_events.c.seen_at < now - KEPT_FOR)
        self._connection.execute(stale)
        noted = insert_new(self._connection, inbound_events).values(
            platform=platform, event_id=event, seen_at=now
        )
        is_new = self._connection.execute(noted.returning(inbound_events.c.event_id)).first()
        return is_new is not None
