"""The leaves of many queries, and which of them hold for a paper."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TypeVar

from bot.domain.matching import ANY_FIELDS, Document, field_of
from bot.domain.queries import (
    PREFIX_MIN_CHARS,
    Category,
    Count,
    Field,
    Has,
    Last,
    Leaf,
    Prefix,
    Source,
    When,
    Words,
    head,
)

K = TypeVar("K")


def absent(key: str) -> str:
    """The key that holds when a leaf that may be unknown is known not to hold."""
    return f"-{key}"


class LeafIndex:
    """Leaves by their keys, which are their forms; each is kept while any query uses it."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._lookups: dict[tuple[Field, bool], _Lookup] = {}
        self._facts: dict[str, Leaf] = {}

    def __len__(self) -> int:
        return len(self._uses)

    def add(self, key: str, leaf: Leaf) -> None:
        self._uses[key] = self._uses.get(key, 0) + 1
        if self._uses[key] > 1:
            return
        match leaf:
            case Words(field=field, exact=exact):
                self._lookup(field, unstemmed=exact).add(leaf)
            case Prefix(field=field):
                self._lookup(field, unstemmed=True).add_prefix(leaf)
            case Count() | When() | Last():
                self._facts[key] = leaf
            case Category() | Source() | Has():
                pass  # Document.facets has them by their forms

    def remove(self, key: str, leaf: Leaf) -> None:
        self._uses[key] -= 1
        if self._uses[key]:
            return
        del self._uses[key]
        match leaf:
            case Words(field=field, exact=exact):
                self._lookup(field, unstemmed=exact).remove(leaf)
            case Prefix(field=field):
                self._lookup(field, unstemmed=True).remove_prefix(leaf)
            case _:
                self._facts.pop(key, None)

    def holding(self, document: Document, today: date) -> dict[str, str]:
        """The keys of the leaves that hold, each with the field in which it was found."""
        found = dict(document.facets)
        for (field, unstemmed), lookup in self._lookups.items():
            # Backwards: the field that is reported first is written last.
            for place in reversed(ANY_FIELDS) if field is Field.ANY else (field,):
                line = document.lines[place]
                keys = lookup.found(line.words if unstemmed else line.stems)
                found.update(dict.fromkeys(keys, place.value))
        for key, leaf in self._facts.items():
            name = field_of(leaf, document, today)
            if name is not None:
                found[key if name else absent(key)] = name
        return found

    def _lookup(self, field: Field, *, unstemmed: bool) -> "_Lookup":
        known = self._lookups.get((field, unstemmed))
        return known or self._lookups.setdefault((field, unstemmed), _Lookup(field, unstemmed))


class _Lookup:
    """The words, phrases and prefixes that are looked for in one kind of line."""

    def __init__(self, field: Field, unstemmed: bool) -> None:
        self._head = head(field, exact=unstemmed)
        self._prefix_head = head(field)
        self._words: set[str] = set()
        self._phrases: dict[tuple[str, str], set[str]] = {}  # by their first two words
        self._prefixes: dict[str, set[str]] = {}  # by their first letters

    def add(self, leaf: Words) -> None:
        if len(leaf.tokens) == 1:
            self._words.add(leaf.tokens[0])
        else:
            self._phrases.setdefault(_pair(leaf), set()).add(" ".join(leaf.tokens))

    def remove(self, leaf: Words) -> None:
        if len(leaf.tokens) == 1:
            self._words.remove(leaf.tokens[0])
        else:
            _discard(self._phrases, _pair(leaf), " ".join(leaf.tokens))

    def add_prefix(self, leaf: Prefix) -> None:
        self._prefixes.setdefault(leaf.start[:PREFIX_MIN_CHARS], set()).add(leaf.start)

    def remove_prefix(self, leaf: Prefix) -> None:
        _discard(self._prefixes, leaf.start[:PREFIX_MIN_CHARS], leaf.start)

    def found(self, line: str) -> Iterator[str]:
        """The keys of what is in the line."""
        tokens = line.split(" ")
        different = set(tokens)
        for word in self._words & different:
            yield self._head + word
        if self._phrases:
            for pair in self._phrases.keys() & set(pairwise(tokens)):
                for phrase in self._phrases[pair]:
                    if f" {phrase} " in line:
                        yield f'{self._head}"{phrase}"'
        if self._prefixes:
            for word in different:
                for start in self._prefixes.get(word[:PREFIX_MIN_CHARS], ()):
                    if word.startswith(start):
                        yield f"{self._prefix_head}{start}*"


def _pair(leaf: Words) -> tuple[str, str]:
    return leaf.tokens[0], leaf.tokens[1]


def _discard(groups: dict[K, set[str]], group: K, member: str) -> None:
    groups[group].remove(member)
    if not groups[group]:
        del groups[group]
