"""Numbered queries by the ways to match them."""

from array import array
from bisect import bisect_left, insort

from bot.domain.trees import Tree
from bot.domain.ways import Way


class WayIndex:
    """Paths of keys that lead to the numbers of the queries which they open."""

    def __init__(self) -> None:
        # Numbers ascend; an array has them side by side in memory.
        self._paths: Tree[str, array[int]] = Tree()
        self._forbidden: dict[str, array[int]] = {}
        """By keys, the queries that have one way, which is not open where the key holds."""
        self._careful: dict[int, tuple[Way, ...]] = {}
        """The ways of the queries with conditions that are looked at one by one."""

    def __bool__(self) -> bool:
        return bool(self._paths or self._forbidden or self._careful)

    def add(self, number: int, ways: tuple[Way, ...]) -> None:
        for path in {way.path for way in ways}:
            branch = self._paths.grow(path)
            if branch.value is None:
                branch.value = array("I")
            insort(branch.value, number)
        for key in _forbidden(ways):
            insort(self._forbidden.setdefault(key, array("I")), number)
        if _are_careful(ways):
            self._careful[number] = ways

    def remove(self, number: int, ways: tuple[Way, ...]) -> None:
        for path in {way.path for way in ways}:
            branch = self._paths.grow(path)
            if not _is_left(branch.value, number):
                branch.value = None
                self._paths.cut(path)
        for key in _forbidden(ways):
            if not _is_left(self._forbidden[key], number):
                del self._forbidden[key]
        self._careful.pop(number, None)

    def open(self, holding: dict[str, str]) -> set[int]:
        """The numbers of the queries that match where these keys hold."""
        found = self._reached(holding)
        for key in self._forbidden.keys() & holding.keys():
            found.difference_update(self._forbidden[key])
        for number in found & self._careful.keys():
            if not any(way.is_open(holding) for way in self._careful[number]):
                found.remove(number)
        return found

    def _reached(self, holding: dict[str, str]) -> set[int]:
        found: set[int] = set()
        branches = [self._paths]
        for branch in branches:  # grows on the way
            for key in branch.keys() & holding.keys():
                following = branch[key]
                if following.value:
                    found.update(following.value)
                if following:
                    branches.append(following)
        return found


def _forbidden(ways: tuple[Way, ...]) -> tuple[str, ...]:
    return ways[0].unless if len(ways) == 1 else ()


def _are_careful(ways: tuple[Way, ...]) -> bool:
    return any(way.choices or (way.unless and len(ways) > 1) for way in ways)


def _is_left(numbers: "array[int] | None", number: int) -> bool:
    """Whether any are left after this one is removed."""
    if numbers is None:
        raise KeyError(number)
    del numbers[bisect_left(numbers, number)]
    return bool(numbers)
