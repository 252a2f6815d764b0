from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, func, insert, select, update

from adapters.storage.identity import Ledger
from adapters.storage.joins import join_rows
from adapters.storage.paper_rows import load_papers, load_rows, paper_of, paper_values, rows_of
from adapters.storage.summaries import SqlSummaries
from adapters.storage.tables import aliases, papers
from adapters.storage.text_index import TextIndex
from adapters.storage.vectors import SignsInMemory, SqlVectors
from bot.domain.index_queries import IndexQuery
from bot.domain.indexing import index_columns
from bot.domain.papers import Novelty, Paper, PaperId, PaperKey, arxiv_key, doi_key, strength
from bot.ports.storage import Candidate, StoredPaper

PAGE_MIN, PAGE_MAX = 12, 48
"""Papers read at once: few at first, as most searches show few."""


class SqlPapers:
    def __init__(self, connection: Connection, vectors: SqlVectors | None = None) -> None:
        self._connection = connection
        self._vectors = vectors or SqlVectors(connection, SignsInMemory())
        self._summaries = SqlSummaries(connection)
        self._index = TextIndex(connection, self._vectors)

    def store(
        self, papers: Sequence[Paper], *, now: datetime, news: bool = False
    ) -> list[StoredPaper]:
        ledger = self._ledger(papers)
        stored = [ledger.see(paper, now=now, news=news) for paper in papers]
        self._write(ledger, now)
        return stored

    def update(self, papers: Sequence[Paper], *, now: datetime) -> list[StoredPaper]:
        ledger = self._ledger(papers)
        stored = [ledger.see(paper, now=now) for paper in papers if ledger.knows(paper)]
        self._write(ledger, now)
        return stored

    def get(self, paper: PaperId) -> Paper | None:
        """Also under the id of a paper that was joined to another: old buttons name it."""
        return self.find(PaperKey(paper))

    def find(self, key: PaperKey) -> Paper | None:
        statement = select(papers).join(aliases).where(aliases.c.key == key)
        row = self._connection.execute(statement).one_or_none()
        return paper_of(row) if row else None

    def announced_at(self, paper: PaperId) -> datetime | None:
        statement = select(papers.c.news_at).join(aliases).where(aliases.c.key == paper)
        return self._connection.execute(statement).scalar_one_or_none()

    def top(self, *, since: date, limit: int) -> list[Paper]:
        statement = (
            select(papers)
            .where(papers.c.day >= since, papers.c.upvotes > 0)
            .order_by(papers.c.upvotes.desc(), papers.c.day.desc(), papers.c.id)
            .limit(limit)
        )
        return [paper_of(row) for row in self._connection.execute(statement)]

    def find_short(self, text: str) -> Paper | None:
        typed = text.strip()
        keys = [key for key in (arxiv_key(typed), doi_key(typed), PaperKey(typed)) if key]
        known = aliases.c.key.in_(keys) | (aliases.c.short == typed)
        found = self._connection.execute(select(aliases.c.key).where(known)).scalars().all()
        return self.find(min(found, key=lambda k: (k not in keys, strength(k)))) if found else None

    def candidates(
        self,
        query: IndexQuery,
        *,
        without: IndexQuery | None = None,
        ranked: int = 0,
        newest: bool = False,
    ) -> Iterator[Candidate]:
        hits = self._index.search(query, without=without, ranked=ranked, newest=newest)
        size = PAGE_MIN
        while page := list(islice(hits, size)):
            found = load_papers(self._connection, [row for row, _ in page])
            yield from (Candidate(paper=found[row], score=score) for row, score in page)
            size = min(2 * size, PAGE_MAX)

    def satisfying(self, query: IndexQuery, *, without: IndexQuery | None = None) -> int:
        return self._index.count(query, without=without)

    def having(self, tokens: Collection[str]) -> dict[str, int]:
        return self._index.having(tokens)

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(papers)).scalar_one()

    def _ledger(self, seen: Iterable[Paper]) -> Ledger:
        keys = (key for paper in seen for key in (PaperKey(paper.id), *paper.keys))
        owners = rows_of(self._connection, keys)
        known = {
            number: StoredPaper(
                paper=paper_of(row),
                novelty=Novelty.UNCHANGED,
                first_seen_at=row.first_seen_at,
                news_from=frozenset(row.news_from),
                news_at=row.news_at,
            )
            for number, row in load_rows(self._connection, set(owners.values())).items()
        }
        newest = self._connection.execute(select(func.max(papers.c.id))).scalar_one()
        return Ledger(owners=owners, known=known, next_row=(newest or 0) + 1)

    def _write(self, ledger: Ledger, now: datetime) -> None:
        new = ledger.new - ledger.joined.keys()
        changed = ledger.changed - ledger.joined.keys() - new
        lost = ledger.joined.keys() - ledger.new
        self._insert_rows({row: ledger.known[row] for row in new}, now)
        self._update_rows({row: ledger.known[row] for row in changed}, now)
        for row in lost:
            join_rows(self._connection, row, ledger.survivor(row))
        self._insert_aliases({key: ledger.survivor(ledger.owners[key]) for key in ledger.claimed})
        self._index.remove(lost)
        reworded = new | (changed & ledger.reworded)
        self._vectors.forget(lost | reworded - new)
        self._summaries.forget(reworded - new)
        self._index.put([(row, index_columns(ledger.known[row].paper)) for row in reworded])

    def _insert_rows(self, stored: dict[int, StoredPaper], now: datetime) -> None:
        if stored:
            values = [
                {
                    "id": row,
                    "key": s.paper.id,
                    "first_seen_at": s.first_seen_at,
                    "updated_at": now,
                    **_news_values(s),
                    **paper_values(s.paper),
                }
                for row, s in stored.items()
            ]
            self._connection.execute(insert(papers), values)

    def _update_rows(self, changed: dict[int, StoredPaper], now: datetime) -> None:
        if changed:
            values = [
                {"row": row, "updated_at": now, **_news_values(s), **paper_values(s.paper)}
                for row, s in changed.items()
            ]
            self._connection.execute(update(papers).where(papers.c.id == bindparam("row")), values)

    def _insert_aliases(self, owners: dict[PaperKey, int]) -> None:
        if owners:
            values = [
                {"key": key, "short": key.partition(":")[2], "paper_id": row}
                for key, row in owners.items()
            ]
            self._connection.execute(insert(aliases), values)


def _news_values(stored: StoredPaper) -> dict[str, object]:
    return {"news_at": stored.news_at, "news_from": sorted(stored.news_from)}
