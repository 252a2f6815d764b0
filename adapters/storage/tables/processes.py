"""What the processes that share a database tell one another."""

from datetime import datetime

from sqlmodel import Field

from adapters.storage.tables.base import Row, table_of
from adapters.storage.types import UtcDateTime


class LeaderRow(Row, table=True):
    """The one that collects, plans and sends; all its times are of the database's own clock."""

    __tablename__ = "leader"

    name: str = Field(primary_key=True)
    """What is led: so far there is one thing."""
    holder: str
    term: int
    """Grows whenever the lead begins anew."""
    expires_at: datetime = Field(sa_type=UtcDateTime)


class InboundEventRow(Row, table=True):
    """What came from a platform that may send it again, to any process."""

    __tablename__ = "inbound_event"

    platform: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


leaders = table_of(LeaderRow)
inbound_events = table_of(InboundEventRow)
