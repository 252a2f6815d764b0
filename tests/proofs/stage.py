"""The stage of one run: a fresh database, a service, a source, and processes that live and die."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from adapters.storage.store import SqlStore
from bot.domain.deliveries import HELD, Delivery
from bot.domain.messages import PaperCard
from bot.ports.storage import Transaction
from tests.proofs.databases import Databases
from tests.proofs.papers import Feed
from tests.proofs.peers import PEERS, Peer
from tests.proofs.program import Point, Start, forked
from tests.proofs.scene import Scene, furnish
from tests.proofs.verdict import Placed, Verdict, judged

TIMES = {
    "PAPERLARK_SCHEDULER__TICK_S": "0.5",
    "PAPERLARK_SCHEDULER__COLLECT_EVERY_S": "1",
    "PAPERLARK_DELIVERY__REQUEST_TIMEOUT_S": "0.6",
    "PAPERLARK_DELIVERY__LEASE_S": "2.4",
    "PAPERLARK_DELIVERY__SETTLE_S": "1.9",
    "PAPERLARK_SCHEDULER__LEAD_S": "1.5",
    "PAPERLARK_BACKUP__KEEP": "0",
    "PAPERLARK_SEMANTIC__MODEL": "",
    "PAPERLARK_HTTP__PORT": "0",
}
LATE_S = 0.3
"""After its sender was killed, the service takes a post so late: within the settling."""
QUIET_WITHIN_S = 90.0
LOOK_EVERY_S = 0.1


class Process:
    """One life of the program."""

    def __init__(self, start: Start) -> None:
        self._process = forked(start)
        self.pid: int = self._process.pid
        self._end = asyncio.create_task(asyncio.to_thread(self._process.join))

    @property
    def dead(self) -> bool:
        return self._end.done()

    @property
    def still(self) -> bool:
        """Whether it is stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def kill(self, by: signal.Signals = signal.SIGKILL) -> None:
        if not self.dead:
            os.kill(self.pid, by)

    async def ended(self) -> int:
        await asyncio.shield(self._end)
        return int(self._process.exitcode)


@dataclass
class Stage:
    scene: Scene
    peer: Peer
    feed: Feed
    url: str
    folder: Path
    lives: list[Process] = field(default_factory=list)
    keep: bool = False
    """Whether the folder stays, for whoever looks into a fault."""
    served: list[str] = field(default_factory=list)
    """The edges of the service that this life reached."""

    @property
    def settings(self) -> dict[str, str]:
        own = {"PAPERLARK_DATA_DIR": str(self.folder), "PAPERLARK_DATABASE__URL": self.url}
        return TIMES | own | self.peer.settings() | self.feed.settings()

    def start(self, kill_at: Point | None = None, **how: Any) -> Process:
        """The program, which ends itself at a point of its own, or is ended at one of the service.

        `how` is more of what a `Start` holds.
        """
        folder = self.life(len(self.lives))
        folder.mkdir()
        start = Start(settings=self.settings, folder=folder, kill_at=kill_at, **how)
        process = Process(start)
        self.lives.append(process)
        self.served = []
        self.peer.edge = partial(self._edge, process, start)
        return process

    async def _edge(self, process: Process, start: Start, edge: str) -> None:
        self.served.append(edge)
        if start.kill_at == Point(edge=edge, n=self.served.count(edge)):
            process.kill(start.by)
            await asyncio.sleep(LATE_S)

    def life(self, number: int) -> Path:
        return self.folder / f"life{number}"

    async def killed(self, kill_at: Point) -> bool:
        """Whether a life ended at its point, rather than that all was quiet before it came to it."""
        process = self.start(kill_at)
        ended = await self.first_end()
        process.kill()
        await process.ended()
        return ended

    async def first_end(self, within_s: float = QUIET_WITHIN_S) -> bool:
        """Wait until the newest life ends, or all is quiet; whether it ended."""
        ended = asyncio.create_task(self.lives[-1].ended())
        quiet = asyncio.create_task(self.quiet())
        waiting = (ended, quiet)
        await asyncio.wait(waiting, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        quiet.cancel()
        await asyncio.wait((quiet,))
        return self.lives[-1].dead

    async def finished(self, wrong: Sequence[str] = ()) -> Verdict:
        """What came of it all, once a process could work undisturbed."""
        process = self.start()
        await self.quiet()
        process.kill()
        await process.ended()
        return await self.verdict(wrong)

    async def quiet(self) -> bool:
        """Wait until each paper is posted and recorded; false if that never comes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_WITHIN_S):
                while not await self._is_quiet():  # noqa: ASYNC110 -- no event comes from it
                    await asyncio.sleep(LOOK_EVERY_S)
                return True
        return False

    async def _is_quiet(self) -> bool:
        # The database is left alone before: who opens it mends what a kill has left.
        return self.found() >= self.scene.expected and await self.asked(self._settled)

    def found(self) -> Placed:
        """How often each paper stands in each room."""
        return Counter((post.room, id_) for post in self.peer.posts() for id_ in post.papers)

    async def asked(self, question: Callable[[Transaction], Any]) -> Any:
        """What the database says; nothing of it stays open."""
        store = SqlStore(self.url)
        try:
            return await store.read(question)
        finally:
            await store.close()

    def _settled(self, tx: Transaction) -> bool:
        rooms = [self.peer.channel(room) for room in self.scene.rooms]
        return not any(tx.deliveries.waits(r) or tx.matches.pending(r) for r in rooms)

    def _held(self, tx: Transaction) -> Placed:
        """Papers whose posts are held for a person."""
        rooms = {self.peer.channel(room): room for room in self.scene.rooms}
        return Counter(
            (rooms[delivery.channel], block.paper_id.removeprefix("arxiv:"))
            for delivery in tx.deliveries.unsettled()
            if delivery.state in HELD
            for block in delivery.message.blocks
            if isinstance(block, PaperCard)
        )

    async def verdict(self, other: Sequence[str] = ()) -> Verdict:
        untold = [f"{post.id} is held untold" for post in await self.asked(_untold)]
        open_ = [] if await self.asked(self._settled) else ["not settled in the end"]
        verdict = judged(
            self.scene.expected,
            list(self.peer.posts()),
            held=await self.asked(self._held),
            other=(*other, *untold, *open_),
        )
        self.keep = bool(verdict.faults)
        return verdict


def _untold(tx: Transaction) -> list[Delivery]:
    return tx.deliveries.untold()


@asynccontextmanager
async def staged(
    scene: Scene, databases: Databases, peer: str, *, announced: bool = True
) -> AsyncIterator[Stage]:
    """A scene set on a fresh database; all that runs there ends with it."""
    service: Peer = PEERS[peer]()
    folder = Path(tempfile.mkdtemp(prefix="paperlark-proof-"))
    await service.open(scene.rooms)
    async with Feed() as feed:
        if announced:
            feed.announce((room, n) for room, numbers in scene.instant.items() for n in numbers)
        url = databases.new(folder)
        stage = Stage(scene=scene, peer=service, feed=feed, url=url, folder=folder)
        await furnish(url, scene, service)
        try:
            yield stage
        finally:
            for process in stage.lives:
                process.kill()
                await process.ended()
            await service.close()
            databases.drop(url)
    if stage.keep:
        print(f"What the programs said and did is in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
