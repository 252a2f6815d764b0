"""The sources' own search, for when the archive knows too little."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import QuerySyntaxError, SourceError
from bot.domain.papers import Paper
from bot.domain.parsing import parse_search
from bot.domain.queries import Words, signed_leaves
from bot.domain.text import words
from bot.ports.sources import PaperSearch
from bot.services.kit import Kit

logger = logging.getLogger(__name__)

PATIENCE_S = 8.0
"""For somebody who waits for the answer; whoever has not answered by then is left out."""
LIMIT = 10
WORDS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What the sources' search gave, by the names of those that answered and those that did not."""

    answered: Sequence[str] = ()
    silent: Sequence[str] = ()
    papers: Sequence[Paper] = ()
    """They are in the archive now, but never posted: no source has announced them."""


class SourceSearch:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def ask(self, text: str) -> Elsewhere:
        asked, searches = " ".join(_words(text)[:WORDS_MAX]), self._kit.searches
        if not asked:
            return Elsewhere()
        answers = await asyncio.gather(*(_asked(search, asked) for search in searches))
        given = {s.name: papers for s, papers in zip(searches, answers, strict=True)}
        found = [paper for papers in given.values() for paper in papers or ()]
        return Elsewhere(
            answered=[name for name, papers in given.items() if papers is not None],
            silent=[name for name, papers in given.items() if papers is None],
            papers=await self._kept(found),
        )

    async def _kept(self, papers: list[Paper]) -> list[Paper]:
        if not papers:
            return []
        now = self._kit.clock.now()
        stored = await self._kit.store.write(lambda tx: tx.papers.store(papers, now=now))
        return list({item.paper.id: item.paper for item in stored}.values())


async def _asked(search: PaperSearch, asked: str) -> tuple[Paper, ...] | None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await search.search(asked, limit=LIMIT)
    except (SourceError, TimeoutError) as error:
        logger.info("the search of %s gave nothing: %r", search.name, error)
    except Exception:  # somebody waits for what the others found
        logger.exception("the search of %s failed unexpectedly", search.name)
    return None


def _words(text: str) -> list[str]:
    """The plain words that are wanted, in any field; of a text that is no query, all."""
    try:
        leaves = list(signed_leaves(parse_search(text).root))
    except QuerySyntaxError:
        return list(words(text))
    wanted = (leaf for leaf, is_wanted in leaves if is_wanted and isinstance(leaf, Words))
    return [word for leaf in wanted for word in words(leaf.text.partition(":")[2] or leaf.text)]
