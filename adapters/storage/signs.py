"""The signs of all vectors in memory: which papers may be near to one, by counting bits."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from bot.domain.meaning import Vector

AT_ONCE = 16_384
"""Rows whose bits are counted together: as many as stay in a processor's cache."""
NEVER = np.iinfo(np.uint16).max

Blocks = Callable[[str, int], Iterable[tuple[int, int, bytes]]]
"""Number, version and signs of the blocks of a model that changed after a version."""


class Held:
    """Those of one model. Others may read while blocks are taken, and see old signs or new ones."""

    def __init__(self, *, rows: int = 0, width: int = 0) -> None:
        self._words = np.zeros((width, rows), np.uint64)
        self._present = np.zeros(rows, np.bool_)

    @property
    def rows(self) -> int:
        return len(self._present)

    def take(self, first: int, held: bytes, count: int) -> "Held":
        """With a block of so many rows; another object where these are too few for it."""
        rows = np.frombuffer(held, np.uint64).reshape(count, -1)
        if first + count > self.rows:
            return self._grown(first + count, width=rows.shape[1]).take(first, held, count)
        self._words[:, first : first + count] = rows.T
        self._present[first : first + count] = rows.any(axis=1)
        return self

    def nearest(self, signs: bytes, count: int) -> list[int]:
        """So many rows whose signs differ least, in no order; of equal ones the highest."""
        asked = np.frombuffer(signs, np.uint64)
        apart = np.full(self.rows, NEVER, np.uint16)
        for start in range(0, self.rows, AT_ONCE):
            part = self._words[:, start : start + AT_ONCE] ^ asked[:, None]
            apart[start : start + AT_ONCE] = np.bitwise_count(part).sum(axis=0, dtype=np.uint16)
        apart[~self._present] = NEVER
        return _least(apart, count)

    def count(self) -> int:
        return int(self._present.sum())

    def absent(self, last_row: int) -> Iterator[int]:
        """Rows up to the last that have no signs; the highest first."""
        present = np.zeros(max(last_row + 1, self.rows), np.bool_)
        present[: self.rows] = self._present
        present[0] = True  # there is no such row
        yield from np.flatnonzero(~present[: last_row + 1])[::-1].tolist()

    def _grown(self, rows: int, *, width: int) -> "Held":
        more = Held(rows=rows + rows // 4, width=width)
        if self.rows:
            more._words[:, : self.rows] = self._words
            more._present[: self.rows] = self._present
        return more


class Signs:
    """Of the model that was asked for last."""

    def __init__(self, *, block_rows: int) -> None:
        self._block_rows = block_rows
        self._lock = threading.Lock()
        self._model, self._version, self._held = "", -1, Held()

    def of(self, model: str, changed: Blocks) -> Held:
        with self._lock:
            if model != self._model:
                self._model, self._version, self._held = model, -1, Held()
            seen = self._version
            for number, version, held in changed(model, seen):
                first = number * self._block_rows
                self._held = self._held.take(first, held, self._block_rows)
                self._version = max(self._version, version)
            return self._held


def cosines(vector: Vector, others: Mapping[int, bytes]) -> dict[int, float]:
    if not others:
        return {}
    one = _floats(vector)
    rest = _floats(b"".join(others.values())).reshape(len(others), len(vector))
    lengths = np.linalg.norm(rest, axis=1) * np.linalg.norm(one)
    return dict(zip(others, (rest @ one / np.maximum(lengths, 1)).tolist(), strict=True))


def _least(values: npt.NDArray[np.uint16], count: int) -> list[int]:
    """The places of so many of the least values, as far as there are some."""
    limit = np.searchsorted(np.cumsum(np.bincount(values, minlength=NEVER + 1)), count)
    if limit >= NEVER:
        return np.flatnonzero(values < NEVER).tolist()
    below, level = np.flatnonzero(values < limit), np.flatnonzero(values == limit)
    rest = count - len(below)
    return [*below.tolist(), *level[len(level) - rest :].tolist()]


def _floats(held: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(held, np.int8).astype(np.float32)
