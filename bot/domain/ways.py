"""The ways in which a paper can match a query: leaves that hold together, and leaves that must not.

`(a OR b) -c` has two: a without c, and b without c. Queries that differ in order,
brackets or spelling only have the same ways.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple, TypeVar

from bot.domain.queries import And, Group, Leaf, MaybeUnknown, Node, Not, leaf_form

ALWAYS = ""
"""The key that holds for every paper: the path of what needs no leaf."""

WAYS_MAX = 8  # more would cost memory for each subscription of a channel with a wide scope


class Way(NamedTuple):
    """Of keys: the forms of leaves, or what `absent` makes of them."""

    path: tuple[str, ...]
    """What must hold, long words and phrases first: they are rare."""
    unless: tuple[str, ...] = ()
    """What must not hold."""
    choices: "tuple[tuple[Way, ...], ...]" = ()
    """Of each, one way at least must be open."""

    def is_open(self, holding: Mapping[str, str]) -> bool:
        return (
            all(key in holding for key in self.path)
            and not any(key in holding for key in self.unless)
            and all(any(way.is_open(holding) for way in choice) for choice in self.choices)
        )


def absent(key: str) -> str:
    """The key that holds when a leaf that may be unknown is known not to hold."""
    return intern(f"-{key}")


@dataclass(slots=True, eq=False)
class Term:
    """A leaf that should hold or should not; one object, however many queries have it."""

    leaf: Leaf
    wanted: bool
    key: str
    ways: tuple[Way]
    uses: int = 0


class Terms(dict[tuple[Leaf, bool], Term]):
    def __missing__(self, signed: tuple[Leaf, bool]) -> Term:
        leaf, wanted = signed
        # Of equal keys, one object is kept: less memory, and found more quickly.
        key = intern(leaf_form(leaf))
        if wanted:
            way = Way((key,))
        elif isinstance(leaf, MaybeUnknown):
            way = Way((absent(key),))
        else:
            way = Way((ALWAYS,), (key,))
        term = self[signed] = Term(leaf, wanted, key, (way,))
        return term


class Compiled:
    """The root of a query as sorted ways, with its terms out of those that are known."""

    def __init__(self, root: Node, known: Terms) -> None:
        self._known = known
        self._terms: dict[Term, None] = {}
        self.ways = _sorted(self._ways(root, True))
        self.terms = tuple(self._terms)

    def _ways(self, node: Node, wanted: bool) -> Sequence[Way]:
        if isinstance(node, Group):
            if isinstance(node, And) is wanted:
                return _together([self._ways(child, wanted) for child in node.nodes])
            return [way for child in node.nodes for way in self._ways(child, wanted)]
        if isinstance(node, Not):
            return self._ways(node.node, not wanted)
        term = self._known[node, wanted]
        self._terms[term] = None
        return term.ways


def _together(all_of: list[Sequence[Way]]) -> Sequence[Way]:
    """One way of each."""
    sure = [ways[0] for ways in all_of if len(ways) == 1]
    together: Sequence[Way] = [_joined(sure)]
    if len(sure) < len(all_of):
        for choice in sorted((ways for ways in all_of if len(ways) > 1), key=len):
            together = _with_choice(together, choice)
    return together


def _with_choice(ways: Sequence[Way], choice: Sequence[Way]) -> Sequence[Way]:
    """Each way with each of the choice; or each with the choice still to make, if these are many."""
    if len(ways) * len(choice) > WAYS_MAX and ways[0].path != (ALWAYS,):
        choice = [Way((ALWAYS,), choices=(_sorted(choice),))]
    return [_joined((way, one)) for way in ways for one in choice]


def _joined(ways: Iterable[Way]) -> Way:
    """All that these ask for, in one."""
    path: list[str] = []
    unless: list[str] = []
    choices: list[tuple[Way, ...]] = []
    for way in ways:
        path += way.path
        unless += way.unless
        choices += way.choices
    needed = sorted({*path} - {ALWAYS})
    needed.sort(key=len, reverse=True)
    return Way(tuple(needed) or (ALWAYS,), _sorted(unless), _sorted(choices))


_T = TypeVar("_T", str, Way, tuple[Way, ...])


def _sorted(found: Sequence[_T]) -> tuple[_T, ...]:
    return tuple(sorted(set(found))) if len(found) > 1 else tuple(found)
