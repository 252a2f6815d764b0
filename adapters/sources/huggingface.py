"""Hugging Face Daily Papers: what people featured on each day of its feed."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.sources.clean import TITLE_MAX_CHARS, plain_names, plain_text
from adapters.sources.http import Answer, Manners, PoliteClient, checked_base
from adapters.sources.reading import (
    Readings,
    away_note,
    bare_note,
    day_name,
    joined,
    moment,
    read_entries,
    refuse_web_page,
    unreadable_note,
)
from bot.domain.errors import SourceFormatChanged
from bot.domain.links import code_url, huggingface_url, safe_url
from bot.domain.papers import (
    Listing,
    Paper,
    PaperId,
    PaperKey,
    Summary,
    arxiv_key,
    merge,
    paper_keys,
)
from bot.ports.sources import Cursor, Sweep

NAME = "huggingface"
BASE_URL = "https://huggingface.co"
PAGE_SIZE = 100  # the largest `limit`
PAGES_MAX = 20  # the fullest recorded day has 50 papers
OVERLAP = timedelta(days=7)
FIRST_LOOK = timedelta(days=4)
AWAY_MAX = timedelta(days=60)

# The feed turns to the next day at 21:30 in New York (huggingface/hf-mcp-server, hf-fs-papers.ts).
_NEW_YORK = ZoneInfo("America/New_York")
_TURN = timedelta(hours=2, minutes=30)
_ID = re.compile(r"[\w./-]{1,64}", re.ASCII)


def feed_day(now: datetime) -> date:
    """The feed's own today."""
    return (now.astimezone(_NEW_YORK) + _TURN).date()


class HuggingFace:
    """`PaperSource` over `GET /api/daily_papers?date=...`."""

    name = NAME

    def __init__(self, client: PoliteClient, *, base_url: str = BASE_URL) -> None:
        self._lane = client.lane(NAME, Manners())
        self._url = f"{checked_base(base_url)}/api/daily_papers"

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
            cursor=Cursor(through=through, validators=haul.validators),
            asked=f"days {first} to {today}",
            note=joined(away_note(cursor, first), haul.note(today)),
        )

    async def _read_day(self, day: date, today: date, haul: "_Haul") -> None:
        for number in range(PAGES_MAX):
            url = f"{self._url}?date={day}&limit={PAGE_SIZE}&p={number}"
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
            page = await asyncio.to_thread(parse_daily, answer.body, day, today)
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


def parse_daily(body: bytes, asked: date, today: date) -> Readings[Paper]:
    """The papers of one page; a paper's day is never after `today`.

    Raises:
        SourceFormatChanged, SourceUnavailable: if it is no list of papers.
    """
    refuse_web_page(NAME, body)
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceFormatChanged(NAME, "answers with something that is not JSON") from error
    if not isinstance(entries, list):
        raise SourceFormatChanged(NAME, "answers with something that is not a list of papers")
    return read_entries(NAME, entries, lambda entry: _paper(entry, asked, today), _name)


def _paper(entry: Any, asked: date, today: date) -> Paper:
    """One entry. All but id and title may be missing: most fields came over the years."""
    facts = _Facts(entry)
    source_id, title = facts.text("id"), plain_text(facts.text("title"), limit=TITLE_MAX_CHARS)
    if not _ID.fullmatch(source_id) or not title:
        raise ValueError("no id or no title")
    authors = plain_names(facts.authors())
    key = arxiv_key(source_id) or PaperKey(f"{NAME}:{source_id}")
    keys = paper_keys(key, title=title, authors=authors)
    featured = moment(facts.get("submittedOnDailyAt"))
    url = huggingface_url(source_id)
    summary = plain_text(facts.text("ai_summary"))
    return Paper(
        id=PaperId(keys[0]),
        keys=keys,
        title=title,
        abstract=plain_text(facts.text("summary")),
        authors=authors,
        organization=facts.organization(),
        published=moment(facts.get("publishedAt")),
        upvotes=facts.number("upvotes"),
        comments=facts.number("numComments"),
        stars=facts.number("githubStars"),
        code_url=code_url(facts.text("githubRepo")),
        project_url=safe_url(facts.text("projectPage")),
        thumbnail_url=safe_url(facts.text("thumbnail")),
        summary=Summary(text=summary, maker="Hugging Face") if summary else None,
        listings=(
            Listing(
                source=NAME,
                source_id=source_id,
                announced=min(featured.date() if featured else asked, today),
                url=url,
            ),
        ),
    )


class _Facts:
    """An entry's fields, wherever they sit: in its `paper`, else beside it."""

    def __init__(self, entry: Any) -> None:
        if not isinstance(entry, dict):
            raise ValueError("not an object")  # noqa: TRY004 -- what `read_entries` collects
        inner = entry.get("paper", entry)
        self._where = [x for x in (inner, entry) if isinstance(x, dict)]

    def get(self, name: str) -> Any:
        return next((x[name] for x in self._where if x.get(name) is not None), None)

    def text(self, name: str) -> str:
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        value = self.get(name)
        known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
        return value if known else None

    def authors(self) -> list[str]:
        """Without those marked hidden: slips of the extraction, or people who asked for it."""
        authors = self.get("authors")
        known = [x for x in authors if isinstance(x, dict)] if isinstance(authors, list) else []
        names = [x.get("name") for x in known if x.get("hidden") is not True]
        return [name for name in names if isinstance(name, str)]

    def organization(self) -> str | None:
        value = self.get("organization")
        names = [value.get("fullname"), value.get("name")] if isinstance(value, dict) else [value]
        return next(iter(plain_names(x for x in names if isinstance(x, str))), None)


def _name(entry: Any) -> str:
    """How the note calls an entry that cannot be read."""
    inner = entry.get("paper", entry) if isinstance(entry, dict) else {}
    source_id = inner.get("id") if isinstance(inner, dict) else None
    known = isinstance(source_id, str) and _ID.fullmatch(source_id)
    return str(source_id) if known else "a paper without an id"


def _first_day(cursor: Cursor | None, today: date) -> date:
    if cursor is None:
        return today - FIRST_LOOK + timedelta(days=1)
    return max(min(cursor.through, today) - OVERLAP, today - AWAY_MAX)
