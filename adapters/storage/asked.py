"""A query, looked up: the papers that satisfy it, and which of them are promising."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_

from adapters.storage import bits
from adapters.storage.facts import Facts
from adapters.storage.postings import (
    PAIRS,
    PLACE,
    UNPAIRED,
    VERY_COMMON,
    Postings,
    Vocabulary,
    Word,
    bucket,
    entry,
    name_pairs,
    pairs,
)
from adapters.storage.vectors import SqlVectors
from bot.domain.index_queries import (
    IN_TEXT,
    Alike,
    AllOf,
    AnyOf,
    Column,
    Everything,
    Fact,
    IndexQuery,
    IndexTerm,
    Phrase,
    parts,
)
from bot.domain.meaning import Meaning
from bot.domain.relevance import Relevance, Wanted, rarity
from bot.domain.roots import root

NEAR = 100
"""Papers near in meaning are so many."""
PROMISING_WORDS = 12
"""The rarest words of a query say which papers are promising."""
FAMILY_STEPS, ITSELF_STEPS, TITLE_STEPS = 10, 5, 5
"""How finely they weigh: of its family anywhere, itself in the text, of its family in the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of the archive that a term means."""

    forms: Mapping[str, Word]
    family: Mapping[str, Word]


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The papers that have a term: in the title, the abstract, the rest; itself or its family."""

    title: int
    abstract: int
    authors: int
    facets: int
    family_title: int
    family_abstract: int

    @cached_property
    def text(self) -> int:
        return self.title | self.abstract

    @cached_property
    def family(self) -> int:
        return self.family_title | self.family_abstract

    @cached_property
    def all(self) -> int:
        return self.family | self.authors | self.facets

    @cached_property
    def having_text(self) -> int:
        return self.text.bit_count()

    @cached_property
    def having_family(self) -> int:
        return self.having_text if self.family == self.text else self.family.bit_count()


