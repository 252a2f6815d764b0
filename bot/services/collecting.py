"""Ask the sources what is new, store it, and remember what it matches.

A sweep is stored whole or not at all: papers, matches, cursor and report go
in one transaction, so a crash can only make the next sweep ask again.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.errors import SourceError
from bot.domain.papers import Novelty, Paper
from bot.ports.clock import Clock
from bot.ports.sources import PaperSource, SourceReport, Sweep
from bot.ports.storage import Store, Transaction
from bot.services.compiled_subscriptions import CompiledSubscriptions

logger = logging.getLogger(__name__)

BACKOFF_MAX = timedelta(hours=6)


class Collector:
    """Sweeps all sources; keeps the subscriptions compiled between sweeps."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[PaperSource],
        clock: Clock,
        *,
        categories: Iterable[str],
        every: timedelta,
    ) -> None:
        self._store = store
        self._sources = sources
        self._clock = clock
        self._categories = frozenset(categories)
        self._every = every
        self._compiled = CompiledSubscriptions()

    async def collect(self, *, force: bool = False) -> list[SourceReport]:
        """Sweep every source whose next try has come, at once; one that fails stops none."""
        now = self._clock.now()
        # A write, because the compiled subscriptions are touched in the one writing thread only.
        last = await self._store.write(self._prepare)
        due = [s for s in self._sources if force or _is_due(last.get(s.name), now)]
        return list(await asyncio.gather(*(self._sweep(s, last.get(s.name)) for s in due)))

    async def categories(self) -> frozenset[str]:
        """Those that are always collected, and those that subscriptions name."""
        await self._store.write(self._compiled.refresh)
        return self._categories | self._compiled.categories

    def _prepare(self, tx: Transaction) -> dict[str, SourceReport]:
        self._compiled.refresh(tx)
        return tx.sources.last_reports()

    async def _sweep(self, source: PaperSource, last: SourceReport | None) -> SourceReport:
        started = self._clock.now()
        categories = self._categories | self._compiled.categories
        cursor = await self._store.read(lambda tx: tx.sources.cursor(source.name))
        try:
            sweep = await source.sweep(cursor, now=started, categories=categories)
        except SourceError as error:
            logger.warning("source %s failed: %s", source.name, error.reason)
            return await self._failed(source.name, started, error, last)
        except Exception:
            logger.exception("source %s failed unexpectedly", source.name)
            fault = SourceError(source.name, "its answer could not be read; the log says more")
            return await self._failed(source.name, started, fault, last)
        report = await self._store.write(lambda tx: self._keep(tx, source.name, started, sweep))
        logger.info("source %s: %s papers, %s new", source.name, report.got, report.new)
        return report

    def _keep(self, tx: Transaction, source: str, started: datetime, sweep: Sweep) -> SourceReport:
        now = self._clock.now()
        known, news = _parted(sweep.papers, tx.sources.known_through())
        stored = tx.papers.store(known, now=now)
        stored += tx.papers.store(news, now=now, news=True)
        stored += tx.papers.update(sweep.updates, now=now)
        self._compiled.refresh(tx)
        tx.matches.record(self._compiled.matches(stored, now=now), now=now)
        tx.sources.set_cursor(source, sweep.cursor)
        report = SourceReport(
            source=source,
            started_at=started,
            ended_at=now,
            asked=sweep.asked,
            got=len(sweep.papers) + len(sweep.updates),
            new=sum(s.novelty is Novelty.NEW for s in stored),
            updated=sum(s.novelty is Novelty.UPDATED for s in stored),
            note=sweep.note,
            next_try_at=started + self._every,
        )
        tx.sources.report(report)
        return report

    async def _failed(
        self, source: str, started: datetime, error: SourceError, last: SourceReport | None
    ) -> SourceReport:
        wait = error.retry_after or self._backoff(last)
        now = self._clock.now()
        report = SourceReport(
            source=source,
            started_at=started,
            ended_at=now,
            failed=error.reason,
            next_try_at=now + wait,
        )
        await self._store.write(lambda tx: tx.sources.report(report))
        return report

    def _backoff(self, last: SourceReport | None) -> timedelta:
        """Twice the last wait while it keeps failing, up to six hours."""
        if last is None or last.failed is None or last.next_try_at is None:
            return self._every
        return min(max(2 * (last.next_try_at - last.ended_at), self._every), BACKOFF_MAX)


def _parted(papers: Iterable[Paper], known_through: date | None) -> tuple[list[Paper], list[Paper]]:
    """What may have been posted before a backup was restored, and the news."""
    known, news = list[Paper](), list[Paper]()
    for paper in papers:
        is_known = known_through and paper.date and paper.date <= known_through
        (known if is_known else news).append(paper)
    return known, news


def _is_due(last: SourceReport | None, now: datetime) -> bool:
    return last is None or last.next_try_at is None or last.next_try_at <= now
