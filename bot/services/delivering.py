"""Send what is READY, once: claim, look once more whether the claim stands, send, record.

The claim is committed before the first byte leaves. A definite refusal is
recorded as what it is. Anything else is UNKNOWN: to send again could post
twice and to drop it could lose it, so `reconciling` looks for it later.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.deliveries import UNDER_WAY, Delivery, DeliveryState
from bot.domain.errors import DeliveryError, DeliveryUnknown, MessageRejected
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.services.crew import Crew, all_of
from bot.services.lanes import Lanes
from bot.services.leases import DeliveryPolicy, Moment, Watch
from bot.services.outcomes import enter_outcome
from bot.services.reconciling import Reconciler
from bot.services.stopping import OwnerNotices, try_all_again

logger = logging.getLogger(__name__)

SENDERS = 64
"""Posts on their way at once on a platform, each to another channel."""
PATIENCE = timedelta(seconds=5)
"""A pass waits so long for the next post; what is due later comes with a later tick."""
PASS = timedelta(minutes=1)
"""After so long a pass ends, whatever is left: digests have to be planned too."""
PROBE_EVERY = timedelta(hours=1)
"""Stopped channels are tried again; what is still broken stops again, and nobody is told twice."""
KEEP_ATTEMPTS = timedelta(days=30)
"""How long it can be looked up what it took to send a post."""
INTERRUPTED = "interrupted"
"""The error of a post that was on its way when its process ended, or stood still for too long."""
TOO_LATE = DeliveryError("its claim ran out before it was sent", retry_after=timedelta(seconds=1))
NOT_INTACT = MessageRejected("its content is not what was planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass did, in posts."""

    sent: int = 0
    failed: int = 0
    cut_short: bool = False
    """Whether it ended for the time that it took, and there may be more to send."""

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            sent=self.sent + other.sent,
            failed=self.failed + other.failed,
            cut_short=self.cut_short or other.cut_short,
        )


