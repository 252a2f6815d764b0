"""What people did: papers they saved and turned down, what that teaches, what they changed."""

from datetime import datetime

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from adapters.storage.tables.base import Row, one_of, table_of
from adapters.storage.types import UtcDateTime
from bot.domain.reading_list import Progress


class SavedPaperRow(Row, table=True):
    __tablename__ = "saved_paper"
    __table_args__ = (one_of("progress", Progress),)

    workspace_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True, sa_column_kwargs={"server_default": text("''")})
    """The platform's id of the channel whose list it is on; empty for the workspace's."""
    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    saved_by_id: str
    saved_by_name: str
    saved_at: datetime = Field(sa_type=UtcDateTime)
    note: str
    tags: list[str] = Field(sa_type=JSON)
    progress: str = Field(sa_column_kwargs={"server_default": Progress.TO_READ.value})
    progress_by_id: str | None = None
    progress_by_name: str | None = None


class RejectionRow(Row, table=True):
    __tablename__ = "rejection"

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    by_id: str = Field(primary_key=True)
    by_name: str
    workspace_id: str
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str


class TasteRow(Row, table=True):
    """What a channel likes, as it was learned."""

    __tablename__ = "taste"

    channel_id: int = Field(
        primary_key=True, foreign_key="channel.id", sa_column_kwargs={"autoincrement": False}
    )
    workspace_id: str
    weights: dict[str, float] = Field(sa_type=JSON)
    learn_at: datetime = Field(sa_type=UtcDateTime, index=True)
    """When it is learned anew."""


class ChangeRow(Row, table=True):
    """The audit trail; rows are added and never changed."""

    __tablename__ = "change"
    __table_args__ = (Index(None, "platform", "workspace_id", "channel_id", "at"),)

    id: int = Field(default=None, primary_key=True)
    platform: str
    workspace_id: str
    channel_id: str
    by_id: str
    by_name: str
    at: datetime = Field(sa_type=UtcDateTime)
    what: str


saved_papers = table_of(SavedPaperRow)
rejections = table_of(RejectionRow)
tastes = table_of(TasteRow)
changes = table_of(ChangeRow)
