"""What a text index must hold and be asked so that it never misses an exact match.

The index narrows, `bot.domain.matching` decides: whatever the database, a
query means the same. Tokens hold letters and digits only, never blanks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.meaning import Meaning
from bot.domain.papers import Paper
from bot.domain.queries import (
    PREFIX_MIN_CHARS,
    And,
    Category,
    Count,
    Field,
    Has,
    Last,
    Node,
    Not,
    Or,
    Prefix,
    Query,
    Source,
    When,
    Words,
    normal,
)
from bot.domain.text import odd_stems, stems, words

NAMES_APART = "AND"
"""Between two authors; no token, as these are lower case."""


class Column(StrEnum):
    """The index's columns; each holds tokens separated by blanks, authors `NAMES_APART`."""

    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHORS = "authors"
    FACETS = "facets"
    """Organisation, venue, categories and sources, as tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """A token to be found in any of these columns; with `prefix`, a token's first letters."""

    token: str
    columns: tuple[Column, ...]
    prefix: bool = False
    kin: bool = False
    """In title and abstract, words of its root (`bot.domain.roots`) will do as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    nodes: "tuple[IndexQuery, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(AllOf):
    """All of these terms of the same columns: side by side, or in one author's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    nodes: "tuple[IndexQuery, ...]"


@dataclass(frozen=True, slots=True)
class Everything:
    """No text narrows it (`upvotes:>=20`): newest papers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The papers that come nearest to this meaning, whatever their words."""

    meaning: Meaning
    weight: float = 1.0
    """In the order of all that is found; `bot.domain.fusion`."""


IndexQuery = IndexTerm | AllOf | AnyOf | Everything | Alike

IN_TEXT = (Column.TITLE, Column.ABSTRACT)
_COLUMNS = {
    Field.ANY: IN_TEXT,
    Field.TITLE: (Column.TITLE,),
    Field.ABSTRACT: (Column.ABSTRACT,),
    Field.AUTHOR: (Column.AUTHORS,),
    Field.ORG: (Column.FACETS,),
    Field.VENUE: (Column.FACETS,),
}


_TEXTS = (IN_TEXT, (Column.TITLE,), (Column.ABSTRACT,))


def index_columns(paper: Paper) -> dict[Column, str]:
    """What the text index holds of a paper: stems, but of authors' names the words themselves."""
    return {
        Column.TITLE: " ".join(stems(words(paper.title))),
        Column.ABSTRACT: " ".join(stems(words(paper.abstract))),
        Column.AUTHORS: f" {NAMES_APART} ".join(" ".join(words(name)) for name in paper.authors),
        Column.FACETS: " ".join(dict.fromkeys(_facets(paper))),
    }


def index_query(query: Query, *, also: Iterable[IndexQuery] = ()) -> IndexQuery:
    """A necessary condition: every paper that matches the query satisfies it.

    With `also` it holds for the same papers, of which those that satisfy that are better.
    """
    needed = _necessary(normal(query.root))
    return _any_of([needed, _all_of([needed, *also])])


def index_near(
    some: Iterable[Words | Prefix], *, strict: Query | None, also: Iterable[IndexQuery] = ()
) -> IndexQuery:
    """Any of these words, for which words of their family or authors' names will do, or `also`."""
    asked = _any_of([*(_with_kin(_necessary(word)) for word in some), *also])
    return _all_of([asked, index_query(strict)]) if strict else asked


def title_so_far(text: str) -> IndexQuery:
    """A title that is being typed: its words, the last of which may be the start of one.

    Of a word's first letter or two nothing can be said yet.
    """
    *whole, last = words(text)
    if whole and len(last) < PREFIX_MIN_CHARS:
        return _all_of(_term(Field.TITLE, stem) for stem in stems(whole))
    starts = _any_of(_starts(last, Field.TITLE))
    return _all_of([*(_term(Field.TITLE, stem) for stem in stems(whole)), starts])


def index_exclusions(query: Query) -> IndexQuery | None:
    """A sufficient condition: no paper that satisfies it matches the query."""
    root = normal(query.root)
    nodes = root.nodes if isinstance(root, And) else ()
    out = (n.node for n in nodes if isinstance(n, Not) and isinstance(n.node, Words))
    plain = (w for w in out if len(w.tokens) == 1 and not w.exact and _COLUMNS[w.field] in _TEXTS)
    terms = tuple(_term(w.field, w.tokens[0]) for w in plain)
    return AnyOf(nodes=terms) if terms else None


