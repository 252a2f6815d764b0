"""`paperlark try`: today's papers for a sample team, without an account or a setting."""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from adapters.chat.terminal import TerminalPrinter
from adapters.sources.http import PoliteClient
from adapters.sources.sample import SAMPLE_DAY, sample_client
from bot import __version__
from bot.app import LOCAL, App, SystemClock, build
from bot.domain.channels import ChannelRef, UserRef
from bot.domain.parsing import parse_subscription
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.ports.clock import Clock
from bot.ports.sources import SourceReport
from bot.ports.storage import Transaction
from bot.running import stop_signal
from bot.services.presenting.wording import full_date, source_name
from bot.services.subscribing import add, ensure_channel
from bot.verbs.settings import settings as load_settings
from config.settings import Database

ANSWER_WITHIN_S = 5.0
SAMPLE_MORNING = datetime.combine(SAMPLE_DAY, time(9), UTC)

TEAM: dict[str, Sequence[tuple[str, str]]] = {
    "alignment": (
        ("Ada", '"AI alignment" OR "reward hacking" OR misalign*'),
        ("Noor", '(safety OR trustworth* OR backdoor* OR "explainable AI") -survey'),
    ),
    "agents": (
        ("Kenji", "agent (benchmark OR memory OR tool)"),
        ("Lena", '"multi-agent" OR "test-time"'),
    ),
    "vision-and-medicine": (
        ("Lena", 'diffusion OR "video generation" OR title:panoram*'),
        ("Noor", "medical OR patholog* OR eeg"),
        ("Kenji", "upvotes:>=20"),
    ),
}
"""Who subscribed each channel to what."""


@dataclass(frozen=True)
class SampleClock:
    """The morning of the sample, and the seconds since the start."""

    started: datetime

    def now(self) -> datetime:
        return SAMPLE_MORNING + (datetime.now(UTC) - self.started)


def run(args: argparse.Namespace) -> int:
    """Print the digests; unless `--once`, also serve the page until Ctrl+C."""
    console = Console(highlight=False)
    asyncio.run(_run(once=args.once, offline=args.offline, port=args.port, console=console))
    return 0


async def _run(*, once: bool, offline: bool, port: int | None, console: Console) -> None:
    if not offline and await _try_live(once=once, port=port, console=console):
        return
    day = full_date(SAMPLE_DAY)
    banner = f"Bundled sample of {day}, not live"
    console.print(Text(f"{banner}: real papers, abstracts in our own words.\n", style="dim"))
    clock = SampleClock(started=datetime.now(UTC))
    async with _fresh(port, clock, sample_client(version=__version__, clock=clock), banner) as app:
        await _collect(app, console, "Reading the sample")
        await _show(app, once=once, console=console)


async def _try_live(*, once: bool, port: int | None, console: Console) -> bool:
    """Whether any source answered in time; if so, all of the trial ran on it."""
    async with _fresh(port, SystemClock(), None, None) as app:
        names = " and ".join(source_name(name) for name in app.sources)
        reports = await _collect(app, console, f"Asking {names} for today’s papers")
        for name in app.sources:
            if problem := _problem(reports.get(name)):
                console.print(Text(f"{source_name(name)}: {problem}", style="yellow"))
        if not any(report.got for report in reports.values()):
            console.print("So here is the bundled sample.")
            return False
        await _show(app, once=once, console=console)
        return True


def _problem(report: SourceReport | None) -> str | None:
    return report.failed if report else f"no answer within {ANSWER_WITHIN_S:.0f} seconds"


@asynccontextmanager
async def _fresh(
    port: int | None, clock: Clock, client: PoliteClient | None, banner: str | None
) -> AsyncIterator[App]:
    """An app with the sample team, on a database that is gone afterwards."""
    settings = load_settings()
    with tempfile.TemporaryDirectory(prefix="paperlark-try-") as folder:
        http = settings.http if port is None else settings.http.model_copy(update={"port": port})
        changed = {"data_dir": Path(folder), "database": Database(), "http": http}
        async with build(
            settings.model_copy(update=changed),
            clock=clock,
            client=client,
            banner=banner,
            next_free_port=port is None,
        ) as app:
            await app.store.write(lambda tx: _found_team(tx, clock.now()))
            yield app


def _found_team(tx: Transaction, now: datetime) -> None:
    schedule = Schedule(at=time(9), zone="UTC", days=EVERY_DAY)
    for name, wishes in TEAM.items():
        ref = ChannelRef(platform="web", workspace=LOCAL, channel=name)
        channel = ensure_channel(tx, ref, name, schedule=schedule, now=now)
        for person, query in wishes:
            by = UserRef(id=person.lower(), name=person)
            add(tx, channel, parse_subscription(query), by=by, now=now)


async def _collect(app: App, console: Console, what: str) -> dict[str, SourceReport]:
    """What each source that answered in time gave."""
    with console.status(what):
        with suppress(TimeoutError):
            await asyncio.wait_for(app.collector.collect(force=True), ANSWER_WITHIN_S)
        return await app.store.read(lambda tx: tx.sources.last_reports())


async def _show(app: App, *, once: bool, console: Console) -> None:
    channels = await app.store.read(lambda tx: tx.channels.of_workspace(LOCAL))
    with console.status("Matching and composing"):
        planned = [await app.digester.digest_now(channel.ref) for channel in channels]
        await app.deliverer.deliver()
    printer = TerminalPrinter(console)
    for channel, digest in zip(channels, planned, strict=True):
        printer.channel(channel.name)
        if digest:
            printer.digest(digest.messages)
        else:
            console.print("No new paper matched.")
    if not once:
        await _serve(app, console)


async def _serve(app: App, console: Console) -> None:
    await app.web.start(app.desk)
    try:
        link = Text(app.web.url, style=f"bold link {app.web.url}")
        console.print(Text.assemble("The same as a chat page: ", link, "  (Ctrl+C ends it)"))
        await stop_signal()
    finally:
        await app.web.stop()
