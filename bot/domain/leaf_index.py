"""The leaves of many queries, and which of them hold for a paper."""

from collections.abc import Iterator, Sequence
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
from bot.domain.text import stem, stems
from bot.domain.trees import Tree
from bot.domain.ways import Term, absent

WORDS_KEPT = 100_000

# Backwards: the field that is reported first is written last.
_PLACES = (*reversed(ANY_FIELDS), Field.AUTHOR, Field.ORG, Field.VENUE)


class LeafIndex:
    """Leaves by their keys, which are their forms; each is kept while any term has it."""

    def __init__(self) -> None:
        self._terms: dict[str, list[Term]] = {}
        self._lookups = {place: _Lookup() for place in _PLACES}
        self._facts: dict[str, Leaf] = {}

    def __bool__(self) -> bool:
        return any((self._terms, self._facts, *self._lookups.values()))

    def add(self, term: Term) -> None:
        terms = self._terms.setdefault(term.key, [])
        terms.append(term)
        if len(terms) > 1:
            return
        match term.leaf:
            case Words() | Prefix() as leaf:
                for place in _places(leaf):
                    self._lookups[place].add(term.key, leaf)
            case Count() | When() | Last():
                self._facts[term.key] = term.leaf
            case Category() | Source() | Has():
                pass  # Document.facets has them by their forms

    def remove(self, term: Term) -> None:
        terms = self._terms[term.key]
        terms.remove(term)
        if terms:
            return
        del self._terms[term.key]
        match term.leaf:
            case Words() | Prefix() as leaf:
                for place in _places(leaf):
                    self._lookups[place].remove(term.key, leaf)
            case _:
                self._facts.pop(term.key, None)

    def terms(self, key: str) -> Sequence[Term]:
        return self._terms.get(key, ())

    def holding(self, document: Document, today: date) -> dict[str, str]:
        """The keys of the leaves that hold, each with the field in which it was found."""
        found = dict(document.facets)
        for place, lookup in self._lookups.items():
            if lookup:
                keys = lookup.found(document.words[place])
                found.update(dict.fromkeys(keys, place.value))
        for key, leaf in self._facts.items():
            name = field_of(leaf, document, today)
            if name is not None:
                found[key if name else absent(key)] = name
        return found


def _places(leaf: Words | Prefix) -> tuple[Field, ...]:
    return ANY_FIELDS if leaf.field is Field.ANY else (leaf.field,)


_Keys = tuple[str, ...]
"""Those of a word, phrase or prefix: in this place, and in any."""


class _Lookup:
    """The words, phrases and prefixes that are looked for in one kind of text, with their keys."""

    def __init__(self) -> None:
        self._words = _Words()
        self._stemmed = _Phrases()
        self._exact = _Phrases()

    def __bool__(self) -> bool:
        return bool(self._words.keys_of or self._stemmed or self._exact)

    def add(self, key: str, leaf: Words | Prefix) -> None:
        if isinstance(leaf, Words) and len(leaf.tokens) > 1:
            branch = self._phrases(leaf).grow(_steps(leaf.tokens))
            branch.value = (*(branch.value or ()), key)
        else:
            self._words.add(key, _name(leaf))

    def remove(self, key: str, leaf: Words | Prefix) -> None:
        if isinstance(leaf, Words) and len(leaf.tokens) > 1:
            phrases, steps = self._phrases(leaf), _steps(leaf.tokens)
            branch = phrases.grow(steps)
            branch.value = _without(branch.value or (), key) or None
            phrases.cut(steps)
        else:
            self._words.remove(key, _name(leaf))

    def found(self, tokens: list[str]) -> Iterator[str]:
        """The keys of what is in a text; some more than once."""
        return chain.from_iterable(
            chain(
                map(self._words.__getitem__, tokens) if self._words.keys_of else (),
                self._stemmed.found(stems(tokens)) if self._stemmed else (),
                self._exact.found(tokens) if self._exact else (),
            )
        )

    def _phrases(self, leaf: Words) -> "_Phrases":
        return self._stemmed if _is_stemmed(leaf) else self._exact


class _Words(dict[str, _Keys]):
    """The keys of each word by itself, remembered until one comes or goes."""

    def __init__(self) -> None:
        self.keys_of: dict[str, _Keys] = {}

    def add(self, key: str, name: str) -> None:
        self.keys_of[name] = (*self.keys_of.get(name, ()), key)
        self.clear()

    def remove(self, key: str, name: str) -> None:
        self.keys_of[name] = _without(self.keys_of[name], key)
        if not self.keys_of[name]:
            del self.keys_of[name]
        self.clear()

    def __missing__(self, word: str) -> _Keys:
        if len(self) >= WORDS_KEPT:
            self.clear()
        starts = (f"{word[:end]}*" for end in range(PREFIX_MIN_CHARS, len(word) + 1))
        names = (stem(word), f"={word}", *starts)
        found = self[word] = tuple(chain.from_iterable(self.keys_of.get(n, ()) for n in names))
        return found


def _name(leaf: Words | Prefix) -> str:
    """What is looked for in a single word: its stem, `=` the word itself, or `sta*`."""
    if isinstance(leaf, Prefix):
        return f"{leaf.start}*"
    return leaf.tokens[0] if _is_stemmed(leaf) else f"={leaf.tokens[0]}"


def _is_stemmed(leaf: Words) -> bool:
    return not leaf.exact and leaf.field is not Field.AUTHOR  # names are never stemmed


_Step = str | tuple[str, str]


class _Phrases(Tree[_Step, _Keys]):
    """The keys of phrases by their words."""

    def found(self, tokens: list[str]) -> Iterator[_Keys]:
        begins = map(self.__contains__, pairwise(tokens))
        for start in compress(count(), begins):
            branch = self[tokens[start], tokens[start + 1]]
            yield branch.value or ()
            for following in range(start + 2, len(tokens)):
                if tokens[following] not in branch:
                    break
                branch = branch[tokens[following]]
                yield branch.value or ()


def _steps(tokens: tuple[str, ...]) -> tuple[_Step, ...]:
    """The first two words are one step: it is seldom taken in vain."""
    return (tokens[0], tokens[1]), *tokens[2:]


def _without(keys: _Keys, key: str) -> _Keys:
    return tuple(other for other in keys if other != key)
