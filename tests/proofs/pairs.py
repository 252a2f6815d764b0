"""Two kills in a row, at random edges: in a day's work, and in what mends it.

    uv run python -m tests.proofs.pairs [--runs N] [--seed S]

The run of seed S is the same whenever it is made, but for what the machine does
meanwhile. A fault is told with its seed: `--runs 1 --seed S` makes that run again.
"""

import argparse
import random
import sys
from contextlib import ExitStack
from functools import partial

from tests.proofs.databases import KINDS, Databases, databases
from tests.proofs.peers import COMES_IN, IS_TAKEN, PEERS
from tests.proofs.program import ANY, Point, warm_up
from tests.proofs.scene import SMALL
from tests.proofs.stage import staged
from tests.proofs.tally import Ran, Tally, proved, tallied

MOSTLY_FILES = ("sqlite", "sqlite", "sqlite", "postgresql")
"""There a run takes half as long: no lease has to run out where nobody else can be at work."""
EDGES_MAX = 200
"""About so many are reached until all is quiet."""
ON_ITS_WAY = (
    "write Deliverer._claim.claim, before commit",
    "write Deliverer._claim.claim, after commit",
    "post, before",
    COMES_IN,
    IS_TAKEN,
    "post, after",
    "write Deliverer._send, before begin",
    "write Deliverer._send, before commit",
    "write Deliverer._send, after commit",
)
SOUGHT = (
    "write Deliverer._interrupt, before commit",
    "write Deliverer._interrupt, after commit",
    "write Deliverer._look, before commit",
    "write Deliverer._look, after commit",
    "write Reconciler._claim, before commit",
    "write Reconciler._claim, after commit",
    "find, before",
    "find, after",
    "write Reconciler.seek, before begin",
    "write Reconciler.seek, before commit without result",
    "write Reconciler.seek, after commit without result",
)


def point(chance: random.Random, *edges: str) -> Point:
    """Mostly one of these, which are rare in a life; else any."""
    if chance.random() < 1 / 3:
        return Point(edge=ANY, n=chance.randint(1, EDGES_MAX))
    return Point(edge=chance.choice(edges), n=chance.choice((1, 1, 2, 3)))


async def one(where: dict[str, Databases], seed: int) -> Ran:
    chance = random.Random(seed)
    kind, peer = chance.choice(MOSTLY_FILES), chance.choice([*PEERS])
    first, second = point(chance, *ON_ITS_WAY), point(chance, *SOUGHT, *ON_ITS_WAY)
    async with staged(SMALL, where[kind], peer) as stage:
        kills = [await stage.killed(first), await stage.killed(second)]
        verdict = await stage.finished()
    name = f"seed {seed}: {kind}, {peer}, {first}, then {second}"
    return Ran(name=name, kills=sum(kills), verdict=verdict)


async def prove(runs: int, seed: int) -> Tally:
    warm_up()
    with ExitStack() as stack:
        where = {kind: stack.enter_context(databases(kind)) for kind in KINDS}
        seeds = range(seed, seed + runs)
        return await tallied(f"pairs from seed {seed}", (partial(one, where, s) for s in seeds))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    return proved(prove(args.runs, args.seed))


if __name__ == "__main__":
    sys.exit(main())
