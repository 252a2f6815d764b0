"""`paperlark run` as it is, in a process forked from a warm one, watched at its edges.

The program knows nothing of this: what it reaches through ports is wrapped from
outside. Each edge that it reaches is a line in a trail that outlives it, and at
one of them it may end itself by SIGKILL.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio._backends._asyncio  # noqa: F401 -- what comes late is imported once, before all forks
import httpcore  # noqa: F401 -- likewise
import psycopg  # noqa: F401 -- likewise
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401 -- likewise

import adapters.chat.slack.errors
import adapters.chat.web.site
import bot.services.outcomes
import bot.services.reconciling
import bot.verbs.operating
from adapters.chat.discord import Discord
from adapters.chat.slack import Slack
from adapters.chat.web.page import Templates
from adapters.sources.arxiv import ArXiv
from adapters.storage.deliveries import SqlDeliveries
from adapters.storage.store import SqlStore
from bot.cli import main

Templates()  # compiled once for all
gc.collect()
gc.freeze()  # what all forks share is never looked through, and so never copied

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([__name__])

PACE = timedelta(milliseconds=20)
SOON = timedelta(milliseconds=300)
ACKNOWLEDGED = "acknowledged "
"""Begins a line of the trail that names a post whose SENT mark is committed, as its writer knows."""

ANY = "any edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The n-th time that an edge is reached, from 1; of `ANY`, the n-th edge of all."""

    edge: str
    n: int

    def __str__(self) -> str:
        return f"{self.edge} #{self.n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a process begins."""

    settings: Mapping[str, str]
    folder: Path
    """For its trail, and for what it says."""
    kill_at: Point | None = None
    by: signal.Signals = signal.SIGKILL
    """What it does to itself there: it dies, or it stands still."""
    gate: Any = None
    """An event that it awaits first."""
    spoil: Callable[[], None] | None = None
    """Makes the program a worse one, to see that a proof notices."""


class Trail:
    """What was reached, a line each; written so that it outlives a SIGKILL."""

    def __init__(self, path: Path, kill_at: Point | None, by: signal.Signals) -> None:
        self._by = by
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._kill_at = kill_at
        self._reached: Counter[str] = Counter()
        self._turn = threading.Lock()

    def reach(self, edge: str) -> None:
        with self._turn:
            self._reached.update((edge, ANY))
            self.note(edge)
            if self._kill_at and self._reached[self._kill_at.edge] == self._kill_at.n:
                os.kill(os.getpid(), self._by)

    def note(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


def trail_of(folder: Path) -> list[str]:
    path = folder / "trail"
    return path.read_text().splitlines() if path.exists() else []


def warm_up() -> None:
    """Import everything now, so that no run waits for it."""
    process = FORKING.Process(target=_nothing, daemon=True)
    process.start()
    process.join()


def _nothing() -> None: ...


def forked(start: Start) -> Any:
    """A process, begun."""
    process = FORKING.Process(target=_run, args=(start,), daemon=True)
    process.start()
    return process


def _run(start: Start) -> None:
    said = os.open(start.folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ.update(start.settings)
    if start.gate:
        start.gate.wait()
    _hurry()
    if start.spoil:
        start.spoil()
    _watch(Trail(start.folder / "trail", start.kill_at, start.by))
    sys.exit(main(["--log-level", "ERROR", "run"]))


def _hurry() -> None:
    """Waits in which nothing happens, and that no setting names, last no minutes here."""
    for chat in (Slack, Discord):
        chat.capabilities = replace(chat.capabilities, pace=PACE)
    adapters.chat.slack.errors.WAIT_UNREACHABLE = SOON
    bot.services.outcomes.RETRY_WAIT = SOON
    bot.services.reconciling.LOOK_AGAIN = SOON


def _watch(trail: Trail) -> None:
    SqlStore.lead = _watched(SqlStore.lead, "lead", trail)
    SqlStore.read = _watched_read(SqlStore.read, trail)
    SqlStore.write = _watched_write(SqlStore.write, trail)
    ArXiv.sweep = _watched(ArXiv.sweep, "sweep", trail)
    for chat in (Slack, Discord):
        for verb in ("post", "find", "tell"):
            setattr(chat, verb, _watched(getattr(chat, verb), verb, trail))


def _watched(call: Callable[..., Awaitable[Any]], name: str, trail: Trail) -> Any:
    async def watched(*args: Any, **more: Any) -> Any:
        trail.reach(f"{name}, before")
        result = await call(*args, **more)
        trail.reach(f"{name}, after")
        return result

    return watched


def _watched_read(read: Any, trail: Trail) -> Any:
    async def watched(self: SqlStore, work: Callable[[Any], Any]) -> Any:
        name = f"read {_name(work)}"
        trail.reach(f"{name}, before")
        result = await read(self, work)
        trail.reach(f"{name}, after{_worth(result)}")
        return result

    return watched


def _watched_write(write: Any, trail: Trail) -> Any:
    async def watched(self: SqlStore, work: Callable[[Any], Any]) -> Any:
        name, sent = f"write {_name(work)}", []

        def watched_work(tx: Any) -> Any:
            tx.deliveries = _Noting(tx.deliveries, sent)
            result = work(tx)
            trail.reach(f"{name}, before commit{_worth(result)}")
            return result

        trail.reach(f"{name}, before begin")
        result = await write(self, watched_work)
        for delivery in sent:
            trail.note(ACKNOWLEDGED + delivery)
        trail.reach(f"{name}, after commit{_worth(result)}")
        return result

    return watched


class _Noting:
    """The deliveries of a transaction, with what is marked as SENT in it."""

    def __init__(self, deliveries: SqlDeliveries, sent: list[str]) -> None:
        self._deliveries = deliveries
        self._sent = sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._deliveries, name)

    def sent(self, delivery: Any, *args: Any, **more: Any) -> bool:
        entered = self._deliveries.sent(delivery, *args, **more)
        self._sent += [delivery.id] if entered else []
        return entered


def _name(work: Callable[..., Any]) -> str:
    return work.__qualname__.replace(".<locals>", "").replace(".<lambda>", "")


def _worth(result: object) -> str:
    """Most of what is asked at a tick comes to nothing."""
    return "" if result else " without result"