class Deliverer:
    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        notices: OwnerNotices,
        *,
        owner: str,
        policy: DeliveryPolicy,
        leads: Callable[[], bool] = lambda: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`leads` tells whether this process may begin to send something."""
        self._store = store
        self._chats = chats
        self._clock = clock
        self._notices = notices
        self._owner = owner
        self._policy = policy
        self._leads = leads
        self._sleep = sleep
        self._stopping = False
        self._watch = Watch(clock, monotonic)
        self._probed = self._watch.now()
        self._lanes = Lanes(monotonic)
        self._reconciler = Reconciler(store, chats, clock, owner=owner, policy=policy)

    def stop(self) -> None:
        """Finish what is on its way, begin nothing more."""
        self._stopping = True

    async def hold_interrupted(self, *, alone: bool) -> list[Delivery]:
        """At the start: what a dead process left on its way may have arrived, so it is UNKNOWN.

        `alone` where nobody shares the database; else who left it may live, for a lease.
        """
        return await self._store.write(self._interrupt) if alone else []

    async def deliver(self) -> Delivered:
        """Send what can be sent now, in order within each channel; no platform waits for another."""
        await self._probe()
        settled, began = await self._look(), self._watch.now()
        done = await all_of(
            work for name in self._chats for work in self._works(name, settled, began)
        )
        await self._look()  # what has become unknown settles from now on
        await self._notices.send()
        return sum(done, Delivered())

    async def _probe(self) -> None:
        if self._watch.at_least_since(self._probed) < PROBE_EVERY:
            return
        self._probed = self._watch.now()
        old = self._clock.now() - KEEP_ATTEMPTS
        await self._store.write(lambda tx: try_all_again(tx, tx.channels.broken()))
        await self._store.write(lambda tx: tx.deliveries.forget_attempts(before=old))

    async def _look(self) -> list[Delivery]:
        """What has been UNKNOWN for long enough; what is past its lease becomes so."""
        in_flight = await self._store.read(lambda tx: tx.deliveries.in_flight())
        self._watch.look(in_flight)
        stood = self._watch.stood
        if over := [d for d in _under_way(in_flight) if stood(d) >= self._policy.lease]:
            await self._store.write(lambda tx: self._give_up(tx, over))
        unknown = (d for d in in_flight if d.state is DeliveryState.UNKNOWN)
        return [d for d in unknown if stood(d) >= self._policy.settle]

    def _give_up(self, tx: Transaction, claims: Iterable[Delivery]) -> list[Delivery]:
        now = self._clock.now()
        return [c for c in claims if tx.deliveries.unknown(c, INTERRUPTED, now=now)]

    def _interrupt(self, tx: Transaction) -> list[Delivery]:
        cut_off = {d.id for d in self._give_up(tx, _under_way(tx.deliveries.in_flight()))}
        return [d for d in tx.deliveries.in_flight() if d.id in cut_off]

    def _works(
        self, platform: str, settled: Iterable[Delivery], began: Moment
    ) -> Iterator[Coroutine[Any, Any, Delivered]]:
        if here := [d for d in settled if d.channel.platform == platform]:
            yield self._reconcile(here, began)
        yield self._work(platform, began)

    def _goes_on(self, began: Moment) -> bool:
        return not self._stopping and self._leads() and self._watch.at_least_since(began) < PASS

    async def _reconcile(self, settled: Iterable[Delivery], began: Moment) -> Delivered:
        for delivery in settled:
            if self._goes_on(began):
                await self._reconciler.seek(delivery)
        return Delivered()

    async def _work(self, platform: str, began: Moment) -> Delivered:
        """Claim one post after the other, and have each sent while the next is claimed."""
        pace = self._chats[platform].capabilities.workspace_pace
        async with Crew[bool](SENDERS) as crew:
            while self._goes_on(began) and not crew.failed:
                if not crew.full and (claim := await self._claim(platform)):
                    self._lanes.enter(claim[0].channel.workspace, pace=pace)
                    crew.begin(self._send_there(*claim))
                elif not await self._wait(platform, crew):
                    break
        arrived, late = crew.results(), self._watch.at_least_since(began) >= PASS
        return Delivered(sent=sum(arrived), failed=len(arrived) - sum(arrived), cut_short=late)

    async def _wait(self, platform: str, crew: Crew[bool]) -> bool:
        """Until there may be something to claim; False if that is not soon."""
        wait_s = None if crew.full else await self._next_in_s(platform)
        if crew.idle and wait_s is None:
            return False
        await crew.wait(None if wait_s is None else self._sleep(wait_s))
        return True

    async def _claim(self, platform: str) -> tuple[Delivery, Moment] | None:
        outside = self._lanes.closed()

        def claim(tx: Transaction) -> tuple[Delivery, Moment] | None:
            began = self._watch.now()  # only now: a transaction waits for its turn
            claimed = tx.deliveries.claim(
                began.wall,
                owner=self._owner,
                lease_until=began.wall + self._policy.lease,
                platforms=(platform,),
                outside=outside,
            )
            return (claimed, began) if claimed else None

        return await self._store.write(claim)

    async def _next_in_s(self, platform: str) -> float | None:
        """Seconds until the next post may be sent, if that is soon."""
        now = self._clock.now()
        at = await self._store.read(lambda tx: tx.deliveries.next_ready(now, platforms=(platform,)))
        soon = [(at - now).total_seconds()] if at and at - now <= PATIENCE else []
        opens = self._lanes.opens_in_s()
        return min(soon if opens is None else [*soon, opens], default=None)

    async def _send_there(self, delivery: Delivery, claimed: Moment) -> bool:
        try:
            return await self._send(delivery, claimed)
        finally:
            self._lanes.leave(delivery.channel.workspace)

    async def _send(self, delivery: Delivery, claimed: Moment) -> bool:
        outcome = await self._post(delivery, claimed)
        entered = await self._store.write(lambda tx: self._record(tx, delivery, outcome))
        if not entered:
            logger.warning("others decided on delivery %s before its outcome", delivery.id)
        if isinstance(outcome, DeliveryError):
            logger.warning("delivery %s failed: %s", delivery.id, outcome.code)
        return isinstance(outcome, str)

    async def _post(self, delivery: Delivery, claimed: Moment) -> str | DeliveryError:
        chat = self._chats[delivery.channel.platform]
        if not delivery.intact:
            return NOT_INTACT
        if not await self._store.read(lambda tx: tx.deliveries.holds(delivery)):
            return TOO_LATE
        # The fence: nothing may be awaited between this and the post.
        in_time = self._watch.at_most_since(claimed) <= self._policy.start_within
        if not (in_time and self._leads()):
            return TOO_LATE
        try:
            async with asyncio.timeout(self._policy.post_limit.total_seconds()):
                return await chat.post(
                    delivery.channel,
                    delivery.message,
                    delivery=delivery.id,
                    thread=delivery.thread_id,
                )
        except DeliveryError as error:
            return error
        except TimeoutError:
            return DeliveryUnknown("no answer in time")
        except Exception as error:
            logger.exception("delivery %s got no answer", delivery.id)
            return DeliveryUnknown(repr(error))  # whatever went wrong, it may have arrived

    def _record(self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError) -> bool:
        pace = self._chats[delivery.channel.platform].capabilities.pace
        return enter_outcome(tx, delivery, outcome, pace=pace, now=self._clock.now())


def _under_way(in_flight: Iterable[Delivery]) -> list[Delivery]:
    return [d for d in in_flight if d.state in UNDER_WAY]
