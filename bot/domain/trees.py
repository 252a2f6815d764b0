"""A dictionary of paths: what shares its first steps is stored, and passed over, together."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Tree(dict[K, "Tree[K, V]"], Generic[K, V]):
    """The branches by their next step. `value` belongs to the path that ends here."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: V | None = None

    def grow(self, path: Iterable[K]) -> "Tree[K, V]":
        """The branch at the end of the path, new if need be."""
        branch = self
        for step in path:
            following = branch.get(step)
            if following is None:
                following = branch[step] = Tree()
            branch = following
        return branch

    def cut(self, path: tuple[K, ...]) -> None:
        """Drop the branches of the path that lead to nothing any more."""
        branches = [self]
        for step in path:
            branches.append(branches[-1][step])
        for step in reversed(path):
            branch = branches.pop()
            if branch or branch.value is not None:
                return
            del branches[-1][step]
