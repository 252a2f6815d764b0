"""What papers mean: their vectors, and which are near to one.

The signs of a vector, a bit a dimension, say well enough who may be near. Those of all papers
lie in blocks, which stay in memory and are read again where a version has changed; the vectors
of the few that may be near are looked up, and decide.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from adapters.storage.batches import in_batches
from adapters.storage.paper_rows import load_papers, rows_of
from adapters.storage.tables import papers, sign_blocks, vectors
from bot.domain.meaning import Meaning, Vector
from bot.domain.papers import Paper, PaperId

if TYPE_CHECKING:
    from adapters.storage.signs import Held, Signs

BLOCK_ROWS = 1_024
LOOKED_UP = 10
"""Vectors that are looked up for each that is wanted: few of the nearest have worse signs."""
_BITS = bytes(b"10"[byte >> 7] for byte in range(256))  # 1 from 0 up


class SignsInMemory:
    """Between transactions; empty until somebody asks."""

    def __init__(self) -> None:
        self._signs: Signs | None = None

    def get(self) -> "Signs":
        if self._signs is None:
            from adapters.storage.signs import Signs  # NumPy takes a while, and comes with an extra

            self._signs = Signs(block_rows=BLOCK_ROWS)
        return self._signs


class SqlVectors:
    def __init__(self, connection: Connection, memory: SignsInMemory) -> None:
        self._connection = connection
        self._memory = memory

    def put(self, model: str, found: Sequence[tuple[Paper, Vector]]) -> None:
        rows = rows_of(self._connection, [paper.id for paper, _ in found])
        now = load_papers(self._connection, rows.values())
        new = {
            row: vector
            for paper, vector in found
            if (row := rows.get(paper.id)) and _text(now[row]) == _text(paper)
        }
        self._delete(new)
        if new:
            values = [{"paper_id": r, "model": model, "held": v} for r, v in new.items()]
            self._connection.execute(insert(vectors), values)
            self._change_blocks(model, {row: signs(vector) for row, vector in new.items()})

    def forget(self, rows: Collection[int]) -> None:
        """These papers' texts have changed, or they are gone."""
        known = {
            row: (model, bytes(len(signs(Vector(held)))))
            for batch in in_batches(rows)
            for row, model, held in self._connection.execute(
                select(vectors).where(vectors.c.paper_id.in_(batch))
            )
        }
        self._delete(known)
        for model in {model for model, _ in known.values()}:
            self._change_blocks(model, {r: none for r, (m, none) in known.items() if m == model})

    def of(self, paper: PaperId) -> Meaning | None:
        row = rows_of(self._connection, [paper]).get(paper)
        held = select(vectors.c.model, vectors.c.held).where(vectors.c.paper_id == row)
        found = self._connection.execute(held).one_or_none()
        return Meaning(model=found.model, vector=Vector(found.held)) if found else None

    def waiting(self, model: str, *, limit: int) -> list[Paper]:
        found: list[Paper] = []
        absent = self._held(model).absent(self._last_row())
        for batch in in_batches(absent):
            there = select(papers.c.id).where(papers.c.id.in_(batch)).order_by(papers.c.id.desc())
            rows = self._connection.execute(there.limit(limit - len(found))).scalars().all()
            known = load_papers(self._connection, rows)
            found += [known[row] for row in rows]
            if len(found) == limit:
                break
        return found

    def count(self, model: str) -> int:
        return self._held(model).count()

    def nearest(self, meaning: Meaning, count: int) -> dict[int, float]:
        """So many rows that point the same way, the nearest first, and how much they do."""
        rows = self._held(meaning.model).nearest(signs(meaning.vector), LOOKED_UP * count)
        found = self.likeness(meaning, rows)
        best = sorted(found, key=lambda row: (-found[row], -row))[:count]
        return {row: found[row] for row in best}

    def likeness(self, meaning: Meaning, rows: Iterable[int]) -> dict[int, float]:
        """The cosine of those that have a vector."""
        held = select(vectors.c.paper_id, vectors.c.held).where(vectors.c.model == meaning.model)
        found = {
            row: blob
            for batch in in_batches(rows)
            for row, blob in self._connection.execute(held.where(vectors.c.paper_id.in_(batch)))
        }
        from adapters.storage.signs import cosines  # as in `SignsInMemory`

        return cosines(meaning.vector, found)

    def _held(self, model: str) -> "Held":
        return self._memory.get().of(model, self._blocks_since)

    def _blocks_since(self, model: str, version: int) -> Iterable[tuple[int, int, bytes]]:
        blocks = sign_blocks.c
        return [
            (number, version, held)
            for number, version, held in self._connection.execute(
                select(blocks.id, blocks.version, blocks.held).where(
                    blocks.model == model, blocks.version > version
                )
            )
        ]

    def _last_row(self) -> int:
        return self._connection.execute(select(func.max(papers.c.id))).scalar_one() or 0

    def _delete(self, rows: Iterable[int]) -> None:
        for batch in in_batches(rows):
            self._connection.execute(delete(vectors).where(vectors.c.paper_id.in_(batch)))

    def _change_blocks(self, model: str, changed: Mapping[int, bytes]) -> None:
        blocks, version = sign_blocks, func.coalesce(func.max(sign_blocks.c.version), 0)
        last = self._connection.execute(select(version)).scalar_one()
        by_block = groupby(sorted(changed), key=lambda row: row // BLOCK_ROWS)
        for number, rows in by_block:
            held = select(blocks.c.model, blocks.c.held).where(blocks.c.id == number)
            old = self._connection.execute(held).one_or_none()
            before = old.held if old and old.model == model else b""
            some = {row % BLOCK_ROWS: changed[row] for row in rows}
            values = {"model": model, "version": last + 1, "held": _with(before, some)}
            change = (
                update(blocks).where(blocks.c.id == number)
                if old
                else insert(blocks).values(id=number)
            )
            self._connection.execute(change.values(values))


def signs(vector: Vector) -> bytes:
    """A bit a dimension, in whole words of 64."""
    size = -(-len(vector) // 64) * 64
    return int(vector.translate(_BITS).ljust(size, b"0"), 2).to_bytes(size // 8, "big")


def _with(block: bytes, changed: Mapping[int, bytes]) -> bytes:
    """The block, with these signs in these places."""
    size = len(next(iter(changed.values())))
    held = bytearray(block or bytes(BLOCK_ROWS * size))
    for place, bits in changed.items():
        held[place * size : (place + 1) * size] = bits
    return bytes(held)


def _text(paper: Paper) -> tuple[str, str]:
    return paper.title, paper.abstract
