"""What a text index must hold and be asked so that it never misses an exact match.

The index narrows, `bot.domain.matching` decides: whatever the database, a
query means the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.index_queries import (
    IN_TEXT,
    AllOf,
    AnyOf,
    Column,
    Everything,
    Fact,
    IndexQuery,
    IndexTerm,
    Phrase,
    all_of,
    any_of,
)
from bot.domain.papers import Paper
from bot.domain.queries import (
    PREFIX_MIN_CHARS,
    And,
    Category,
    Comparison,
    Count,
    Field,
    Has,
    Last,
    MaybeUnknown,
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


def index_query(
    query: Query, *, today: date, since: date | None = None, also: Iterable[IndexQuery] = ()
) -> IndexQuery:
    """A necessary condition: every paper that matches the query, of a day on, satisfies it.

    With `also` it holds for the same papers, of which those that satisfy that are better.
    """
    dated = [Fact(what="day", least=since)] if since else []
    needed = all_of([_necessary(normal(query.root), today), *dated])
    return any_of([needed, all_of([needed, *also])])


def index_near(
    some: Iterable[Words | Prefix],
    *,
    strict: IndexQuery | None = None,
    also: Iterable[IndexQuery] = (),
) -> IndexQuery:
    """Any of these words, for which words of their family or authors' names will do, or `also`."""
    asked = any_of([*(_with_kin(_of_text(word)) for word in some), *also])
    return all_of([asked, strict]) if strict else asked


def title_so_far(text: str) -> IndexQuery:
    """A title that is being typed: its words, the last of which may be the start of one.

    Of a word's first letter or two nothing can be said yet.
    """
    *whole, last = words(text)
    if whole and len(last) < PREFIX_MIN_CHARS:
        return all_of(_term(Field.TITLE, stem) for stem in stems(whole))
    starts = any_of(_starts(last, Field.TITLE))
    return all_of([*(_term(Field.TITLE, stem) for stem in stems(whole)), starts])


def index_exclusions(query: Query) -> IndexQuery | None:
    """A sufficient condition: no paper that satisfies it matches the query."""
    root = normal(query.root)
    nodes = root.nodes if isinstance(root, And) else ()
    out = (n.node for n in nodes if isinstance(n, Not) and isinstance(n.node, Words))
    plain = (w for w in out if len(w.tokens) == 1 and not w.exact and _COLUMNS[w.field] in _TEXTS)
    terms = tuple(_term(w.field, w.tokens[0]) for w in plain)
    return AnyOf(nodes=terms) if terms else None


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


def _necessary(node: Node, today: date) -> IndexQuery:
    match node:
        case And(nodes=nodes) if any(Not(node=n) in nodes for n in nodes):
            return AnyOf(nodes=())  # else all that have it would be read for one without it
        case And(nodes=nodes):
            return all_of(_necessary(n, today) for n in nodes)
        case Or(nodes=nodes):
            return any_of(_necessary(n, today) for n in nodes)
        case Words() | Prefix():
            return _of_text(node)
        case Category(name=name, whole_archive=whole_archive):
            return _facet_term("archive" if whole_archive else "cat", name)
        case Source(name=name):
            return _facet_term("source", name)
        case Has() | Count() | When() | Last():
            return _fact(node, today)
        case Not():
            return Everything()


def _fact(known: Has | MaybeUnknown, today: date) -> IndexQuery:
    match known:
        case Has(what=what):
            return Fact(what=what)
        case Count(what=what, comparison=comparison, value=value):
            least, most = _bounds(comparison, value)
            return Fact(what=what, least=least, most=most)
        case When(side="after", day=day):
            return Fact(what="day", least=day)
        case When(day=day):
            return Fact(what="day", most=day - timedelta(1)) if day > date.min else AnyOf(nodes=())
        case Last(days=days):
            return Fact(what="day", least=today - timedelta(days))


def _of_text(word: Words | Prefix) -> IndexQuery:
    field = word.field
    if isinstance(word, Prefix):
        return any_of(_starts(word.start, field))
    held = word.tokens if field is Field.AUTHOR else stems(list(word.tokens))
    terms = tuple(_term(field, token) for token in held)
    apart = len(terms) == 1 or Column.FACETS in terms[0].columns
    return all_of(terms) if apart else Phrase(nodes=terms)


def _bounds(comparison: Comparison, value: int) -> tuple[int | None, int | None]:
    """The least and the greatest number that compares so."""
    match comparison:
        case ">=":
            return value, None
        case ">":
            return value + 1, None
        case "<=":
            return None, value
        case "<":
            return None, value - 1
        case "=":
            return value, value


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
