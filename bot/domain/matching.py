"""What a query means: whether a paper matches it, and why.

A leaf holds, does not hold, or is unknown (None): a number that nobody knows
compares with nothing, so neither `upvotes:>5` nor `-upvotes:>5` matches.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.channels import Reason
from bot.domain.papers import Paper
from bot.domain.queries import (
    And,
    Category,
    Count,
    Field,
    Has,
    Last,
    Leaf,
    MaybeUnknown,
    Node,
    Not,
    Or,
    Prefix,
    Query,
    Source,
    When,
    Words,
    category_form,
    form,
    wanted_leaves,
)
from bot.domain.text import stems, words

ANY_FIELDS = (Field.TITLE, Field.ABSTRACT)
"""Where bare words are looked for, and in which order they are reported."""

_COMPARE = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A text's tokens, with a blank before, between and after; two between names of authors."""

    words: str
    stems: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper, analysed for matching."""

    paper: Paper
    words: Mapping[Field, list[str]]
    """Unstemmed; "" between names of authors."""
    lines: Mapping[Field, Line]
    facets: Mapping[str, str]
    """The forms of the category, source and has leaves that hold, each with its field."""


class _Words(dict[Field, list[str]]):
    """The words of a paper, each field's split when first looked at: most queries need one or two."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def __missing__(self, field: Field) -> list[str]:
        found = self[field] = _WORDS[field](self._paper)
        return found


class _Lines(dict[Field, Line]):
    def __init__(self, found: Mapping[Field, list[str]]) -> None:
        self._words = found

    def __missing__(self, field: Field) -> Line:
        tokens = self._words[field]
        stemmed = tokens if field is Field.AUTHOR else stems(tokens)  # names are never stemmed
        line = Line(words=f" {' '.join(tokens)} ", stems=f" {' '.join(stemmed)} ")
        self[field] = line
        return line


def analyse(paper: Paper) -> Document:
    found = _Words(paper)
    return Document(paper=paper, words=found, lines=_Lines(found), facets=dict(_facets(paper)))


def explain(query: Query, document: Document, *, today: date) -> tuple[Reason, ...] | None:
    """Why the paper matches: a reason for each positive term that holds; None if it does not."""
    if not _truth(query.root, document, today):
        return None
    leaves = wanted_leaves(query.root)
    found = ((leaf.text, field_of(leaf, document, today)) for leaf in leaves)
    return tuple(Reason(term=term, field=field) for term, field in found if field)


def field_of(leaf: Leaf, document: Document, today: date) -> str | None:
    """The field in which a leaf holds; "" if it does not hold, None if that is unknown."""
    match leaf:
        case Words(field=field, exact=exact, tokens=tokens):
            return _find(f" {' '.join(tokens)} ", document, field, unstemmed=exact)
        case Prefix(field=field, start=start):
            return _find(f" {start}", document, field, unstemmed=True)
        case Category() | Source() | Has():
            return document.facets.get(form(leaf), "")
        case Count() | When() | Last():
            return _known_field(leaf, document.paper, today)


def _known_field(leaf: MaybeUnknown, paper: Paper, today: date) -> str | None:
    name: str
    match leaf:
        case Count(what=what, comparison=comparison, value=value):
            number = paper.upvotes if what == "upvotes" else paper.comments
            name, truth = what, number is not None and _COMPARE[comparison](number, value)
            unknown = number is None
        case When(side=side, day=day):
            name, truth = side, paper.date is not None and (paper.date >= day) == (side == "after")
            unknown = paper.date is None
        case Last(days=days):
            start = today - timedelta(days)
            name, truth = "last", paper.date is not None and paper.date >= start
            unknown = paper.date is None
    return None if unknown else name if truth else ""


def _truth(node: Node, document: Document, today: date) -> bool | None:
    match node:
        case Not(node=inner):
            truth = _truth(inner, document, today)
            return None if truth is None else not truth
        case And(nodes=nodes):
            return _weakest(_truth(n, document, today) for n in nodes)
        case Or(nodes=nodes):
            return _strongest(_truth(n, document, today) for n in nodes)
        case _:
            found = field_of(node, document, today)
            return None if found is None else bool(found)


def _weakest(truths: Iterator[bool | None]) -> bool | None:
    weakest: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        weakest = weakest and truth
    return weakest


def _strongest(truths: Iterator[bool | None]) -> bool | None:
    strongest: bool | None = False
    for truth in truths:
        if truth is True:
            return True
        strongest = None if truth is None else strongest
    return strongest


def _find(tokens: str, document: Document, field: Field, *, unstemmed: bool) -> str:
    for place in ANY_FIELDS if field is Field.ANY else (field,):
        line = document.lines[place]
        if tokens in (line.words if unstemmed else line.stems):
            return str(place)
    return ""


def _author_words(paper: Paper) -> list[str]:
    found = list[str]()
    for name in paper.authors:
        for order in _name_orders(name):
            found += order
            found.append("")
    return found


_WORDS: Mapping[Field, Callable[[Paper], list[str]]] = {
    Field.TITLE: lambda paper: words(paper.title),
    Field.ABSTRACT: lambda paper: words(paper.abstract),
    Field.AUTHOR: _author_words,
    Field.ORG: lambda paper: words(paper.organization or ""),
    Field.VENUE: lambda paper: words(paper.venue or ""),
}


def _name_orders(name: str) -> Iterator[list[str]]:
    """`given family` and `family given`, each also without initials in the middle."""
    tokens = words(name)
    split = len(words(name.partition(",")[0])) if "," in name else len(tokens) - 1
    before, after = tokens[:split], tokens[split:]
    given, family = (after, before) if "," in name else (before, after)
    yield given + family
    yield family + given
    short = given[:1] + [word for word in given[1:] if len(word) > 1]
    if short != given:
        yield short + family
        yield family + short


def _facets(paper: Paper) -> Iterator[tuple[str, str]]:
    for category in paper.categories:
        name = " ".join(category.lower().split())
        yield category_form(name), "cat"
        yield category_form(name.partition(".")[0], whole_archive=True), "cat"
    for source in paper.sources:
        yield f"source:{source.lower()}", "source"
    if paper.code_url:
        yield "has:code", "has"
    if paper.project_url:
        yield "has:project", "has"
