"""What `/readyz` and `/metrics` say of this process."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.app import App
from bot.connections import Connections
from bot.domain.deliveries import HELD, IN_FLIGHT, DeliveryState
from bot.domain.errors import StorageError
from bot.ports.health import Gauge, Readiness
from bot.ports.sources import SourceReport
from bot.ports.storage import Backlog, Transaction
from bot.pulse import Pulse
from bot.scheduler import Clockwork

OPEN = (DeliveryState.READY, *IN_FLIGHT, *HELD)
DATABASE_WITHIN_S = 3.0
TROUBLE_LASTS = timedelta(minutes=1)
"""A database that refused something counts as refusing for so long: what is due is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    backlog: Backlog
    reports: Mapping[str, SourceReport]
    successes: Mapping[str, datetime]


class Health:
    """A `Probe`."""

    def __init__(
        self, app: App, *, clockwork: Clockwork, connections: Connections, pulse: Pulse
    ) -> None:
        self._app = app
        self._clockwork = clockwork
        self._connections = connections
        self._pulse = pulse

    async def readiness(self) -> Readiness:
        stored = await self._stored()
        not_ready = tuple(self._not_ready(stored))
        return Readiness(not_ready=not_ready, facts=self._facts(stored))

    async def gauges(self) -> list[Gauge]:
        stored = await self._stored()
        return [*self._of_process(), *([] if isinstance(stored, str) else self._of_work(stored))]

    async def _stored(self) -> _Stored | str:
        """What the database tells, or why it tells nothing."""
        try:
            async with asyncio.timeout(DATABASE_WITHIN_S):
                return await self._app.store.read(self._look)
        except TimeoutError:
            return f"no answer within {DATABASE_WITHIN_S:.0f} seconds"
        except StorageError as error:
            return str(error)

    def _look(self, tx: Transaction) -> _Stored:
        successes = {name: tx.sources.last_success(name) for name in self._app.sources}
        return _Stored(
            backlog=tx.deliveries.backlog(),
            reports=tx.sources.last_reports(),
            successes={name: at for name, at in successes.items() if at},
        )

    def _not_ready(self, stored: _Stored | str) -> Iterator[str]:
        refusal = stored if isinstance(stored, str) else self._app.store.trouble(TROUBLE_LASTS)
        if refusal:
            yield f"database: {refusal}"
        if self._app.disk_is_full:
            yield "disk: nearly full, so nothing is collected"
        for name, why in self._clockwork.failing.items():
            yield f"{name}: {why}"
        for name, problem in self._connections.problems.items():
            if problem:
                yield f"{name}: {problem}"

    def _facts(self, stored: _Stored | str) -> dict[str, Any]:
        facts = {
            "leads": self._app.leadership.leads(),
            "connections": {n: p is None for n, p in self._connections.problems.items()},
            "loop_lag_seconds": round(self._pulse.lag_s, 3),
        }
        if isinstance(stored, str):
            return facts
        waiting = stored.backlog.oldest_ready
        return facts | {
            "sources": {name: self._source(name, stored) for name in self._app.sources},
            "posts": dict(self._counts(stored)),
            "oldest_ready": waiting.isoformat() if waiting else None,
        }

    def _source(self, name: str, stored: _Stored) -> dict[str, str | None]:
        success, report = stored.successes.get(name), stored.reports.get(name)
        return {
            "last_collect": success.isoformat() if success else None,
            "failing": report.failed if report else None,
        }

    def _counts(self, stored: _Stored) -> Iterator[tuple[str, int]]:
        return ((s.value, stored.backlog.counts.get(s, 0)) for s in OPEN)

    def _of_process(self) -> Iterator[Gauge]:
        yield Gauge(
            name="paperlark_leader",
            help="1 if this process collects, plans and sends.",
            value=self._app.leadership.leads(),
        )
        yield Gauge(
            name="paperlark_loop_lag_seconds",
            help="By how much the event loop was late, at worst in the last minute.",
            value=self._pulse.lag_s,
        )
        yield Gauge(
            name="paperlark_tasks", help="Asyncio tasks alive.", value=len(asyncio.all_tasks())
        )
        yield Gauge(
            name="paperlark_ticks_failing",
            help="Ticks that failed when they last ran.",
            value=len(self._clockwork.failing),
        )
        yield Gauge(
            name="paperlark_connected",
            help="1 if the platform is connected.",
            label="platform",
            values={name: p is None for name, p in self._connections.problems.items()},
        )
        if (free := self._app.store.free_bytes()) is not None:
            yield Gauge(
                name="paperlark_disk_free_bytes", help="Where the database lies.", value=free
            )

    def _of_work(self, stored: _Stored) -> Iterator[Gauge]:
        now, waiting = self._app.clock.now(), stored.backlog.oldest_ready
        yield Gauge(
            name="paperlark_posts",
            help="Posts that are not sent, by state; unknown and needs_human are unresolved.",
            label="state",
            values=dict(self._counts(stored)),
        )
        yield Gauge(
            name="paperlark_oldest_ready_seconds",
            help="Age of the oldest post that could be sent.",
            value=(now - waiting).total_seconds() if waiting else 0,
        )
        yield Gauge(
            name="paperlark_source_collected_timestamp_seconds",
            help="When the source last answered well.",
            label="source",
            values={name: at.timestamp() for name, at in stored.successes.items()},
        )
        yield Gauge(
            name="paperlark_source_failing",
            help="1 if the source did not answer well when it was last asked.",
            label="source",
            values={name: report.failed is not None for name, report in stored.reports.items()},
        )
