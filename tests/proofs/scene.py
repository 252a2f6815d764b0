"""What is to arrive in a run: rooms, the papers that belong there, and the database for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from adapters.storage.store import SqlStore
from bot.domain.channels import UserRef
from bot.domain.parsing import parse_subscription
from bot.domain.schedules import EVERY_DAY, Cadence, Schedule
from bot.ports.storage import Transaction
from bot.services.collecting import Collector
from bot.services.subscribing import add, ensure_channel
from tests.fakes import FakeClock, FakeSource
from tests.proofs.papers import arxiv_id, paper
from tests.proofs.peers import Peer
from tests.proofs.verdict import Placed

ANNA = UserRef(id="U1", name="Anna")
CAP = 1_000
"""No paper stays without a card of its own, however many have waited for a digest."""
INSTANT = Schedule(cadence=Cadence.INSTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is to arrive, by the name of the room."""

    timed: Mapping[str, Sequence[int]]
    """Rooms whose digest is due when the program starts, with papers that are in its archive."""
    instant: Mapping[str, Sequence[int]]
    """Rooms that get papers as they come, and those that the source announces."""

    @property
    def expected(self) -> Placed:
        """Each paper in its room, once."""
        rooms = [*self.timed.items(), *self.instant.items()]
        return Counter((room, arxiv_id(number)) for room, numbers in rooms for number in numbers)

    @property
    def rooms(self) -> list[str]:
        return [*self.timed, *self.instant]


SMALL = Scene(timed={"moles": (1, 2)}, instant={"newts": (3,), "otters": (4, 5)})


async def furnish(url: str, scene: Scene, peer: Peer) -> None:
    """Channels and subscriptions, and the papers of the digest that is due."""
    now = datetime.now(UTC)
    due = Schedule(at=(now - timedelta(minutes=5)).time(), days=EVERY_DAY)
    clock = FakeClock(now - timedelta(minutes=10))
    source = FakeSource(name="earlier")
    source.waiting = [paper(room, n) for room, numbers in scene.timed.items() for n in numbers]
    store = SqlStore(url)
    collector = Collector(store, [source], clock, categories=[], every=timedelta(minutes=30))

    def found(tx: Transaction) -> None:
        for room in scene.rooms:
            schedule = due if room in scene.timed else INSTANT
            channel = ensure_channel(
                tx, peer.channel(room), room, schedule=schedule, now=clock.now(), by=ANNA
            )
            tx.channels.save(replace(channel, cap=CAP))
            add(tx, channel, parse_subscription(room), by=ANNA, now=clock.now())

    await store.write(found)
    await collector.collect()
    await store.close()
