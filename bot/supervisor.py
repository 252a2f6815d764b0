"""Keeps the connections to chat platforms up: one that ends is built anew."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.domain.errors import ConfigError

logger = logging.getLogger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 300.0
"""What ran so long did not fail at its start; the next wait is a short one again."""
NOT_YET = "not yet"
REFUSED_WAIT_S = 600.0
"""Before a token that worked and was then refused is tried again."""


class Supervisor:
    """Runs one piece of work for ever, with ever longer waits while it fails."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._work = work
        self._sleep = sleep
        self._monotonic = monotonic
        self._wait_s = FIRST_WAIT_S
        self._worked = False
        self.problem: str | None = NOT_YET
        """Why the work is not up; None while it is."""

    def succeeded(self) -> None:
        """The work is up: from now on a refusal is waited out rather than raised."""
        self._worked = True
        self.problem = None

    def wait_out_refusals(self, problem: str) -> None:
        """The work was refused, and is tried now and then all the same."""
        self._worked = True
        self.problem = problem

    async def run(self) -> None:
        """Run until cancelled.

        Raises:
            ConfigError: if the work is refused before it was ever up.
        """
        while True:
            started = self._monotonic()
            wait_s, problem = await self._try()
            self.problem = problem
            if self._monotonic() - started >= STEADY_S:
                self._wait_s = FIRST_WAIT_S
            wait_s = wait_s or self._wait_s
            logger.warning("%s: %s; trying again in %.0f s", self._name, problem, wait_s)
            await self._sleep(wait_s)
            self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)

    async def _try(self) -> tuple[float | None, str]:
        try:
            await self._work()
        except ConfigError as error:
            if not self._worked:
                raise
            return REFUSED_WAIT_S, str(error)
        except Exception as error:
            logger.debug("%s failed", self._name, exc_info=True)
            return None, f"{type(error).__name__}: {error}"
        return None, "ended by itself"
