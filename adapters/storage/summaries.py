from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select, update

from adapters.storage.batches import in_batches, insert_new
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import matches, papers, written_days
from bot.domain.papers import Paper, Summary

TRIES_MAX = 3


class SqlSummaries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, day: date, *, per_day: int) -> Paper | None:
        if self.asked(day) >= per_day or (row := self._next()) is None:
            return None
        days, tries = written_days.c, papers.c.written_tries
        counted = update(written_days).where(days.day == day).values(asked=days.asked + 1)
        tried = update(papers).where(papers.c.id == row).values(written_tries=tries + 1)
        self._connection.execute(
            insert_new(self._connection, written_days), [{"day": day, "asked": 0}]
        )
        self._connection.execute(counted)
        self._connection.execute(tried)
        return load_papers(self._connection, [row])[row]

    def put(self, paper: Paper, written: Summary) -> None:
        row = rows_of(self._connection, [paper.id]).get(paper.id)
        same_text = (papers.c.title == paper.title, papers.c.abstract == paper.abstract)
        self._connection.execute(
            update(papers)
            .where(papers.c.id == row, *same_text)
            .values(written_by=written.maker, written_text=written.text)
        )

    def asked(self, day: date) -> int:
        asked = select(written_days.c.asked).where(written_days.c.day == day)
        return self._connection.execute(asked).scalar_one_or_none() or 0

    def forget(self, rows: Collection[int]) -> None:
        """These papers' texts have changed."""
        for batch in in_batches(rows):
            known = (papers.c.id.in_(batch), papers.c.written_text.is_not(None))
            none = {"written_by": None, "written_text": None}
            self._connection.execute(update(papers).where(*known).values(none))

    def _next(self) -> int | None:
        pending = select(matches.c.paper_id).where(matches.c.digest_id.is_(None))
        statement = (
            select(papers.c.id)
            .where(papers.c.id.in_(pending), papers.c.abstract != "")
            .where(papers.c.summary_text.is_(None), papers.c.written_text.is_(None))
            .where(papers.c.written_tries < TRIES_MAX)
            .order_by(
                papers.c.written_tries,
                func.coalesce(papers.c.upvotes, 0).desc(),
                papers.c.id.desc(),
            )
            .limit(1)
        )
        return self._connection.execute(statement).scalar_one_or_none()
