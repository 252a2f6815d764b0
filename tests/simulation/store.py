"""A `Store` in memory: one transaction after the other, each whole or not at all.

It passes the contract tests of the SQL store for what the simulation uses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.channels import ChannelRef
from bot.domain.reading_list import ListRef
from bot.domain.taste import INDIFFERENT, Taste
from bot.ports.storage import Standing, Transaction
from tests.simulation.channels import MemoryChannels, MemorySources, MemorySubscriptions
from tests.simulation.deliveries import MemoryDeliveries
from tests.simulation.papers import MemoryMatches, MemoryPapers
from tests.simulation.tables import Tables

T = TypeVar("T")


class NothingSaved:
    """The reading list and the rejections of teams that never save or reject."""

    def list(self, _of: ListRef | ChannelRef, *, limit: int = 0) -> Sequence[Any]:
        return []

    def savers(self, _of: ListRef) -> Mapping[Any, Any]:
        return {}


class NothingLearned:
    """The tastes of such teams, and the standings that nobody asks for."""

    def get(self, _of: ChannelRef) -> Taste:
        return INDIFFERENT

    def keep(self, _of: ChannelRef, _standings: Iterable[Standing]) -> None:
        pass


class MemoryTransaction:
    def __init__(self, store: "MemoryStore") -> None:
        tables = store.tables
        self.papers = store.papers(tables)
        self.channels = store.channels(tables)
        self.subscriptions = MemorySubscriptions(tables)
        self.matches = store.matches(tables)
        self.deliveries = store.deliveries(tables)
        self.sources = MemorySources(tables)
        self.reading_list = self.rejections = NothingSaved()
        self.standings = self.tastes = NothingLearned()


class MemoryStore:
    papers = MemoryPapers
    channels = MemoryChannels
    matches = MemoryMatches
    deliveries = MemoryDeliveries

    def __init__(self) -> None:
        self.tables = Tables()
        self._tx: Any = MemoryTransaction(self)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return self.look(work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return self.commit(work)

    async def close(self) -> None:
        pass

    def look(self, work: Callable[[Transaction], T]) -> T:
        self.tables.writable = False
        try:
            return work(self._tx)
        finally:
            self.tables.writable = True

    def commit(self, work: Callable[[Transaction], T]) -> T:
        try:
            return work(self._tx)
        except BaseException:
            self.tables.take_back()
            raise
        finally:
            self.tables.undo.clear()
