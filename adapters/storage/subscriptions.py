import logging
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, exists, func
from sqlmodel import Session, col, select

from adapters.storage.channels import channel_ref, find_channel, scope_of
from adapters.storage.matches import match_anew
from adapters.storage.tables import ChannelRow, SubscriptionRow, matches, reasons
from bot.domain.channels import ChannelRef, Subscription, SubscriptionId, UserRef, WorkspaceId
from bot.domain.errors import QuerySyntaxError, StorageError
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Or, Query
from bot.domain.scopes import EVERYTHING, Scope

logger = logging.getLogger(__name__)


class SqlSubscriptions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, channel: ChannelRef, query: Query, *, by: UserRef, now: datetime) -> Subscription:
        if not (home := find_channel(self._session, channel)):
            raise StorageError(f"The channel {channel.channel} was never saved.")
        row = SubscriptionRow(
            channel_id=home.id,
            workspace_id=channel.workspace,
            number=home.next_number,
            text=query.text,
            created_by_id=by.id,
            created_by_name=by.name,
            created_at=now,
        )
        home.next_number += 1
        self._session.add(row)
        self._session.flush()
        return _subscription(row, home)

    def of_channel(self, channel: ChannelRef) -> list[Subscription]:
        if not (home := find_channel(self._session, channel)):
            return []
        statement = (
            select(SubscriptionRow)
            .where(SubscriptionRow.channel_id == home.id)
            .order_by(col(SubscriptionRow.number))
        )
        return [_subscription(row, home) for row in self._session.exec(statement)]

    def count(self, workspace: WorkspaceId) -> int:
        statement = (
            select(func.count())
            .select_from(SubscriptionRow)
            .join(ChannelRow, col(ChannelRow.id) == SubscriptionRow.channel_id)
            .where(ChannelRow.workspace_id == workspace)
        )
        return self._session.exec(statement).one()

    def change(
        self, channel: ChannelRef, number: int, query: Query, *, now: datetime
    ) -> Subscription | None:
        if not (found := self._find(channel, number)):
            return None
        row, home = found
        row.text, row.changed_at = query.text, now
        home.revision += 1
        self._session.flush()
        match_anew(self._session.connection(), row.id, query)
        self._drop_unwanted_matches(home)
        return _subscription(row, home)

    def remove(self, channel: ChannelRef, number: int) -> Subscription | None:
        if not (found := self._find(channel, number)):
            return None
        row, home = found
        removed = _subscription(row, home)
        self._session.delete(row)
        self._session.flush()
        self._drop_unwanted_matches(home)
        return removed

    def all(self) -> list[Subscription]:
        """Without those that can no longer be read; `of_channel` still lists them."""
        statement = (
            select(SubscriptionRow, ChannelRow)
            .join(ChannelRow, col(ChannelRow.id) == SubscriptionRow.channel_id)
            .order_by(col(SubscriptionRow.id))
        )
        found = self._session.exec(statement)
        known = (_subscription(row, home) for row, home in found)
        return [s for s in known if s.query.root != NOTHING]

    def version(self) -> int:
        """The sum of all channels'; none of these ever counts backwards, so no number comes twice."""
        counted = func.coalesce(func.sum(VERSION), 0)
        known = self._session.exec(select(counted).select_from(ChannelRow)).one()
        present = self._session.exec(select(func.count()).select_from(SubscriptionRow)).one()
        return int(known - present)

    def versions(self) -> dict[ChannelRef, int]:
        present = func.count(col(SubscriptionRow.id))
        statement = (
            select(
                ChannelRow.platform,
                ChannelRow.workspace_id,
                ChannelRow.channel_id,
                (VERSION - present),
            )
            .outerjoin(SubscriptionRow, col(SubscriptionRow.channel_id) == ChannelRow.id)
            .group_by(col(ChannelRow.id))
        )
        return {
            ChannelRef(platform=platform, workspace=WorkspaceId(workspace), channel=channel): count
            for platform, workspace, channel, count in self._session.exec(statement)
        }

    def _find(self, channel: ChannelRef, number: int) -> tuple[SubscriptionRow, ChannelRow] | None:
        if not (home := find_channel(self._session, channel)):
            return None
        statement = select(SubscriptionRow).where(
            SubscriptionRow.channel_id == home.id, SubscriptionRow.number == number
        )
        row = self._session.exec(statement).one_or_none()
        return (row, home) if row else None

    def _drop_unwanted_matches(self, home: ChannelRow) -> None:
        wanted = exists().where(
            reasons.c.channel_id == matches.c.channel_id, reasons.c.paper_id == matches.c.paper_id
        )
        self._session.connection().execute(
            delete(matches).where(
                matches.c.channel_id == home.id, matches.c.digest_id.is_(None), ~wanted
            )
        )


VERSION = 2 * (col(ChannelRow.next_number) - 1) + col(ChannelRow.revision)
"""Less those present: every subscription ever added counts one, so does every one removed and
every change of what they mean; channels are never deleted."""

NOTHING = Or(nodes=())
"""What an unreadable query or scope means: no paper matches, and the subscription stays listed."""


def _subscription(row: SubscriptionRow, home: ChannelRow) -> Subscription:
    scope = scope_of(home)
    readable = _is_readable(scope)
    return Subscription(
        id=SubscriptionId(row.id),
        number=row.number,
        channel=channel_ref(home),
        query=_query(row.text) if readable else Query(text=row.text, root=NOTHING),
        scope=scope if readable else EVERYTHING,
        created_by=UserRef(id=row.created_by_id, name=row.created_by_name),
        created_at=row.created_at,
        meant_since=max(
            filter(None, (row.created_at, row.changed_at, home.scope_since)), default=row.created_at
        ),
    )


@lru_cache(maxsize=1_000)
def _is_readable(scope: Scope) -> bool:
    """It was accepted once, as a query was; a channel never gets more than it wants."""
    try:
        scope.check()
    except QuerySyntaxError as error:
        logger.warning(
            "a stored scope can no longer be read",
            extra={"scope": scope.text, "why": error.reason},
        )
        return False
    return True


@lru_cache(maxsize=10_000)
def _query(text: str) -> Query:
    """The stored text was accepted once; a later grammar may refuse it."""
    try:
        return parse_subscription(text)
    except QuerySyntaxError as error:
        logger.warning(
            "a stored subscription can no longer be read",
            extra={"query": text, "why": error.reason},
        )
        return Query(text=text, root=NOTHING)
