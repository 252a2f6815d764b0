"""What stands in the channels, against what was to stand there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.proofs.peers import Post

Placed = Counter[tuple[str, str]]
"""How often each paper is in each room: room, then paper."""

NAMED_BY = 80
"""So much of a post that has no papers of its own names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    checked: int
    """Papers, each for one room."""
    lost: tuple[str, ...] = ()
    double: tuple[str, ...] = ()
    astray: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    held: int = 0
    """Papers whose post waits for a person: no fault, once the person is told."""

    @property
    def faults(self) -> tuple[str, ...]:
        return (*self.lost, *self.double, *self.astray, *self.other)


def judged(
    expected: Placed,
    posts: Sequence[Post],
    *,
    held: Placed | None = None,
    other: Sequence[str] = (),
) -> Verdict:
    """`held` are papers that a person knows of; `other` is what else went wrong."""
    found = Counter((post.room, paper) for post in posts for paper in post.papers)
    bare = Counter((post.room, post.body) for post in posts if not post.papers)
    missing, home = expected - found, {paper: room for room, paper in expected}
    return Verdict(
        checked=expected.total(),
        lost=tuple(f"{paper} in {room}" for room, paper in missing - (held or Counter())),
        double=tuple(
            f"{what[:NAMED_BY]} in {room}, {n} times"
            for (room, what), n in (found + bare).items()
            if n > 1
        ),
        astray=tuple(f"{paper} in {room}" for room, paper in found if home.get(paper) != room),
        other=tuple(other),
        held=(missing & (held or Counter())).total(),
    )