def first_day(query: Query, *, today: date) -> date | None:
    """A day that no matching paper is older than."""
    return _first_day(normal(query.root), today)


def _first_day(node: Node, today: date) -> date | None:
    match node:
        case When(side="after", day=day):
            return day
        case Last(days=days):
            return today - timedelta(days)
        case And(nodes=nodes):
            return max(filter(None, (_first_day(n, today) for n in nodes)), default=None)
        case Or(nodes=nodes):
            each = [first for n in nodes if (first := _first_day(n, today))]
            return min(each) if len(each) == len(nodes) else None
        case _:
            return None


def _with_kin(node: IndexQuery) -> IndexQuery:
    match node:
        case IndexTerm(columns=columns, prefix=False) if columns[0] in IN_TEXT:
            names = (Column.AUTHORS,) if columns == IN_TEXT else ()
            return replace(node, columns=(*columns, *names), kin=True)
        case AllOf(nodes=nodes):
            return AllOf(nodes=tuple(map(_with_kin, nodes)))
        case AnyOf(nodes=nodes):
            return AnyOf(nodes=tuple(map(_with_kin, nodes)))
        case _:
            return node


def _necessary(node: Node) -> IndexQuery:
    match node:
        case And(nodes=nodes) if any(Not(node=n) in nodes for n in nodes):
            return AnyOf(nodes=())  # else all that have it would be read for one without it
        case And(nodes=nodes):
            return _all_of(_necessary(n) for n in nodes)
        case Or(nodes=nodes):
            return _any_of(_necessary(n) for n in nodes)
        case Words(tokens=tokens, field=field):
            held = tokens if field is Field.AUTHOR else stems(list(tokens))
            terms = tuple(_term(field, token) for token in held)
            apart = len(terms) == 1 or Column.FACETS in terms[0].columns
            return _all_of(terms) if apart else Phrase(nodes=terms)
        case Prefix(start=start, field=field):
            return _any_of(_starts(start, field))
        case Category(name=name, whole_archive=whole_archive):
            return _facet_term("archive" if whole_archive else "cat", name)
        case Source(name=name):
            return _facet_term("source", name)
        case Not() | Has() | Count() | When() | Last():
            return Everything()


def _term(field: Field, token: str, *, prefix: bool = False) -> IndexTerm:
    if field in (Field.ORG, Field.VENUE):
        token = field + token
    return IndexTerm(token=token, columns=_COLUMNS[field], prefix=prefix)


def _starts(start: str, field: Field) -> Iterator[IndexTerm]:
    """Words that start so, by their stems."""
    yield _term(field, start, prefix=True)
    if field is not Field.AUTHOR:
        for stem in sorted(odd_stems(start)):
            yield _term(field, stem)


def _facet_term(kind: str, value: str) -> IndexTerm:
    return IndexTerm(token=_facet(kind, value), columns=(Column.FACETS,))


def _facet(kind: str, value: str) -> str:
    """One token, whatever signs the value has: `catcscl`."""
    return kind + "".join(words(value))


def _facets(paper: Paper) -> Iterator[str]:
    for field, text in ((Field.ORG, paper.organization), (Field.VENUE, paper.venue)):
        for token in stems(words(text or "")):
            yield field + token
    for category in paper.categories:
        yield _facet("cat", category)
        yield _facet("archive", category.partition(".")[0])
    for source in paper.sources:
        yield _facet("source", source)


def _all_of(nodes: Iterable[IndexQuery]) -> IndexQuery:
    flat = [m for n in nodes for m in (n.nodes if type(n) is AllOf else (n,))]
    narrow = tuple(dict.fromkeys(n for n in flat if n != Everything()))
    if len(narrow) > 1:
        return AllOf(nodes=narrow)
    return narrow[0] if narrow else Everything()


def _any_of(nodes: Iterable[IndexQuery]) -> IndexQuery:
    flat = [m for n in nodes for m in (n.nodes if isinstance(n, AnyOf) else (n,))]
    each = tuple(dict.fromkeys(flat))
    if Everything() in each:
        return Everything()
    return each[0] if len(each) == 1 else AnyOf(nodes=each)
