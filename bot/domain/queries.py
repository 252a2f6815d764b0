"""The query language as a tree. `bot.domain.parsing` reads it, `bot.domain.matching` applies it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Literal

PREFIX_MIN_CHARS = 3

_PLAIN_CATEGORY = re.compile(r"[a-z][a-z-]*(\.[a-z-]+)?")


class Field(StrEnum):
    """Where text is looked for. `ANY` is title and abstract: what a bare word means."""

    ANY = "any"
    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHOR = "author"
    ORG = "org"
    VENUE = "venue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One word, or several side by side (a phrase). Tokens are analysed as papers' texts are."""

    tokens: tuple[str, ...]
    field: Field = Field.ANY
    exact: bool = False
    """Tokens are unstemmed and must be found as they are."""
    text: str
    """As the person wrote it, for people: `"world model"`, `title:diffusion`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    start: str
    """The first letters of an unstemmed token, at least `PREFIX_MIN_CHARS`."""
    field: Field = Field.ANY
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`cs.cl` exactly, or with `whole_archive` everything under `cs`. Lower case."""

    name: str
    whole_archive: bool = False
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    what: Literal["code", "project"]
    text: str


Comparison = Literal[">=", ">", "<=", "<", "="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number known of the paper; an unknown number never compares."""

    what: Literal["upvotes", "comments"]
    comparison: Comparison
    value: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The paper's day against a fixed day: `after` is on it or later, `before` strictly earlier."""

    side: Literal["after", "before"]
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    days: int
    text: str


MaybeUnknown = Count | When | Last
"""Facts that may be unknown of a paper; then neither they nor their exclusion holds."""

Leaf = Words | Prefix | Category | Source | Has | Count | When | Last


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    nodes: "tuple[Node, ...]"


Group = And | Or
Node = Leaf | Not | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query: what was typed, and the tree it means."""

    text: str
    root: Node

    def __str__(self) -> str:
        return self.text


def canonical(query: Query) -> str:
    """The query's meaning as text: equal for equal queries, however they were spelled.

    It is a query of the same meaning itself.
    """
    return form(normal(query.root))


def normal(node: Node) -> Node:
    """The same meaning with `Not` before leaves only, nothing twice, no And directly in an And."""
    return _normal(node, negated=False)


def signed_leaves(node: Node, *, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """All leaves in the order of the query, each with whether it must hold or be missing."""
    match node:
        case Not(node=inner):
            yield from signed_leaves(inner, wanted=not wanted)
        case And(nodes=nodes) | Or(nodes=nodes):
            for child in nodes:
                yield from signed_leaves(child, wanted=wanted)
        case _:
            yield node, wanted


def wanted_leaves(node: Node) -> tuple[Leaf, ...]:
    """The different leaves that must hold."""
    return tuple(dict.fromkeys(leaf for leaf, wanted in signed_leaves(node) if wanted))


def form(node: Node) -> str:
    """A node written in one way only."""
    match node:
        case And(nodes=nodes):
            return " ".join(sorted({_nested(n) for n in nodes}))
        case Or(nodes=nodes):
            return " OR ".join(sorted({form(n) for n in nodes}))
        case Not(node=inner):
            return f"-{_nested(inner)}"
        case _:
            return leaf_form(node)


@lru_cache(maxsize=1_000)
def category_form(name: str, *, whole_archive: bool = False) -> str:
    pattern = f"{name}.*" if whole_archive else name
    return f"cat:{pattern}" if _PLAIN_CATEGORY.fullmatch(name) else f'cat:"{pattern}"'


def _normal(node: Node, *, negated: bool) -> Node:
    match node:
        case Not(node=inner):
            return _normal(inner, negated=not negated)
        case And(nodes=nodes) | Or(nodes=nodes):
            kind = And if isinstance(node, And) is not negated else Or
            return _joined(kind, [_normal(n, negated=negated) for n in nodes])
        case _:
            return Not(node=node) if negated else node


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    flat = [m for n in nodes for m in (n.nodes if isinstance(n, kind) else (n,))]
    different: dict[str, Node] = {}
    for node in flat:
        different.setdefault(form(node), node)
    return flat[0] if len(different) == 1 else kind(nodes=tuple(different.values()))


def _nested(node: Node) -> str:
    return f"({form(node)})" if isinstance(node, Group) else form(node)


def leaf_form(leaf: Leaf) -> str:
    """The name of what a leaf looks for."""
    match leaf:
        case Words(tokens=tokens, field=field, exact=exact):
            phrase = " ".join(tokens)
            return head(field, exact=exact) + (f'"{phrase}"' if len(tokens) > 1 else phrase)
        case Prefix(start=start, field=field):
            return f"{head(field)}{start}*"
        case Category(name=name, whole_archive=whole_archive):
            return category_form(name, whole_archive=whole_archive)
        case Source(name=name):
            return f"source:{name}"
        case Has(what=what):
            return f"has:{what}"
        case Count(what=what, comparison=comparison, value=value):
            return f"{what}:{comparison}{value}"
        case When(side=side, day=day):
            return f"{side}:{day}"
        case Last(days=days):
            return f"last:{days}d"


def head(field: Field, *, exact: bool = False) -> str:
    """How the form of a leaf of words begins."""
    return ("" if field is Field.ANY else f"{field}:") + ("=" if exact else "")
