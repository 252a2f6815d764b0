"""The arXiv: its daily announcement, and its query API for the days that were missed.

The announcement is the only place that says new, cross-listed or replaced;
one request serves all subscriptions.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from adapters.sources.arxiv_api import QueryApi
from adapters.sources.arxiv_feeds import (
    EASTERN,
    NAME,
    Announcement,
    ResultPage,
    parse_announcement,
    refusal,
)
from adapters.sources.http import Manners, PoliteClient
from adapters.sources.reading import away_note, bare_note, day_name, joined, unreadable_note
from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.domain.papers import Paper, PaperId, PaperKey, merge
from bot.ports.sources import Cursor, Sweep

RSS_URL = "https://rss.arxiv.org"
API_URL = "https://export.arxiv.org/api/query"
MIN_INTERVAL_S = 3.0  # for all its hosts together: arxiv-docs, source/help/api/tou.md
BACK_OFF = timedelta(minutes=30)  # its 429s last for hours: lukasschwab/arxiv.py issue 203

OVERLAP = timedelta(days=7)  # moderation holds papers back for days after their submission
FIRST_LOOK = timedelta(days=4)
AWAY_MAX = timedelta(days=60)

_CATEGORY = re.compile(r"([A-Za-z-]{2,20})(?:\.([A-Za-z-]{2,20}|\*))?")
_BAD_ARCHIVE = re.compile(r"Bad archive '([^']+)'")
_BAD_SUBJECT = re.compile(r"Bad subject class '([^']+)'.*?archive '([^']+)'")


@dataclass(slots=True)
class _Visit:
    """What the feed was asked for; `feed` is None when it has not changed."""

    names: list[str]
    unknown: list[str] = field(default_factory=list)
    feed: Announcement | None = None
    validators: dict[str, str] = field(default_factory=dict)


class ArXiv:
    """`PaperSource`, `PaperLookup` and `PaperSearch`; `categories` are asked for whoever subscribed."""

    name = NAME

    def __init__(
        self,
        client: PoliteClient,
        *,
        rss_url: str = RSS_URL,
        api_url: str = API_URL,
        categories: Iterable[str] = (),
        min_interval_s: float = MIN_INTERVAL_S,
    ) -> None:
        interval = timedelta(seconds=min_interval_s)
        self._lane = client.lane(NAME, Manners(interval=interval, back_off=BACK_OFF))
        self._rss_url = rss_url
        self._api = QueryApi(self._lane, api_url)
        self._categories = frozenset(categories)

    async def sweep(
        self, cursor: Cursor | None, *, now: datetime, categories: frozenset[str]
    ) -> Sweep:
        today = now.astimezone(EASTERN).date()
        still = cursor or Cursor(through=announcement_before(today))
        names = feed_names(self._categories | categories)
        if not names:
            note = "no category of arXiv is set, and none subscribed to"
            return Sweep(papers=(), cursor=still, asked="nothing", note=note)
        visit = await self._visit(names, cursor)
        asked = f"feed of {', '.join(visit.names)}"
        if visit.feed is None:
            note = "nothing changed since the last visit"
            return Sweep(papers=(), cursor=still, asked=asked, note=note)
        if visit.feed.day > today + timedelta(days=1):
            raise SourceFormatChanged(NAME, f"dates its daily feed {visit.feed.day}")
        since = first_missed(cursor, visit.feed, today)
        asked += f" for {visit.feed.day}" + (f", submissions since {since}" if since else "")
        try:
            missed = await self._api.submitted(visit.names, since, now.date()) if since else []
        except SourceUnavailable as error:
            if not visit.feed.new:
                raise
            return _swept_today_only(visit.feed, cursor, asked, f"from {since} on: {error.reason}")
        return _swept(visit, visit.feed, missed, cursor, asked, away_note(cursor, since))

    async def lookup(self, keys: tuple[PaperKey, ...]) -> tuple[Paper, ...]:
        """Papers by arXiv id; keys of other kinds are nobody's here."""
        ids = [key.partition(":")[2] for key in keys if key.startswith("arxiv:")]
        return await self._api.by_id(ids)

    async def search(self, words: str, *, limit: int) -> tuple[Paper, ...]:
        """Papers of all years and categories; none has a day of announcement."""
        return await self._api.with_words(words, limit)

    async def _visit(self, names: list[str], cursor: Cursor | None) -> _Visit:
        """Read the feed. One unknown category spoils it for all, so such are left out."""
        visit = _Visit(names)
        while visit.names:
            url = f"{self._rss_url}/rss/{'+'.join(visit.names)}"
            known = cursor.validators.get(url) if cursor else None
            answer = await self._lane.get(url, validator=known)
            if answer.status != 400:
                visit.validators = {url: answer.validator} if answer.validator else {}
                if answer.status == 200:
                    visit.feed = await asyncio.to_thread(parse_announcement, answer.body)
                return visit
            _leave_out_blamed(visit, refusal(answer.body))
        raise SourceUnavailable(NAME, f"knows no category {', '.join(visit.unknown)}")


