"""The verbs that look closely: one paper, its way here, and what many look at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import UserError
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import SavedPaper
from bot.ports.chat import Reply
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.ports.summaries import Summarizer
from bot.services import presenting
from bot.services.calls import Answer, Call
from bot.services.naming import Naming
from bot.services.tracing import trace

TOP_SHOWN = 10
WINDOWS = {"day": 1, "week": 7, "month": 30}
"""Days by name."""


class InsightCommands:
    def __init__(self, store: Store, naming: Naming, summarizer: Summarizer, clock: Clock) -> None:
        self._store = store
        self._naming = naming
        self._summarizer = summarizer
        self._clock = clock

    @property
    def verbs(self) -> Mapping[str, Answer]:
        return {"show": self._show, "why": self._why, "trending": self._trending}

    async def _show(self, call: Call) -> Reply:
        paper, workspace = await self._naming.paper(call), call.channel.ref.workspace
        savers, places = await self._store.read(
            lambda tx: (
                _savers(tx.reading_list.list(workspace)),
                tx.matches.placements(workspace, paper.id),
            )
        )
        card = presenting.card(
            paper,
            summary=self._summarizer.summarize(paper),
            saved_by=savers.get(paper.id),
            dated=True,
            pictures=call.channel.pictures,
        )
        whole = replace(card, buttons=tuple(b for b in card.buttons if b.verb != "abstract"))
        zone = call.channel.schedule.zone
        message = presenting.shown(paper, whole, places, zone=zone, now=self._clock.now())
        return Reply(message=message)

    async def _why(self, call: Call) -> Reply:
        paper, now = await self._naming.paper(call), self._clock.now()
        found = await self._store.read(lambda tx: trace(tx, call.channel, paper, now=now))
        return Reply(message=presenting.traced(found, now=now))

    async def _trending(self, call: Call) -> Reply:
        window = call.text.strip().lower() or "week"
        if window not in WINDOWS:
            raise UserError("Choose day, week or month.", example="/papers trending week")
        start = self._clock.now() - timedelta(days=WINDOWS[window])

        def look(tx: Transaction) -> tuple[list[Paper], list[Paper]]:
            saved = tx.reading_list.list(call.channel.ref.workspace)
            recent = [item.paper for item in saved if item.saved_at >= start]
            return tx.papers.top(since=start.date(), limit=TOP_SHOWN), recent[:TOP_SHOWN]

        votes, saved = await self._store.read(look)
        return Reply(message=presenting.trending(window, votes, saved))


def _savers(items: list[SavedPaper]) -> dict[PaperId, str]:
    return {item.paper.id: item.saved_by.name for item in items}
