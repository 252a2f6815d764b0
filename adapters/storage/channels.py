from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from adapters.storage.tables import ChannelRow, channels
from bot.domain.channels import (
    Channel,
    ChannelRef,
    ChannelState,
    Editors,
    Layout,
    UserRef,
    WorkspaceId,
)
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scopes import EVERYTHING, Scope


class SqlChannels:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, ref: ChannelRef) -> Channel | None:
        row = find_channel(self._session, ref)
        return _channel(row) if row else None

    def save(self, channel: Channel) -> None:
        values = _values(channel)
        if row := find_channel(self._session, channel.ref):
            if scope_of(row) != channel.scope:
                row.revision += 1
            row.sqlmodel_update(values)
        else:
            row = ChannelRow(**values)
        self._session.add(row)
        self._session.flush()

    def of_workspace(self, workspace: WorkspaceId) -> list[Channel]:
        statement = select(ChannelRow).where(ChannelRow.workspace_id == workspace)
        return self._list(statement.order_by(col(ChannelRow.id)))

    def all(self) -> list[Channel]:
        return self._list(select(ChannelRow).order_by(col(ChannelRow.id)))

    def due(self, now: datetime) -> list[Channel]:
        come = col(ChannelRow.next_run_at) <= now
        statement = select(ChannelRow).where(ChannelRow.state == ChannelState.ACTIVE, come)
        return self._list(statement.order_by(col(ChannelRow.next_run_at), col(ChannelRow.id)))

    def broken(self) -> list[Channel]:
        broken = ChannelRow.state == ChannelState.BROKEN
        return self._list(select(ChannelRow).where(broken).order_by(col(ChannelRow.id)))

    def _list(self, statement: SelectOfScalar[ChannelRow]) -> list[Channel]:
        return [_channel(row) for row in self._session.exec(statement)]


def find_channel(session: Session, ref: ChannelRef) -> ChannelRow | None:
    statement = select(ChannelRow).where(
        ChannelRow.platform == ref.platform,
        ChannelRow.workspace_id == ref.workspace,
        ChannelRow.channel_id == ref.channel,
    )
    return session.exec(statement).one_or_none()


def channel_row(connection: Connection, ref: ChannelRef) -> int | None:
    """The row of a channel; None, which equals no row, if it was never saved."""
    statement = select(channels.c.id).where(
        channels.c.platform == ref.platform,
        channels.c.workspace_id == ref.workspace,
        channels.c.channel_id == ref.channel,
    )
    return connection.execute(statement).scalar_one_or_none()


def channel_ref(row: ChannelRow) -> ChannelRef:
    return ChannelRef(
        platform=row.platform, workspace=WorkspaceId(row.workspace_id), channel=row.channel_id
    )


def scope_of(row: ChannelRow) -> Scope:
    if not (row.scope_sources or row.scope_categories or row.scope_upvotes):
        return EVERYTHING
    return Scope(
        sources=tuple(row.scope_sources),
        categories=tuple(row.scope_categories),
        upvotes=row.scope_upvotes,
    )


def _channel(row: ChannelRow) -> Channel:
    return Channel(
        ref=channel_ref(row),
        name=row.name,
        schedule=Schedule(
            cadence=Cadence(row.cadence),
            at=row.local_time,
            zone=row.zone,
            days=frozenset(row.weekdays),
        ),
        layout=Layout(row.layout),
        cap=row.cap,
        empty_note=row.empty_note,
        pictures=row.pictures,
        rising=row.rising,
        scope=scope_of(row),
        scope_since=row.scope_since,
        personal=row.personal,
        private=row.private,
        editors=Editors(row.editors),
        listed=tuple(UserRef(id=id_, name=name) for id_, name in row.listed),
        guests=row.guests,
        own_list=row.own_list,
        owner=_owner(row),
        state=ChannelState(row.state),
        broken_code=row.broken_code,
        cut_off=row.cut_off,
        told_code=row.told_code,
        created_at=row.created_at,
        next_run_at=row.next_run_at,
        last_run_day=row.last_run_day,
        last_digest_at=row.last_digest_at,
    )


def _owner(row: ChannelRow) -> UserRef | None:
    return UserRef(id=row.owner_id, name=row.owner_name or "") if row.owner_id else None


def _values(channel: Channel) -> dict[str, Any]:
    return {
        "platform": channel.ref.platform,
        "workspace_id": channel.ref.workspace,
        "channel_id": channel.ref.channel,
        "name": channel.name,
        "cadence": channel.schedule.cadence.value,
        "local_time": channel.schedule.at,
        "zone": channel.schedule.zone,
        "weekdays": sorted(channel.schedule.days),
        "layout": channel.layout.value,
        "cap": channel.cap,
        "empty_note": channel.empty_note,
        "pictures": channel.pictures,
        "rising": channel.rising,
        "scope_sources": list(channel.scope.sources),
        "scope_categories": list(channel.scope.categories),
        "scope_upvotes": channel.scope.upvotes,
        "scope_since": channel.scope_since,
        "personal": channel.personal,
        "private": channel.private,
        "editors": channel.editors.value,
        "listed": [[user.id, user.name] for user in channel.listed],
        "guests": channel.guests,
        "own_list": channel.own_list,
        "owner_id": channel.owner.id if channel.owner else None,
        "owner_name": channel.owner.name if channel.owner else None,
        "state": channel.state.value,
        "broken_code": channel.broken_code,
        "cut_off": channel.cut_off,
        "told_code": channel.told_code,
        "created_at": channel.created_at,
        "next_run_at": channel.next_run_at,
        "last_run_day": channel.last_run_day,
        "last_digest_at": channel.last_digest_at,
    }
