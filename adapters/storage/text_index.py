"""The text index, the same on both databases: which papers have the words, the best first.

It holds and is asked tokens that `bot.domain.indexing` made, folded and stemmed, and it is
written in the transaction that writes the paper. Whether a paper has a word is one bit;
`bot.domain.relevance` puts the most promising in order by their texts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, Select, delete, func, insert, select

from adapters.storage import bits
from adapters.storage.asked import Asked
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
    name_pairs,
    pairs,
    seen_bit,
)
from adapters.storage.tables import paper_texts, papers
from adapters.storage.vectors import SignsInMemory, SqlVectors
from bot.domain.fusion import fused
from bot.domain.indexing import IN_TEXT, NAMES_APART, Column, IndexQuery
from bot.domain.relevance import Relevance, Texts

Columns = Mapping[Column, str]
_Tokens = Mapping[Column, Sequence[str]]
_Numbered = Mapping[Column, Sequence[int]]
Hit = tuple[int, float]
"""A row of `paper` and its score, higher is better."""

# PostgreSQL refuses to index words over 2,704 bytes; a query has none over 256 characters.
_LONG = re.compile(r"(\S{500})\S+")

RANKED_MIN = 120
"""How many of the most promising are put in order by their texts."""
NEWEST = (papers.c.day.desc().nulls_last(), papers.c.id.desc())
SCATTERED = 2_000
"""So many rows are looked up one by one; of more, those that are wanted soon come by."""


_SCORED = (Column.TITLE, Column.ABSTRACT, Column.AUTHORS)


class TextIndex:
    def __init__(self, connection: Connection, vectors: SqlVectors | None = None) -> None:
        self._connection = connection
        self._vectors = vectors or SqlVectors(connection, SignsInMemory())
        self._words = Vocabulary(connection)
        self._postings = Postings(connection)

    def put(self, rows: Sequence[tuple[int, Columns]]) -> None:
        """Insert or replace what is held of these papers."""
        self._replace(dict(rows))

    def remove(self, rows: Collection[int]) -> None:
        self._replace(dict.fromkeys(rows))

    def search(
        self,
        query: IndexQuery,
        *,
        without: IndexQuery | None = None,
        ranked: int = RANKED_MIN,
        since: date | None = None,
        newest: bool = False,
    ) -> Iterator[Hit]:
        """All papers of that day or later that satisfy it, and not `without`.

        At least `ranked` of the most promising come first, in order, and newer before older
        where they are equally good; then the rest, or all if `newest`, the newest first.
        """
        last_row = self._last_row()
        asked = self._asked(query, last_row)
        rows = asked.rows
        if rows is None:
            yield from self._newest(None, since=since)
            return
        if without and (out := self._asked(without, last_row).rows):
            rows &= ~out
        if since:
            rows &= self._dated(rows, since=since, last_row=last_row)
        best = 0
        if not newest:
            best = asked.promising(rows, max(ranked, RANKED_MIN))
            yield from self._in_order(best, asked)
        yield from self._newest(rows ^ best, since=since)

    def having(self, tokens: Collection[str]) -> dict[str, int]:
        """In how many papers' title or abstract each of them is."""
        known, last_row = self._words.known(tokens), self._last_row()
        places = [PLACE[column] for column in IN_TEXT]
        wanted = ((place, word) for place in places for word in known.values())
        blobs, found = self._postings.read(wanted, last_row=last_row), dict.fromkeys(tokens, 0)
        for token, word in known.items():
            both = [blob for place in places for blob in blobs.get((place, word.number), ())]
            found[token] = bits.union(both, last_row=last_row).bit_count() if both else 0
        return found

    def _last_row(self) -> int:
        return self._connection.execute(select(func.max(papers.c.id))).scalar_one() or 0

    def _asked(self, query: IndexQuery, last_row: int) -> Asked:
        return Asked(query, self._words, self._postings, self._vectors, last_row=last_row)

    def _in_order(self, rows: int, asked: Asked) -> list[Hit]:
        days, scores = self._scored(rows, asked.relevance())
        if alike := asked.alike:
            likeness = self._vectors.likeness(alike.meaning, scores)
            scores = fused(scores, likeness, weight=alike.weight)
        order = sorted(((score, days[row], row) for row, score in scores.items()), reverse=True)
        return [(row, score) for score, _, row in order]

    def _scored(self, rows: int, relevance: Relevance) -> tuple[dict[int, date], dict[int, float]]:
        """By row, the paper's day and how well its words answer."""
        days, scores = dict[int, date](), dict[int, float]()
        columns = (papers.c.day, papers.c.id, *(paper_texts.c[name] for name in _SCORED))
        held = select(*columns).join_from(
            papers, paper_texts, papers.c.id == paper_texts.c.paper_id
        )
        for batch in in_batches(bits.rows_of_bits(rows)):
            some = self._connection.execute(held.where(papers.c.id.in_(batch))).all()
            for day, row, title, abstract, authors in some:
                texts = Texts(
                    title=bits.unpacked(title),
                    abstract=bits.unpacked(abstract),
                    authors=bits.unpacked(authors),
                )
                days[row], scores[row] = day or date.min, relevance.score(texts)
        return days, scores

    def _newest(self, rows: int | None, *, since: date | None) -> Iterator[Hit]:
        """These papers, or all."""
        statement = select(papers.c.id).order_by(*NEWEST)
        if since:
            statement = statement.where(papers.c.day >= since)
        if rows is None:
            yield from ((row, 0.0) for row in self._streamed(statement))
        elif (left := rows.bit_count()) <= SCATTERED:
            yield from ((row, 0.0) for row in self._sorted(rows, since=since))
        else:
            wanted = rows.to_bytes((rows.bit_length() + 7) // 8, "little")
            size = len(wanted) * 8
            for row in self._streamed(statement):
                if row < size and wanted[row >> 3] >> (row & 7) & 1:
                    yield row, 0.0
                    if not (left := left - 1):
                        return

    def _dated(self, rows: int, *, since: date, last_row: int) -> int:
        """Of these papers, those of that day or later; others may be among them."""
        if rows.bit_count() > SCATTERED:
            dated = self._streamed(select(papers.c.id).where(papers.c.day >= since))
            return bits.bits_of(dated, last_row=last_row)
        return bits.bits_of(self._sorted(rows, since=since), last_row=last_row)

    def _sorted(self, rows: int, *, since: date | None) -> Iterable[int]:
        """These papers, of that day or later; the newest first."""
        if not rows:
            return ()
        listed = ",".join(map(str, bits.rows_of_bits(rows)))  # to bind so many takes longer
        dated = f" AND day >= '{since.isoformat()}'" if since else ""
        return self._connection.exec_driver_sql(
            f"SELECT id FROM paper WHERE id IN ({listed}){dated}"  # noqa: S608 -- integers
            " ORDER BY day DESC NULLS LAST, id DESC"
        ).scalars()

    def _streamed(self, statement: Select[int]) -> Iterator[int]:
        result = self._connection.execute(statement, execution_options={"yield_per": 1_000})
        try:
            yield from result.scalars()
        finally:
            result.close()

    def _replace(self, rows: Mapping[int, Columns | None]) -> None:
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
    found = {(PLACE[column], word) for column in Column for word in columns[column] if word}
    for column in IN_TEXT:
        found.update((PAIRS, bucket) for bucket in pairs(columns[column], unpaired))
    for is_name, name in groupby(columns[Column.AUTHORS], key=bool):
        if is_name:
            found.update((PAIRS, bucket) for bucket in name_pairs(name))
    return found
