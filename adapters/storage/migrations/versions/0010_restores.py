"""What was posted is not forgotten with an older database: see `adapters.storage.restoring`."""

from alembic import op
from sqlalchemy import Column, Date, ForeignKeyConstraint, PrimaryKeyConstraint

from adapters.storage.migrations.shorthand import number, text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "posted_before",
        number("channel_id"),
        text("key"),
        PrimaryKeyConstraint("channel_id", "key"),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
    )
    op.create_table("restored", Column("day", Date(), nullable=False), PrimaryKeyConstraint("day"))
