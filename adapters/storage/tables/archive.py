"""Papers and where they come from; channels and what they subscribed to."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field

from adapters.storage.tables.base import Row, one_of, table_of
from adapters.storage.types import UtcDateTime
from bot.domain.channels import ChannelState, Editors

NO = {"server_default": false()}


def known_only(column: str) -> dict[str, Any]:
    """Of an index of what is known of few papers."""
    condition = text(f"{column} IS NOT NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}


NOTHING = {"server_default": text("'[]'")}


class PaperRow(Row, table=True):
    """A paper. Long texts come last, so that SQLite need not read past them to sort by day."""

    __tablename__ = "paper"
    __table_args__ = tuple(
        Index(f"ix_paper_{name}", name, **known_only(name))
        for name in ("upvotes", "comments", "code_url", "project_url")
    )

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The row of the text index; given by us, oldest first."""
    key: str = Field(unique=True)
    """The `PaperId`."""
    day: date | None = Field(default=None, index=True)
    """`Paper.date`, for sorting."""
    first_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    news_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a source last announced it."""
    news_from: list[str] = Field(sa_type=JSON)
    """The sources that did."""
    updated_at: datetime = Field(sa_type=UtcDateTime)
    published: datetime | None = Field(default=None, sa_type=UtcDateTime)
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    organization: str | None = None
    venue: str | None = None
    code_url: str | None = None
    project_url: str | None = None
    thumbnail_url: str | None = None
    summary_maker: str | None = None
    summary_text: str | None = Field(default=None, sa_type=Text)
    keys: list[str] = Field(sa_type=JSON)
    authors: list[str] = Field(sa_type=JSON)
    categories: list[str] = Field(sa_type=JSON)
    listings: list[dict[str, Any]] = Field(sa_type=JSON)
    title: str = Field(sa_type=Text)
    abstract: str = Field(sa_type=Text)
    written_by: str | None = None
    """The language model that wrote the text."""
    written_text: str | None = None
    written_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often one was asked, whatever came of that."""


class WrittenDayRow(Row, table=True):
    """How often a language model was asked on a day (UTC)."""

    __tablename__ = "written_day"

    day: date = Field(primary_key=True)
    asked: int


class AliasRow(Row, table=True):
    """Every key of every paper leads to one row; a key never leads to two."""

    __tablename__ = "alias"

    key: str = Field(primary_key=True)
    short: str = Field(index=True)
    """The key without its scheme, as people type it."""
    paper_id: int = Field(foreign_key="paper.id", index=True)


class SourceCursorRow(Row, table=True):
    __tablename__ = "source_cursor"

    source: str = Field(primary_key=True)
    through: date
    validators: dict[str, str] = Field(sa_type=JSON)


class RestoredRow(Row, table=True):
    """A day on which an older state was put in the database's place, with all since unknown."""

    __tablename__ = "restored"

    day: date = Field(primary_key=True)


class SourceReportRow(Row, table=True):
    __tablename__ = "source_report"
    __table_args__ = (Index(None, "source", "ended_at"),)

    id: int = Field(default=None, primary_key=True)
    source: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    asked: str
    got: int
    new: int
    updated: int
    note: str | None = None
    failed: str | None = None
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ChannelRow(Row, table=True):
    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("platform", "workspace_id", "channel_id"),
        one_of("state", ChannelState),
    )

    id: int = Field(default=None, primary_key=True)
    platform: str
    workspace_id: str = Field(index=True)
    channel_id: str
    name: str
    cadence: str
    local_time: time
    zone: str
    weekdays: list[int] = Field(sa_type=JSON)
    layout: str
    cap: int
    empty_note: bool
    pictures: bool = Field(default=False, sa_column_kwargs=NO)
    rising: int | None = Field(default=None, sa_column_kwargs={"server_default": text("50")})
    """None where no note says so."""
    scope_sources: list[str] = Field(sa_type=JSON, sa_column_kwargs=NOTHING)
    scope_categories: list[str] = Field(sa_type=JSON, sa_column_kwargs=NOTHING)
    scope_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    scope_upvotes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    personal: bool = Field(default=False, sa_column_kwargs=NO)
    private: bool = Field(default=False, sa_column_kwargs=NO)
    editors: str = Field(sa_column_kwargs={"server_default": Editors.ANYONE.value})
    listed: list[list[str]] = Field(sa_type=JSON, sa_column_kwargs=NOTHING)
    """Pairs of id and name."""
    guests: bool = Field(default=False, sa_column_kwargs=NO)
    own_list: bool = Field(default=False, sa_column_kwargs=NO)
    owner_id: str | None = None
    owner_name: str | None = None
    state: str
    broken_code: str | None = None
    cut_off: bool = Field(default=False, sa_column_kwargs=NO)
    told_code: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    last_run_day: date | None = None
    last_digest_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_number: int = 1
    """The number of the next subscription; it only ever grows."""
    revision: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often the scope or a query was changed; it only ever grows."""


class SubscriptionRow(Row, table=True):
    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("channel_id", "number"),
        {"sqlite_autoincrement": True},  # an id must never mean two subscriptions
    )

    id: int = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    workspace_id: str
    number: int
    text: str
    created_by_id: str
    created_by_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeptTextRow(Row, table=True):
    """A command too long for a button, under a key that is made of it."""

    __tablename__ = "kept_text"

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    kept_at: datetime = Field(sa_type=UtcDateTime)


class SecretRow(Row, table=True):
    """A token that its adapter has sealed; nothing here is readable without its key."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True)
    sealed: str = Field(sa_type=Text)


papers = table_of(PaperRow)
restores = table_of(RestoredRow)
aliases = table_of(AliasRow)
written_days = table_of(WrittenDayRow)
channels = table_of(ChannelRow)
subscriptions = table_of(SubscriptionRow)
