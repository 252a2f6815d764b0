"""The archive on SQLite or PostgreSQL, behind `bot.ports.storage`."""

import asyncio
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from adapters.storage.changes import SqlChanges
from adapters.storage.channels import SqlChannels
from adapters.storage.deliveries import SqlDeliveries
from adapters.storage.engine import (
    READERS,
    parse_url,
    reader_engine,
    sqlite_path,
    words_of,
    writer_engine,
)
from adapters.storage.inbound import SqlInboundEvents
from adapters.storage.kept_texts import SqlKeptTexts
from adapters.storage.leader import LeaderSeat
from adapters.storage.lock import ProcessLock
from adapters.storage.matches import SqlMatches
from adapters.storage.migrate import Migrator
from adapters.storage.papers import SqlPapers
from adapters.storage.reading_list import SqlReadingList
from adapters.storage.rejections import SqlRejections
from adapters.storage.secrets import SqlSecrets
from adapters.storage.sources import SqlSources
from adapters.storage.standings import SqlStandings
from adapters.storage.subscriptions import SqlSubscriptions
from adapters.storage.summaries import SqlSummaries
from adapters.storage.tastes import SqlTastes
from adapters.storage.vectors import SignsInMemory, SqlVectors
from adapters.storage.web_posts import SqlWebPosts
from bot.domain.errors import StorageError
from bot.ports.storage import (
    ChangeRepository,
    ChannelRepository,
    DeliveryRepository,
    InboundEventRepository,
    KeptTextRepository,
    MatchRepository,
    PaperRepository,
    ReadingListRepository,
    RejectionRepository,
    SecretRepository,
    SourceRepository,
    StandingRepository,
    SubscriptionRepository,
    SummaryRepository,
    TasteRepository,
    Transaction,
    VectorRepository,
    WebPostRepository,
)

T = TypeVar("T")

ONLY_TERM = 1
"""Of the one process of a SQLite file, which leads as long as it lives."""


class SqlTransaction:
    """One transaction. What the session adds is flushed at once, so the connection sees it."""

    def __init__(self, session: Session, memory: SignsInMemory) -> None:
        connection = session.connection()
        vectors = SqlVectors(connection, memory)
        self.papers: PaperRepository = SqlPapers(connection, vectors)
        self.vectors: VectorRepository = vectors
        self.summaries: SummaryRepository = SqlSummaries(connection)
        self.channels: ChannelRepository = SqlChannels(session)
        self.subscriptions: SubscriptionRepository = SqlSubscriptions(session)
        self.matches: MatchRepository = SqlMatches(connection)
        self.deliveries: DeliveryRepository = SqlDeliveries(connection)
        self.reading_list: ReadingListRepository = SqlReadingList(connection)
        self.changes: ChangeRepository = SqlChanges(session)
        self.rejections: RejectionRepository = SqlRejections(connection)
        self.standings: StandingRepository = SqlStandings(connection)
        self.tastes: TasteRepository = SqlTastes(connection)
        self.sources: SourceRepository = SqlSources(session)
        self.kept_texts: KeptTextRepository = SqlKeptTexts(session)
        self.secrets: SecretRepository = SqlSecrets(session)
        self.inbound_events: InboundEventRepository = SqlInboundEvents(connection)
        self.web_posts: WebPostRepository = SqlWebPosts(session)


class SqlStore:
    """Transactions in worker threads: one that writes, a few that read.

    A caller that is cancelled does not stop its transaction, which then ends as it would have.
    """

    def __init__(self, url: str) -> None:
        """Nothing is connected yet, and the schema not looked at: see `open`."""
        self._address = parse_url(url)
        self._writer = writer_engine(self._address)
        self._reader = reader_engine(self._address)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._memory = SignsInMemory()
        database = sqlite_path(self._address)
        self._lock = ProcessLock(database) if database else None
        self._refusal: tuple[float, str] | None = None
        self._seat = None if database else LeaderSeat(self._address)

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False) -> "SqlStore":
        """Connect, and create or migrate the tables first where needed.

        Args:
            url: `sqlite:///path` or `postgresql://...`.
            exclusive: Be the one long-running process of a SQLite file; PostgreSQL takes several.

        Raises:
            StorageError: if the database cannot be used, or another process runs on it.
        """
        store = cls(url)
        try:
            store._prepare(exclusive=exclusive)
        except BaseException:
            store._shut_down()
            raise
        return store

    @property
    def alone(self) -> bool:
        """Whether no other process can be at work on this database, which a file's lock shows."""
        return self._lock is not None and self._lock.held

    async def read(self, work: Callable[[Transaction], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._read_threads, _run, self._reader, work, self._memory
        )

    async def write(self, work: Callable[[Transaction], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._write_thread, _run, self._writer, work)
        except StorageError as error:
            if isinstance(error.__cause__, SQLAlchemyError):
                self._refusal = (time.monotonic(), words_of(error.__cause__))
            raise

    def trouble(self, within: timedelta) -> str | None:
        """Why the last write failed that did, if it was so short a time ago."""
        since, words = self._refusal or (0.0, None)
        return words if time.monotonic() - since < within.total_seconds() else None

    def free_bytes(self) -> int | None:
        """What is left where the SQLite file lies; a server's disk is not ours to see."""
        database = sqlite_path(self._address)
        return shutil.disk_usage(database.parent).free if database else None

    async def lead(self, holder: str, *, lasts: timedelta) -> int | None:
        if self._seat is None:
            return ONLY_TERM if self.alone else None
        return await self._of_seat(self._seat, lambda seat: seat.take(holder, lasts))

    async def resign(self, holder: str) -> None:
        if self._seat is not None:
            await self._of_seat(self._seat, lambda seat: seat.leave(holder))

    async def _of_seat(self, seat: LeaderSeat, ask: Callable[[LeaderSeat], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(seat.thread, ask, seat)
        except SQLAlchemyError as error:
            raise _refused(error) from error

    async def close(self) -> None:
        """Wait for what is running, then let go of everything."""
        await asyncio.to_thread(self._shut_down)

    def _prepare(self, *, exclusive: bool) -> None:
        if database := sqlite_path(self._address):
            database.parent.mkdir(parents=True, exist_ok=True)
        migrator = Migrator()
        try:
            behind = migrator.is_behind(self._reader)
            if self._lock and (exclusive or behind):
                self._lock.acquire()
            migrator.upgrade(self._writer)
        except SQLAlchemyError as error:
            raise _refused(error) from error
        if self._lock and not exclusive:
            self._lock.release()

    def _shut_down(self) -> None:
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        self._writer.dispose()
        self._reader.dispose()
        if self._seat:
            self._seat.close()
        if self._lock:
            self._lock.release()


def _run(
    engine: Engine, work: Callable[[Transaction], T], memory: SignsInMemory | None = None
) -> T:
    """What is kept in `memory` is as committed, so a transaction that writes has its own."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            return work(SqlTransaction(session, memory or SignsInMemory()))
    except SQLAlchemyError as error:
        raise _refused(error) from error


def _refused(error: SQLAlchemyError) -> StorageError:
    return StorageError(f"The database refused: {words_of(error)}")
