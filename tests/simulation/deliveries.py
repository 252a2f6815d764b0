"""`DeliveryRepository` in memory, rule by rule as in `adapters.storage.deliveries`."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import (
    HELD,
    IN_FLIGHT,
    Delivery,
    DeliveryId,
    DeliveryState,
    DigestId,
    delivery_id,
)
from bot.domain.errors import StorageError
from bot.domain.papers import PaperId
from bot.ports.storage import PlannedPost
from tests.simulation.tables import AttemptRow, DigestRow, MatchRow, Tables

CLOSED = (DeliveryState.SENT, DeliveryState.DROPPED)


class MemoryDeliveries:
    def __init__(self, tables: Tables) -> None:
        self._t = tables

    # Planning.

    def plan(
        self,
        channel: ChannelRef,
        occurrence: str,
        papers: Sequence[PaperId],
        compose: Callable[[DigestId], Sequence[PlannedPost]],
        *,
        now: datetime,
    ) -> list[Delivery] | None:
        if channel not in self._t.channels:
            raise StorageError(f"The channel {channel.channel} was never saved.")
        if (channel, occurrence) in self._t.occurrences:
            return None
        before = len(self._t.undo)
        try:
            digest = self._insert(channel, occurrence, now)
            self._attach(channel, digest, papers, now)
            return self._queue(channel, occurrence, digest, compose(digest))
        except BaseException:
            self._t.take_back(to=before)
            raise

    def _insert(self, channel: ChannelRef, occurrence: str, now: datetime) -> DigestId:
        digest = DigestId(self._t.next("digest"))
        row = DigestRow(channel=channel, occurrence=occurrence, planned_at=now)
        self._t.put(self._t.digests, digest, row)
        self._t.put(self._t.occurrences, (channel, occurrence), digest)
        return digest

    def _attach(
        self, channel: ChannelRef, digest: DigestId, papers: Sequence[PaperId], now: datetime
    ) -> None:
        if missing := [paper for paper in papers if paper not in self._t.papers]:
            raise StorageError(f"Papers that were never stored cannot be posted: {missing}")
        for position, paper in enumerate(dict.fromkeys(papers)):
            match = self._t.matches.get((channel, paper)) or MatchRow(first_seen_at=now)
            if match.digest is not None:
                raise ValueError("a paper of this digest was in another digest of the channel")
            attached = replace(match, digest=digest, position=position)
            self._t.put(self._t.matches, (channel, paper), attached)

    def _queue(
        self, channel: ChannelRef, occurrence: str, digest: DigestId, posts: Sequence[PlannedPost]
    ) -> list[Delivery]:
        queued = [
            Delivery(
                id=delivery_id(channel, occurrence, part),
                digest=digest,
                channel=channel,
                part=part,
                threaded=post.threaded,
                message=post.message,
                state=DeliveryState.READY,
            )
            for part, post in enumerate(posts)
        ]
        for delivery in queued:
            self._save(delivery)
        if queued:
            self._t.put(self._t.parents, digest, queued[0].id)
        return queued

    # Claims.

    def claim(
        self,
        now: datetime,
        *,
        owner: str,
        lease_until: datetime,
        platforms: Sequence[str],
        outside: Collection[WorkspaceId] = (),
    ) -> Delivery | None:
        found = self.sendable(now, platforms, outside)
        return self.take(found.id, now, owner=owner, lease_until=lease_until) if found else None

    busy = IN_FLIGHT
    """The states that keep a channel from more."""

    def sendable(
        self,
        now: datetime,
        platforms: Sequence[str],
        outside: Collection[WorkspaceId] = (),
    ) -> Delivery | None:
        """The oldest READY post of a channel of which nothing is in flight; the oldest of these."""
        ready: dict[ChannelRef, Delivery] = {}
        busy = set[ChannelRef]()
        for delivery in self._t.open.values():
            if delivery.state in self.busy:
                busy.add(delivery.channel)
            elif delivery.state is DeliveryState.READY:
                older = ready.get(delivery.channel)
                if older is None or _age(delivery) < _age(older):
                    ready[delivery.channel] = delivery
        due = (
            delivery
            for channel, delivery in ready.items()
            if channel not in busy
            and channel.platform in platforms
            and channel.workspace not in outside
            and self._is_due(delivery, now)
        )
        return min(due, key=_age, default=None)

    def take(
        self, delivery: DeliveryId, now: datetime, *, owner: str, lease_until: datetime
    ) -> Delivery:
        was = self._t.deliveries[delivery]
        claimed = replace(
            was,
            state=DeliveryState.SENDING,
            owner=owner,
            lease_until=lease_until,
            send_started_at=now,
            attempts=was.attempts + 1,
        )
        self._save(claimed)
        attempt = AttemptRow(owner=owner, started_at=now)
        self._t.put(self._t.attempts, (claimed.id, claimed.attempts), attempt)
        return self._load(claimed)

    def claim_unknown(
        self, delivery: Delivery, *, now: datetime, owner: str, lease_until: datetime
    ) -> Delivery | None:
        known = self._t.deliveries[delivery.id]
        if known.state is not DeliveryState.UNKNOWN or not self._stands(delivery):
            return None
        if not self._is_due(known, now):
            return None
        claimed = replace(
            known, state=DeliveryState.RECONCILING, owner=owner, lease_until=lease_until
        )
        self._save(claimed)
        return self._load(claimed)

    def holds(self, delivery: Delivery) -> bool:
        return self._stands(delivery)

    def _stands(self, delivery: Delivery) -> bool:
        known = self._t.deliveries[delivery.id]
        return (known.state, known.owner, known.attempts) == (
            delivery.state,
            delivery.owner,
            delivery.attempts,
        )

    def in_flight(self) -> list[Delivery]:
        return self._list(lambda d: d.state in IN_FLIGHT)

    def next_ready(self, now: datetime, *, platforms: Sequence[str]) -> datetime | None:
        waiting = (
            d.not_before
            for d in self._t.open.values()
            if d.state is DeliveryState.READY
            and d.not_before
            and d.not_before > now
            and d.channel.platform in platforms
            and self._is_active(d)
        )
        return min(waiting, default=None)

    # Outcomes.

    def sent(
        self, delivery: Delivery, remote_id: str, *, now: datetime, next_at: datetime | None = None
    ) -> bool:
        if self._t.deliveries[delivery.id].state is DeliveryState.SENT:
            return False
        self._settle(delivery, DeliveryState.SENT, None, remote_id=remote_id)
        if next_at is not None:
            self._hold_channel(delivery.channel, next_at)
        return True

    def retry(self, delivery: Delivery, error: str, *, not_before: datetime, now: datetime) -> bool:
        entered = self._conclude(delivery, DeliveryState.READY, error)
        if entered:
            self._hold_channel(delivery.channel, not_before)
        return entered

    def unknown(
        self, delivery: Delivery, error: str, *, now: datetime, not_before: datetime | None = None
    ) -> bool:
        since = self._t.deliveries[delivery.id].unknown_since or now
        more = {"unknown_since": since, "not_before": not_before}
        return self._conclude(delivery, DeliveryState.UNKNOWN, error, **more)

    def needs_human(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._hold(delivery, DeliveryState.NEEDS_HUMAN, error)

    def poison(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._hold(delivery, DeliveryState.POISON, error)

    def drop(self, delivery: Delivery, error: str, *, now: datetime) -> bool:
        return self._conclude(delivery, DeliveryState.DROPPED, error)

    def _hold(self, delivery: Delivery, state: DeliveryState, error: str) -> bool:
        entered = self._conclude(delivery, state, error)
        if entered:
            self._t.put(self._t.told, delivery.id, False)
        return entered

    def _conclude(self, delivery: Delivery, state: DeliveryState, error: str, **more: Any) -> bool:
        if not self._stands(delivery):
            return False
        self._settle(delivery, state, error, **more)
        return True

    def _settle(
        self, delivery: Delivery, state: DeliveryState, error: str | None, **more: Any
    ) -> None:
        freed = {"owner": None, "lease_until": None, "unknown_since": None}
        known = self._t.deliveries[delivery.id]
        self._save(replace(known, state=state, last_error=error, **{**freed, **more}))
        key = (delivery.id, delivery.attempts)
        attempt = self._t.attempts.get(key)
        if attempt and attempt.outcome is None:
            self._t.put(self._t.attempts, key, replace(attempt, outcome=state, code=error))

    def _hold_channel(self, channel: ChannelRef, until: datetime) -> None:
        here = [d for d in self._t.open.values() if d.channel == channel]
        for delivery in here:
            earlier = delivery.not_before is None or delivery.not_before < until
            if delivery.state is DeliveryState.READY and earlier:
                self._save(replace(delivery, not_before=until))

    # Reading.

    def waits(self, channel: ChannelRef) -> bool:
        states = (DeliveryState.READY, *IN_FLIGHT)
        return any(d.channel == channel and d.state in states for d in self._t.open.values())

    def held(self, channel: ChannelRef) -> list[Delivery]:
        return self._list(lambda d: d.channel == channel and d.state in HELD)

    def untold(self) -> list[Delivery]:
        return self._list(lambda d: d.state in HELD and not self._t.told.get(d.id))

    def mark_told(self, delivery: Delivery) -> None:
        self._t.put(self._t.told, delivery.id, True)

    def forget_attempts(self, *, before: datetime) -> int:
        old = [
            key
            for key, attempt in self._t.attempts.items()
            if attempt.started_at < before
            and self._t.deliveries[key[0]].state is DeliveryState.SENT
        ]
        for key in old:
            self._t.remove(self._t.attempts, key)
        return len(old)

    def unsettled(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        states = (*IN_FLIGHT, *HELD)
        return self._list(lambda d: d.state in states and _is_in(d, workspace))

    def of_digest(self, channel: ChannelRef, digest: DigestId) -> list[Delivery]:
        found = (d for d in self._t.deliveries.values() if d.digest == digest)
        return [self._load(d) for d in sorted(found, key=_age) if d.channel == channel]

    def posted_as(self, channel: ChannelRef, remote_id: str) -> Delivery | None:
        known = self._t.deliveries.values()
        found = (d for d in known if (d.channel, d.remote_id) == (channel, remote_id))
        return next(map(self._load, found), None)

    def waiting(self, workspace: WorkspaceId | None = None) -> list[Delivery]:
        ready = DeliveryState.READY
        return self._list(
            lambda d: d.state is ready and d.last_error is not None and _is_in(d, workspace)
        )

    def _save(self, delivery: Delivery) -> None:
        self._t.put(self._t.deliveries, delivery.id, delivery)
        if delivery.state not in CLOSED:
            self._t.put(self._t.open, delivery.id, delivery)
        elif delivery.id in self._t.open:
            self._t.remove(self._t.open, delivery.id)

    def _list(self, wanted: Callable[[Delivery], bool]) -> list[Delivery]:
        found: Iterable[Delivery] = filter(wanted, self._t.open.values())
        return [self._load(d) for d in sorted(found, key=_age)]

    def _load(self, delivery: Delivery) -> Delivery:
        if not delivery.threaded or not delivery.part:
            return delivery
        parent = self._t.deliveries[self._t.parents[delivery.digest]]
        return replace(delivery, thread_id=parent.remote_id)

    def _is_due(self, delivery: Delivery, now: datetime) -> bool:
        comes = delivery.not_before is None or delivery.not_before <= now
        return comes and self._is_active(delivery)

    def _is_active(self, delivery: Delivery) -> bool:
        return self._t.channels[delivery.channel].state is ChannelState.ACTIVE


def _age(delivery: Delivery) -> tuple[int, int]:
    return delivery.digest, delivery.part


def _is_in(delivery: Delivery, workspace: WorkspaceId | None) -> bool:
    return workspace is None or delivery.channel.workspace == workspace
