"""Send what is READY, once: claim, send, record.

The claim is committed before the first byte leaves. A definite refusal is
recorded as what it is. Anything else is UNKNOWN: to send again could post
twice and to drop it could lose it, so after a while the channel is read back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from bot.services.stopping import OwnerNotices, stop_channel, stop_workspace

logger = logging.getLogger(__name__)

RETRY_WAIT = timedelta(minutes=1)  # where the platform names no time
SENDERS = 4  # posts on their way at once, each to another channel
PATIENCE = timedelta(seconds=5)
"""A pass waits so long for the next post; what is due later comes with a later tick."""
OF_THE_LEASE = 0.8
"""The part of its lease after which a post is given up: another process may take it at the end."""
LOOK_AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=1)
"""After so long without an answer to whether a post arrived, a person has to look."""
BEFORE_SENDING = timedelta(minutes=1)
"""How much earlier than our own clock's time of sending the platform may date a post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    lease: timedelta = timedelta(seconds=30)
    """How long a post may be on its way before its outcome counts as unknown."""
    settle: timedelta = timedelta(seconds=45)
    """How long after its outcome became unknown a post may still arrive."""
    resend_unknown: bool = False
    """Whether a post whose channel cannot be read back is sent again rather than held."""


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

    def stop(self) -> None:
        """Finish what is on its way, begin nothing more."""
        self._stopping = True

    async def hold_interrupted(self, *, alone: bool) -> list[Delivery]:
        """What a dead process left on its way may have arrived, so it is held.

        `alone` at the start of a process that nobody shares the database with.
        """
        now = self._clock.now()
        return await self._store.write(lambda tx: tx.deliveries.hold_interrupted(now, alone=alone))

    async def deliver(self) -> Delivered:
        """Send everything that can be sent now, in order within each channel."""
        await self.hold_interrupted(alone=False)
        await self._reconcile()
        workers = (self._work() for _ in range(SENDERS))
        ended = await asyncio.gather(*workers, return_exceptions=True)
        await self._notices.send()
        for outcome in ended:
            if isinstance(outcome, BaseException):  # only once no worker is left at work
                raise outcome
        return sum((done for done in ended if isinstance(done, Delivered)), Delivered())

    async def _work(self) -> Delivered:
        done = Delivered()
        while not self._stopping:
            if delivery := await self._claim():
                arrived = await self._send(delivery)
                done += Delivered(sent=int(arrived), failed=int(not arrived))
            elif wait_s := await self._next_in_s():
                await self._sleep(wait_s)
            else:
                break
        return done

    async def _claim(self) -> Delivery | None:
        now = self._clock.now()
        return await self._store.write(
            lambda tx: tx.deliveries.claim(
                now,
                owner=self._owner,
                lease_until=now + self._policy.lease,
                platforms=tuple(self._chats),
            )
        )

    async def _next_in_s(self) -> float | None:
        """Seconds until the next post may be sent, if that is soon."""
        now, platforms = self._clock.now(), tuple(self._chats)
        at = await self._store.read(lambda tx: tx.deliveries.next_ready(now, platforms=platforms))
        return (at - now).total_seconds() if at and at - now <= PATIENCE else None

    async def _send(self, delivery: Delivery) -> bool:
        outcome = await self._post(delivery)
        stopped = await self._store.write(lambda tx: self._record(tx, delivery, outcome))
        if isinstance(outcome, DeliveryError):
            logger.warning("delivery %s failed: %s", delivery.id, outcome.code)
        if isinstance(outcome, WorkspaceBroken) and stopped:
            workspace = delivery.channel.workspace
            await self._notices.workspace_stopped(workspace, outcome.code, stopped)
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

    def _record(self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError) -> int:
        """Enter the outcome; gives how many channels were stopped for it in the workspace."""
        now = self._clock.now()
        match outcome:
            case str(remote_id):
                pace = self._chats[delivery.channel.platform].capabilities.pace
                tx.deliveries.sent(
                    delivery.id, remote_id, now=now, next_at=now + pace if pace else None
                )
            case DeliveryUnknown(code=code):
                tx.deliveries.unknown(delivery.id, code, now=now)
            case WorkspaceBroken(code=code):
                tx.deliveries.retry(delivery.id, code, not_before=now, now=now)
                return len(stop_workspace(tx, delivery.channel.workspace, code))
            case DestinationBroken(code=code):
                tx.deliveries.retry(delivery.id, code, not_before=now, now=now)
                stop_channel(tx, delivery.channel, code)
            case MessageRejected(code=code):
                tx.deliveries.poison(delivery.id, code, now=now)
            case DeliveryError(code=code, retry_after=wait):
                later = now + (wait or RETRY_WAIT)
                tx.deliveries.retry(delivery.id, code, not_before=later, now=now)
        return 0

    async def _reconcile(self) -> None:
        """Read back the channels of posts whose outcome is unknown."""
        while not self._stopping and (delivery := await self._claim_unknown()):
            await self._reconcile_one(delivery)

    async def _reconcile_one(self, delivery: Delivery) -> None:
        outcome = await self._find(delivery)
        await self._store.write(lambda tx: self._resolve(tx, delivery, outcome))

    async def _claim_unknown(self) -> Delivery | None:
        now = self._clock.now()
        return await self._store.write(
            lambda tx: tx.deliveries.claim_unknown(
                now,
                settled_before=now - self._policy.settle,
                owner=self._owner,
                lease_until=now + self._policy.lease,
                platforms=tuple(self._chats),
            )
        )

    async def _find(self, delivery: Delivery) -> str | DeliveryError | None:
        chat = self._chats[delivery.channel.platform]
        since = (delivery.send_started_at or self._clock.now()) - BEFORE_SENDING
        try:
            return await chat.find(
                delivery.channel, delivery=delivery.id, thread=delivery.thread_id, since=since
            )
        except DeliveryError as error:
            return error
        except Exception as error:
            logger.exception("the channel of delivery %s could not be read", delivery.id)
            return DeliveryUnknown(repr(error))

    def _resolve(
        self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError | None
    ) -> None:
        """It arrived, it did not, or that cannot be told: then a person is asked in the end."""
        now = self._clock.now()
        match outcome:
            case str(remote_id):
                tx.deliveries.sent(delivery.id, remote_id, now=now)
            case None:
                tx.deliveries.retry(delivery.id, "did not arrive", not_before=now, now=now)
            case DeliveryError(code=code):
                self._still_unknown(tx, delivery, f"cannot be read back: {code}", now)

    def _still_unknown(
        self, tx: Transaction, delivery: Delivery, error: str, now: datetime
    ) -> None:
        if self._policy.resend_unknown:
            tx.deliveries.retry(delivery.id, error, not_before=now, now=now)
        elif now - (delivery.unknown_since or now) >= GIVE_UP:
            tx.deliveries.needs_human(delivery.id, error, now=now)
        else:
            tx.deliveries.unknown(delivery.id, error, now=now, not_before=now + LOOK_AGAIN)
