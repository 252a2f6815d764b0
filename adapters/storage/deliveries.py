from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from adapters.storage.channels import channel_row
from adapters.storage.claims import claim_oldest
from adapters.storage.delivery_rows import (
    SENT,
    as_given,
    backlog,
    load_deliveries,
)
from adapters.storage.digests import DigestPlan
from adapters.storage.tables import attempts, channels, deliveries, digests
from adapters.storage.types import UtcDateTime
from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import (
    HELD,
    IN_FLIGHT,
    Delivery,
    DeliveryState,
    DigestId,
)
from bot.domain.errors import StorageError
from bot.domain.papers import PaperId
from bot.ports.storage import Backlog, PlannedPost


class SqlDeliveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(
        self,
        channel: ChannelRef,
        occurrence: str,
        papers: Sequence[PaperId],
        compose: Callable[[DigestId], Sequence[PlannedPost]],
        *,
        now: datetime,
    ) -> list[Delivery] | None:
        row = channel_row(self._connection, channel)
        if row is None:
            raise StorageError(f"The channel {channel.channel} was never saved.")
        plan = DigestPlan(
            connection=self._connection, channel=channel, row=row, occurrence=occurrence, now=now
        )
        digest = plan.freeze(papers, compose)
        return None if digest is None else self._load(deliveries.c.digest_id == digest)

    def add(self, channel: ChannelRef, digest: DigestId, post: PlannedPost) -> Delivery:
        home = channel_row(self._connection, channel)
        known = select(digests).where(digests.c.id == digest, digests.c.channel_id == home)
        planned = self._connection.execute(known).one()
        plan = DigestPlan(
            connection=self._connection,
            channel=channel,
            row=planned.channel_id,
            occurrence=planned.occurrence,
            now=planned.planned_at,
        )
        return self._load(deliveries.c.id == plan.add(digest, post))[0]

    def claim(
        self,
        now: datetime,
        *,
        owner: str,
        lease_until: datetime,
        platforms: Sequence[str],
        outside: Collection[WorkspaceId] = (),
    ) -> Delivery | None:
        claimed = claim_oldest(
            self._connection,
            now,
            owner=owner,
            lease_until=lease_until,
            platforms=platforms,
            outside=outside,
        )
        return self._load(deliveries.c.id == claimed)[0] if claimed else None

    def claim_unknown(
        self, delivery: Delivery, *, now: datetime, owner: str, lease_until: datetime
    ) -> Delivery | None:
        home_is_active = exists().where(
            channels.c.id == deliveries.c.channel_id, channels.c.state == ChannelState.ACTIVE
        )
        statement = (
            update(deliveries)
            .where(
                *as_given(delivery),
                deliveries.c.state == DeliveryState.UNKNOWN,
                or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
                home_is_active,
            )
            .values(state=DeliveryState.RECONCILING.value, owner=owner, lease_until=lease_until)
        )
        claimed = self._connection.execute(statement).rowcount
        return self._load(deliveries.c.id == delivery.id)[0] if claimed else None

    def holds(self, delivery: Delivery) -> bool:
        claim = select(deliveries.c.id).where(*as_given(delivery))
        return self._connection.execute(claim).first() is not None

    def in_flight(self) -> list[Delivery]:
        return self._load(deliveries.c.state != SENT, deliveries.c.state.in_(IN_FLIGHT))

    def next_ready(self, now: datetime, *, platforms: Sequence[str]) -> datetime | None:
        statement = (
            select(func.min(deliveries.c.not_before, type_=UtcDateTime()))
            .join(channels, channels.c.id == deliveries.c.channel_id)
            .where(
                deliveries.c.state != SENT,
                deliveries.c.state == DeliveryState.READY,
                deliveries.c.not_before > now,
                channels.c.state == ChannelState.ACTIVE,
                channels.c.platform.in_(platforms),
            )
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def sent(
        self, delivery: Delivery, remote_id: str, *, now: datetime, next_at: datetime | None = None
    ) -> bool:
        # Not only while the claim stands: others may have given up what did arrive.
        unsent = (deliveries.c.id == delivery.id, deliveries.c.state != SENT)
        values = {"state": DeliveryState.SENT.value, "last_error": None, "remote_id": remote_id}
        channel = self._settle(delivery, unsent, values, now)
        if channel is not None and next_at is not None:
            self._hold_channel(channel, next_at)
        return channel is not None

    def retry(self, delivery: Delivery, error: str, *, not_before: datetime, now: datetime) -> bool:
        channel = self._conclude(delivery, DeliveryState.READY, error, now)
        if channel is not None:
            self._hold_channel(channel, not_before)
        return channel is not None

    def unknown(
        self, delivery: Delivery, error: str, *, now: datetime, not_before: datetime | None = None
    ) -> bool:
        since = func.coalesce(deliveries.c.unknown_since, literal(now, UtcDateTime))
        more = {"unknown_since": since, "not_before": not_before}
        return self._conclude(delivery, DeliveryState.UNKNOWN, error, now, more) is not None

    def needs_human(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._hold(delivery, DeliveryState.NEEDS_HUMAN, error, now)

    def poison(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._hold(delivery, DeliveryState.POISON, error, now)

    def drop(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._conclude(delivery, DeliveryState.DROPPED, error, now) is not None

    def waits(self, channel: ChannelRef) -> bool:
        states = (DeliveryState.READY, *IN_FLIGHT)
        waiting = select(deliveries.c.id).where(
            deliveries.c.channel_id == channel_row(self._connection, channel),
            deliveries.c.state != SENT,
            deliveries.c.state.in_(states),
        )
        return self._connection.execute(waiting.limit(1)).first() is not None

    def held(self, channel: ChannelRef) -> list[Delivery]:
        home = channel_row(self._connection, channel)
        return self._load(
            deliveries.c.channel_id == home,
            deliveries.c.state != SENT,
            deliveries.c.state.in_(HELD),
        )

    def untold(self) -> list[Delivery]:
        return self._load(
            deliveries.c.state != SENT,
            deliveries.c.state.in_(HELD),
            ~deliveries.c.told,
        )

    def mark_told(self, delivery: Delivery) -> None:
        this = deliveries.c.id == delivery.id
        self._connection.execute(update(deliveries).where(this).values(told=True))

    def forget_attempts(self, *, before: datetime) -> int:
        is_sent = exists().where(
            deliveries.c.id == attempts.c.delivery_id, deliveries.c.state == SENT
        )
        old = delete(attempts).where(attempts.c.started_at < before, is_sent)
        return self._connection.execute(old).rowcount

    def unsettled(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        conditions = [
            deliveries.c.state != SENT,
            deliveries.c.state.in_((*IN_FLIGHT, *HELD)),
        ]
        if workspace is not None:
            conditions.append(deliveries.c.workspace_id == workspace)
        return self._load(*conditions)

    def backlog(self) -> Backlog:
        return backlog(self._connection)

    def of_digest(self, channel: ChannelRef, digest: DigestId) -> list[Delivery]:
        home = channel_row(self._connection, channel)
        return self._load(deliveries.c.channel_id == home, deliveries.c.digest_id == digest)

    def posted_as(self, channel: ChannelRef, remote_id: str) -> Delivery | None:
        home = channel_row(self._connection, channel)
        found = self._load(deliveries.c.channel_id == home, deliveries.c.remote_id == remote_id)
        return found[0] if found else None

    def waiting(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        conditions = [
            deliveries.c.state != SENT,
            deliveries.c.state == DeliveryState.READY,
            deliveries.c.last_error.is_not(None),
        ]
        if workspace is not None:
            conditions.append(deliveries.c.workspace_id == workspace)
        return self._load(*conditions)

    def _hold_channel(self, channel: int, until: datetime) -> None:
        self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.channel_id == channel,
                deliveries.c.state != SENT,
                deliveries.c.state == DeliveryState.READY,
                or_(deliveries.c.not_before.is_(None), deliveries.c.not_before < until),
            )
            .values(not_before=until)
        )

    def _hold(self, delivery: Delivery, state: DeliveryState, error: str, now: datetime) -> bool:
        return self._conclude(delivery, state, error, now, {"told": False}) is not None

    def _conclude(
        self,
        delivery: Delivery,
        state: DeliveryState,
        error: str,
        now: datetime,
        more: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Enter what the holder of a claim makes of it, as `_settle` does."""
        values = {"state": state.value, "last_error": error, **(more or {})}
        return self._settle(delivery, as_given(delivery), values, now)

    def _settle(
        self,
        delivery: Delivery,
        conditions: Iterable[ColumnElement[bool]],
        values: Mapping[str, Any],
        now: datetime,
    ) -> int | None:
        """Enter an outcome, also in the open attempt; the channel's row, or None if it is not so."""
        freed = {"owner": None, "lease_until": None, "unknown_since": None}
        settled = self._connection.execute(
            update(deliveries)
            .where(*conditions)
            .values(freed | dict(values))
            .returning(deliveries.c.channel_id)
        ).scalar_one_or_none()
        if settled is None:
            return None
        self._connection.execute(
            update(attempts)
            .where(
                attempts.c.delivery_id == delivery.id,
                attempts.c.n == delivery.attempts,
                attempts.c.ended_at.is_(None),
            )
            .values(ended_at=now, outcome=values["state"], code=values["last_error"])
        )
        return int(settled)

    def _load(self, *conditions: ColumnElement[bool]) -> list[Delivery]:
        return load_deliveries(self._connection, *conditions)
