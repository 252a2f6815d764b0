"""Work that goes on after Slack was told that its event arrived."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

logger = logging.getLogger(__name__)

GRACE_S = 5.0
"""For answers on their way when a connection is lost; they need none."""


class Tasks:
    """Started here, held until done, ended together."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Return when all that was started is done."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let what was begun be finished, unless all of Paperlark is to end."""
        try:
            if kind is None or not issubclass(kind, asyncio.CancelledError):
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE_S):
                        await self.settled()
        finally:
            await self._end()

    async def _end(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        logger.exception("something that came from Slack was not dealt with")
