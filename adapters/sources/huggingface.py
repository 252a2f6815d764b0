"""Hugging Face Daily Papers: what people featured on each day of its feed, and its search."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from adapters.sources.asking import best, question
from adapters.sources.http import Answer, Manners, PoliteClient
from adapters.sources.huggingface_papers import NAME, parse_papers
from adapters.sources.reading import (
    Readings,
    away_note,
    bare_note,
    day_name,
    joined,
    unreadable_note,
)
from bot.domain.errors import SourceError, SourceFormatChanged, SourceUnavailable
from bot.domain.papers import Paper, PaperId, merge
from bot.ports.sources import Cursor, Sweep

logger = logging.getLogger(__name__)

BASE_URL = "https://huggingface.co"
PAGE_SIZE = 100  # the largest `limit`
PAGES_MAX = 20  # the fullest recorded day has 50 papers
FOUND_MAX = 120  # the largest `limit` of its search (peers.md e)
OVERLAP = timedelta(days=7)
VOTED_ON = timedelta(days=14)
"""So long a paper's votes are followed; those before the overlap once a day."""
FIRST_LOOK = timedelta(days=4)
AWAY_MAX = timedelta(days=60)

# The feed turns to the next day at 21:30 in New York (huggingface/hf-mcp-server, hf-fs-papers.ts).
_NEW_YORK = ZoneInfo("America/New_York")
_TURN = timedelta(hours=2, minutes=30)


def feed_day(now: datetime) -> date:
    """The feed's own today."""
    return (now.astimezone(_NEW_YORK) + _TURN).date()


class HuggingFace:
    """`PaperSource` over `GET /api/daily_papers`, `PaperSearch` over `GET /api/papers/search`."""

    name = NAME

    def __init__(self, client: PoliteClient, *, base_url: str = BASE_URL) -> None:
        self._clock = client.clock
        self._lane = client.lane(NAME, Manners())
        self._api_url = f"{base_url}/api"

    async def sweep(
        self,
        cursor: Cursor | None,
        *,
        now: datetime,
        categories: frozenset[str],
    ) -> Sweep:
        today = feed_day(now)
        first = _first_day(cursor, today)
        haul = _Haul(known=dict(cursor.validators) if cursor else {})
        for offset in range((today - first).days + 1):
            await self._read_day(first + timedelta(days=offset), today, haul)
        # Today is not over: it is read again until it is.
        through = max(today - timedelta(days=1), cursor.through if cursor else date.min)
        return Sweep(
            papers=tuple(haul.papers.values()),
            updates=await self._voted_on(cursor, first, today),
            cursor=Cursor(through=through, validators=haul.validators),
            asked=f"days {first} to {today}",
            note=joined(away_note(cursor, first), haul.note(today)),
        )

    async def _voted_on(self, cursor: Cursor | None, first: date, today: date) -> tuple[Paper, ...]:
        """The papers of the days before `first` with their votes, in the first sweep of a day.

        They are no news, and whatever keeps them away keeps no news away.
        """
        if cursor is None or cursor.through >= today - timedelta(days=1):
            return ()
        votes, day = _Haul(known={}), today - VOTED_ON
        try:
            while day < first:
                await self._read_day(day, today, votes)
                day += timedelta(days=1)
        except SourceError as error:
            logger.warning("the votes of older papers could not be read: %s", error.reason)
        return tuple(votes.papers.values())

    async def search(self, words: str, *, limit: int) -> tuple[Paper, ...]:
        """Papers with a page there, featured once or never; those never featured have no day."""
        if not (asked := question(words)) or limit < 1:
            return ()
        params = urlencode({"q": asked, "limit": min(limit, FOUND_MAX)})
        answer = await self._lane.ask(f"{self._api_url}/papers/search?{params}")
        if answer.status != 200:
            raise SourceUnavailable(NAME, "refuses the question")
        today = feed_day(self._clock.now())
        found = await asyncio.to_thread(parse_papers, answer.body, None, today)
        return best(found.read, limit)

    async def _read_day(self, day: date, today: date, haul: "_Haul") -> None:
        for number in range(PAGES_MAX):
            url = f"{self._api_url}/daily_papers?date={day}&limit={PAGE_SIZE}&p={number}"
            answer = await self._lane.get(url, validator=haul.known.get(url))
            if not await self._goes_on(answer, day, today, haul):
                haul.empty += [] if number else [day]
                return
            # Kept for first pages that hold papers only: "not modified" must not hide whether
            # there is more, and a server that knows no `p` gives every page the same one.
            if answer.validator and number == 0:
                haul.validators[url] = answer.validator
        raise SourceFormatChanged(NAME, f"lists more than {PAGES_MAX} pages for {day}")

    async def _goes_on(self, answer: Answer, day: date, today: date, haul: "_Haul") -> bool:
        """Whether a further page may follow.

        A page without news ends the day: it is empty, or the server knows no `p`.
        """
        if answer.status == 304:
            return True
        if answer.status == 200:
            page = await asyncio.to_thread(parse_papers, answer.body, day, today)
            return haul.add(day, page)
        if day != today:  # today may not have begun by its clock
            raise SourceFormatChanged(NAME, f"refuses to list the papers of {day}")
        return False


@dataclass(slots=True)
class _Haul:
    """What a sweep has gathered so far."""

    known: dict[str, str]
    papers: dict[PaperId, Paper] = field(default_factory=dict)
    days: dict[date, set[PaperId]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    empty: list[date] = field(default_factory=list)
    validators: dict[str, str] = field(default_factory=dict)

    def add(self, day: date, page: Readings[Paper]) -> bool:
        """Whether the page listed anything that this day's earlier pages did not."""
        self.unreadable += page.unreadable
        seen = self.days.setdefault(day, set())
        fresh = [paper for paper in page.read if paper.id not in seen]
        for paper in fresh:
            seen.add(paper.id)
            before = self.papers.get(paper.id)
            self.papers[paper.id] = merge(before, paper) if before else paper
        return bool(fresh)

    def note(self, today: date) -> str | None:
        unchanged = bool(self.validators) and not self.papers
        missing = [day for day in self.empty if day.weekday() < 5 and day < today]
        yet = "yet " if today.weekday() < 5 else ""
        return joined(
            "nothing changed since the last visit" if unchanged else None,
            f"no papers {yet}on {day_name(today)}" if today in self.empty else None,
            f"no papers on {', '.join(map(day_name, missing))}" if missing else None,
            unreadable_note(self.unreadable),
            bare_note(tuple(self.papers.values())),
        )


def _first_day(cursor: Cursor | None, today: date) -> date:
    if cursor is None:
        return today - FIRST_LOOK + timedelta(days=1)
    return max(min(cursor.through, today) - OVERLAP, today - AWAY_MAX)
