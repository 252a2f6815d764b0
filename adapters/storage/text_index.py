"""The text index, the same on both databases: which papers have the words, the best first.

It holds and is asked tokens that `bot.domain.indexing` made, folded and stemmed, and it is
written in the transaction that writes the paper. Whether a paper has a word is one bit;
`bot.domain.relevance` puts the most promising in order by their texts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection, func, select

from adapters.storage import bits
from adapters.storage.asked import Asked
from adapters.storage.batches import read_listed
from adapters.storage.facts import Facts
from adapters.storage.phrases import Hit, Phrases
from adapters.storage.postings import PLACE, Postings, Vocabulary, entry
from adapters.storage.tables import papers
from adapters.storage.text_writer import Columns, TextWriter
from adapters.storage.vectors import SignsInMemory, SqlVectors
from bot.domain.fusion import fused
from bot.domain.index_queries import IN_TEXT, IndexQuery
from bot.domain.relevance import Relevance, Texts

RANKED_MIN = 120
"""How many of the most promising are put in order by their texts."""
SCATTERED = 4_000
"""So many rows are looked up one by one; of more, those that are wanted soon come by."""

_LAST_ROW = select(func.max(papers.c.id))
_NEWEST = select(papers.c.id).order_by(papers.c.day.desc().nulls_last(), papers.c.id.desc())
_TEXTS = "SELECT paper_id, title, abstract, authors FROM paper_text WHERE paper_id IN"

AT_ONCE = 200
"""Rows that are read together of those that come by."""


class TextIndex:
    def __init__(self, connection: Connection, vectors: SqlVectors | None = None) -> None:
        self._connection = connection
        self._vectors = vectors or SqlVectors(connection, SignsInMemory())
        self._words = Vocabulary(connection)
        self._postings = Postings(connection)
        self._facts = Facts(connection)
        self._writer = TextWriter(connection)

    def put(self, rows: Sequence[tuple[int, Columns]]) -> None:
        """Insert or replace what is held of these papers."""
        self._writer.replace(dict(rows))

    def remove(self, rows: Collection[int]) -> None:
        self._writer.replace(dict.fromkeys(rows))

    def search(
        self,
        query: IndexQuery,
        *,
        without: IndexQuery | None = None,
        ranked: int = RANKED_MIN,
        newest: bool = False,
    ) -> Iterator[Hit]:
        """All papers that satisfy it, and not `without`.

        At least `ranked` of the most promising come first, in order, and newer before older
        where they are equally good; then the rest, or all if `newest`, the newest first.
        """
        last_row = self._last_row()
        asked = self._asked(query, last_row)
        if asked.rows is None:
            yield from ((row, 0.0) for row in self._streamed())
            return
        rows = self._without(asked.rows, without, last_row)
        best = 0 if newest else asked.promising(rows, max(ranked, RANKED_MIN))
        hits = self._ordered(best, rows, asked)
        yield from Phrases(self._connection, asked).standing(hits) if asked.vague else hits

    def count(self, query: IndexQuery, *, without: IndexQuery | None = None) -> int:
        last_row = self._last_row()
        rows = self._asked(query, last_row).rows
        if rows is None:
            rows = bits.bits_of(self._streamed(), last_row=last_row)
        return self._without(rows, without, last_row).bit_count()

    def having(self, tokens: Collection[str]) -> dict[str, int]:
        """In how many papers' title or abstract each of them is."""
        known, last_row = self._words.known(tokens), self._last_row()
        places = [PLACE[column] for column in IN_TEXT]
        wanted = ((place, word) for place in places for word in known.values())
        blobs, found = self._postings.read(wanted, last_row=last_row), dict.fromkeys(tokens, 0)
        for token, word in known.items():
            both = [blob for place in places for blob in blobs.get(entry(place, word.number), ())]
            found[token] = bits.union(both, last_row=last_row).bit_count() if both else 0
        return found

    def _last_row(self) -> int:
        return self._connection.execute(_LAST_ROW).scalar_one() or 0

    def _asked(self, query: IndexQuery, last_row: int) -> Asked:
        return Asked(
            query, self._words, self._postings, self._vectors, self._facts, last_row=last_row
        )

    def _without(self, rows: int, without: IndexQuery | None, last_row: int) -> int:
        out = self._asked(without, last_row).rows if without else None
        return rows & ~out if out else rows

    def _ordered(self, best: int, rows: int, asked: Asked) -> Iterator[Hit]:
        if best:
            yield from self._in_order(list(bits.rows_of_bits(best)), asked)
        yield from self._newest(rows ^ best)

    def _in_order(self, rows: Sequence[int], asked: Asked) -> list[Hit]:
        scores = self._scored(rows, asked.relevance())
        if alike := asked.alike:
            likeness = self._vectors.likeness(alike.meaning, scores)
            scores = fused(scores, likeness, weight=alike.weight)
        often = Counter(scores.values())
        tied = self._sorted(r for r, score in scores.items() if often[score] > 1)
        newest_first = [*tied, *(r for r, score in scores.items() if often[score] == 1)]
        return [(r, scores[r]) for r in sorted(newest_first, key=scores.__getitem__, reverse=True)]

    def _scored(self, rows: Iterable[int], relevance: Relevance) -> dict[int, float]:
        """By row, how well the paper's words answer."""
        return {
            row: relevance.score(
                Texts(
                    title=bits.unpacked(title),
                    abstract=bits.unpacked(abstract),
                    authors=bits.unpacked(authors),
                )
            )
            for row, title, abstract, authors in read_listed(self._connection, _TEXTS, rows)
        }

    def _newest(self, rows: int) -> Iterator[Hit]:
        if (left := rows.bit_count()) <= SCATTERED:
            yield from ((row, 0.0) for row in self._sorted(bits.rows_of_bits(rows)))
            return
        wanted = rows.to_bytes((rows.bit_length() + 7) // 8, "little")
        size = len(wanted) * 8
        for row in self._streamed():
            if row < size and wanted[row >> 3] >> (row & 7) & 1:
                yield row, 0.0
                if not (left := left - 1):
                    return

    def _sorted(self, rows: Iterable[int]) -> Iterable[int]:
        """These papers, the newest first."""
        listed = ",".join(map(str, rows))  # to bind so many takes longer
        if not listed:
            return ()
        return self._connection.exec_driver_sql(
            f"SELECT id FROM paper WHERE id IN ({listed})"  # noqa: S608 -- integers
            " ORDER BY day DESC NULLS LAST, id DESC"
        ).scalars()

    def _streamed(self) -> Iterator[int]:
        """All papers, the newest first."""
        result = self._connection.execute(_NEWEST, execution_options={"yield_per": AT_ONCE})
        try:
            for some in result.scalars().partitions():  # one by one takes twice as long
                yield from some
        finally:
            result.close()
