"""The verbs that show and keep papers: search, preview, save, and what their buttons say."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.channels import WorkspaceId
from bot.domain.deliveries import DigestId
from bot.domain.errors import UserError
from bot.domain.messages import PaperCard
from bot.domain.papers import Paper, PaperId, arxiv_key, doi_key
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.chat import Reply
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.ports.summaries import Summarizer
from bot.services import presenting
from bot.services.calls import Answer, Call
from bot.services.naming import Naming
from bot.services.saving import Saver, read_save, with_words
from bot.services.searching import Found, exact_matches, search
from bot.services.subscribing import RECENT_COUNT_MAX, recent_matches

RESULTS_SHOWN = 5
RESULTS_COUNT_MAX = 100
START_MAX_DIGITS = 6
_MORE = re.compile(r"(\d{1,9}) (\d{1,9})", re.ASCII)


class PaperCommands:
    def __init__(
        self, store: Store, saver: Saver, naming: Naming, summarizer: Summarizer, clock: Clock
    ) -> None:
        self._store = store
        self._saver = saver
        self._naming = naming
        self._summarizer = summarizer
        self._clock = clock

    @property
    def verbs(self) -> Mapping[str, Answer]:
        """`abstract`, `more`, `recent` and `results` are what buttons say; people can type them."""
        return {
            "preview": self._preview,
            "recent": self._recent,
            "search": self._search,
            "results": self._results,
            "save": self._save,
            "unsave": self._unsave,
            "saved": self._saved,
            "abstract": self._abstract,
            "more": self._more,
        }

    async def _preview(self, call: Call) -> Reply:
        query, today = parse_subscription(call.text), self._today()
        found = await self._store.read(lambda tx: recent_matches(tx, query, today=today))
        shown = await self._cards(call, found[:RESULTS_SHOWN])
        return Reply(message=presenting.preview(query, shown, count=len(found)))

    async def _search(self, call: Call) -> Reply:
        if (paper := await self._named(call.text)) is not None:
            named = Found(paper=paper, score=1.0, exact=True)
            return Reply(message=presenting.found_by_id(await self._cards(call, [named])))
        today, limit = self._today(), RESULTS_COUNT_MAX + 1
        found = await self._store.read(
            lambda tx: search(tx, call.text, limit=limit, today=today, filled_up_to=RESULTS_SHOWN)
        )
        if not found and not await self._store.read(lambda tx: tx.papers.count()):
            return Reply(message=presenting.nothing_collected())
        exact = [f for f in found if f.exact]
        nearest = [f.paper for f in found if not f.exact]
        return Reply(
            message=presenting.search_results(
                call.text,
                await self._cards(call, exact[:RESULTS_SHOWN]),
                nearest=nearest[: max(RESULTS_SHOWN - len(exact), 0)],
                count=len(exact),
                count_max=RESULTS_COUNT_MAX,
            )
        )

    async def _results(self, call: Call) -> Reply:
        start, text = _page(call.text)
        query, today, limit = parse_search(text), self._today(), start + RESULTS_COUNT_MAX + 1
        found = await self._store.read(
            lambda tx: exact_matches(tx, query, limit=limit, today=today)
        )
        return Reply(
            message=presenting.more_results(
                "results", query, found, start=start, count_max=RESULTS_COUNT_MAX
            )
        )

    async def _recent(self, call: Call) -> Reply:
        start, text = _page(call.text)
        query, today = parse_subscription(text), self._today()
        found = await self._store.read(lambda tx: recent_matches(tx, query, today=today))
        return Reply(
            message=presenting.more_results(
                "recent", query, found, start=start, count_max=RECENT_COUNT_MAX
            )
        )

    async def _save(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        workspace, by = call.channel.ref.workspace, call.call.user
        saved, added = await self._saver.save(workspace, paper, read_save(call.text), by=by)
        return Reply(message=presenting.saved(saved, added=added))

    async def _unsave(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        gone = await self._saver.remove(call.channel.ref.workspace, paper)
        return Reply(message=presenting.removed(gone) if gone else presenting.not_saved(paper))

    async def _saved(self, call: Call) -> Reply:
        items = await self._saver.saved(call.channel.ref.workspace)
        message = presenting.saved_list(
            with_words(items, call.text),
            count=len(items),
            words=call.text,
            example=await self._naming.example(),
            zone=call.channel.schedule.zone,
            now=self._clock.now(),
        )
        return Reply(message=message)

    async def _abstract(self, call: Call) -> Reply:
        paper = await self._naming.paper(call)
        saved = await self._store.read(lambda tx: _savers(tx, call.channel.ref.workspace))
        return Reply(message=presenting.abstract(paper, saved=paper.id in saved))

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
        if known := await self._store.read(lambda tx: tx.papers.find_short(typed)):
            return known
        asks = f" `/papers save {key.partition(':')[2]}` asks arXiv for it."
        reason = f"The archive has no paper {cut(typed, ECHO_MAX_CHARS)}."
        raise UserError(reason + (asks if key.startswith("arxiv:") else ""))

    async def _cards(self, call: Call, found: Sequence[Found]) -> list[PaperCard]:
        workspace = call.channel.ref.workspace
        savers = await self._store.read(lambda tx: _savers(tx, workspace))
        return [
            presenting.card(
                f.paper,
                reasons=f.reasons,
                summary=self._summarizer.summarize(f.paper),
                saved_by=savers.get(f.paper.id),
                dated=True,
                pictures=call.channel.pictures,
            )
            for f in found
        ]

    def _today(self) -> date:
        return self._clock.now().date()


def _savers(tx: Transaction, workspace: WorkspaceId) -> dict[PaperId, str]:
    """Who saved what."""
    return {saved.paper.id: saved.saved_by.name for saved in tx.reading_list.list(workspace)}


def _page(text: str) -> tuple[int, str]:
    """`START QUERY` taken apart: how many results were shown before, and of which query."""
    start, _, query = text.partition(" ")
    known = start.isdecimal() and len(start) <= START_MAX_DIGITS
    return (int(start), query) if known else (0, text)
