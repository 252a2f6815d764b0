"""How well a paper's text answers a query: what puts search results in order.

BM25 (Robertson and Zaragoza, 2009) with a weight for each field, over two readings of a
word: as it is, and as its family (`conduct`, `conducting`). Each counts half, so that a
family is found and the word itself is found first. To that comes a little for words of the
query that stand together, and for a title that speaks of nothing else.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, count

TITLE_WEIGHT = 3.0
SATURATION = 1.2  # BM25's k1 and b, the usual values
LENGTH = 0.75
TITLE_WORDS = 10  # usual lengths, to which a text's own is compared
ABSTRACT_WORDS = 160
NEAR = 4
"""Two words so far apart stand together."""
NEAR_WEIGHT = 0.2
TITLE_SHARE_WEIGHT = 0.1
_GAP = (0,) * NEAR

Word = int
"""The index calls words by numbers, none of which is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    title: Sequence[Word]
    abstract: Sequence[Word]
    authors: Sequence[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One word of a query, with all of the archive's words that count as it."""

    forms: Collection[Word]
    """The word itself; of a prefix, all words that start so."""
    family: Collection[Word] = ()
    """Words of its root, where these count too."""
    in_title: bool = True
    in_abstract: bool = True
    in_authors: bool = False
    rarity: float
    family_rarity: float = 0.0
    author_rarity: float = 0.0


def rarity(papers: int, having: int) -> float:
    """BM25's inverse document frequency."""
    return math.log(1 + (papers - having + 0.5) / (having + 0.5))


class Relevance:
    def __init__(self, wanted: Sequence[Wanted], *, common: Collection[Word] = ()) -> None:
        """`wanted` in the order of the query; `common` words say nothing of what a title is about."""
        self._wanted = wanted
        self._common = common
        self._names = {w for one in wanted if one.in_authors for w in one.forms}
        self._forms: dict[Word, list[tuple[int, bool]]] = {}
        for number, one in enumerate(wanted):
            if one.in_title or one.in_abstract:
                for word in {*one.forms, *one.family}:
                    self._forms.setdefault(word, []).append((number, word in one.forms))

    def score(self, texts: Texts) -> float:
        seen = self._seen(texts)
        named = self._names.intersection(texts.authors) if self._names else self._names
        lengths = (_length(texts.title, TITLE_WORDS), _length(texts.abstract, ABSTRACT_WORDS))
        total = NEAR_WEIGHT * self._together(seen)
        for number, one in enumerate(self._wanted):
            by_text = _by_text(one, seen[number], lengths) if number in seen else 0.0
            by_name = one.author_rarity if named and not named.isdisjoint(one.forms) else 0.0
            total += max(by_text, by_name)
        return total * (1 + TITLE_SHARE_WEIGHT * self._share(texts.title))

    def _seen(self, texts: Texts) -> "dict[int, _Seen]":
        forms, title = self._forms, len(texts.title)
        words = (*texts.title, *_GAP, *texts.abstract)
        seen: dict[int, _Seen] = {}
        for place in compress(count(), map(forms.__contains__, words)):
            for number, itself in forms[words[place]]:
                one = seen.get(number) or seen.setdefault(number, _Seen())
                one.places.append(place)
                one.count(in_title=place < title, itself=itself)
        return seen

    def _together(self, seen: "Mapping[int, _Seen]") -> float:
        """The rarity of neighbours of the query that are neighbours here."""
        total = 0.0
        for number in range(1, len(self._wanted)):
            if number in seen and number - 1 in seen:
                here, there = seen[number].places, seen[number - 1].places
                if any(abs(a - b) <= NEAR for a in here for b in there):
                    total += min(self._wanted[number].rarity, self._wanted[number - 1].rarity)
        return total

    def _share(self, title: Sequence[Word]) -> float:
        """How much of what the title says was asked for."""
        telling = [word for word in title if word not in self._common]
        return sum(map(self._forms.__contains__, telling)) / max(len(telling), 1)


@dataclass(slots=True)
class _Seen:
    """How often a word is in title and abstract: itself, and it or its family."""

    places: list[int] = field(default_factory=list)
    title: int = 0
    abstract: int = 0
    family_title: int = 0
    family_abstract: int = 0

    def count(self, *, in_title: bool, itself: bool) -> None:
        if in_title:
            self.title += itself
            self.family_title += 1
        else:
            self.abstract += itself
            self.family_abstract += 1


def _by_text(one: Wanted, seen: _Seen, lengths: tuple[float, float]) -> float:
    itself = one.rarity * _saturated(
        seen.title * one.in_title, seen.abstract * one.in_abstract, lengths
    )
    if not one.family:
        return itself
    family = _saturated(
        seen.family_title * one.in_title, seen.family_abstract * one.in_abstract, lengths
    )
    return (itself + one.family_rarity * family) / 2


def _saturated(title: int, abstract: int, lengths: tuple[float, float]) -> float:
    often = TITLE_WEIGHT * title / lengths[0] + abstract / lengths[1]
    return often * (SATURATION + 1) / (often + SATURATION)


def _length(tokens: Sequence[Word], usual: int) -> float:
    return 1 - LENGTH + LENGTH * len(tokens) / usual
