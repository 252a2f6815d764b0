"""Have summaries written of papers that wait for a digest, as far as the day's budget goes.

A digest never waits for them: it shows what there is when its time has come.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.domain.errors import SourceUnavailable
from bot.domain.papers import Paper, PaperId
from bot.ports.clock import Clock
from bot.ports.storage import Store
from bot.ports.summaries import SummaryWriter

logger = logging.getLogger(__name__)

AT_ONCE = 5
"""Papers a tick: with a slow model they take minutes, and a tick that takes too long is cut off."""
TRY_AGAIN = timedelta(hours=1)
"""After two failures in a row, unless the service says when."""
KNOWN = Paper(
    id=PaperId("arxiv:1706.03762"),
    keys=(),
    title="Attention Is All You Need",
    abstract="We drop recurrence and build a translation model from attention alone. It trains"
    " faster than what came before and translates English into German better.",
)
"""To try a model with."""


class SummaryWriting:
    def __init__(
        self,
        store: Store,
        writer: SummaryWriter,
        clock: Clock,
        leads: Callable[[], bool],
        *,
        per_day: int,
    ) -> None:
        """Of several processes the one that `leads` does it; a day is one in UTC."""
        self._store = store
        self._writer = writer
        self._clock = clock
        self._leads = leads
        self._per_day = per_day
        self._not_before: datetime | None = None
        self._failed = False

    async def run(self) -> None:
        """What a tick does."""
        for _ in range(AT_ONCE):
            early = self._not_before and self._clock.now() < self._not_before
            if early or not (self._leads() and await self._step()):
                return

    async def try_model(self) -> bool:
        """Whether it writes something fit; raises `SourceUnavailable` if there is something to mend."""
        return await self._writer.write(KNOWN) is not None

    async def asked_today(self) -> int:
        return await self._store.read(lambda tx: tx.summaries.asked(self._today()))

    async def _step(self) -> bool:
        """Whether there was a paper to ask about, which is counted before it is asked about."""
        day = self._today()
        paper = await self._store.write(lambda tx: tx.summaries.take(day, per_day=self._per_day))
        if paper is None:
            return False
        try:
            written = await self._writer.write(paper)
        except SourceUnavailable as error:
            self._pause(error)
            return True
        self._failed = False
        if written is None:
            logger.info("what the language model wrote of %s is not fit to be shown", paper.id)
            return True
        await self._store.write(lambda tx: tx.summaries.put(paper, written))
        return True

    def _pause(self, error: SourceUnavailable) -> None:
        """One failure may be the paper's; the second in a row is the service's."""
        if self._failed or error.retry_after:
            self._not_before = self._clock.now() + (error.retry_after or TRY_AGAIN)
            logger.warning("summaries are sentences of the abstract meanwhile: %s", error)
        self._failed = not self._failed

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()
