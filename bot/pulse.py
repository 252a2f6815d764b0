"""Shows that the event loop turns, and ends the process when it does not.

The watch is a thread of the interpreter's own, which works also while some code
holds all of Python up; it leaves the stacks of all threads on standard error.
"""

import asyncio
import faulthandler
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import UnsupportedOperation

BEAT_S = 0.5
ARM_EVERY_BEATS = 10
STUCK_S = 120.0
"""A loop that has not turned for so long never will; a supervisor starts the process again."""
REMEMBERED = 120
"""Beats of the last minute."""


def end_unless_called_again() -> None:
    """End the process with exit code 1 when this is not called again in time."""
    with suppress(
        UnsupportedOperation, AttributeError, RuntimeError
    ):  # where standard error is no file
        faulthandler.dump_traceback_later(STUCK_S, exit=True)


class Pulse:
    def __init__(
        self,
        *,
        arm: Callable[[], None] = end_unless_called_again,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._arm = arm
        self._sleep = sleep
        self._monotonic = monotonic
        self._lags = deque[float](maxlen=REMEMBERED)

    @property
    def lag_s(self) -> float:
        """By how much the loop came too late, at worst within the last minute."""
        return max(self._lags, default=0.0)

    async def beat(self) -> None:
        """Until cancelled; from then on the process has so much time to end."""
        while True:
            self._arm()
            for _ in range(ARM_EVERY_BEATS):
                began = self._monotonic()
                await self._sleep(BEAT_S)
                self._lags.append(max(self._monotonic() - began - BEAT_S, 0.0))


def ended() -> None:
    """The process has come to its end: nothing more is watched."""
    faulthandler.cancel_dump_traceback_later()
