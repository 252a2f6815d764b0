"""Work out what papers mean, in the background: a few at a time, those that came last first."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import ModelUnavailable
from bot.domain.meaning import Meaning, Vector
from bot.domain.nearest import asked_text
from bot.domain.papers import Paper
from bot.ports.clock import Clock
from bot.ports.embedding import Embedder
from bot.ports.storage import Store

logger = logging.getLogger(__name__)

AT_ONCE = 8
"""Papers, in a fraction of a second: so long a stop waits, and so much of it a crash loses."""
TRY_AGAIN = timedelta(hours=1)
"""After the model could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    done: int
    remaining: int


class Embedding:
    """Every step stores what it worked out, so it goes on wherever it was interrupted."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._thread = ThreadPoolExecutor(1, "embedding", initializer=_give_way)

    async def step(self) -> int:
        """How many more papers have a vector now; 0 when all have.

        Raises:
            ModelUnavailable: as the embedder.
        """
        model = self._embedder.model
        papers = await self._store.read(lambda tx: tx.vectors.waiting(model, limit=AT_ONCE))
        if not papers:
            return 0
        found = await self._embedded([told(paper) for paper in papers])
        pairs = list(zip(papers, found, strict=True))
        await self._store.write(lambda tx: tx.vectors.put(model, pairs))
        return len(pairs)

    async def progress(self) -> Progress:
        model = self._embedder.model
        papers, done = await self._store.read(
            lambda tx: (tx.papers.count(), tx.vectors.count(model))
        )
        return Progress(done=done, remaining=papers - done)

    async def try_model(self) -> None:
        """Raises `ModelUnavailable` if there is something to mend."""
        await self._embedded(["a paper"])

    async def aclose(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)

    async def _embedded(self, texts: list[str]) -> list[Vector]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._embedder.embed, texts)


class InBackground:
    def __init__(
        self, work: Embedding, clock: Clock, leads: Callable[[], bool], *, busy: asyncio.Lock
    ) -> None:
        """Of several processes the one that `leads` does it, while nobody holds `busy`."""
        self._work = work
        self._clock = clock
        self._leads = leads
        self._busy = busy
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """What a tick does: go on until every paper has its vector."""
        if self._not_before and self._clock.now() < self._not_before:
            return
        try:
            while self._leads() and await self._work.step():
                async with self._busy:
                    pass
        except ModelUnavailable as error:
            self._not_before = self._clock.now() + TRY_AGAIN
            logger.warning("searches go by words alone: %s", error)


class Meanings:
    """What is asked for, as far as a model is at hand and papers have vectors of it."""

    def __init__(self, store: Store, embedder: Embedder | None) -> None:
        self._store = store
        self._embedder = embedder

    async def of(self, text: str) -> Meaning | None:
        """None where a search has to go by words alone."""
        embedder, words = self._embedder, asked_text(text)
        if embedder is None or not words:
            return None
        if not await self._store.read(lambda tx: tx.vectors.count(embedder.model)):
            return None
        try:
            [vector] = await asyncio.to_thread(embedder.embed, [words])
        except ModelUnavailable as error:
            logger.warning("this search goes by words alone: %s", error)
            return None
        return Meaning(model=embedder.model, vector=vector)


def told(paper: Paper) -> str:
    """What of a paper says what it is about, the most telling first."""
    return f"{paper.title}. {paper.abstract}"


def _give_way() -> None:
    """On Linux a thread has a priority of its own: anything else comes before this one."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, 0, 19)
