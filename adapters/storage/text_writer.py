"""What the text index holds of papers, written so that it always says the same as the texts."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, delete, insert, select

from adapters.storage import bits
from adapters.storage.batches import in_batches
from adapters.storage.postings import (
    PAIRS,
    PLACE,
    UNPAIRED,
    Changes,
    Entry,
    Postings,
    Vocabulary,
    Word,
    entry,
    name_pairs,
    pairs,
    seen_bit,
)
from adapters.storage.tables import paper_texts
from bot.domain.index_queries import IN_TEXT, Column
from bot.domain.indexing import NAMES_APART

Columns = Mapping[Column, str]
_Tokens = Mapping[Column, Sequence[str]]
_Numbered = Mapping[Column, Sequence[int]]

# PostgreSQL refuses to index words over 2,704 bytes; a query has none over 256 characters.
_LONG = re.compile(r"(\S{500})\S+")


class TextWriter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = Vocabulary(connection)
        self._postings = Postings(connection)

    def replace(self, rows: Mapping[int, Columns | None]) -> None:
        """What is held of these papers, by nothing where that is None."""
        if not rows:
            return
        before = self._held(rows)
        new = {row: _tokens(columns) for row, columns in rows.items() if columns}
        words = self._words.learn(_seen(new))
        after = {row: _numbered(columns, words) for row, columns in new.items()}
        unpaired, changes = {words[token].number for token in UNPAIRED}, Changes()
        for row in sorted(rows):
            was = _entries(before[row], unpaired) if row in before else set()
            will_be = _entries(after[row], unpaired) if row in after else set()
            changes.remove(row, was - will_be)
            changes.add(row, will_be - was)
        self._postings.apply(changes)
        self._put_texts(before, after)

    def _held(self, rows: Iterable[int]) -> dict[int, _Numbered]:
        names = [paper_texts.c[name] for name in Column]
        return {
            row: {c: list(bits.unpacked(blob)) for c, blob in zip(Column, blobs, strict=True)}
            for batch in in_batches(rows)
            for row, *blobs in self._connection.execute(
                select(paper_texts.c.paper_id, *names).where(paper_texts.c.paper_id.in_(batch))
            )
        }

    def _put_texts(self, old: Iterable[int], new: Mapping[int, _Numbered]) -> None:
        for batch in in_batches(old):
            self._connection.execute(delete(paper_texts).where(paper_texts.c.paper_id.in_(batch)))
        if new:
            values = [
                {"paper_id": row, **{c: bits.packed(words) for c, words in columns.items()}}
                for row, columns in new.items()
            ]
            self._connection.execute(insert(paper_texts), values)


def _tokens(columns: Columns) -> _Tokens:
    return {column: _LONG.sub(r"\1", line).split() for column, line in columns.items()}


def _seen(rows: Mapping[int, _Tokens]) -> dict[str, int]:
    """All tokens, and where they are: blocks and places as bits."""
    seen = dict.fromkeys(UNPAIRED, 0)
    for row, columns in rows.items():
        for column, tokens in columns.items():
            bit = seen_bit(row // bits.BLOCK_ROWS, PLACE[column])
            for token in tokens:
                seen[token] = seen.get(token, 0) | bit
    seen.pop(NAMES_APART, None)
    return seen


def _numbered(columns: _Tokens, words: Mapping[str, Word]) -> _Numbered:
    """0 stands between two names."""
    return {
        column: [0 if token == NAMES_APART else words[token].number for token in tokens]
        for column, tokens in columns.items()
    }


def _entries(columns: _Numbered, unpaired: Collection[int]) -> set[Entry]:
    """Where the index says that this paper is."""
    found = {entry(PLACE[column], word) for column in Column for word in {*columns[column]} - {0}}
    for column in IN_TEXT:
        found.update(entry(PAIRS, bucket) for bucket in pairs(columns[column], unpaired))
    for is_name, name in groupby(columns[Column.AUTHORS], key=bool):
        if is_name:
            found.update(entry(PAIRS, bucket) for bucket in name_pairs(name))
    return found
