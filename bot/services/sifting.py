"""What the index offers, as far as a query really means it."""

from collections.abc import Iterable, Iterator
from datetime import date

from bot.domain.channels import Reason
from bot.domain.matching import analyse, explain
from bot.domain.queries import Query
from bot.ports.storage import Candidate

MISSES_MAX = 5_000
"""Papers read in vain; a search that would read more keeps others waiting."""


class Sieve:
    def __init__(self, query: Query, *, today: date) -> None:
        self._query = query
        self._today = today
        self._left = MISSES_MAX

    @property
    def is_full(self) -> bool:
        """Whether so many did not match that no more are looked at."""
        return self._left <= 0

    def sift(
        self, candidates: Iterable[Candidate]
    ) -> Iterator[tuple[Candidate, tuple[Reason, ...]]]:
        """Those that match, and why."""
        for candidate in candidates:
            if self.is_full:
                return
            reasons = explain(self._query, analyse(candidate.paper), today=self._today)
            if reasons is not None:
                yield candidate, reasons
            else:
                self._left -= 1
