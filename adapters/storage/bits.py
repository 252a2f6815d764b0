"""Sets of rows as the bits of one integer, and as the blobs in which the database keeps them.

A million rows are 125 kB, which Python intersects in 6 microseconds. A blob holds the rows of
one block: few as a sorted list, two bytes each; many as a bit each.
"""

import re
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_

BLOCK_ROWS = 65_536
LIST_MAX = 512
_BLOCK_BYTES = BLOCK_ROWS // 8
_FLAGS_MIN = 2_000
"""Rows of a block; so many are sooner set as bytes than as bits."""
_LIST_MAX_BYTES = 2 * LIST_MAX
_BITS_MIN_BYTES = _LIST_MAX_BYTES + 1  # the length tells the two kinds apart

_SET = re.compile(rb"[^\x00]")
_NOTHING = bytes(128)
_HIGH_FIRST = [tuple(bit for bit in range(7, -1, -1) if byte >> bit & 1) for byte in range(256)]


def changed(blob: bytes, added: Sequence[int], removed: Iterable[int] = ()) -> bytes:
    """The blob with these rows of the block, given in order, and without those."""
    if len(blob) > _LIST_MAX_BYTES:
        return _changed_bits(blob, added, removed)
    last = unpacked(blob[-2:], "H")[0] if blob else -1
    if added and added[0] > last and not removed and len(blob) // 2 + len(added) <= LIST_MAX:
        return blob + packed(added, "H")
    rows = sorted({*unpacked(blob, "H"), *added}.difference(removed))
    return packed(rows, "H") if len(rows) <= LIST_MAX else _changed_bits(b"", rows, ())


def union(blobs: Iterable[tuple[int, bytes]], *, last_row: int) -> int:
    """All rows of blobs, each given with its block's number."""
    lists, whole = defaultdict[int, list[bytes]](list), defaultdict[int, list[bytes]](list)
    for block, blob in blobs:
        (lists if len(blob) <= _LIST_MAX_BYTES else whole)[block].append(blob)
    listed = {block: unpacked(b"".join(some), "H") for block, some in lists.items()}
    for block in [block for block, rows in listed.items() if len(rows) > _FLAGS_MIN]:
        whole[block].append(_flagged(listed.pop(block)))
    bits = bytearray(last_row // 8 + 1)
    for block, some in whole.items():
        first = block * _BLOCK_BYTES
        bits[first : first + _BLOCK_BYTES] = _together(some)
    for block, rows in listed.items():
        first = block * _BLOCK_BYTES
        for row in rows:
            bits[first + (row >> 3)] |= 1 << (row & 7)
    return int.from_bytes(bits[: last_row // 8 + 1], "little")


def _together(blobs: Sequence[bytes]) -> bytes:
    """A bit for each row of the block."""
    if len(blobs) == 1:
        return blobs[0].ljust(_BLOCK_BYTES, b"\x00")
    there = reduce(or_, (int.from_bytes(blob, "little") for blob in blobs))
    return there.to_bytes(_BLOCK_BYTES, "little")


def _flagged(rows: Iterable[int]) -> bytes:
    """Of many rows: a byte each, and then eight of these together."""
    flags = bytearray(BLOCK_ROWS)
    for row in rows:
        flags[row] = 1
    bits = (int.from_bytes(flags[bit::8], "little") << bit for bit in range(8))
    return reduce(or_, bits).to_bytes(_BLOCK_BYTES, "little")


def bits_of(rows: Iterable[int], *, last_row: int) -> int:
    bits = bytearray(last_row // 8 + 1)
    for row in rows:
        bits[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(bits, "little")


def rows_of_bits(bits: int) -> Iterator[int]:
    """The highest first."""
    size = (bits.bit_length() + 7) // 8
    data = bits.to_bytes(size, "big")
    for start in range(0, size, len(_NOTHING)):
        if data.startswith(_NOTHING, start):
            continue
        for found in _SET.finditer(data, start, start + len(_NOTHING)):
            first = (size - 1 - found.start()) * 8
            for bit in _HIGH_FIRST[data[found.start()]]:
                yield first + bit


class Sums:
    """A small number for every row, added up for all rows at once: bit k of all in one integer."""

    def __init__(self) -> None:
        self._planes: list[int] = []

    def add(self, rows: int, weight: int) -> None:
        for place in range(weight.bit_length()):
            if weight >> place & 1:
                self._carry(rows, place)

    def best(self, among: int, count: int) -> int:
        """So many of these rows, or as many as there are; of equal ones the highest."""
        chosen, level = 0, among
        for plane in reversed(self._planes):
            higher = level & plane
            if (chosen | higher).bit_count() <= count:
                chosen |= higher
                level ^= higher
            else:
                level = higher
        rest = count - chosen.bit_count()
        return chosen | highest(level, rest)

    def _carry(self, carried: int, place: int) -> None:
        while carried:
            while len(self._planes) <= place:
                self._planes.append(0)
            plane = self._planes[place]
            self._planes[place], carried = plane ^ carried, plane & carried
            place += 1


def highest(bits: int, count: int) -> int:
    """Of the set bits, so many of the highest."""
    if bits.bit_count() <= count:
        return bits
    if not count:
        return 0
    last = next(islice(rows_of_bits(bits), count - 1, None))
    return bits >> last << last


def _changed_bits(blob: bytes, added: Sequence[int], removed: Iterable[int]) -> bytes:
    size = max(len(blob), _BITS_MIN_BYTES, max(added, default=0) // 8 + 1)
    bits = bytearray(blob.ljust(size, b"\x00"))
    for row in added:
        bits[row >> 3] |= 1 << (row & 7)
    for row in removed:
        bits[row >> 3] &= ~(1 << (row & 7))
    return bytes(bits)


def packed(numbers: Iterable[int], kind: str = "I") -> bytes:
    """Little endian, by default in four bytes each."""
    found = array(kind, numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def unpacked(blob: bytes, kind: str = "I") -> "array[int]":
    found = array(kind, blob)
    if sys.byteorder == "big":
        found.byteswap()
    return found
