"""Learn each night what a channel likes, from what it saved, turned down and passed by."""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.channels import Channel, ChannelRef
from bot.domain.learning import Lesson, learn
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction

logger = logging.getLogger(__name__)

NIGHT = time(3)
"""In the channel's zone: after the day's last click, before the next digest."""
TIME_TO_READ = timedelta(days=2)
"""Who has not saved a paper by then has passed it by."""


class Learner:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def learn(self) -> None:
        """Every channel that is due: each night, and at once when it has its first label."""
        now = self._clock.now()
        for ref in await self._store.read(lambda tx: tx.tastes.due(now)):
            try:
                await self._learn(ref)
            except Exception:  # one channel's fault must not keep the others from learning
                logger.exception("what %s likes could not be learned", ref.channel)

    async def _learn(self, ref: ChannelRef) -> None:
        channel, lessons = await self._store.read(lambda tx: self._lessons(tx, ref))
        taste = await asyncio.to_thread(learn, lessons)
        again = next_night(self._clock.now(), channel.schedule.zone)
        await self._store.write(lambda tx: tx.tastes.keep(ref, taste, learn_at=again))

    def _lessons(self, tx: Transaction, ref: ChannelRef) -> tuple[Channel, list[Lesson]]:
        channel = tx.channels.get(ref)
        if channel is None:
            raise LookupError("there is no such channel any more")
        return channel, tx.tastes.lessons(channel, before=self._clock.now() - TIME_TO_READ)


def next_night(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=local.time() >= NIGHT)
    return datetime.combine(day, NIGHT, ZoneInfo(zone)).astimezone(UTC)
