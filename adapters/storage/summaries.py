from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from adapters.storage.batches import in_batches
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import matches, papers
from bot.domain.papers import Paper, Summary


class SqlSummaries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, *, limit: int) -> list[Paper]:
        pending = select(matches.c.paper_id).where(matches.c.digest_id.is_(None))
        statement = (
            select(papers.c.id)
            .where(papers.c.id.in_(pending), papers.c.abstract != "")
            .where(papers.c.summary_text.is_(None), papers.c.written_at.is_(None))
            .order_by(func.coalesce(papers.c.upvotes, 0).desc(), papers.c.id.desc())
            .limit(limit)
        )
        rows = self._connection.execute(statement).scalars().all()
        known = load_papers(self._connection, rows)
        return [known[row] for row in rows]

    def put(self, paper: Paper, written: Summary | None, *, now: datetime) -> None:
        row = rows_of(self._connection, [paper.id]).get(paper.id)
        if row is None:
            return
        said = {"written_by": written.maker, "written_text": written.text} if written else {}
        same_text = (papers.c.title == paper.title, papers.c.abstract == paper.abstract)
        self._connection.execute(
            update(papers).where(papers.c.id == row, *same_text).values(written_at=now, **said)
        )

    def asked(self, *, since: datetime) -> int:
        asked = select(func.count()).select_from(papers).where(papers.c.written_at >= since)
        return self._connection.execute(asked).scalar_one()

    def forget(self, rows: Collection[int]) -> None:
        """These papers' texts have changed. That they were asked about stays: it cost something."""
        for batch in in_batches(rows):
            known = (papers.c.id.in_(batch), papers.c.written_text.is_not(None))
            none = {"written_by": None, "written_text": None}
            self._connection.execute(update(papers).where(*known).values(none))
