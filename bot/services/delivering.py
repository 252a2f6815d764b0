"""Send what is READY, once: claim, send, record.

The claim is committed before the first byte leaves. A definite refusal is
recorded as what it is; anything else is UNKNOWN, held and shown, because to
send again could post twice and to drop it could lose it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.deliveries import Delivery
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
)
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction

logger = logging.getLogger(__name__)

RETRY_WAIT = timedelta(minutes=1)  # where the platform names no time


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass did, in posts."""

    sent: int = 0
    failed: int = 0


class Deliverer:
    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        *,
        owner: str,
        lease: timedelta,
    ) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._owner = owner
        self._lease = lease

    async def hold_interrupted(self, *, alone: bool) -> list[Delivery]:
        """What a dead process left SENDING may have arrived, so it is held.

        `alone` at the start of a process that nobody shares the database with.
        """
        now = self._clock.now()
        return await self._store.write(lambda tx: tx.deliveries.hold_interrupted(now, alone=alone))

    async def deliver(self) -> Delivered:
        """Send everything that can be sent now, in order."""
        await self.hold_interrupted(alone=False)
        sent = failed = 0
        while delivery := await self._claim():
            arrived = await self._send(delivery)
            sent, failed = sent + arrived, failed + (not arrived)
        return Delivered(sent=sent, failed=failed)

    async def _claim(self) -> Delivery | None:
        now = self._clock.now()
        platforms = tuple(self._chats)
        return await self._store.write(
            lambda tx: tx.deliveries.claim(
                now, owner=self._owner, lease_until=now + self._lease, platforms=platforms
            )
        )

    async def _send(self, delivery: Delivery) -> bool:
        outcome = await self._post(delivery)
        await self._store.write(lambda tx: self._record(tx, delivery, outcome))
        if isinstance(outcome, DeliveryError):
            logger.warning("delivery %s failed: %s", delivery.id, outcome.code)
        return isinstance(outcome, str)

    async def _post(self, delivery: Delivery) -> str | DeliveryError:
        chat = self._chats[delivery.channel.platform]
        try:
            return await chat.post(
                delivery.channel, delivery.message, delivery=delivery.id, thread=delivery.thread_id
            )
        except DeliveryError as error:
            return error
        except Exception as error:
            logger.exception("delivery %s got no answer", delivery.id)
            return DeliveryUnknown(repr(error))  # whatever went wrong, it may have arrived

    def _record(self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError) -> None:
        now = self._clock.now()
        match outcome:
            case str(remote_id):
                tx.deliveries.sent(delivery.id, remote_id, now=now)
            case DeliveryUnknown(code=code):
                tx.deliveries.unknown(delivery.id, code, now=now)
            case DestinationBroken(code=code):
                tx.deliveries.break_channel(delivery.id, code, now=now)
            case MessageRejected(code=code):
                tx.deliveries.poison(delivery.id, code, now=now)
            case DeliveryError(code=code, retry_after=wait):
                later = now + (wait or RETRY_WAIT)
                tx.deliveries.retry(delivery.id, code, not_before=later, now=now)
