"""Whether words stand side by side where no pairs say so: read from the texts, as far as asked."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_

from sqlalchemy import Connection

from adapters.storage import bits
from adapters.storage.asked import Asked, columns
from adapters.storage.batches import BATCH, read_listed
from bot.domain.index_queries import (
    Alike,
    AllOf,
    AnyOf,
    Column,
    Everything,
    Fact,
    IndexQuery,
    IndexTerm,
    Phrase,
)

Hit = tuple[int, float]
"""A row of `paper` and its score, higher is better."""

PAGE_MIN = 150
"""Texts read at once: few at first, as most searches show few."""
LOOKS_MAX = 200_000
"""Texts read for phrases; what more there may be is left to matching, which gives up sooner."""
_CONTAINS = {
    "sqlite": "instr({}, x'{}')",
    "postgresql": r"position('\x{1}'::bytea IN {0}) > 0",
}


class Phrases:
    def __init__(self, connection: Connection, asked: Asked) -> None:
        self._connection = connection
        self._asked = asked
        self._looks_left = LOOKS_MAX
        self._contains = _CONTAINS[connection.dialect.name]

    def standing(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Those in whose texts the words of the query's phrases stand side by side."""
        rest, size = iter(hits), PAGE_MIN
        while page := list(islice(rest, size)):
            among = self._bits(row for row, _ in page)
            left = set(bits.rows_of_bits(self._left(self._asked.query, among)))
            yield from (hit for hit in page if hit[0] in left)
            size = min(2 * size, BATCH)

    def _left(self, query: IndexQuery, among: int) -> int:
        """Of rows that satisfied the query as far as words tell. Facts are not asked again."""
        match query:
            case Phrase() if Column.AUTHORS not in columns(query):
                return self._side_by_side(query, among)
            case IndexTerm() | Alike() | Phrase():
                return among & (self._asked.satisfying(query) or 0)
            case AllOf(nodes=nodes):
                return reduce(lambda rows, node: self._left(node, rows), nodes, among)
            case AnyOf(nodes=nodes):
                return reduce(or_, (self._left(node, among) for node in nodes), 0)
            case Everything() | Fact():
                return among

    def _side_by_side(self, phrase: Phrase, among: int) -> int:
        """Hardly any more: bytes of two numbers may look like a third."""
        self._looks_left -= among.bit_count()
        if self._looks_left < 0:
            return among
        words = bits.packed(self._asked.numbers(phrase)).hex()
        found = " OR ".join(self._contains.format(column, words) for column in columns(phrase))
        select = f"SELECT paper_id FROM paper_text WHERE ({found}) AND paper_id IN"  # noqa: S608 -- hexadecimal digits
        rows = read_listed(self._connection, select, bits.rows_of_bits(among))
        return self._bits(row for (row,) in rows)

    def _bits(self, rows: Iterable[int]) -> int:
        return bits.bits_of(rows, last_row=self._asked.last_row)
