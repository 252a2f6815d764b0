"""What a text index is asked: terms, and how they go together.

Tokens hold letters and digits only, never blanks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeVar

from bot.domain.meaning import Meaning


class Column(StrEnum):
    """The index's columns; each holds tokens separated by blanks, authors `NAMES_APART`."""

    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHORS = "authors"
    FACETS = "facets"
    """Organisation, venue, categories and sources, as tokens."""


IN_TEXT = (Column.TITLE, Column.ABSTRACT)


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
    """Nothing narrows it: newest papers first."""


Known = Literal["day", "upvotes", "comments", "code", "project"]
"""What may be known of a paper beside its texts; the last two are links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """This is known of the paper, and lies within these bounds, both included."""

    what: Known
    least: int | date | None = None
    most: int | date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The papers that come nearest to this meaning, whatever their words."""

    meaning: Meaning
    weight: float = 1.0
    """In the order of all that is found; `bot.domain.fusion`."""


IndexQuery = IndexTerm | AllOf | AnyOf | Everything | Fact | Alike
Part = TypeVar("Part", bound=IndexQuery)


def all_of(nodes: Iterable[IndexQuery]) -> IndexQuery:
    flat = [m for n in nodes for m in (n.nodes if type(n) is AllOf else (n,))]
    narrow = tuple(dict.fromkeys(n for n in flat if n != Everything()))
    if len(narrow) > 1:
        return AllOf(nodes=narrow)
    return narrow[0] if narrow else Everything()


def any_of(nodes: Iterable[IndexQuery]) -> IndexQuery:
    flat = [m for n in nodes for m in (n.nodes if isinstance(n, AnyOf) else (n,))]
    each = tuple(dict.fromkeys(flat))
    if Everything() in each:
        return Everything()
    return each[0] if len(each) == 1 else AnyOf(nodes=each)


def parts(query: IndexQuery, kind: type[Part]) -> Iterator[Part]:
    """What there is of this kind in it."""
    if isinstance(query, kind):
        yield query
    elif isinstance(query, AllOf | AnyOf):
        for node in query.nodes:
            yield from parts(node, kind)
