"""The ways in which a paper can match a query: leaves that hold together, and leaves that must not.

`(a OR b) -c` has two: a without c, and b without c. Queries that differ in order,
brackets or spelling only have the same ways.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.domain.queries import And, Leaf, MaybeUnknown, Node, Not, Or, leaf_form

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
            and self.has_choices(holding)
        )

    def has_choices(self, holding: Mapping[str, str]) -> bool:
        return all(any(way.is_open(holding) for way in choice) for choice in self.choices)


def absent(key: str) -> str:
    """The key that holds when a leaf that may be unknown is known not to hold."""
    return f"-{key}"


class Compiled:
    """The root of a query as sorted ways, with its leaves by their keys."""

    def __init__(self, root: Node) -> None:
        self.leaves: dict[str, Leaf] = {}
        self._terms: dict[tuple[str, str], None] = {}
        self.ways = _sorted(self._ways(root, wanted=True))

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """The keys of the leaves that should hold, each with its term as it was written."""
        return tuple(self._terms)

    def _ways(self, node: Node, *, wanted: bool) -> list[Way]:
        if isinstance(node, Not):
            return self._ways(node.node, wanted=not wanted)
        if isinstance(node, And | Or):
            if isinstance(node, And) is wanted:
                return self._together(node.nodes, wanted=wanted)
            return [way for child in node.nodes for way in self._ways(child, wanted=wanted)]
        key, holds = self._key(node, wanted=wanted)
        return [Way((key,)) if holds else Way((ALWAYS,), (key,))]

    def _together(self, nodes: Iterable[Node], *, wanted: bool) -> list[Way]:
        path, unless, choices = list[str](), list[str](), list[list[Way]]()
        for node in nodes:
            leaf, leaf_wanted = (node.node, not wanted) if isinstance(node, Not) else (node, wanted)
            if isinstance(leaf, And | Or | Not):
                choices.append(self._ways(leaf, wanted=leaf_wanted))
            else:
                key, holds = self._key(leaf, wanted=leaf_wanted)
                (path if holds else unless).append(key)
        ways = [_way(path, unless)]
        for choice in sorted(choices, key=len):
            ways = _with_choice(ways, choice)
        return ways

    def _key(self, leaf: Leaf, *, wanted: bool) -> tuple[str, bool]:
        """The leaf's key, and whether that is to hold."""
        key = leaf_form(leaf)
        self.leaves[key] = leaf
        if wanted:
            self._terms[key, leaf.text] = None
            return key, True
        return (absent(key), True) if isinstance(leaf, MaybeUnknown) else (key, False)


def _with_choice(ways: list[Way], choice: list[Way]) -> list[Way]:
    """Each way with each of the choice; or each with the choice still to make, if these are many."""
    if len(ways) * len(choice) > WAYS_MAX and ways[0].path != (ALWAYS,):
        still = _sorted(choice)
        return [_way(way.path, way.unless, (*way.choices, still)) for way in ways]
    return [
        _way(way.path + one.path, way.unless + one.unless, way.choices + one.choices)
        for way in ways
        for one in choice
    ]


def _way(
    path: Iterable[str], unless: Iterable[str], choices: Iterable[tuple[Way, ...]] = ()
) -> Way:
    needed = sorted({*path} - {ALWAYS})
    needed.sort(key=len, reverse=True)
    return Way(tuple(needed) or (ALWAYS,), tuple(sorted({*unless})), tuple(sorted({*choices})))


def _sorted(ways: list[Way]) -> tuple[Way, ...]:
    return tuple(ways) if len(ways) == 1 else tuple(sorted({*ways}))
