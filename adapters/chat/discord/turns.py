"""How many requests a second Discord takes from a bot: those of digests, which come in heaps."""

import asyncio
import time
from collections.abc import Awaitable, Callable

APART_S = 1 / 46
"""Discord allows fifty a second (B4): some are for people, and some take longer on their way."""

AT_ONCE = 4
"""After a rest."""


class Turns:
    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0

    async def take(self) -> None:
        """Wait until one more is allowed; those who wait keep their order."""
        now = self._monotonic()
        turn = max(self._next, now - (AT_ONCE - 1) * APART_S)
        self._next = turn + APART_S
        if turn > now:
            await self._sleep(turn - now)
