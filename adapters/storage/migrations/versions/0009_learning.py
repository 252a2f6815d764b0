"""What a channel has taught, why a paper stood where it did, and at which votes it rises."""

from alembic import op
from sqlalchemy import JSON, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from adapters.storage.migrations.shorthand import json, number, text, time

revision = "0009"
down_revision = "0008"

RISING = "50"
"""What channels have that said nothing of it."""


def upgrade() -> None:
    op.create_table(
        "taste",
        Column("channel_id", Integer(), autoincrement=False, nullable=False),
        text("workspace_id"),
        json("weights"),
        time("learn_at"),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        PrimaryKeyConstraint("channel_id"),
    )
    op.create_index("ix_taste_learn_at", "taste", ["learn_at"])
    op.add_column("paper_match", Column("merits", JSON(), nullable=True))
    op.add_column("paper_match", number("rises_at", nullable=True))
    op.add_column("channel", Column("rising", Integer(), nullable=True, server_default=RISING))
