"""The clockwork: a few static ticks that ask what is due.

APScheduler only ticks. What is due, and what was done, stands in the
database, so a restart, a late tick or a second one changes nothing. A tick
that hangs is cut off; where that does not help, the process has to end.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.errors import PaperlarkError

logger = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[object]]

STOP_GRACE_S = 3.0  # a supervisor such as systemd or Docker waits ten
TICK_MAX_S = 900.0
"""A tick that takes longer hangs."""
LOOK_EVERY_S = 10.0
SILENT_LOOKS = 200
"""Looks at a tick that has not ended once: two cut off would have."""


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a tick at work is not started again: it may be, and `watch` tells if it hangs."""
    return "maximum number of running instances" not in str(record.msg)


logging.getLogger("apscheduler.scheduler").addFilter(_is_news)


class ClockworkStopped(PaperlarkError):
    """A tick neither ends nor can be cut off."""


class Clockwork:
    """Runs each tick at once and then every so many seconds, never twice at the same time."""

    def __init__(
        self,
        ticks: Mapping[str, tuple[Tick, float]],
        *,
        tick_max_s: float = TICK_MAX_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        # The defaults give up a job that starts a second late; ours are cheap and may run late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._running: set[asyncio.Task[object]] = set()
        self._stopping = False
        self._tick_max_s = tick_max_s
        self._sleep = sleep
        self._patience = {
            name: SILENT_LOOKS + int(every_s / LOOK_EVERY_S) for name, (_, every_s) in ticks.items()
        }
        self._silent = Counter[str]()
        self.failing: dict[str, str] = {}
        """The ticks that failed when they last ran, and why."""
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

    def at_once(self) -> None:
        """Do not wait for the next time of any tick."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    async def watch(self) -> None:
        """Until cancelled.

        Looks are counted, not time: a process that was stopped has missed its ticks too.

        Raises:
            ClockworkStopped: a tick has not come to an end for long.
        """
        while True:
            await self._sleep(LOOK_EVERY_S)
            for name, patience in self._patience.items():
                self._silent[name] += 1
                if self._silent[name] > patience:
                    raise ClockworkStopped(f"the tick {name} neither ends nor can be cut off")

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
        task = asyncio.ensure_future(self._within_limit(tick))
        self._running.add(task)
        try:
            await task
            self.failing.pop(name, None)
        except asyncio.CancelledError:  # the library would log it as a failure
            if not self._stopping:
                raise
        except Exception as error:  # one failed tick must not end the clockwork
            self.failing[name] = str(error) or type(error).__name__
            logger.exception("tick %s failed", name)
        finally:
            self._silent[name] = 0
            self._running.discard(task)

    async def _within_limit(self, tick: Tick) -> None:
        try:
            async with asyncio.timeout(self._tick_max_s) as limit:
                await tick()
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise TimeoutError(f"cut off after {self._tick_max_s:g} s") from error
