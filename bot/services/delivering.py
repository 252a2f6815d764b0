"""Send what is READY, once: claim, send, record.

The claim is committed before the first byte leaves. A definite refusal is
recorded as what it is. Anything else is UNKNOWN: to send again could post
twice and to drop it could lose it, so `reconciling` looks for it later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.deliveries import Delivery
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    WorkspaceBroken,
)
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.services.reconciling import DeliveryPolicy, Reconciler
from bot.services.stopping import (
    OwnerNotices,
    stop_channel,
    stop_workspace,
    try_all_again,
    works_again,
)

logger = logging.getLogger(__name__)

SENDERS = 4  # posts on their way at once on a platform, each to another channel
PATIENCE = timedelta(seconds=5)
"""A pass waits so long for the next post; what is due later comes with a later tick."""
PASS = timedelta(minutes=1)
"""After so long a pass ends, whatever is left: digests have to be planned too."""
RETRY_WAIT = timedelta(minutes=1)  # where the platform names no time; doubled each time
RETRY_WAIT_MAX = timedelta(minutes=10)
OF_THE_LEASE = 0.8
"""The part of its lease after which a post is given up: another process may take it at the end."""
PROBE_EVERY = timedelta(hours=1)
"""Stopped channels are tried again; what is still broken stops again, and nobody is told twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass did, in posts."""

    sent: int = 0
    failed: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(sent=self.sent + other.sent, failed=self.failed + other.failed)


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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._notices = notices
        self._owner = owner
        self._policy = policy
        self._sleep = sleep
        self._stopping = False
        self._probed_at = clock.now()
        self._reconciler = Reconciler(store, chats, clock, notices, owner=owner, policy=policy)

    def stop(self) -> None:
        """Finish what is on its way, begin nothing more."""
        self._stopping = True
        self._reconciler.stop()

    async def hold_interrupted(self, *, alone: bool) -> list[Delivery]:
        """What a dead process left on its way may have arrived, so it is held.

        `alone` at the start of a process that nobody shares the database with.
        """
        now = self._clock.now()
        return await self._store.write(lambda tx: tx.deliveries.hold_interrupted(now, alone=alone))

    async def deliver(self) -> Delivered:
        """Send what can be sent now, in order within each channel; no platform waits for another."""
        await self.hold_interrupted(alone=False)
        await self._probe()
        done = await _all(self._pass(platform) for platform in self._chats)
        await self._notices.send()
        return sum(done, Delivered())

    async def _probe(self) -> None:
        if self._clock.now() - self._probed_at < PROBE_EVERY:
            return
        self._probed_at = self._clock.now()
        await self._store.write(lambda tx: try_all_again(tx, tx.channels.broken()))

    async def _pass(self, platform: str) -> Delivered:
        until = self._clock.now() + PASS
        works = (self._work(platform, until) for _ in range(SENDERS))
        _, *done = await _all([self._reconcile(platform, until), *works])
        return sum(done, Delivered())

    async def _reconcile(self, platform: str, until: datetime) -> Delivered:
        await self._reconciler.reconcile(platform, until=until)
        return Delivered()

    async def _work(self, platform: str, until: datetime) -> Delivered:
        done = Delivered()
        while not self._stopping and self._clock.now() < until:
            if delivery := await self._claim(platform):
                arrived = await self._send(delivery)
                done += Delivered(sent=int(arrived), failed=int(not arrived))
            elif wait_s := await self._next_in_s(platform):
                await self._sleep(wait_s)
            else:
                break
        return done

    async def _claim(self, platform: str) -> Delivery | None:
        now = self._clock.now()
        lease = now + self._policy.lease
        return await self._store.write(
            lambda tx: tx.deliveries.claim(
                now, owner=self._owner, lease_until=lease, platforms=(platform,)
            )
        )

    async def _next_in_s(self, platform: str) -> float | None:
        """Seconds until the next post may be sent, if that is soon."""
        now = self._clock.now()
        at = await self._store.read(lambda tx: tx.deliveries.next_ready(now, platforms=(platform,)))
        return (at - now).total_seconds() if at and at - now <= PATIENCE else None

    async def _send(self, delivery: Delivery) -> bool:
        outcome = await self._post(delivery)
        await self._store.write(lambda tx: self._record(tx, delivery, outcome))
        if isinstance(outcome, DeliveryError):
            logger.warning("delivery %s failed: %s", delivery.id, outcome.code)
        if isinstance(outcome, MessageRejected):
            await self._notices.post_held(delivery, outcome.code)
        return isinstance(outcome, str)

    async def _post(self, delivery: Delivery) -> str | DeliveryError:
        chat = self._chats[delivery.channel.platform]
        try:
            async with asyncio.timeout(self._policy.lease.total_seconds() * OF_THE_LEASE):
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

    def _record(self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError) -> None:
        now = self._clock.now()
        match outcome:
            case str(remote_id):
                pace = self._chats[delivery.channel.platform].capabilities.pace
                next_at = now + pace if pace else None
                tx.deliveries.sent(delivery.id, remote_id, now=now, next_at=next_at)
                works_again(tx, delivery.channel)
            case DeliveryUnknown(code=code):
                tx.deliveries.unknown(delivery.id, code, now=now)
            case WorkspaceBroken(code=code):
                tx.deliveries.retry(delivery.id, code, not_before=now, now=now)
                stop_workspace(tx, delivery.channel.workspace, code)
            case DestinationBroken(code=code):
                tx.deliveries.retry(delivery.id, code, not_before=now, now=now)
                stop_channel(tx, delivery.channel, code)
            case MessageRejected(code=code):
                tx.deliveries.poison(delivery.id, code, now=now)
            case DeliveryError(code=code, retry_after=wait):
                later = now + (wait or _retry_wait(delivery.attempts))
                tx.deliveries.retry(delivery.id, code, not_before=later, now=now)


def _retry_wait(attempts: int) -> timedelta:
    doubled: timedelta = RETRY_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, RETRY_WAIT_MAX)


async def _all(works: Iterable[Coroutine[Any, Any, Delivered]]) -> list[Delivered]:
    """All of it; if one fails, that is raised once none is left at work."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in ended if isinstance(outcome, Delivered)]
