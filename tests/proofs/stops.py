"""One of two processes stands still, at each edge on a post's way, until the other has done it all.

    uv run python -m tests.proofs.stops

It is the leader that stops, on PostgreSQL, for longer than lead, lease and settling
together. Then it wakes up in the midst of what it was about to do.
"""

import asyncio
import signal
import sys
from functools import partial

from tests.proofs.databases import Databases, databases
from tests.proofs.pairs import ON_ITS_WAY
from tests.proofs.peers import PEERS
from tests.proofs.program import Point, warm_up
from tests.proofs.scene import SMALL
from tests.proofs.stage import LOOK_EVERY_S, staged
from tests.proofs.tally import Ran, Tally, proved, tallied

EDGES = (
    "sweep, after",
    "write Collector._sweep, before commit",
    "write Digester._write, before commit",
    "read Deliverer._post, before",
    "read Deliverer._post, after",
    *ON_ITS_WAY,
)
TIMES = (1, 2, 3)
AFTERWARDS_S = 1.5
"""So long both work on, once all is done and both are awake."""
STOPS_WITHIN_S = 20.0


async def one(where: Databases, peer: str, point: Point) -> Ran:
    async with staged(SMALL, where, peer) as stage:
        first = stage.start(point, by=signal.SIGSTOP)
        for _ in range(int(STOPS_WITHIN_S / LOOK_EVERY_S)):
            if first.still:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        stopped = first.still
        stage.start()
        await stage.quiet()
        first.kill(signal.SIGCONT)
        await asyncio.sleep(AFTERWARDS_S)
        verdict = await stage.verdict()
    return Ran(name=f"{peer}, {point}", kills=int(stopped), verdict=verdict)


async def prove(edges: tuple[str, ...] = EDGES, times: tuple[int, ...] = TIMES) -> Tally:
    warm_up()
    points = [(peer, Point(edge=edge, n=n)) for edge in edges for n in times for peer in PEERS]
    with databases("postgresql") as where:
        return await tallied(
            "stops", (partial(one, where, *point) for point in points), deed="stops"
        )


def main() -> int:
    return proved(prove())


if __name__ == "__main__":
    sys.exit(main())
