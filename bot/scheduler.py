"""The clockwork: a few static ticks that ask what is due.

APScheduler only ticks. What is due, and what was done, stands in the
database, so a restart, a late tick or a second one changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

logger = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[object]]

STOP_GRACE_S = 3.0  # a supervisor such as systemd or Docker waits ten


class Clockwork:
    """Runs each tick at once and then every so many seconds, never twice at the same time."""

    def __init__(self, ticks: Mapping[str, tuple[Tick, float]]) -> None:
        # The defaults give up a job that starts a second late; ours are cheap and may run late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._running: set[asyncio.Task[object]] = set()
        self._stopping = False
        for name, (tick, every_s) in ticks.items():
            self._scheduler.add_job(
                self._run,
                IntervalTrigger(seconds=every_s, timezone=UTC),
                args=(name, tick),
                id=name,
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """No further ticks; those at work may finish what they do, for a few seconds."""
        self._scheduler.pause()
        self._stopping = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=STOP_GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    async def _run(self, name: str, tick: Tick) -> None:
        task = asyncio.ensure_future(tick())
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:  # the library would log it as a failure
            if not self._stopping:
                raise
        except Exception:  # one failed tick must not end the clockwork
            logger.exception("tick %s failed", name)
        finally:
            self._running.discard(task)
