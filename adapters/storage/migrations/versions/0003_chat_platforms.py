"""Slack and Discord: whose a channel is, pictures, what buttons stand for, and sealed tokens."""

from alembic import op
from sqlalchemy import Boolean, Column, PrimaryKeyConstraint, Text, false

from adapters.storage.migrations.shorthand import text, time

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("pictures", "cut_off"):
        flag: Column[bool] = Column(name, Boolean(), nullable=False, server_default=false())
        op.add_column("channel", flag)
    for name in ("owner_id", "owner_name", "told_code"):
        op.add_column("channel", text(name, nullable=True))
    op.create_table(
        "kept_text",
        text("workspace_id"),
        text("key"),
        Column("text", Text(), nullable=False),
        time("kept_at"),
        PrimaryKeyConstraint("workspace_id", "key"),
    )
    op.create_table(
        "secret",
        text("name"),
        Column("sealed", Text(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
