"""What is known of papers, and of the sources they come from."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.index_queries import IndexQuery
from bot.domain.meaning import Meaning, Vector
from bot.domain.papers import Novelty, Paper, PaperId, PaperKey, Summary
from bot.ports.sources import Cursor, SourceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaper:
    """What storing a paper gave: all that is known of it now, and since when."""

    paper: Paper
    novelty: Novelty
    first_seen_at: datetime
    news_from: frozenset[str] = frozenset()
    """The sources that have announced it."""
    news_at: datetime | None = None
    """When a source last announced it; None for what was only imported or looked up."""
    is_news: bool = False
    """Whether this sighting was such an announcement: the first by its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paper that the text index offers; only the domain says whether it matches."""

    paper: Paper
    score: float
    """Higher is better; comparable within one answer only."""


class PaperRepository(Protocol):
    def store(
        self, papers: Sequence[Paper], *, now: datetime, news: bool = False
    ) -> list[StoredPaper]:
        """Insert or merge by identity, in order. `news` when a source announced them.

        Two known papers that turn out to be one become one: posts, matches
        and saves move to the older.
        """
        ...

    def update(self, papers: Sequence[Paper], *, now: datetime) -> list[StoredPaper]:
        """Merge into papers already known; unknown ones are left out of the answer."""
        ...

    def get(self, paper: PaperId) -> Paper | None: ...

    def find(self, key: PaperKey) -> Paper | None: ...

    def announced_at(self, paper: PaperId) -> datetime | None:
        """When a source last announced it here; None for what was only imported or looked up."""
        ...

    def top(self, *, since: date, limit: int) -> list[Paper]:
        """Papers of that day or later with the most upvotes."""
        ...

    def find_short(self, text: str) -> Paper | None:
        """By id as people type it: full key, short id, arXiv or DOI address."""
        ...

    def candidates(
        self,
        query: IndexQuery,
        *,
        without: IndexQuery | None = None,
        ranked: int = 0,
        newest: bool = False,
    ) -> Iterator[Candidate]:
        """All papers that satisfy the index query and not `without`, read as they are taken.

        At least the `ranked` most promising come first, the best before the rest and newer
        before older where they are equally good (`bot.domain.relevance`); the rest, or all if
        `newest`, are the newest first.
        """
        ...

    def satisfying(self, query: IndexQuery, *, without: IndexQuery | None = None) -> int:
        """How many `candidates` there are."""
        ...

    def having(self, tokens: Collection[str]) -> dict[str, int]:
        """How many papers have each of the index's tokens in title or abstract."""
        ...

    def count(self) -> int: ...


class VectorRepository(Protocol):
    """What papers mean, as far as it was worked out; no longer known when their texts change."""

    def put(self, model: str, found: Sequence[tuple[Paper, Vector]]) -> None:
        """Of papers as they were read; whose text has changed since is left out."""
        ...

    def of(self, paper: PaperId) -> Meaning | None: ...

    def waiting(self, model: str, *, limit: int) -> list[Paper]:
        """Papers without a vector of this model, those that came last first."""
        ...

    def count(self, model: str) -> int:
        """How many papers have one."""
        ...


class SummaryRepository(Protocol):
    """What a language model wrote of papers; no longer known when their texts change."""

    def take(self, day: date, *, per_day: int) -> Paper | None:
        """The paper to ask a model about next, counted as asked; None if the day is used up.

        Of those that wait for a digest and came without a summary: the least often asked about,
        at most three times, and of these those with the most votes first.
        """
        ...

    def put(self, paper: Paper, written: Summary) -> None:
        """What was written of the paper as it was read; left out if its text has changed since."""
        ...

    def asked(self, day: date) -> int:
        """How often a model was asked on that day."""
        ...


class SourceRepository(Protocol):
    def cursor(self, source: str) -> Cursor | None: ...

    def set_cursor(self, source: str, cursor: Cursor) -> None: ...

    def known_through(self) -> date | None:
        """What was announced until then may have been posted before a backup was restored."""
        ...

    def report(self, report: SourceReport) -> None: ...

    def last_reports(self) -> dict[str, SourceReport]:
        """The newest report of each source."""
        ...

    def reports_since(self, moment: datetime) -> list[SourceReport]:
        """Oldest first."""
        ...

    def last_success(self, source: str, *, before: datetime | None = None) -> datetime | None:
        """When it last answered well, at all or before a moment."""
        ...
