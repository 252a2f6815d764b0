"""Posts of unknown outcome: look for them in their channels, and settle what became of them."""

import logging
from collections.abc import Mapping
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

LOOK_AGAIN = timedelta(minutes=5)
BEFORE_SENDING = timedelta(hours=2)
"""How much earlier than our clock's time of sending the platform may date a post. The marker
decides which post it is, so that a clock that is far ahead costs a few pages, not a second post."""
ATTEMPTS_MAX = 8
"""What never arrives after so many attempts never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    lease: timedelta = timedelta(seconds=30)
    """How long a post may be on its way before its outcome counts as unknown."""
    settle: timedelta = timedelta(seconds=45)
    """How long after its outcome became unknown a post may still arrive."""
    resend_unknown: bool = False
    """Whether a post whose channel never tells is sent again rather than held."""


class Reconciler:
    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        notices: OwnerNotices,
        *,
        owner: str,
        policy: DeliveryPolicy,
    ) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._notices = notices
        self._owner = owner
        self._policy = policy
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True

    async def reconcile(self, platform: str, *, until: datetime) -> None:
        """Look once for each post that was unknown when this began."""
        began = self._clock.now()
        while not self._stopping and self._clock.now() < until:
            delivery = await self._claim(platform, began)
            if delivery is None:
                return
            outcome = await self._find(delivery)
            held = await self._resolve_in_store(delivery, outcome)
            if held:
                await self._notices.post_held(delivery, held)

    async def _claim(self, platform: str, began: datetime) -> Delivery | None:
        lease = self._clock.now() + self._policy.lease
        return await self._store.write(
            lambda tx: tx.deliveries.claim_unknown(
                began,
                settled_before=began - self._policy.settle,
                owner=self._owner,
                lease_until=lease,
                platforms=(platform,),
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

    async def _resolve_in_store(
        self, delivery: Delivery, outcome: str | DeliveryError | None
    ) -> str | None:
        return await self._store.write(lambda tx: self._resolve(tx, delivery, outcome))

    def _resolve(
        self, tx: Transaction, delivery: Delivery, outcome: str | DeliveryError | None
    ) -> str | None:
        """Enter what became of it; gives the reason if it is now held for a person."""
        now = self._clock.now()
        match outcome:
            case str(remote_id):
                tx.deliveries.sent(delivery.id, remote_id, now=now)
            case None if delivery.attempts >= ATTEMPTS_MAX:
                return self._give_up(tx, delivery, f"never arrived in {ATTEMPTS_MAX} attempts")
            case None:
                tx.deliveries.retry(delivery.id, "did not arrive", not_before=now, now=now)
            case MessageRejected(code=code) if not self._policy.resend_unknown:
                return self._give_up(tx, delivery, f"cannot be read back: {code}")
            case MessageRejected(code=code):
                tx.deliveries.retry(delivery.id, code, not_before=now, now=now)
            case DeliveryError(code=code):
                self._look_again(tx, delivery, outcome)
        return None

    def _give_up(self, tx: Transaction, delivery: Delivery, reason: str) -> str:
        tx.deliveries.needs_human(delivery.id, reason, now=self._clock.now())
        return reason

    def _look_again(self, tx: Transaction, delivery: Delivery, error: DeliveryError) -> None:
        """It stays unknown; a channel that does not let us in is stopped, so that somebody hears."""
        now = self._clock.now()
        code = f"cannot be read back: {error.code}"
        tx.deliveries.unknown(delivery.id, code, now=now, not_before=now + LOOK_AGAIN)
        if isinstance(error, WorkspaceBroken):
            stop_workspace(tx, delivery.channel.workspace, error.code)
        elif isinstance(error, DestinationBroken):
            stop_channel(tx, delivery.channel, error.code)
