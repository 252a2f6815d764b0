import hashlib
from datetime import datetime

from sqlmodel import Session

from adapters.storage.tables import KeptTextRow
from bot.domain.channels import WorkspaceId

KEY_CHARS = 20


class SqlKeptTexts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, workspace: WorkspaceId, text: str, *, now: datetime) -> str:
        key = hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARS]
        self._session.merge(KeptTextRow(workspace_id=workspace, key=key, text=text, kept_at=now))
        self._session.flush()
        return key

    def get(self, workspace: WorkspaceId, key: str) -> str | None:
        row = self._session.get(KeptTextRow, (workspace, key))
        return row.text if row else None
