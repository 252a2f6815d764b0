"""Who leads, and what came in, where several processes share the database."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from adapters.storage.migrations.shorthand import number, text, time

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "leader",
        text("name"),
        text("holder"),
        number("term"),
        time("expires_at"),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "inbound_event",
        text("platform"),
        text("event_id"),
        time("seen_at"),
        PrimaryKeyConstraint("platform", "event_id"),
    )
    op.create_index("ix_inbound_event_seen_at", "inbound_event", ["seen_at"])
