"""Of several processes on one database, one leads: it collects, plans and sends.

The database lends the lead for a while, by its own clock. Who leads believes it for
a shorter while, by two clocks of its own, so that a process that was stopped or
asleep knows that its term may be over before it does anything more.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.errors import StorageError
from bot.ports.clock import Clock
from bot.ports.processes import LeadStore
from bot.services.leases import Moment, Watch

logger = logging.getLogger(__name__)

LASTS = timedelta(seconds=15)
"""How long the lead is lent; after that another process takes it."""
TRUSTED = 2 / 3
"""Of that, from when it was asked for: so much is believed, and the rest is a margin."""
ASKED = 1 / 5
"""Of that, between two questions, also by those who wait."""
LOOK_S = 0.5


class Leadership:
    def __init__(
        self,
        store: LeadStore,
        clock: Clock,
        *,
        holder: str,
        lasts: timedelta = LASTS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._holder = holder
        self._lasts = lasts
        self._watch = Watch(clock, monotonic)
        self._sleep = sleep
        self._asked: Moment | None = None
        self.term: int | None = None
        """Of the lead that was lent to us last."""

    def leads(self) -> bool:
        """Whether this process may act, certainly."""
        trust = self._lasts * TRUSTED
        return self._asked is not None and self._watch.at_most_since(self._asked) < trust

    async def keep(self) -> bool:
        """Ask for the lead once more; whether it began anew."""
        led, asked = self.leads(), self._watch.now()
        try:
            term = await self._store.lead(self._holder, lasts=self._lasts)
        except StorageError as error:
            logger.warning("the lead could not be asked for: %s", error)
            return False
        self._asked = asked if term is not None else None
        self.term = term if term is not None else self.term
        return self.leads() and not led

    async def run(self, won: Callable[[], None]) -> None:
        """Keep asking until cancelled; `won` is called whenever the lead begins."""
        while True:
            await self._sleep(self._lasts.total_seconds() * ASKED)
            if await self.keep():
                won()

    async def resign(self) -> None:
        """At the end, so that nobody has to wait for the lead to run out."""
        self._asked = None
        try:
            await self._store.resign(self._holder)
        except StorageError as error:
            logger.info("the lead runs out by itself: %s", error)

    async def during(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do what only the leader does, whenever this process leads, until it ends by itself."""
        ended = False
        while not ended:
            await self._until(leads=True)
            ended = await self._while_leading(work)

    async def _while_leading(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it ended by itself; else it was cut off."""
        working = asyncio.ensure_future(work())
        lost = asyncio.ensure_future(self._until(leads=False))
        try:
            await asyncio.wait({working, lost}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
            return working.done()
        finally:
            working.cancel()
            lost.cancel()
            await asyncio.gather(working, lost, return_exceptions=True)

    async def _until(self, *, leads: bool) -> None:
        while self.leads() is not leads:
            await self._sleep(LOOK_S)
