"""Three processes on one PostgreSQL, killed and stopped at random, the leader most of all.

    uv run python -m tests.proofs.processes [--papers N] [--seed S]

Meanwhile papers come in waves, one for each channel. Some stops last longer than the
lead, the lease and the settling together: who wakes up then has been replaced, and
what it was about to do has been done.
"""

import argparse
import asyncio
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import psycopg

from tests.proofs.databases import Databases, databases
from tests.proofs.peers import PEERS
from tests.proofs.program import warm_up
from tests.proofs.scene import Scene
from tests.proofs.stage import Process, Stage, staged
from tests.proofs.tally import Ran, Tally, proved, tallied

PROCESSES = 3
ROOMS = 10
WAVE_EVERY_S = 1.2
"""Longer than the source is left alone."""
BREATHER_S = (0.1, 0.9)
STOPS_S = ((0.05, 0.4), (1.0, 2.5), (1.6, 2.5), (5.0, 7.0), (5.0, 7.0), (16.0, 18.0))
"""Shorter than the lead is trusted; about as long as it lasts; longer than lease and settling
together; longer than the database waits for who stands still in the midst of a write."""


@dataclass
class Trouble:
    """What is done to the processes, until all papers are announced."""

    stage: Stage
    chance: random.Random
    at_work: list[Process] = field(default_factory=list)
    stopped: set[Process] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    async def make(self) -> None:
        self.at_work = [self.stage.start() for _ in range(PROCESSES)]
        async with asyncio.TaskGroup() as stopped:
            while True:
                await asyncio.sleep(self.chance.uniform(*BREATHER_S))
                # One that ended because of its database is started again, as its supervisor would.
                self.at_work = [self.stage.start() if p.dead else p for p in self.at_work]
                if (victim := await self._victim()) is None:
                    continue
                if self.chance.random() < 0.4:
                    await self._kill(victim)
                else:
                    stopped.create_task(self._stop(victim))

    async def _victim(self) -> Process | None:
        """None while the chosen one is stopped already."""
        leader = await self._leader() if self.chance.random() < 0.6 else None
        chosen = next((p for p in self.at_work if p.pid == leader), None)
        chosen = chosen or self.chance.choice(self.at_work)
        return None if chosen in self.stopped else chosen

    async def _leader(self) -> int | None:
        """The process that leads, by the name that it gave itself: host, number, and more."""
        url = self.stage.url.replace("postgresql+psycopg", "postgresql")
        async with await psycopg.AsyncConnection.connect(url) as connection:
            row = await (await connection.execute("SELECT holder FROM leader")).fetchone()
        return int(row[0].split(":")[1]) if row else None

    async def _kill(self, process: Process) -> None:
        process.kill()
        await process.ended()
        self.done["kills"] += 1
        self.at_work.remove(process)
        self.at_work.append(self.stage.start())

    async def _stop(self, process: Process) -> None:
        process.kill(signal.SIGSTOP)
        self.stopped.add(process)
        self.done["stops"] += 1
        try:
            await asyncio.sleep(self.chance.uniform(*self.chance.choice(STOPS_S)))
        finally:
            process.kill(signal.SIGCONT)
            self.stopped.remove(process)


async def one(where: Databases, peer: str, papers: int, seed: int) -> Ran:
    chance = random.Random(seed)
    waves = -(-papers // ROOMS)
    rooms = [f"room{number}" for number in range(ROOMS)]
    scene = Scene(
        timed={},
        instant={room: range(n, waves * ROOMS, ROOMS) for n, room in enumerate(rooms)},
    )
    async with staged(scene, where, peer, announced=False) as stage:
        trouble = Trouble(stage, chance)
        making = asyncio.create_task(trouble.make())
        for wave in range(waves):
            stage.feed.announce((room, wave * ROOMS + n) for n, room in enumerate(rooms))
            await asyncio.wait((making,), timeout=WAVE_EVERY_S)
        making.cancel()
        await asyncio.wait((making,))
        if not making.cancelled():
            making.result()
        await stage.quiet()
        verdict = await stage.verdict()
    name = f"{peer}, seed {seed}, {dict(trouble.done)}"
    print(f"processes with {name}", flush=True)
    return Ran(name=name, kills=trouble.done.total(), verdict=verdict)


async def prove(papers: int, seed: int) -> Tally:
    warm_up()
    with databases("postgresql") as where:
        each = -(-papers // len(PEERS))
        return await tallied(
            f"processes from seed {seed}",
            (partial(one, where, peer, each, seed + n) for n, peer in enumerate(PEERS)),
            deed="kills and stops",
            at_once=1,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    return proved(prove(args.papers, args.seed))


if __name__ == "__main__":
    sys.exit(main())
