"""Numbered queries by the ways to match them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from bot.domain.trees import Tree
from bot.domain.ways import Way

_Paths = Tree[str, "array[int]"]
"""The numbers at the end of a path ascend; an array has them side by side in memory."""


class WayIndex:
    """Paths of keys that lead to the queries which they open.

    A way with conditions has a number of its own, which is struck out where one fails: the
    query's for its first such way, the following numbers for further ones.
    """

    def __init__(self) -> None:
        self._sure: _Paths = Tree()
        self._unsure: _Paths = Tree()
        self._forbidden: dict[str, array[int]] = {}
        self._choosing: dict[int, Way] = {}
        self._queries: dict[int, int] = {}  # by the numbers of further ways

    def __bool__(self) -> bool:
        parts = (self._sure, self._unsure, self._forbidden, self._choosing, self._queries)
        return any(parts)

    def add(self, number: int, ways: tuple[Way, ...]) -> int:
        """Add a query under a number above all others; returns the next that is free."""
        last = number
        for own, way in _numbered(number, ways):
            if own is None:
                _insert(self._sure, way.path, number)
            else:
                self._add_unsure(own, way)
                last = own
                if own != number:
                    self._queries[own] = number
        return last + 1

    def remove(self, number: int, ways: tuple[Way, ...]) -> None:
        for own, way in _numbered(number, ways):
            if own is None:
                _remove(self._sure, way.path, number)
            else:
                self._remove_unsure(own, way)
                self._queries.pop(own, None)

    def open(self, holding: dict[str, str]) -> set[int]:
        """The numbers of the queries that match where these keys hold."""
        found = _reached(self._sure, holding)
        unsure = _reached(self._unsure, holding)
        if unsure:
            self._strike_out(unsure, holding)
            further = unsure & self._queries.keys()
            found |= unsure - further
            found.update(map(self._queries.__getitem__, further))
        return found

    def _strike_out(self, unsure: set[int], holding: dict[str, str]) -> None:
        for key in self._forbidden.keys() & holding.keys():
            unsure.difference_update(self._forbidden[key])
        for own in unsure & self._choosing.keys():
            if not self._choosing[own].has_choices(holding):
                unsure.remove(own)

    def _add_unsure(self, own: int, way: Way) -> None:
        _insert(self._unsure, way.path, own)
        for key in way.unless:
            self._forbidden.setdefault(key, array("Q")).append(own)
        if way.choices:
            self._choosing[own] = way

    def _remove_unsure(self, own: int, way: Way) -> None:
        _remove(self._unsure, way.path, own)
        for key in way.unless:
            numbers = self._forbidden[key]
            del numbers[bisect_left(numbers, own)]
            if not numbers:
                del self._forbidden[key]
        self._choosing.pop(own, None)


def _numbered(number: int, ways: tuple[Way, ...]) -> Iterator[tuple[int | None, Way]]:
    """The ways, those with conditions with their numbers."""
    for way in ways:
        if way.unless or way.choices:
            yield number, way
            number += 1
        else:
            yield None, way


def _insert(paths: _Paths, path: tuple[str, ...], number: int) -> None:
    branch = paths.grow(path)
    if branch.value is None:
        branch.value = array("Q")
    branch.value.append(number)


def _remove(paths: _Paths, path: tuple[str, ...], number: int) -> None:
    branch = paths.grow(path)
    if branch.value is None:
        raise KeyError(number)
    del branch.value[bisect_left(branch.value, number)]
    if not branch.value:
        branch.value = None
        paths.cut(path)


def _reached(paths: _Paths, holding: dict[str, str]) -> set[int]:
    found: set[int] = set()
    branches = [paths]
    for branch in branches:  # grows on the way
        for key in branch.keys() & holding.keys():
            following = branch[key]
            if following.value:
                found.update(following.value)
            if following:
                branches.append(following)
    return found
