"""Matches, and how far each digest and each of its posts has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field

from adapters.storage.tables.base import Row, one_of, table_of
from adapters.storage.types import MessageText, UtcDateTime
from bot.domain.deliveries import DeliveryState
from bot.domain.messages import Message

NOT_SENT = text("state <> 'sent'")
READY = text("state = 'ready'")
MAY_ARRIVE = text("state IN ('sending', 'reconciling', 'unknown')")
NOT_IN_A_DIGEST = text("digest_id IS NULL")


class DigestRow(Row, table=True):
    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("channel_id", "occurrence"),)

    id: int = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    workspace_id: str
    occurrence: str
    planned_at: datetime = Field(sa_type=UtcDateTime)


class PaperMatchRow(Row, table=True):
    """A paper in a channel: once, waiting for a digest or for ever in one."""

    __tablename__ = "paper_match"
    __table_args__ = (
        Index(None, "digest_id", "position"),
        Index(
            "ix_paper_match_pending",
            "channel_id",
            sqlite_where=NOT_IN_A_DIGEST,
            postgresql_where=NOT_IN_A_DIGEST,
        ),
    )

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    paper_id: int = Field(primary_key=True, foreign_key="paper.id", index=True)
    workspace_id: str
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    digest_id: int | None = Field(default=None, foreign_key="digest.id")
    position: int | None = None
    merits: list[Any] | None = Field(default=None, sa_type=JSON)
    """Why it stands there: trait, weight and what of it."""
    rises_at: int | None = None
    """The upvotes at which a note says that it rises; None when one said so, or none will."""


class PostedBeforeRow(Row, table=True):
    """A paper that the channel has got, though this database, which is restored, does not say so."""

    __tablename__ = "posted_before"

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    key: str = Field(primary_key=True)


class MatchReasonRow(Row, table=True):
    """What one subscription saw in a matched paper."""

    __tablename__ = "match_reason"
    __table_args__ = (
        ForeignKeyConstraint(
            ["channel_id", "paper_id"], ["paper_match.channel_id", "paper_match.paper_id"]
        ),
        Index(None, "channel_id", "paper_id"),
    )

    subscription_id: int = Field(
        primary_key=True, foreign_key="subscription.id", ondelete="CASCADE"
    )
    paper_id: int = Field(primary_key=True)
    channel_id: int
    workspace_id: str
    reasons: list[list[str]] = Field(sa_type=JSON)
    """Pairs of term and field."""
    matched_at: datetime = Field(sa_type=UtcDateTime)


class DeliveryRow(Row, table=True):
    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("digest_id", "part"),
        one_of("state", DeliveryState),
        CheckConstraint("state <> 'sent' OR remote_id IS NOT NULL", name="sent_has_remote_id"),
        Index(
            "ix_delivery_unsettled",
            "state",
            "not_before",
            sqlite_where=NOT_SENT,
            postgresql_where=NOT_SENT,
        ),
        Index(
            "ix_delivery_ready",
            "digest_id",
            "part",
            sqlite_where=READY,
            postgresql_where=READY,
        ),
        Index(
            "ix_delivery_queue",
            "channel_id",
            "digest_id",
            "part",
            sqlite_where=NOT_SENT,
            postgresql_where=NOT_SENT,
        ),
        # Two posts on their way to one channel would lose their order, whatever the code does.
        Index(
            "uq_delivery_in_flight",
            "channel_id",
            unique=True,
            sqlite_where=MAY_ARRIVE,
            postgresql_where=MAY_ARRIVE,
        ),
        Index(None, "remote_id", "channel_id"),
    )

    id: str = Field(primary_key=True)
    digest_id: int = Field(foreign_key="digest.id")
    channel_id: int = Field(foreign_key="channel.id")
    workspace_id: str
    part: int
    threaded: bool
    payload: Message = Field(sa_type=MessageText)
    payload_sha256: str = Field(sa_column_kwargs={"server_default": ""})
    """Of the text that is stored, taken when it was planned."""
    state: str
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    owner: str | None = None
    term: int | None = None
    """Of the leader that claimed it last, where several processes share the database."""
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    send_started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unknown_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remote_id: str | None = None
    last_error: str | None = None
    told: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether somebody was told that it is held."""


class AttemptRow(Row, table=True):
    """One request to a platform: evidence, never changed once it has an outcome."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "started_at"),)

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    workspace_id: str
    owner: str
    term: int | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None
    code: str | None = None


class WebPostRow(Row, table=True):
    __tablename__ = "web_post"
    __table_args__ = (Index(None, "platform", "workspace_id", "channel_id"),)

    id: int = Field(default=None, primary_key=True)
    platform: str
    workspace_id: str
    channel_id: str
    delivery_id: str | None = Field(default=None, unique=True)
    thread: int | None = Field(default=None, foreign_key="web_post.id")
    posted_at: datetime = Field(sa_type=UtcDateTime)
    payload: Message = Field(sa_type=MessageText)


digests = table_of(DigestRow)
matches = table_of(PaperMatchRow)
posted_before = table_of(PostedBeforeRow)
reasons = table_of(MatchReasonRow)
deliveries = table_of(DeliveryRow)
attempts = table_of(AttemptRow)
