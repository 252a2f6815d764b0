"""Kill points, all of them: each edge that a day reaches, on both databases and both platforms.

    uv run python -m tests.proofs.killpoints [--most N]

One undisturbed run lists the edges. Then for each of them a program is killed
there, another is started on what it left, and the channels are compared with
what was to stand in them.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import product

from tests.proofs.databases import KINDS, Databases, databases
from tests.proofs.peers import PEERS
from tests.proofs.program import ACKNOWLEDGED, Point, trail_of, warm_up
from tests.proofs.scene import SMALL
from tests.proofs.stage import staged
from tests.proofs.tally import Ran, Tally, proved, tallied

REPEATED = ("read ", "write Deliverer._claim.claim, before begin")
IDLE = "without result"
TRIES = 3
"""Work that goes on side by side is not the same in each run: a point may not come again."""


async def points(where: Databases, peer: str) -> list[Point]:
    """All that a run without a kill reaches until its last post is recorded."""
    async with staged(SMALL, where, peer) as stage:
        process = stage.start()
        if not await stage.quiet():
            raise RuntimeError("an undisturbed run does not end")
        process.kill()
        await process.ended()
        trail = trail_of(stage.life(0))
        last = max(n for n, line in enumerate(trail) if line.startswith(ACKNOWLEDGED))
        # What follows is its commit's own edge, and then one tick like any other.
        return [*_worthwhile(_numbered(trail[: last + 2])), *_numbered(stage.served)]


def _numbered(lines: Iterable[str]) -> Iterator[Point]:
    reached: Counter[str] = Counter()
    for edge in lines:
        if not edge.startswith(ACKNOWLEDGED):
            reached[edge] += 1
            yield Point(edge=edge, n=reached[edge])


def _worthwhile(every: Iterable[Point]) -> Iterator[Point]:
    """Where nothing was done since the edge before, the first time stands for all."""
    for point in every:
        if point.n == 1 or not (IDLE in point.edge or point.edge.startswith(REPEATED)):
            yield point


async def one(where: Databases, kind: str, peer: str, point: Point) -> Ran:
    """Kill at a point, start again, compare."""
    for _ in range(TRIES):
        async with staged(SMALL, where, peer) as stage:
            killed = await stage.killed(point)
            verdict = await stage.finished()
        if killed or verdict.faults:
            break
    return Ran(name=f"{kind}, {peer}, {point}", kills=int(killed), verdict=verdict)


async def prove(kinds: Sequence[str] = KINDS, *, most: int | None = None) -> Tally:
    """At each point, or evenly at so `most` of each database and platform."""
    warm_up()
    total = Tally("killpoints")
    for kind, peer in product(kinds, PEERS):
        with databases(kind) as where:
            every = await points(where, peer)
            chosen = every[:: max(len(every) // most, 1)] if most else every
            done = await tallied(
                f"killpoints on {kind} with {peer}, of {len(every)} points",
                (partial(one, where, kind, peer, point) for point in chosen),
            )
        print(done, flush=True)
        total += done
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, help="of each database and platform; default all")
    return proved(prove(most=parser.parse_args().most))


if __name__ == "__main__":
    sys.exit(main())
