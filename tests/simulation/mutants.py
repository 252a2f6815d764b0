"""The protocol with one fault each, as somebody might have built it. The simulation finds them all.

A fault lies in a subclass or in a part that is put together otherwise; the
product has no switch for any of them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.channels import Channel, WorkspaceId
from bot.domain.deliveries import UNDER_WAY, Delivery, DeliveryState
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    RateLimited,
    WorkspaceBroken,
)
from bot.services.collecting import Collector
from bot.services.delivering import INTERRUPTED, Deliverer
from bot.services.digesting import Digester
from bot.services.leases import CLOCKS_DIFFER, DeliveryPolicy, Moment
from bot.services.stopping import OwnerNotices
from tests.simulation.channels import MemoryChannels
from tests.simulation.deliveries import MemoryDeliveries
from tests.simulation.peer import PeerChat
from tests.simulation.replica import Parts
from tests.simulation.store import MemoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    name: str
    fault: str
    parts: Parts


MUTANTS: dict[str, Mutant] = {}


def mutant(fault: str) -> Callable[[type], type]:
    """Register a class as the only part that differs."""

    def register(cls: type) -> type:
        add(cls.__name__, fault, Parts(**{_part_of(cls): cls}))
        return cls

    return register


def add(name: str, fault: str, parts: Parts) -> None:
    MUTANTS[name] = Mutant(name=name, fault=fault, parts=parts)


def _part_of(cls: type) -> str:
    kinds = {Collector: "collector", Digester: "digester", Deliverer: "deliverer"}
    kinds |= {PeerChat: "chat", MemoryStore: "store"}
    return next(name for kind, name in kinds.items() if issubclass(cls, kind))


# Sending.


@mutant("SENT is recorded before the post is sent")
class RecordFirst(Deliverer):
    async def _send(self, delivery: Delivery, claimed: Moment) -> bool:
        now = self._clock.now()
        await self._store.write(lambda tx: tx.deliveries.sent(delivery, "?", now=now))
        return isinstance(await _post(self, delivery), str)


@mutant("the post is sent before anything is recorded")
class SendFirst(Deliverer):
    async def _claim(self, platform: str) -> Any:
        now = self._clock.now()
        found = await self._store.read(lambda tx: tx.deliveries.sendable(now, (platform,)))
        return found and (found, self._watch.now())

    async def _send(self, delivery: Delivery, claimed: Moment) -> bool:
        outcome = await _post(self, delivery)

        def record(tx: Any) -> None:
            now = self._clock.now()
            lease = now + self._policy.lease
            taken = tx.deliveries.take(delivery.id, now, owner=self._owner, lease_until=lease)
            self._record(tx, taken, outcome)

        await self._store.write(record)
        return isinstance(outcome, str)


@mutant("the library sends again when a connection breaks")
class LibraryRetries(PeerChat):
    async def post(self, *args: Any, **kwargs: Any) -> str:
        try:
            return await super().post(*args, **kwargs)
        except DeliveryUnknown:
            return await super().post(*args, **kwargs)


@mutant("nobody looks whether a claim still stands before the post is sent")
class NoFence(Deliverer):
    async def _post(self, delivery: Delivery, claimed: Moment) -> str | DeliveryError:
        return await _post(self, delivery)


class _Fearless(DeliveryPolicy):
    @property
    def start_within(self) -> timedelta:
        return timedelta(days=1)


class _Patient(DeliveryPolicy):
    @property
    def post_limit(self) -> timedelta:
        return timedelta(hours=1)

    @property
    def start_within(self) -> timedelta:
        return timedelta(seconds=5)


add(
    "NoClockFence",
    "a claim is looked at in the database, not on the clock",
    Parts(policy=_Fearless()),
)
add("NoLimit", "a post may take for ever", Parts(policy=_Patient()))


@mutant("what is sent is made anew for each attempt")
class MadeAnew(Deliverer):
    async def _post(self, delivery: Delivery, claimed: Moment) -> str | DeliveryError:
        text = f"{delivery.message.fallback} ({delivery.attempts})" if delivery.attempts > 1 else ""
        anew = replace(delivery.message, fallback=text or delivery.message.fallback)
        return await super()._post(replace(delivery, message=anew), claimed)


@mutant("a part does not find its parent's thread")
class ThreadLost(PeerChat):
    async def post(self, *args: Any, thread: str | None, **kwargs: Any) -> str:
        return await super().post(*args, thread=None, **kwargs)


@mutant("a channel is looked up by what it shares with another")
class WrongChannel(PeerChat):
    async def post(self, channel: Any, *args: Any, **kwargs: Any) -> str:
        refs = (place.ref for place in self._world.scenario.places)
        same = next(ref for ref in refs if ref.workspace == channel.workspace)
        return await super().post(same, *args, **kwargs)


# Outcomes.


def recording(name: str, fault: str, heard_as: Callable[[Any], Any]) -> None:
    """A deliverer that takes an outcome for another."""

    class Mistaken(Deliverer):
        def _record(self, tx: Any, delivery: Delivery, outcome: Any) -> bool:
            return super()._record(tx, delivery, heard_as(outcome))

    add(name, fault, Parts(deliverer=Mistaken))


recording(
    "ResendAtOnce",
    "what got no answer is sent again at once",
    lambda o: RateLimited(o.code, retry_after=SOON) if isinstance(o, DeliveryUnknown) else o,
)
recording(
    "NoAnswerIsSent",
    "what got no answer counts as sent",
    lambda o: "?" if isinstance(o, DeliveryUnknown) else o,
)
recording(
    "LimitIsPoison",
    "a rate limit counts as a refusal of the message",
    lambda o: MessageRejected(o.code) if isinstance(o, RateLimited) else o,
)
recording(
    "RevokedGoesOn",
    "a revoked token stops nobody",
    lambda o: RateLimited(o.code, retry_after=SOON) if isinstance(o, WorkspaceBroken) else o,
)
recording(
    "RetryAfterIgnored",
    "the wait that a service asks for is cut short",
    lambda o: RateLimited(o.code, retry_after=SOON) if isinstance(o, RateLimited) else o,
)
SOON = timedelta(seconds=1)


@mutant("what was to be sent to a closed channel is dropped")
class ClosedDrops(Deliverer):
    def _record(self, tx: Any, delivery: Delivery, outcome: Any) -> bool:
        if isinstance(outcome, DestinationBroken):
            return tx.deliveries.drop(delivery, outcome.code, now=self._clock.now())
        return super()._record(tx, delivery, outcome)


@mutant("a post that its process left on its way is sent again")
class InterruptedIsReady(Deliverer):
    def _give_up(self, tx: Any, claims: Any) -> list[Delivery]:
        now = self._clock.now()
        again = tx.deliveries.retry
        return [c for c in claims if again(c, INTERRUPTED, not_before=now, now=now)]


@mutant("a start takes for dead what another process has on its way")
class AloneInAnyCase(Deliverer):
    async def hold_interrupted(self, *, alone: bool) -> list[Delivery]:
        return await super().hold_interrupted(alone=True)


@mutant("of a held post nothing is heard if its process dies at it")
class ToldBeforeTelling(Deliverer):
    def __init__(self, store: Any, chats: Any, clock: Any, notices: Any, **kwargs: Any) -> None:
        notices = _HastyNotices(store, chats, notices._operator)
        super().__init__(store, chats, clock, notices, **kwargs)


class _HastyNotices(OwnerNotices):
    async def _tell_held(self, delivery: Delivery) -> None:
        await self._store.write(lambda tx: tx.deliveries.mark_told(delivery))
        await super()._tell_held(delivery)


# Waiting and looking.


class _Looking(Deliverer):
    """Decides otherwise what is over its lease and what has settled."""

    def _is_over(self, delivery: Delivery) -> bool:
        return self._watch.stood(delivery) >= self._policy.lease

    def _is_settled(self, delivery: Delivery) -> bool:
        return self._watch.stood(delivery) >= self._policy.settle

    async def _look(self) -> list[Delivery]:
        in_flight = await self._store.read(lambda tx: tx.deliveries.in_flight())
        self._watch.look(in_flight)
        if over := [d for d in in_flight if d.state in UNDER_WAY and self._is_over(d)]:
            await self._store.write(lambda tx: self._give_up(tx, over))
        unknown = (d for d in in_flight if d.state is DeliveryState.UNKNOWN)
        return [d for d in unknown if self._is_settled(d)]


@mutant("the settle time counts from the claim")
class SettleFromClaim(_Looking):
    def _is_settled(self, delivery: Delivery) -> bool:
        assert delivery.send_started_at
        return self._clock.now() - delivery.send_started_at >= self._policy.settle


@mutant("leases and settling go by the clock on the wall")
class WallClock(_Looking):
    def _is_over(self, delivery: Delivery) -> bool:
        return bool(delivery.lease_until and delivery.lease_until <= self._clock.now())

    def _is_settled(self, delivery: Delivery) -> bool:
        assert delivery.unknown_since
        return self._clock.now() - delivery.unknown_since >= self._policy.settle


class _Unchecked(DeliveryPolicy):
    @property
    def start_within(self) -> timedelta:
        return timedelta(seconds=5)


add(
    "WaitsTooShort",
    "waits are accepted that are shorter than a post takes",
    Parts(policy=_Unchecked(lease=5 * SOON, settle=10 * SOON)),
)
add(
    "NoSettling", "a lost post is looked for at once", Parts(policy=DeliveryPolicy(settle=0 * SOON))
)


@mutant("no post is ever known again in its channel")
class RandomMarker(PeerChat):
    async def find(self, *args: Any, **kwargs: Any) -> str | None:
        await super().find(*args, **kwargs)
        return None


@mutant("a channel that cannot be read counts as empty")
class UnreadableIsEmpty(PeerChat):
    async def find(self, *args: Any, **kwargs: Any) -> str | None:
        try:
            return await super().find(*args, **kwargs)
        except (DeliveryError, KeyError):
            return None


@mutant("the channel is read from the moment of sending on, by our clock")
class ShortLook(PeerChat):
    async def find(self, *args: Any, since: datetime, **kwargs: Any) -> str | None:
        return await super().find(*args, since=since + CLOCKS_DIFFER, **kwargs)


# The store.


def storing(cls: type) -> Parts:
    """With one repository of another make."""
    kind = "deliveries" if issubclass(cls, MemoryDeliveries) else "channels"
    return Parts(store=type("Store", (MemoryStore,), {kind: cls}))


@mutant("a claim is chosen in one transaction and taken in another")
class TornClaim(Deliverer):
    async def _claim(self, platform: str) -> Any:
        now = self._clock.now()
        lease = now + self._policy.lease
        found = await self._store.read(lambda tx: tx.deliveries.sendable(now, (platform,)))
        if found is None:
            return None
        taken = await self._store.write(
            lambda tx: tx.deliveries.take(found.id, now, owner=self._owner, lease_until=lease)
        )
        return taken, self._watch.now()


class AnyOwner(MemoryDeliveries):
    """Whoever comes last decides."""

    def _stands(self, delivery: Delivery) -> bool:
        return self._t.deliveries[delivery.id].state is not DeliveryState.SENT


add("AnyOwner", "whoever comes last decides, claim or not", storing(AnyOwner))


class OnlyTheState(MemoryDeliveries):
    def _stands(self, delivery: Delivery) -> bool:
        return self._t.deliveries[delivery.id].state is delivery.state


add("OnlyTheState", "a conclusion looks at the state, not whose claim it is", storing(OnlyTheState))


class TwoInFlight(MemoryDeliveries):
    busy = ()


add("TwoInFlight", "what is in flight keeps its channel from nothing", storing(TwoInFlight))


class OutOfOrder(MemoryDeliveries):
    def sendable(
        self,
        now: datetime,
        platforms: Sequence[str],
        outside: Collection[WorkspaceId] = (),
    ) -> Delivery | None:
        found = super().sendable(now, platforms, outside)
        if found is None:
            return None
        others = (d for d in self._t.open.values() if d.channel == found.channel)
        last = max((d for d in others if d.state is DeliveryState.READY), key=lambda d: d.part)
        return last if last.digest == found.digest and self._is_due(last, now) else found


add("OutOfOrder", "parts do not wait for one another", storing(OutOfOrder))


class DueThoughClosed(MemoryChannels):
    def due(self, now: datetime) -> list[Channel]:
        return [c for c in self.all() if c.next_run_at and c.next_run_at <= now]


class NeverWaits(MemoryDeliveries):
    def waits(self, channel: Any) -> bool:
        return False


add(
    "CatchUpForEachDay",
    "a closed channel gets a digest for each day when it is open again",
    Parts(
        store=type("Store", (MemoryStore,), {"channels": DueThoughClosed, "deliveries": NeverWaits})
    ),
)

# Planning and collecting.


@mutant("a digest holds what came in the last 24 hours")
class Window(Digester):
    def _compose(self, tx: Any, channel: Channel, pending: Any, *, now: datetime) -> Any:
        recent = now - timedelta(days=1)
        inside = [p for p in pending if tx.papers.announced_at(p.paper.id) >= recent]
        return super()._compose(tx, channel, inside, now=now)


@mutant("papers are attached to a digest in one transaction, its posts queued in another")
class TornPlan(Digester):
    async def _write(self, ref: Any) -> Any:
        posts: list[Delivery] = []

        def attach(tx: Any) -> Any:
            planned = self._run_due(tx, ref)
            posts.extend(tx.deliveries.of_digest(ref, max(tx.deliveries._t.digests, default=0)))
            for delivery in posts:
                tx.deliveries._t.remove(tx.deliveries._t.open, delivery.id)
            return planned

        planned = await self._store.write(attach) if await self._is_due(ref) else None
        await self._store.write(lambda tx: [tx.deliveries._save(d) for d in posts])
        return planned

    async def _is_due(self, ref: Any) -> bool:
        return not await self._store.read(lambda tx: tx.deliveries.waits(ref))


@mutant("the cursor moves on before the papers are stored")
class CursorFirst(Collector):
    async def _sweep(self, source: Any, last: Any) -> Any:
        return await super()._sweep(_HastySource(self._store, source), last)


class _HastySource:
    def __init__(self, store: Any, source: Any) -> None:
        self.name = source.name
        self._store = store
        self._source = source

    async def sweep(self, *args: Any, **kwargs: Any) -> Any:
        sweep = await self._source.sweep(*args, **kwargs)
        await self._store.write(lambda tx: tx.sources.set_cursor(self.name, sweep.cursor))
        return sweep


async def _post(deliverer: Deliverer, delivery: Delivery) -> str | DeliveryError:
    """As the deliverer does, with no question asked."""
    chat = deliverer._chats[delivery.channel.platform]
    try:
        return await chat.post(
            delivery.channel, delivery.message, delivery=delivery.id, thread=delivery.thread_id
        )
    except DeliveryError as error:
        return error
    except Exception as error:  # noqa: BLE001 -- as there
        return DeliveryUnknown(repr(error))
