"""The leaves of many queries, and which of them hold for a paper."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, compress, count, pairwise

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
)
from bot.domain.text import stems
from bot.domain.trees import Tree
from bot.domain.ways import absent

WORDS_KEPT = 100_000

# Backwards: the field that is reported first is written last.
_PLACES = (*reversed(ANY_FIELDS), Field.AUTHOR, Field.ORG, Field.VENUE)


class LeafIndex:
    """Leaves by their keys, which are their forms; each is kept while any query uses it."""

    def __init__(self) -> None:
        self._leaves: dict[str, Leaf] = {}
        self._uses: dict[str, int] = {}
        self._stemmed = {place: _Lookup() for place in _PLACES}
        self._exact = {place: _Lookup() for place in _PLACES}
        self._facts: dict[str, Leaf] = {}

    def __bool__(self) -> bool:
        lookups = any((*self._stemmed.values(), *self._exact.values()))
        return bool(self._leaves or self._uses or self._facts or lookups)

    def add(self, key: str, leaf: Leaf) -> None:
        uses = self._uses[key] = self._uses.get(key, 0) + 1
        if uses > 1:
            return
        self._leaves[key] = leaf
        match leaf:
            case Words(tokens=tokens):
                for lookup in self._lookups(leaf):
                    lookup.add(key, tokens)
            case Prefix(start=start):
                for lookup in self._lookups(leaf):
                    lookup.prefixes.add(key, start)
            case Count() | When() | Last():
                self._facts[key] = leaf
            case Category() | Source() | Has():
                pass  # Document.facets has them by their forms

    def remove(self, key: str) -> None:
        self._uses[key] -= 1
        if self._uses[key]:
            return
        del self._uses[key]
        leaf = self._leaves.pop(key)
        match leaf:
            case Words(tokens=tokens):
                for lookup in self._lookups(leaf):
                    lookup.remove(key, tokens)
            case Prefix(start=start):
                for lookup in self._lookups(leaf):
                    lookup.prefixes.remove(key, start)
            case _:
                self._facts.pop(key, None)

    def holding(self, document: Document, today: date) -> dict[str, str]:
        """The keys of the leaves that hold, each with the field in which it was found."""
        found = dict(document.facets)
        for place in _PLACES:
            if lookup := self._stemmed[place]:
                tokens = stems(document.words[place])
                found.update(dict.fromkeys(lookup.found(tokens), place.value))
            if lookup := self._exact[place]:
                tokens = document.words[place]
                found.update(dict.fromkeys(lookup.found(tokens), place.value))
        for key, leaf in self._facts.items():
            name = field_of(leaf, document, today)
            if name is not None:
                found[key if name else absent(key)] = name
        return found

    def _lookups(self, leaf: Words | Prefix) -> Iterator["_Lookup"]:
        stemmed = isinstance(leaf, Words) and not leaf.exact and leaf.field is not Field.AUTHOR
        lookups = self._stemmed if stemmed else self._exact  # names are never stemmed
        for place in ANY_FIELDS if leaf.field is Field.ANY else (leaf.field,):
            yield lookups[place]


_Keys = tuple[str, ...]
"""Those of a word, phrase or prefix: in this place, and in any."""


class _Lookup:
    """The words, phrases and prefixes that are looked for in one kind of text, with their keys."""

    def __init__(self) -> None:
        self._words: dict[str, _Keys] = {}
        self._phrases: Tree[_Step, _Keys] = Tree()
        self.prefixes = _Prefixes()

    def __bool__(self) -> bool:
        return bool(self._words or self._phrases or self.prefixes.starts)

    def add(self, key: str, tokens: tuple[str, ...]) -> None:
        if len(tokens) == 1:
            _add(self._words, tokens[0], key)
        else:
            branch = self._phrases.grow(_steps(tokens))
            branch.value = (*(branch.value or ()), key)

    def remove(self, key: str, tokens: tuple[str, ...]) -> None:
        if len(tokens) == 1:
            _remove(self._words, tokens[0], key)
        else:
            steps = _steps(tokens)
            branch = self._phrases.grow(steps)
            branch.value = _without(branch.value or (), key) or None
            self._phrases.cut(steps)

    def found(self, tokens: list[str]) -> Iterator[str]:
        """The keys of what is in a text; some more than once."""
        words = filter(self._words.__contains__, tokens) if self._words else ()
        return chain.from_iterable(
            chain(
                map(self._words.__getitem__, words),
                self._phrases_in(tokens) if self._phrases else (),
                map(self.prefixes.__getitem__, tokens) if self.prefixes.starts else (),
            )
        )

    def _phrases_in(self, tokens: list[str]) -> Iterator[_Keys]:
        begins = map(self._phrases.__contains__, pairwise(tokens))
        for start in compress(count(), begins):
            branch = self._phrases[tokens[start], tokens[start + 1]]
            yield branch.value or ()
            for following in range(start + 2, len(tokens)):
                if tokens[following] not in branch:
                    break
                branch = branch[tokens[following]]
                yield branch.value or ()


_Step = str | tuple[str, str]


def _steps(tokens: tuple[str, ...]) -> tuple[_Step, ...]:
    """The first two words are one step: it is seldom taken in vain."""
    return (tokens[0], tokens[1]), *tokens[2:]


class _Prefixes(dict[str, _Keys]):
    """The keys of all prefixes of a word, by the word: remembered until a prefix comes or goes."""

    def __init__(self) -> None:
        self.starts: dict[str, _Keys] = {}

    def add(self, key: str, start: str) -> None:
        _add(self.starts, start, key)
        self.clear()

    def remove(self, key: str, start: str) -> None:
        _remove(self.starts, start, key)
        self.clear()

    def __missing__(self, word: str) -> _Keys:
        if len(self) >= WORDS_KEPT:
            self.clear()
        ends = range(PREFIX_MIN_CHARS, len(word) + 1)
        found = self[word] = tuple(chain.from_iterable(self.starts.get(word[:e], ()) for e in ends))
        return found


def _add(keys: dict[str, _Keys], name: str, key: str) -> None:
    keys[name] = (*keys.get(name, ()), key)


def _remove(keys: dict[str, _Keys], name: str, key: str) -> None:
    keys[name] = _without(keys[name], key)
    if not keys[name]:
        del keys[name]


def _without(keys: _Keys, key: str) -> _Keys:
    return tuple(other for other in keys if other != key)
