"""Matches, digests, deliveries and the local page's posts, and what the database itself refuses."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from adapters.storage.migrations.shorthand import json, number, own_id, partial_index, text, time

revision = "0002"
down_revision = "0001"

# Name, table, condition and message of what the database itself refuses.
REFUSALS = (
    (
        "delivery_stays_sent",
        "delivery",
        "OLD.state = 'sent' AND NEW.state <> 'sent'",
        "a sent delivery stays sent",
    ),
    (
        "delivery_content_is_frozen",
        "delivery",
        "OLD.payload <> NEW.payload",
        "the content of a delivery never changes",
    ),
    (
        "paper_match_keeps_its_digest",
        "paper_match",
        "OLD.digest_id IS NOT NULL AND (NEW.digest_id IS NULL OR NEW.digest_id <> OLD.digest_id)",
        "a paper stays in its digest",
    ),
)


def upgrade() -> None:
    _digests()
    _matches()
    _deliveries()
    _web_posts()
    _refusals()


def _digests() -> None:
    op.create_table(
        "digest",
        own_id(),
        number("channel_id"),
        text("workspace_id"),
        text("occurrence"),
        time("planned_at"),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        UniqueConstraint("channel_id", "occurrence"),
    )


def _matches() -> None:
    op.create_table(
        "paper_match",
        number("channel_id"),
        number("paper_id"),
        text("workspace_id"),
        time("first_seen_at"),
        number("digest_id", nullable=True),
        number("position", nullable=True),
        PrimaryKeyConstraint("channel_id", "paper_id"),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        ForeignKeyConstraint(["paper_id"], ["paper.id"]),
        ForeignKeyConstraint(["digest_id"], ["digest.id"]),
    )
    op.create_index("ix_paper_match_paper_id", "paper_match", ["paper_id"])
    op.create_index("ix_paper_match_digest_id_position", "paper_match", ["digest_id", "position"])
    partial_index("ix_paper_match_pending", "paper_match", ["channel_id"], "digest_id IS NULL")
    op.create_table(
        "match_reason",
        number("subscription_id"),
        number("paper_id"),
        number("channel_id"),
        text("workspace_id"),
        json("reasons"),
        time("matched_at"),
        PrimaryKeyConstraint("subscription_id", "paper_id"),
        ForeignKeyConstraint(["subscription_id"], ["subscription.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["channel_id", "paper_id"], ["paper_match.channel_id", "paper_match.paper_id"]
        ),
    )
    op.create_index(
        "ix_match_reason_channel_id_paper_id", "match_reason", ["channel_id", "paper_id"]
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        text("id"),
        number("digest_id"),
        number("channel_id"),
        text("workspace_id"),
        number("part"),
        Column("threaded", Boolean(), nullable=False),
        Column("payload", Text(), nullable=False),
        text("state"),
        number("attempts"),
        time("not_before", nullable=True),
        text("owner", nullable=True),
        number("term", nullable=True),
        time("lease_until", nullable=True),
        time("send_started_at", nullable=True),
        time("unknown_since", nullable=True),
        text("remote_id", nullable=True),
        text("last_error", nullable=True),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["digest_id"], ["digest.id"]),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        UniqueConstraint("digest_id", "part"),
        CheckConstraint(
            "state IN ('ready', 'sending', 'sent', 'unknown', 'reconciling', 'blocked',"
            " 'poison', 'needs_human')",
            name="state",
        ),
        CheckConstraint("state <> 'sent' OR remote_id IS NOT NULL", name="sent_has_remote_id"),
    )
    partial_index("ix_delivery_unsettled", "delivery", ["state", "not_before"], "state <> 'sent'")
    op.create_table(
        "attempt",
        text("delivery_id"),
        Column("n", Integer(), autoincrement=False, nullable=False),
        text("workspace_id"),
        text("owner"),
        number("term", nullable=True),
        time("started_at"),
        time("ended_at", nullable=True),
        text("outcome", nullable=True),
        text("code", nullable=True),
        PrimaryKeyConstraint("delivery_id", "n"),
        ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
    )


def _web_posts() -> None:
    op.create_table(
        "web_post",
        own_id(),
        text("platform"),
        text("workspace_id"),
        text("channel_id"),
        text("delivery_id", nullable=True),
        number("thread", nullable=True),
        time("posted_at"),
        Column("payload", Text(), nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["thread"], ["web_post.id"]),
        UniqueConstraint("delivery_id"),
    )
    op.create_index(
        "ix_web_post_platform_workspace_id_channel_id",
        "web_post",
        ["platform", "workspace_id", "channel_id"],
    )


def _refusals() -> None:
    if op.get_context().dialect.name == "sqlite":
        refuse = " WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    else:
        op.execute(
            "CREATE FUNCTION paperlark_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$"
        )
        refuse = " FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION paperlark_refuse('{message}')"
    for name, table, condition, message in REFUSALS:
        body = refuse.format(condition=condition, message=message)
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}{body}")
