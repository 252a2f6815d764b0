"""Papers with their text index, sources, channels, subscriptions, reading lists.

Constraints are named by `tables.NAMES`.
"""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    Time,
    UniqueConstraint,
)

from adapters.storage.migrations.shorthand import json, number, own_id, text, time

revision = "0001"
down_revision = None


def upgrade() -> None:
    _papers()
    _text_index()
    _sources()
    _channels()
    _reading_lists()


def _papers() -> None:
    op.create_table(
        "paper",
        Column("id", Integer(), autoincrement=False, nullable=False),
        text("key"),
        Column("day", Date()),
        time("first_seen_at"),
        time("news_at", nullable=True),
        json("news_from"),
        time("updated_at"),
        time("published", nullable=True),
        number("upvotes", nullable=True),
        number("comments", nullable=True),
        number("stars", nullable=True),
        text("organization", nullable=True),
        text("venue", nullable=True),
        text("code_url", nullable=True),
        text("project_url", nullable=True),
        text("thumbnail_url", nullable=True),
        text("summary_maker", nullable=True),
        Column("summary_text", Text()),
        json("keys"),
        json("authors"),
        json("categories"),
        json("listings"),
        Column("title", Text(), nullable=False),
        Column("abstract", Text(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("key"),
    )
    op.create_index("ix_paper_day", "paper", ["day"])
    op.create_index("ix_paper_first_seen_at", "paper", ["first_seen_at"])
    op.create_table(
        "alias",
        text("key"),
        text("short"),
        number("paper_id"),
        PrimaryKeyConstraint("key"),
        ForeignKeyConstraint(["paper_id"], ["paper.id"]),
    )
    op.create_index("ix_alias_short", "alias", ["short"])
    op.create_index("ix_alias_paper_id", "alias", ["paper_id"])


def _text_index() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE paper_text"
            " USING fts5(title, abstract, authors, facets, tokenize = 'ascii')"
        )
        return
    op.execute("CREATE TABLE paper_text (paper_id integer PRIMARY KEY, tokens tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_paper_text_tokens ON paper_text USING gin (tokens)")


def _sources() -> None:
    op.create_table(
        "source_cursor",
        text("source"),
        Column("through", Date(), nullable=False),
        json("validators"),
        PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "source_report",
        own_id(),
        text("source"),
        time("started_at"),
        time("ended_at"),
        text("asked"),
        number("got"),
        number("new"),
        number("updated"),
        text("note", nullable=True),
        text("failed", nullable=True),
        time("next_try_at", nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_source_report_source_ended_at", "source_report", ["source", "ended_at"])


def _channels() -> None:
    op.create_table(
        "channel",
        own_id(),
        text("platform"),
        text("workspace_id"),
        text("channel_id"),
        text("name"),
        text("cadence"),
        Column("local_time", Time(), nullable=False),
        text("zone"),
        json("weekdays"),
        text("layout"),
        number("cap"),
        Column("empty_note", Boolean(), nullable=False),
        text("state"),
        text("broken_code", nullable=True),
        time("created_at"),
        time("next_run_at", nullable=True),
        Column("last_run_day", Date()),
        time("last_digest_at", nullable=True),
        number("next_number"),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("platform", "workspace_id", "channel_id"),
        CheckConstraint("state IN ('active', 'broken')", name="state"),
    )
    op.create_index("ix_channel_workspace_id", "channel", ["workspace_id"])
    op.create_index("ix_channel_next_run_at", "channel", ["next_run_at"])
    op.create_table(
        "subscription",
        own_id(),
        number("channel_id"),
        text("workspace_id"),
        number("number"),
        text("text"),
        text("created_by_id"),
        text("created_by_name"),
        time("created_at"),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        UniqueConstraint("channel_id", "number"),
        sqlite_autoincrement=True,
    )


def _reading_lists() -> None:
    op.create_table(
        "saved_paper",
        text("workspace_id"),
        number("paper_id"),
        text("saved_by_id"),
        text("saved_by_name"),
        time("saved_at"),
        text("note"),
        json("tags"),
        PrimaryKeyConstraint("workspace_id", "paper_id"),
        ForeignKeyConstraint(["paper_id"], ["paper.id"]),
    )