class Asked:
    def __init__(
        self,
        query: IndexQuery,
        vocabulary: Vocabulary,
        postings: Postings,
        vectors: SqlVectors,
        facts: Facts,
        *,
        last_row: int,
    ) -> None:
        self.query = query
        self.last_row = last_row
        self._facts = facts
        self.alike = next(parts(query, Alike), None)
        self._near = self._rows_near(self.alike.meaning, vectors) if self.alike else 0
        self._vocabulary = vocabulary
        self._terms = list(dict.fromkeys(parts(query, IndexTerm)))
        plain = {term.token for term in self._terms if not term.prefix}
        self._known = vocabulary.known(plain | VERY_COMMON)
        self._words = self._look_up()
        self._pairs = {phrase: self._pairs_of(phrase) for phrase in parts(query, Phrase)}
        self._blobs = postings.read(self._wanted_words(), last_row=last_row)
        self._held = {term: self._rows_of(term) for term in self._terms}
        self.rows = self.satisfying(query)
        """None for all papers."""

    @property
    def vague(self) -> bool:
        """Whether it has phrases of which the pairs do not say all."""
        unpaired = set(map(self._number, UNPAIRED))
        phrases = (p for p in self._pairs if Column.AUTHORS not in columns(p))
        return any(not unpaired.isdisjoint(self.numbers(p)) for p in phrases)

    def numbers(self, phrase: Phrase) -> list[int]:
        """Its words, in order."""
        return [self._number(term.token) for term in parts(phrase, IndexTerm)]

    def promising(self, among: int, count: int) -> int:
        """So many of these rows, by the rarest words that they have; and those near in meaning."""
        if among.bit_count() <= count:
            return among
        if not self._terms:
            return self._near & among
        weights = sorted(((self._rarity(term), term) for term in self._terms), key=lambda x: -x[0])
        rarest = weights[:PROMISING_WORDS]
        most, sums = rarest[0][0], bits.Sums()
        for weight, term in rarest:
            held = self._held[term]
            for rows, steps in (
                (held.family | held.authors, FAMILY_STEPS),
                (held.text, ITSELF_STEPS),
                (held.family_title, TITLE_STEPS),
            ):
                sums.add(rows & among, round(steps * weight / most))
        return sums.best(among, count) | self._near & among

    def relevance(self) -> Relevance:
        common = set(map(self._number, VERY_COMMON))
        return Relevance([self._wanted(term) for term in self._terms], common=common)

    def _rows_near(self, meaning: Meaning, vectors: SqlVectors) -> int:
        return bits.bits_of(vectors.nearest(meaning, NEAR), last_row=self.last_row)

    def _look_up(self) -> dict[IndexTerm, _Words]:
        roots = {term.token: root(term.token) for term in self._terms if term.kin}
        kin = self._vocabulary.kin(set(roots.values())) if roots else {}
        found = {}
        for term in self._terms:
            if term.prefix:
                forms = self._vocabulary.starting(term.token)
            else:
                forms = {t: self._known[t] for t in (term.token,) if t in self._known}
            family = kin[roots[term.token]] if term.kin else {}
            found[term] = _Words(forms=forms, family={**family, **forms})
        return found

    def _wanted_words(self) -> Iterator[tuple[int, Word]]:
        for term, words in self._words.items():
            for column in term.columns:
                held = words.family if column in IN_TEXT else words.forms
                yield from ((PLACE[column], word) for word in held.values())
        for buckets in self._pairs.values():
            yield from ((PAIRS, bucket(number)) for number in buckets)

    def _rows_of(self, term: IndexTerm) -> _Rows:
        words = self._words[term]
        kin = [word for token, word in words.family.items() if token not in words.forms]
        forms = {c: self._union(c, words.forms.values(), term) for c in Column}
        family = {c: forms[c] | self._union(c, kin, term) for c in IN_TEXT}
        return _Rows(
            title=forms[Column.TITLE],
            abstract=forms[Column.ABSTRACT],
            authors=forms[Column.AUTHORS],
            facets=forms[Column.FACETS],
            family_title=family[Column.TITLE],
            family_abstract=family[Column.ABSTRACT],
        )

    def _union(self, column: Column, words: Iterable[Word], term: IndexTerm) -> int:
        if column not in term.columns:
            return 0
        blobs = [b for w in words for b in self._blobs.get(entry(PLACE[column], w.number), ())]
        return bits.union(blobs, last_row=self.last_row) if blobs else 0

    def satisfying(self, query: IndexQuery) -> int | None:
        match query:
            case Everything():
                return None
            case IndexTerm():
                return self._held[query].all
            case Alike():
                return self._near
            case Fact():
                return self._facts.rows(query, last_row=self.last_row)
            case Phrase(nodes=nodes):
                words = self._all_of(nodes) or 0
                return reduce(and_, map(self._pair, self._pairs[query]), words)
            case AllOf(nodes=nodes):
                return self._all_of(nodes)
            case AnyOf(nodes=nodes):
                some = [self.satisfying(n) for n in nodes]
                known = [rows for rows in some if rows is not None]
                return reduce(or_, known, 0) if len(known) == len(some) else None

    def _all_of(self, nodes: Iterable[IndexQuery]) -> int | None:
        """Facts come last: of few papers they are looked up for these alone."""
        rows: int | None = None
        for node in sorted(nodes, key=lambda n: isinstance(n, Fact)):
            if isinstance(node, Fact):
                found: int | None = self._facts.rows(node, last_row=self.last_row, among=rows)
            else:
                found = self.satisfying(node)
            if found is not None:
                rows = found if rows is None else rows & found
        return rows

    def _pair(self, number: int) -> int:
        return bits.union(self._blobs.get(entry(PAIRS, number), ()), last_row=self.last_row)

    def _pairs_of(self, phrase: Phrase) -> set[int]:
        if Column.AUTHORS in columns(phrase):
            return set(name_pairs(self.numbers(phrase)))
        return set(pairs(self.numbers(phrase), set(map(self._number, UNPAIRED))))

    def _number(self, token: str) -> int:
        return self._known[token].number if token in self._known else 0

    def _rarity(self, term: IndexTerm) -> float:
        return rarity(self.last_row, self._held[term].having_family)

    def _wanted(self, term: IndexTerm) -> Wanted:
        held, words = self._held[term], self._words[term]
        return Wanted(
            forms={word.number for word in words.forms.values()},
            family={word.number for word in words.family.values()} if term.kin else (),
            in_title=Column.TITLE in term.columns,
            in_abstract=Column.ABSTRACT in term.columns,
            in_authors=Column.AUTHORS in term.columns,
            rarity=rarity(self.last_row, held.having_text),
            family_rarity=rarity(self.last_row, held.having_family),
            author_rarity=rarity(self.last_row, held.authors.bit_count()),
        )


def columns(phrase: Phrase) -> tuple[Column, ...]:
    """Those of all its words."""
    return next(parts(phrase, IndexTerm)).columns
