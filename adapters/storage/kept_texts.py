import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from adapters.storage.tables import KeptTextRow
from bot.domain.channels import WorkspaceId

KEY_CHARS = 20
KEPT_FOR = timedelta(days=180)
"""Then the button says that it is too old."""


class SqlKeptTexts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, workspace: WorkspaceId, text: str, *, now: datetime) -> str:
        stale = delete(KeptTextRow).where(col(KeptTextRow.kept_at) < now - KEPT_FOR)
        self._session.connection().execute(stale)
        key = hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARS]
        self._session.merge(KeptTextRow(workspace_id=workspace, key=key, text=text, kept_at=now))
        self._session.flush()
        return key

    def get(self, workspace: WorkspaceId, key: str) -> str | None:
        row = self._session.get(KeptTextRow, (workspace, key))
        return row.text if row else None
