"""Why a paper does not match a query: the terms that stand in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.matching import Document, field_of
from bot.domain.queries import And, Leaf, Node, Not, Or, Query, normal


class Hindrance(StrEnum):
    """The term is not in the paper; it is and must not be; or nobody knows."""

    MISSING = "missing"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    term: str
    """As the query has it, without its minus."""
    hindrance: Hindrance
    field: str = ""
    """Where an excluded term was found."""


_MISSING = Hindrance.MISSING


def obstacles(query: Query, document: Document, *, today: date) -> tuple[Obstacle, ...]:
    """The fewest terms that would have to be otherwise; none if the paper matches."""
    return _obstacles(normal(query.root), document, today)


def _obstacles(node: Node, document: Document, today: date) -> tuple[Obstacle, ...]:
    match node:
        case And(nodes=nodes):
            found = (o for n in nodes for o in _obstacles(n, document, today))
            return tuple(dict.fromkeys(found))
        case Or(nodes=nodes):
            return _least([_obstacles(n, document, today) for n in nodes])
        case Not(node=leaf):
            return _excluded(leaf, document, today)
        case _:
            return _missing(node, document, today)


def _least(alternatives: Sequence[tuple[Obstacle, ...]]) -> tuple[Obstacle, ...]:
    """The shortest way out; where each is to have one missing term, any of these."""
    least = min(alternatives, key=len)
    terms = [a[0].term for a in alternatives if len(a) == 1 and a[0].hindrance is _MISSING]
    if len(least) == 1 and len(terms) == len(alternatives):
        return (Obstacle(term=" OR ".join(dict.fromkeys(terms)), hindrance=_MISSING),)
    return least


def _missing(leaf: Leaf, document: Document, today: date) -> tuple[Obstacle, ...]:
    field = field_of(leaf, document, today)
    if field:
        return ()
    hindrance = Hindrance.UNKNOWN if field is None else Hindrance.MISSING
    return (Obstacle(term=leaf.text, hindrance=hindrance),)


def _excluded(node: Node, document: Document, today: date) -> tuple[Obstacle, ...]:
    if isinstance(node, And | Or | Not):  # a normal query has none such
        raise TypeError(f"not a term: {node}")
    field = field_of(node, document, today)
    if field == "":
        return ()
    hindrance = Hindrance.UNKNOWN if field is None else Hindrance.EXCLUDED
    return (Obstacle(term=node.text, hindrance=hindrance, field=field or ""),)
