"""Which papers have a word: the part of the text index that is looked up.

A word is known by its number, a posting by block, place and word. Blocks come first, so that
new papers, which are of the last block, change neighbouring rows of the table.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from adapters.storage import bits
from adapters.storage.batches import in_batches, read_listed
from adapters.storage.tables import posting_rows, word_rows
from bot.domain.index_queries import Column
from bot.domain.roots import root

PLACE = {name: place for place, name in enumerate(Column)}
PAIRS = len(PLACE)
"""The place of words side by side in title or abstract, and of words of one author's name."""
PAIR_BUCKETS = 2**14
"""A pair is known by a hash, which says where a phrase cannot be."""
NAME_MAX = 200
"""Words of a name whose pairs are told apart; those of a longer one are in all buckets."""
_UNPAIRED = "a an and are as be by can for from is it of on our that the this we which with"
UNPAIRED = frozenset(_UNPAIRED.split())
"""So many papers have these side by side with anything that it says little of a phrase."""
VERY_COMMON = UNPAIRED | {"in", "to", "via"}
"""They say nothing of what a title is about."""
PLACES = 8
WORDS_MAX = 2**32
EVERYWHERE = 2**62

BLOCK_KEYS = PLACES * WORDS_MAX

Entry = int
"""A place and a word's number; a posting's key without its block."""
Blobs = dict[Entry, list[tuple[int, bytes]]]
"""For each entry, the blocks that have it."""


def entry(place: int, word: int) -> Entry:
    return place * WORDS_MAX + word


class Word(NamedTuple):
    number: int
    seen: int
    """In which blocks and places it ever was, as bits: where else need not be looked. Some
    blocks share theirs."""


SEEN_BLOCKS = 15  # with four places each as many as a signed integer of 64 bits has


def seen_bit(block: int, place: int) -> int:
    return 1 << (block % SEEN_BLOCKS * len(PLACE) + place) if place < PAIRS else EVERYWHERE


def bucket(number: int) -> Word:
    """A bucket of pairs, which are of all words."""
    return Word(number, EVERYWHERE)


@dataclass(slots=True)
class Change:
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


class Changes(defaultdict[int, Change]):
    """By key, what becomes different; rows are to be added in order."""

    def __init__(self) -> None:
        super().__init__(Change)

    def add(self, row: int, entries: Iterable[Entry]) -> None:
        block, offset = divmod(row, bits.BLOCK_ROWS)
        for one in entries:
            self[block * BLOCK_KEYS + one].added.append(offset)

    def remove(self, row: int, entries: Iterable[Entry]) -> None:
        block, offset = divmod(row, bits.BLOCK_ROWS)
        for one in entries:
            self[block * BLOCK_KEYS + one].removed.append(offset)


_WORDS = select(word_rows.c.token, word_rows.c.id, word_rows.c.seen)
_KNOWN = _WORDS.where(word_rows.c.token.in_(bindparam("tokens", expanding=True)))
_KIN = _WORDS.where(word_rows.c.root.in_(bindparam("roots", expanding=True)))
_STARTING = _WORDS.where(
    word_rows.c.token >= bindparam("first"), word_rows.c.token <= bindparam("last")
)


class Vocabulary:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, tokens: Iterable[str]) -> dict[str, Word]:
        """Those of them that any paper ever had."""
        batches = in_batches(tokens)
        return {t: w for some in batches for t, w in self._found(_KNOWN, tokens=some)}

    def starting(self, start: str) -> dict[str, Word]:
        return dict(self._found(_STARTING, first=start, last=start + chr(0x10FFFF)))

    def kin(self, roots: Iterable[str]) -> dict[str, dict[str, Word]]:
        """For each root, the words that have it."""
        found: dict[str, dict[str, Word]] = {name: {} for name in roots}
        for token, word in self._found(_KIN, roots=list(found)):
            found[root(token)][token] = word
        return found

    def learn(self, seen: Mapping[str, int]) -> dict[str, Word]:
        """All these tokens, each to be known as seen there; new ones get the next numbers."""
        known = self.known(seen)
        last = self._connection.execute(select(func.max(word_rows.c.id))).scalar_one() or 0
        new = {token: Word(last + n, seen[token]) for n, token in enumerate(seen.keys() - known, 1)}
        if new:
            rows = [
                {"id": w.number, "token": token, "root": root(token), "seen": w.seen}
                for token, w in new.items()
            ]
            self._connection.execute(insert(word_rows), rows)
        more = [
            {"word": word.number, "seen": word.seen | seen[token]}
            for token, word in known.items()
            if seen[token] & ~word.seen
        ]
        if more:
            statement = update(word_rows).where(word_rows.c.id == bindparam("word"))
            self._connection.execute(statement, more)
        return known | new

    def _found(self, words: Select[str, int, int], **given: object) -> Iterator[tuple[str, Word]]:
        for token, number, seen in self._connection.execute(words, given).all():
            yield token, Word(number, seen)


class Postings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def apply(self, changes: Mapping[int, Change]) -> None:
        before = dict(self._blobs(changes))
        after = {
            key: bits.changed(before.get(key, b""), change.added, change.removed)
            for key, change in sorted(changes.items())
        }
        if new := [{"key": k, "held": blob} for k, blob in after.items() if k not in before]:
            self._connection.execute(insert(posting_rows), new)
        if known := [{"at": k, "held": blob} for k, blob in after.items() if k in before]:
            statement = update(posting_rows).where(posting_rows.c.key == bindparam("at"))
            self._connection.execute(statement, known)

    def read(self, wanted: Iterable[tuple[int, Word]], *, last_row: int) -> Blobs:
        """What there is of words in places."""
        blocks = range(last_row // bits.BLOCK_ROWS + 1)
        seen = [
            [(block * BLOCK_KEYS, seen_bit(block, p)) for block in blocks] for p in range(PLACES)
        ]
        keys = {
            first + entry(place, word.number)
            for place, word in wanted
            for first, bit in seen[place]
            if word.seen & bit
        }
        found: Blobs = defaultdict(list)
        for key, blob in self._blobs(keys):
            block, one = divmod(key, BLOCK_KEYS)
            found[one].append((block, blob))
        return found

    def _blobs(self, keys: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        yield from read_listed(
            self._connection, "SELECT key, held FROM posting WHERE key IN", sorted(keys)
        )


def pairs(words: Iterable[int], unpaired: Collection[int]) -> Iterator[int]:
    """The buckets of words side by side."""
    for one, other in pairwise(words):
        if one not in unpaired and other not in unpaired:
            yield (one * 7_919 + other) % PAIR_BUCKETS


def name_pairs(words: Iterable[int]) -> Iterator[int]:
    """The buckets of words of one name, in whatever order people write it."""
    apart = sorted(set(words))
    if len(apart) > NAME_MAX:
        yield from range(PAIR_BUCKETS)
        return
    for one, other in combinations(apart, 2):
        yield (one * 7_927 + other) % PAIR_BUCKETS
