"""`paperlark run`: everything at work until the process is asked to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial

from bot import __version__
from bot.app import LOCAL, App, build, default_schedule
from bot.connections import Connections, Say
from bot.domain.channels import ChannelRef
from bot.health import Health
from bot.pulse import Pulse, ended
from bot.scheduler import Clockwork, Tick
from bot.services.embedding import InBackground
from bot.services.presenting.wording import counted, source_name
from bot.services.subscribing import ensure_channel
from config.settings import Settings

BACKUP_TICK_S = 600.0
EMBED_S = 300.0
SHOW_PAGE = "PAPERLARK_HTTP__PAGE_ANYWHERE=true"


async def run(settings: Settings, say: Say) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        ConfigError: a platform refuses what the settings say.
    """
    try:
        await _run(settings, say)
    finally:
        ended()


async def _run(settings: Settings, say: Say) -> None:
    async with build(settings, exclusive=True) as app:
        if held := await app.deliverer.hold_interrupted(alone=app.store.alone):
            cut_off = counted(len(held), "post")
            say(f"{cut_off} cut off when Paperlark last stopped: looked for in the channels.")
        await _ensure_local_channel(app)
        await app.leadership.keep()
        pulse, clockwork = Pulse(), Clockwork(_ticks(app))
        connections = Connections(app, say)
        probe = Health(app, clockwork=clockwork, connections=connections, pulse=pulse)
        await app.web.start(app.desk, probe)
        try:
            clockwork.start()
            _say_what_runs(app, say)
            won = partial(_won, clockwork, say)
            works = (app.leadership.run(won), clockwork.watch(), pulse.beat())
            await _until_stopped([*works, *connections.works()])
        finally:
            say("Stopping.")
            app.deliverer.stop()
            await clockwork.stop()
            await app.web.stop()
            await app.leadership.resign()


def _ticks(app: App) -> dict[str, tuple[Tick, float]]:
    tick_s = app.settings.scheduler.tick_s
    ticks: dict[str, tuple[Tick, float]] = {
        "collect": (app.collect, tick_s),
        "learn": (app.learn, tick_s),
        "digest": (app.run_digests, tick_s),
        "backup": (app.back_up, BACKUP_TICK_S),
    }
    if app.embedding:
        leads, busy = app.leadership.leads, app.posting
        embed = InBackground(app.embedding, app.clock, leads, busy=busy)
        ticks["embed"] = (partial(_for_a_while, embed.run), tick_s)
    if app.writing:
        ticks["summaries"] = (app.writing.run, tick_s)
    return ticks


async def _for_a_while(work: Tick) -> None:
    """As much as can be done; the rest is for the next time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(EMBED_S):
            await work()


def _say_what_runs(app: App, say: Say) -> None:
    names = " and ".join(source_name(name) for name in app.sources)
    say(f"Paperlark {__version__} is running at {app.web.url}")
    if not app.settings.http.shows_page:
        say(f"Its page is not shown there, only whether it is well; {SHOW_PAGE} shows it.")
    say(f"It collects from {names}. Ctrl+C ends it; nothing is lost.")
    if not app.platforms:
        say("No token for Slack or Discord is set, so it talks on its page only.")
    if not app.leadership.leads():
        say("Another Paperlark leads on this database; this one stands by.")


def _won(clockwork: Clockwork, say: Say) -> None:
    say("This Paperlark leads now.")
    clockwork.at_once()


async def _until_stopped(works: Sequence[Awaitable[None]]) -> None:
    """All of it at once, until somebody asks the process to end or one of them cannot go on."""
    stop = asyncio.ensure_future(stop_signal())
    tasks = [stop, *map(asyncio.ensure_future, works)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def stop_signal() -> None:
    """Return when somebody asks the process to end: SIGTERM or Ctrl+C."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


async def _ensure_local_channel(app: App) -> None:
    ref = ChannelRef(platform="web", workspace=LOCAL, channel="papers")
    schedule, now = default_schedule(app.settings), app.clock.now()
    await app.store.write(
        lambda tx: (
            tx.channels.of_workspace(LOCAL)
            or ensure_channel(tx, ref, "papers", schedule=schedule, now=now)
        )
    )
