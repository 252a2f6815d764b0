from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.storage.tables import RestoredRow, SourceCursorRow, SourceReportRow
from bot.ports.sources import Cursor, SourceReport


class SqlSources:
    def __init__(self, session: Session) -> None:
        self._session = session

    def cursor(self, source: str) -> Cursor | None:
        row = self._session.get(SourceCursorRow, source)
        return Cursor(through=row.through, validators=row.validators) if row else None

    def set_cursor(self, source: str, cursor: Cursor) -> None:
        validators = dict(cursor.validators)
        if row := self._session.get(SourceCursorRow, source):
            row.through, row.validators = cursor.through, validators
        else:
            row = SourceCursorRow(source=source, through=cursor.through, validators=validators)
        self._session.add(row)
        self._session.flush()

    def known_through(self) -> date | None:
        return self._session.exec(select(func.max(RestoredRow.day))).one()

    def report(self, report: SourceReport) -> None:
        self._session.add(
            SourceReportRow(
                source=report.source,
                started_at=report.started_at,
                ended_at=report.ended_at,
                asked=report.asked,
                got=report.got,
                new=report.new,
                updated=report.updated,
                note=report.note,
                failed=report.failed,
                next_try_at=report.next_try_at,
            )
        )
        self._session.flush()

    def last_reports(self) -> dict[str, SourceReport]:
        newest = select(func.max(SourceReportRow.id)).group_by(col(SourceReportRow.source))
        statement = select(SourceReportRow).where(col(SourceReportRow.id).in_(newest))
        return {row.source: _report(row) for row in self._session.exec(statement)}

    def reports_since(self, moment: datetime) -> list[SourceReport]:
        """By when they ended."""
        statement = (
            select(SourceReportRow)
            .where(SourceReportRow.ended_at >= moment)
            .order_by(col(SourceReportRow.ended_at), col(SourceReportRow.id))
        )
        return [_report(row) for row in self._session.exec(statement)]

    def last_success(self, source: str, *, before: datetime | None = None) -> datetime | None:
        ended = col(SourceReportRow.ended_at)
        statement = select(SourceReportRow.ended_at).where(
            SourceReportRow.source == source, col(SourceReportRow.failed).is_(None)
        )
        if before is not None:
            statement = statement.where(ended < before)
        return self._session.exec(statement.order_by(ended.desc()).limit(1)).one_or_none()


def _report(row: SourceReportRow) -> SourceReport:
    return SourceReport(
        source=row.source,
        started_at=row.started_at,
        ended_at=row.ended_at,
        asked=row.asked,
        got=row.got,
        new=row.new,
        updated=row.updated,
        note=row.note,
        failed=row.failed,
        next_try_at=row.next_try_at,
    )
