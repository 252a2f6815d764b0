import builtins

from sqlalchemy import Connection, delete, insert, select, update

from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import saved_papers
from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.errors import StorageError
from bot.domain.papers import PaperId
from bot.domain.reading_list import SavedPaper


class SqlReadingList:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, workspace: WorkspaceId, saved: SavedPaper) -> bool:
        paper = self._row(saved.paper.id)
        if paper is None:
            raise StorageError(f"{saved.paper.id} was never stored and cannot be saved.")
        same = (saved_papers.c.workspace_id == workspace, saved_papers.c.paper_id == paper)
        known = self._connection.execute(select(saved_papers).where(*same)).one_or_none()
        if known is None:
            self._connection.execute(
                insert(saved_papers).values(
                    workspace_id=workspace,
                    paper_id=paper,
                    saved_by_id=saved.saved_by.id,
                    saved_by_name=saved.saved_by.name,
                    saved_at=saved.saved_at,
                    note=saved.note,
                    tags=saved.tags,
                )
            )
            return True
        tags = list(dict.fromkeys([*known.tags, *saved.tags]))
        self._connection.execute(
            update(saved_papers).where(*same).values(note=saved.note or known.note, tags=tags)
        )
        return False

    def remove(self, workspace: WorkspaceId, paper: PaperId) -> bool:
        statement = delete(saved_papers).where(
            saved_papers.c.workspace_id == workspace, saved_papers.c.paper_id == self._row(paper)
        )
        return self._connection.execute(statement).rowcount > 0

    def list(self, workspace: WorkspaceId) -> builtins.list[SavedPaper]:
        statement = (
            select(saved_papers)
            .where(saved_papers.c.workspace_id == workspace)
            .order_by(saved_papers.c.saved_at.desc(), saved_papers.c.paper_id.desc())
        )
        rows = self._connection.execute(statement).all()
        papers = load_papers(self._connection, [row.paper_id for row in rows])
        return [
            SavedPaper(
                paper=papers[row.paper_id],
                saved_by=UserRef(id=row.saved_by_id, name=row.saved_by_name),
                saved_at=row.saved_at,
                note=row.note,
                tags=tuple(row.tags),
            )
            for row in rows
        ]

    def _row(self, paper: PaperId) -> int | None:
        return rows_of(self._connection, [paper]).get(paper)
