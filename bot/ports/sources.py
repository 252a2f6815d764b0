"""Places that list papers, and what a visit to one gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.domain.papers import Paper, PaperKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a source has been swept, kept by the archive between sweeps.

    `through` is the last of the source's own days that was read whole.
    `validators` are ETags and Last-Modified times by address: stored with the
    papers they stand for, so that "not modified" never hides an unstored paper.
    """

    through: date
    validators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A full and consistent answer of a source: all or nothing."""

    papers: tuple[Paper, ...]
    """Announced as new (or cross-listed) in the swept days."""
    updates: tuple[Paper, ...] = ()
    """New versions of papers, and their votes; they change known papers and are never news."""
    cursor: Cursor
    asked: str
    """What was asked, for the report: `days 2026-07-10 to 2026-07-13`."""
    note: str | None = None
    """Why a right answer holds no papers: `no announcement on Saturday`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One visit to one source, as `status` and empty days tell it."""

    source: str
    started_at: datetime
    ended_at: datetime
    asked: str = ""
    got: int = 0
    new: int = 0
    updated: int = 0
    note: str | None = None
    failed: str | None = None
    """Why it failed, in words; None when it did not."""
    next_try_at: datetime | None = None


class PaperSource(Protocol):
    name: str
    """Short and stable: `huggingface`, `arxiv`; `source:` in queries means this."""

    async def sweep(
        self, cursor: Cursor | None, *, now: datetime, categories: frozenset[str]
    ) -> Sweep:
        """All papers since the cursor, with seven days of overlap; without one, the last days.

        Raises:
            SourceUnavailable: no usable answer; `retry_after` when the source said so.
            SourceFormatChanged: an answer that cannot be read; never an empty sweep instead.
        """
        ...


class PaperLookup(Protocol):
    async def lookup(self, keys: tuple[PaperKey, ...]) -> tuple[Paper, ...]:
        """The papers behind these keys; unknown ones are missing from the answer.

        Raises:
            SourceError: as for `sweep`.
        """
        ...


class PaperSearch(Protocol):
    name: str
    """As `PaperSource.name`."""

    async def search(self, words: str, *, limit: int) -> tuple[Paper, ...]:
        """Papers that the source's own search finds for plain words, best first.

        Raises:
            SourceError: as for `sweep`.
        """
        ...
