"""What a text index must hold and be asked so that it never misses an exact match.

The index narrows, `bot.domain.matching` decides: whatever the database, a
query means the same. Tokens hold letters and digits only, never blanks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.papers import Paper
from bot.domain.queries import (
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


class Column(StrEnum):
    """The index's columns; each holds tokens separated by blanks."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    nodes: "tuple[IndexQuery, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    nodes: "tuple[IndexQuery, ...]"


@dataclass(frozen=True, slots=True)
class Everything:
    """No text narrows it (`upvotes:>=20`): newest papers first."""


IndexQuery = IndexTerm | AllOf | AnyOf | Everything

IN_TEXT = (Column.TITLE, Column.ABSTRACT)
_COLUMNS = {
    Field.ANY: IN_TEXT,
    Field.TITLE: (Column.TITLE,),
    Field.ABSTRACT: (Column.ABSTRACT,),
    Field.AUTHOR: (Column.AUTHORS,),
    Field.ORG: (Column.FACETS,),
    Field.VENUE: (Column.FACETS,),
}


def index_columns(paper: Paper) -> dict[Column, str]:
    """What the text index holds of a paper: stems, but of authors' names the words themselves."""
    return {
        Column.TITLE: " ".join(stems(words(paper.title))),
        Column.ABSTRACT: " ".join(stems(words(paper.abstract))),
        Column.AUTHORS: " ".join(word for name in paper.authors for word in words(name)),
        Column.FACETS: " ".join(dict.fromkeys(_facets(paper))),
    }


def index_query(query: Query) -> IndexQuery:
    """A necessary condition: every paper that matches the query satisfies it."""
    return _necessary(normal(query.root))


def _necessary(node: Node) -> IndexQuery:
    match node:
        case And(nodes=nodes):
            return _all_of(_necessary(n) for n in nodes)
        case Or(nodes=nodes):
            return _any_of(_necessary(n) for n in nodes)
        case Words(tokens=tokens, field=field):
            held = tokens if field is Field.AUTHOR else stems(list(tokens))
            return _all_of(_term(field, token) for token in held)
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
    flat = [m for n in nodes for m in (n.nodes if isinstance(n, AllOf) else (n,))]
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