def feed_names(categories: Iterable[str]) -> list[str]:
    """Category names as arXiv writes them: `cs.CL`, `cond-mat.soft`, `cs` for `cs.*`.

    They come from people's queries; what cannot be a category is left out.
    """
    names = set()
    for found in filter(None, (_CATEGORY.fullmatch(x.strip()) for x in categories)):
        archive, subject = found[1].lower(), found[2]
        if subject in (None, "*"):
            names.add(archive)
        else:  # two letters are upper case everywhere, longer names lower
            names.add(f"{archive}.{subject.upper() if len(subject) == 2 else subject.lower()}")
    return sorted(names)


def announcement_after(day: date) -> date:
    """The next weekday: papers are announced in the evenings of Sunday to Thursday."""
    return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))


def announcement_before(day: date) -> date:
    return day - timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


def first_missed(cursor: Cursor | None, feed: Announcement, today: date) -> date | None:
    """From which day of submission to ask the query API, or None if the feed says it all."""
    if cursor is None:
        return None if feed.size and not feed.cut else today - FIRST_LOOK
    if announcement_after(cursor.through) < feed.day:
        return max(cursor.through - OVERLAP, today - AWAY_MAX)
    return feed.day - OVERLAP if feed.cut and cursor.through < feed.day else None


def _leave_out_blamed(visit: _Visit, said: str) -> None:
    """The feed names the first category that it does not know (arxiv-feed, feed/fetch_data.py)."""
    archive, subject = _BAD_ARCHIVE.search(said), _BAD_SUBJECT.search(said)
    if archive:
        blamed = [x for x in visit.names if x.split(".")[0] == archive[1].lower()]
    elif subject:
        blamed = [x for x in visit.names if x.lower() == f"{subject[2]}.{subject[1]}".lower()]
    else:
        blamed = []
    if not blamed:
        raise SourceUnavailable(NAME, f"refuses the categories: {said}")
    visit.unknown += blamed
    visit.names = [name for name in visit.names if name not in blamed]


def _swept(
    visit: _Visit,
    feed: Announcement,
    missed: Sequence[ResultPage],
    cursor: Cursor | None,
    asked: str,
    away: str | None,
) -> Sweep:
    """The announcement together with what was announced between it and the cursor."""
    papers: dict[PaperId, Paper] = {}
    for paper in (*(x for page in missed for x in page.papers), *feed.new):
        before = papers.get(paper.id)
        papers[paper.id] = merge(before, paper) if before else paper
    through = feed.day if feed.size else announcement_before(feed.day)
    unknown = f"knows no category {', '.join(visit.unknown)}" if visit.unknown else None
    unreadable = unreadable_note((*feed.unreadable, *(x for p in missed for x in p.unreadable)))
    bare = bare_note(tuple(papers.values()))
    return Sweep(
        papers=tuple(papers.values()),
        updates=tuple(paper for paper in feed.updates if paper.id not in papers),
        cursor=Cursor(
            through=max(through, cursor.through) if cursor else through,
            # An empty feed is small and says why it is empty: read it again each time.
            validators=visit.validators if feed.size else {},
        ),
        asked=asked,
        note=joined(_empty_note(feed), away, unknown, unreadable, bare),
    )


def _swept_today_only(feed: Announcement, cursor: Cursor | None, asked: str, missing: str) -> Sweep:
    """The announcement alone: the cursor stays, so that the next sweep asks for the rest again."""
    return Sweep(
        papers=feed.new,
        updates=feed.updates,
        cursor=cursor or Cursor(through=announcement_before(feed.day)),
        asked=asked,
        note=f"earlier days are still missing, {missing}",
    )


def _empty_note(feed: Announcement) -> str | None:
    if feed.size:
        return None
    if feed.skipped:
        return f"no announcement on {feed.day:%A}"
    return f"no announcement on {day_name(feed.day)}: a holiday, or it is late"
