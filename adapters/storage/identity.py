"""Which known paper each sighting is, decided in memory for a whole batch.

The rule is `bot.domain.papers.same_paper`; this keeps the books: who owns
which key, what is new, what changed, which two turned out to be one.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.papers import Novelty, Paper, PaperKey, merge, same_paper, strength
from bot.ports.storage import StoredPaper


@dataclass(slots=True, kw_only=True)
class Ledger:
    owners: dict[PaperKey, int]
    """The row behind every key of the batch that is known."""
    known: dict[int, StoredPaper]
    """Those rows, as of the last sighting."""
    next_row: int
    new: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    reworded: set[int] = field(default_factory=set)
    """Changed in what the text index holds."""
    claimed: list[PaperKey] = field(default_factory=list)
    """Keys that had no owner before."""
    joined: dict[int, int] = field(default_factory=dict)
    """Rows that turned out to be another, older one."""

    def knows(self, paper: Paper) -> bool:
        return bool(self._same(paper))

    def see(self, paper: Paper, *, now: datetime, news: bool = False) -> StoredPaper:
        """Enter a sighting, which may be a source's announcement."""
        rows = self._same(paper)
        row = self._merge(rows, paper) if rows else self._insert(paper, now)
        self._claim(paper, row)
        if news and not self.known[row].news_from.issuperset(paper.sources):
            self._announce(row, paper, now)
        return self.known[row]

    def survivor(self, row: int) -> int:
        while row in self.joined:
            row = self.joined[row]
        return row

    def _same(self, paper: Paper) -> list[int]:
        """All rows that are this paper; the keys of one may keep the next one out."""
        keys, rows = set(paper.keys), list[int]()
        for key in sorted(paper.keys, key=strength):
            if key not in self.owners or (row := self.survivor(self.owners[key])) in rows:
                continue
            theirs = self.known[row].paper.keys
            if same_paper(keys, theirs):
                rows.append(row)
                keys.update(theirs)
        return rows

    def _merge(self, rows: list[int], paper: Paper) -> int:
        """Into the oldest of the rows, which takes in the others."""
        oldest, *others = sorted(rows, key=lambda r: (self.known[r].first_seen_at, r))
        before = after = self.known[oldest].paper
        news = [self.known[row] for row in rows]
        for other in others:
            after = merge(after, self.known[other].paper)
            self.joined[other] = oldest
        after = merge(after, paper)
        if _texts(after) != _texts(before):
            self.reworded.add(oldest)
        if changed := bool(others) or after != before:
            self.changed.add(oldest)
        self.known[oldest] = StoredPaper(
            paper=after,
            novelty=Novelty.UPDATED if changed else Novelty.UNCHANGED,
            first_seen_at=self.known[oldest].first_seen_at,
            news_from=frozenset().union(*(s.news_from for s in news)),
            news_at=max((s.news_at for s in news if s.news_at), default=None),
            is_news=any(s.is_news for s in news),
        )
        return oldest

    def _insert(self, paper: Paper, now: datetime) -> int:
        row, self.next_row = self.next_row, self.next_row + 1
        self.known[row] = StoredPaper(paper=paper, novelty=Novelty.NEW, first_seen_at=now)
        self.new.add(row)
        return row

    def _announce(self, row: int, paper: Paper, now: datetime) -> None:
        stored = self.known[row]
        self.known[row] = replace(
            stored, news_from=stored.news_from.union(paper.sources), news_at=now, is_news=True
        )
        self.changed.add(row)

    def _claim(self, paper: Paper, row: int) -> None:
        for key in (PaperKey(paper.id), *paper.keys):
            if key not in self.owners:
                self.owners[key] = row
                self.claimed.append(key)


def _texts(paper: Paper) -> tuple[object, ...]:
    """All that `index_columns` looks at."""
    return (
        paper.title,
        paper.abstract,
        paper.authors,
        paper.organization,
        paper.venue,
        paper.categories,
        paper.sources,
    )
