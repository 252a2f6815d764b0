from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    exists,
    insert,
    or_,
    select,
)

from adapters.storage.channels import channel_row
from adapters.storage.paper_rows import load_papers
from adapters.storage.tables import channels, digests, matches, rejections, saved_papers, tastes
from bot.domain.channels import Channel, ChannelRef, WorkspaceId
from bot.domain.learning import LABELS_MAX, PASSED_MAX, Lesson, Verdict
from bot.domain.reading_list import list_of
from bot.domain.taste import INDIFFERENT, Taste


class SqlTastes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, channel: ChannelRef) -> Taste:
        home = channel_row(self._connection, channel)
        statement = select(tastes.c.weights).where(tastes.c.channel_id == home)
        weights = self._connection.execute(statement).scalar_one_or_none()
        return Taste(weights=weights) if weights else INDIFFERENT

    def keep(self, channel: ChannelRef, taste: Taste, *, learn_at: datetime) -> None:
        home = channel_row(self._connection, channel)
        self._connection.execute(delete(tastes).where(tastes.c.channel_id == home))
        self._connection.execute(
            insert(tastes).values(
                channel_id=home,
                workspace_id=channel.workspace,
                weights=dict(taste.weights),
                learn_at=learn_at,
            )
        )

    def due(self, now: datetime) -> list[ChannelRef]:
        statement = (
            select(channels.c.platform, channels.c.workspace_id, channels.c.channel_id)
            .outerjoin(tastes, tastes.c.channel_id == channels.c.id)
            .where(or_(tastes.c.learn_at <= now, and_(tastes.c.learn_at.is_(None), _has_labels())))
            .order_by(channels.c.id)
        )
        return [
            ChannelRef(platform=platform, workspace=WorkspaceId(workspace), channel=channel)
            for platform, workspace, channel in self._connection.execute(statement)
        ]

    def lessons(self, channel: Channel, *, before: datetime) -> list[Lesson]:
        home = channel_row(self._connection, channel.ref)
        saved = self._rows(_saved(channel, home))
        rejected = self._rows(_rejected(home))
        both = {*saved} & {*rejected}
        verdicts = dict.fromkeys(self._rows(_shown(channel, home, before)), Verdict.PASSED)
        verdicts |= dict.fromkeys(saved, Verdict.SAVED)
        verdicts |= dict.fromkeys(rejected, Verdict.REJECTED)
        return self._lessons({row: v for row, v in verdicts.items() if row not in both})

    def _lessons(self, verdicts: dict[int, Verdict]) -> list[Lesson]:
        papers = load_papers(self._connection, verdicts)
        return [Lesson(paper=papers[row], verdict=verdict) for row, verdict in verdicts.items()]

    def _rows(self, statement: Select[int]) -> Sequence[int]:
        return self._connection.execute(statement).scalars().all()


def _has_labels() -> ColumnElement[bool]:
    """Whether anything was saved or turned down in a channel."""
    its_list = case((channels.c.own_list, channels.c.channel_id), else_="")
    return or_(
        exists().where(rejections.c.channel_id == channels.c.id),
        exists().where(
            saved_papers.c.workspace_id == channels.c.workspace_id,
            saved_papers.c.channel_id == its_list,
        ),
    )


def _saved(channel: Channel, home: int | None) -> Select[int]:
    """Of the team's list, not what was posted in other channels only: that is their interest."""
    list_ = list_of(channel)
    posted = (
        matches.c.paper_id == saved_papers.c.paper_id,
        matches.c.workspace_id == list_.workspace,
        matches.c.digest_id.is_not(None),
    )
    here = exists().where(*posted, matches.c.channel_id == home)
    return (
        select(saved_papers.c.paper_id)
        .where(
            saved_papers.c.workspace_id == list_.workspace,
            saved_papers.c.channel_id == list_.channel,
            or_(here, ~exists().where(*posted)),
        )
        .order_by(saved_papers.c.saved_at.desc(), saved_papers.c.paper_id.desc())
        .limit(LABELS_MAX)
    )


def _rejected(home: int | None) -> Select[int]:
    return (
        select(rejections.c.paper_id)
        .where(rejections.c.channel_id == home)
        .order_by(rejections.c.at.desc(), rejections.c.paper_id.desc())
        .limit(LABELS_MAX)
    )


def _shown(channel: Channel, home: int | None, before: datetime) -> Select[int]:
    """What was posted by then; over the cap nobody saw it."""
    return (
        select(matches.c.paper_id)
        .join(digests, digests.c.id == matches.c.digest_id)
        .where(
            matches.c.channel_id == home,
            matches.c.position < channel.cap,
            digests.c.planned_at <= before,
        )
        .order_by(matches.c.digest_id.desc(), matches.c.position)
        .limit(PASSED_MAX)
    )
