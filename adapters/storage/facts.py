"""Which papers have a number, a day or a link, within bounds; from indexes of the paper table."""

from sqlalchemy import ColumnElement, Connection, String, and_, cast, func, select

from adapters.storage import bits
from adapters.storage.tables import papers
from bot.domain.index_queries import Fact

SCATTERED = 1_000
"""So many rows are looked at one by one; of more, all that have the fact are listed."""

_LISTED = select(func.aggregate_strings(cast(papers.c.id, String), ","))
"""In one text: a row each for so many takes longer."""
_COLUMNS = {
    "day": papers.c.day,
    "upvotes": papers.c.upvotes,
    "comments": papers.c.comments,
    "code": papers.c.code_url,
    "project": papers.c.project_url,
}


class Facts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, fact: Fact, *, last_row: int, among: int | None = None) -> int:
        """The papers that have it. Of few, these alone are looked at; of many others may come."""
        conditions = [_condition(fact)]
        if among is not None and among.bit_count() <= SCATTERED:
            conditions.append(papers.c.id.in_(list(bits.rows_of_bits(among))))
        listed = self._connection.execute(_LISTED.where(*conditions)).scalar_one()
        return bits.bits_of(map(int, listed.split(",") if listed else ()), last_row=last_row)


def _condition(fact: Fact) -> ColumnElement[bool]:
    column = _COLUMNS[fact.what]
    return and_(
        column.is_not(None),
        *([column >= fact.least] if fact.least is not None else []),
        *([column <= fact.most] if fact.most is not None else []),
    )
