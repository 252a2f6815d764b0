"""The verbs that find and show papers: search, preview, similar, share, and what their buttons say."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.domain.channels import SubscriptionId
from bot.domain.deliveries import DigestId
from bot.domain.errors import UserError
from bot.domain.messages import PaperCard
from bot.domain.nearest import read_search
from bot.domain.papers import Paper, arxiv_key, doi_key
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.queries import Query
from bot.domain.ranking import rank
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.chat import Reply
from bot.ports.storage import PendingPaper
from bot.services import presenting
from bot.services.asking_sources import Elsewhere, SourceSearch
from bot.services.calls import Answer, Call
from bot.services.counting import Overview, overview
from bot.services.embedding import Meanings
from bot.services.kit import Kit
from bot.services.list_commands import savers_of
from bot.services.naming import Naming
from bot.services.searching import Found, Matches, exact_matches, newest_matches, similar
from bot.services.subscribing import RECENT_COUNT_MAX, recent_matches

RESULTS_SHOWN = 5
RESULTS_COUNT_MAX = 100
FEW = 3
"""Exact matches in the archive; with fewer the sources are asked as well. Of a title one will do."""
COMMENT_MAX_CHARS = 500
START_MAX_DIGITS = 4
START_MAX = 2_000
_MORE = re.compile(r"(\d{1,9}) (\d{1,9})", re.ASCII)


class PaperCommands:
    def __init__(self, kit: Kit, naming: Naming) -> None:
        self._store = kit.store
        self._clock = kit.clock
        self._summarizer = kit.summarizer
        self._naming = naming
        self._sources = SourceSearch(kit)
        self._meanings = Meanings(kit.store, kit.embedder)

    @property
    def verbs(self) -> Mapping[str, Answer]:
        """`abstract`, `more`, `newest`, `recent` and `results` are what buttons say."""
        return {
            "preview": self._preview,
            "recent": self._recent,
            "search": self._search,
            "results": self._results,
            "newest": self._newest,
            "similar": self._similar,
            "share": self._share,
            "abstract": self._abstract,
            "more": self._more,
        }

    async def _preview(self, call: Call) -> Reply:
        query = parse_subscription(call.text)
        found = await self._ranked(call, query)
        shown = await self._cards(call, found[:RESULTS_SHOWN])
        return Reply(message=presenting.preview(query, shown, count=len(found), whole=found.whole))

    async def _recent(self, call: Call) -> Reply:
        start, text = _page(call.text)
        query = parse_subscription(text)
        found = await self._ranked(call, query)
        return Reply(
            message=presenting.more_results(
                "recent",
                query,
                found,
                start=start,
                count_max=RECENT_COUNT_MAX,
                whole=found.whole,
            )
        )

    async def _ranked(self, call: Call, query: Query) -> Matches:
        """What the last seven days would have posted here, in a digest's order."""
        wanted, today = call.channel.scope.narrow(query), self._today()
        found = await self._store.read(lambda tx: recent_matches(tx, wanted, today=today))
        by_id = {f.paper.id: f for f in found}
        as_pending = (PendingPaper(paper=f.paper, reasons={_NONE: f.reasons}) for f in found)
        found[:] = [by_id[p.paper.id] for p in rank(as_pending)]
        return found

    async def _search(self, call: Call) -> Reply:
        if not call.text:
            raise UserError("Search for what?", example="/papers search title:diffusion last:30d")
        if (paper := await self._named(call.text)) is not None:
            named = Found(paper=paper, score=1.0, exact=True)
            return Reply(message=presenting.found_by_id(await self._cards(call, [named])))
        answer, elsewhere = await self._overview(call.text), Elsewhere()
        as_words = read_search(call.text).as_words
        if answer.matching < (1 if as_words else FEW):
            elsewhere = await self._sources.ask(call.text)
            answer = await self._overview(call.text) if elsewhere.papers else answer
        found, fetched = answer.found, elsewhere.papers
        if not found and not fetched and not await self._store.read(lambda tx: tx.papers.count()):
            return Reply(message=presenting.nothing_collected())
        exact = [f for f in found if f.exact]
        known = {f.paper.id for f in exact}
        others = [*fetched, *(f.paper for f in found if not f.exact)]
        nearest = {p.id: p for p in others if p.id not in known}
        return Reply(
            message=presenting.search_results(
                call.text,
                await self._cards(call, exact[:RESULTS_SHOWN]),
                nearest=list(nearest.values())[: max(RESULTS_SHOWN - len(exact), 0)],
                count=answer.matching,
                count_max=RESULTS_COUNT_MAX,
                answered=elsewhere.answered,
                silent=elsewhere.silent,
                as_words=as_words,
                whole=answer.whole,
            )
        )

    async def _overview(self, text: str) -> Overview:
        today, meaning, limit = self._today(), await self._meanings.of(text), RESULTS_COUNT_MAX + 1
        return await self._store.read(
            lambda tx: overview(
                tx, text, shown=RESULTS_SHOWN, counted_to=limit, today=today, meaning=meaning
            )
        )

    async def _results(self, call: Call) -> Reply:
        return await self._further(call, exact_matches)

    async def _newest(self, call: Call) -> Reply:
        return await self._further(call, newest_matches)

    async def _further(self, call: Call, matches: Callable[..., Matches]) -> Reply:
        start, text = _page(call.text)
        query, today, limit = parse_search(text), self._today(), start + RESULTS_COUNT_MAX + 1
        found = await self._store.read(lambda tx: matches(tx, query, limit=limit, today=today))
        return Reply(
            message=presenting.more_results(
                call.verb, query, found, start=start, count_max=limit - 1, whole=found.whole
            )
        )

    async def _similar(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        found = await self._store.read(lambda tx: similar(tx, paper, limit=RESULTS_SHOWN))
        cards = await self._cards(call, [Found(paper=p, score=0, exact=False) for p in found])
        return Reply(message=presenting.similar_to(paper, cards))

    async def _share(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        if call.channel.personal:
            return Reply(message=presenting.nobody_else(paper))
        [card] = await self._cards(call, [Found(paper=paper, score=0, exact=False)])
        return Reply(
            message=presenting.shared(paper, call.channel),
            notice=presenting.shared_by(call.by, card, comment=await self._comment(call)),
        )

    async def _comment(self, call: Call) -> str:
        """What stands behind the paper, unless the paper is called by its title."""
        name, _, rest = call.text.partition(" ")
        by_title = await self._naming.find(name.strip("<>,;")) is None
        return "" if by_title else " ".join(rest.split())[:COMMENT_MAX_CHARS]

    async def _abstract(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        item = await self._store.read(lambda tx: tx.reading_list.get(call.list, paper.id))
        return Reply(message=presenting.abstract(paper, saved=item is not None))

    async def _more(self, call: Call) -> Reply:
        if not (asked := _MORE.fullmatch(call.text)):
            return Reply(message=presenting.no_more())
        id_, start = DigestId(int(asked[1])), int(asked[2])
        papers = await self._store.read(
            lambda tx: tx.matches.of_digest(call.channel.ref, id_, start=start)
        )
        return Reply(message=presenting.more_papers(papers, digest_id=id_, start=start))

    async def _named(self, text: str) -> Paper | None:
        """The paper of the archive that the text names; None if it is no id, DOI or address.

        Raises:
            UserError: if it is one, and of no paper here.
        """
        typed = text.strip("<>")
        key = arxiv_key(typed) or doi_key(typed)
        if key is None:
            return None
        if known := await self._naming.find(typed):
            return known
        raise UserError(f"I know no paper “{cut(typed, ECHO_MAX_CHARS)}”, nor does arXiv.")

    async def _cards(self, call: Call, found: Sequence[Found]) -> list[PaperCard]:
        savers = await self._store.read(lambda tx: savers_of(tx, call))
        return [
            presenting.card(
                f.paper,
                reasons=f.reasons,
                summary=self._summarizer.summarize(f.paper),
                saved_by=savers.get(f.paper.id),
                dated=True,
                pictures=call.channel.pictures,
                found=True,
            )
            for f in found
        ]

    def _today(self) -> date:
        return self._clock.now().date()


_NONE = SubscriptionId(0)


def _page(text: str) -> tuple[int, str]:
    """`START QUERY` taken apart: how many results were shown before, and of which query."""
    start, _, query = text.partition(" ")
    known = start.isdecimal() and start.isascii() and len(start) <= START_MAX_DIGITS
    return (min(int(start), START_MAX), query) if known else (0, text)
