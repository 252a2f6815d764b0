import builtins

from sqlmodel import Session, col, select

from adapters.storage.tables import SecretRow


class SqlSecrets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> str | None:
        row = self._session.get(SecretRow, name)
        return row.sealed if row else None

    def set(self, name: str, sealed: str) -> None:
        self._session.merge(SecretRow(name=name, sealed=sealed))
        self._session.flush()

    def remove(self, name: str) -> None:
        if row := self._session.get(SecretRow, name):
            self._session.delete(row)
            self._session.flush()

    def list(self, prefix: str) -> builtins.list[str]:
        names = select(SecretRow.name).where(
            col(SecretRow.name).startswith(prefix, autoescape=True)
        )
        return [*self._session.exec(names.order_by(SecretRow.name))]
