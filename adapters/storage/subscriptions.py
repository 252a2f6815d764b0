import logging
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, exists, func
from sqlmodel import Session, col, select

from adapters.storage.channels import channel_ref, find_channel
from adapters.storage.tables import ChannelRow, SubscriptionRow, matches, reasons
from bot.domain.channels import ChannelRef, Subscription, SubscriptionId, UserRef
from bot.domain.errors import QuerySyntaxError, StorageError
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Or, Query

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
        return _subscription(row, channel)

    def of_channel(self, channel: ChannelRef) -> list[Subscription]:
        if not (home := find_channel(self._session, channel)):
            return []
        statement = (
            select(SubscriptionRow)
            .where(SubscriptionRow.channel_id == home.id)
            .order_by(col(SubscriptionRow.number))
        )
        return [_subscription(row, channel) for row in self._session.exec(statement)]

    def remove(self, channel: ChannelRef, number: int) -> Subscription | None:
        home = find_channel(self._session, channel)
        statement = select(SubscriptionRow).where(SubscriptionRow.number == number)
        if not home or not (
            row := self._session.exec(
                statement.where(SubscriptionRow.channel_id == home.id)
            ).one_or_none()
        ):
            return None
        removed = _subscription(row, channel)
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
        known = (_subscription(row, channel_ref(home)) for row, home in found)
        return [s for s in known if s.query.root != NOTHING]

    def version(self) -> int:
        """Every subscription ever added counts one, and every one removed."""
        added = self._session.exec(
            select(func.coalesce(func.sum(ChannelRow.next_number - 1), 0))
        ).one()
        present = self._session.exec(select(func.count()).select_from(SubscriptionRow)).one()
        return added + (added - present)

    def _drop_unwanted_matches(self, home: ChannelRow) -> None:
        wanted = exists().where(
            reasons.c.channel_id == matches.c.channel_id, reasons.c.paper_id == matches.c.paper_id
        )
        self._session.connection().execute(
            delete(matches).where(
                matches.c.channel_id == home.id, matches.c.digest_id.is_(None), ~wanted
            )
        )


NOTHING = Or(nodes=())
"""What an unreadable query means: it matches no paper, and its subscription stays listed."""


def _subscription(row: SubscriptionRow, channel: ChannelRef) -> Subscription:
    return Subscription(
        id=SubscriptionId(row.id),
        number=row.number,
        channel=channel,
        query=_query(row.text),
        created_by=UserRef(id=row.created_by_id, name=row.created_by_name),
        created_at=row.created_at,
    )


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
