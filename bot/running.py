"""`paperlark run`: everything at work until the process is asked to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence

from bot import __version__
from bot.app import LOCAL, App, build, default_schedule
from bot.domain.channels import ChannelRef
from bot.domain.errors import ConfigError
from bot.platforms import ChatPlatform
from bot.scheduler import Clockwork
from bot.services.presenting.wording import counted, source_name
from bot.services.subscribing import ensure_channel
from bot.supervisor import Supervisor
from config.settings import Settings

Say = Callable[[str], None]
"""Tells the person at the terminal what happens."""


async def run(settings: Settings, say: Say) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        ConfigError: a platform refuses what the settings say.
    """
    async with build(settings, exclusive=True) as app:
        if held := await app.deliverer.hold_interrupted(alone=app.store.alone):
            cut_off = counted(len(held), "post")
            say(f"{cut_off} cut off when Paperlark last stopped: looked for in the channels.")
        await _ensure_local_channel(app)
        await app.web.start(app.desk)
        try:
            await _run_started(app, say)
        finally:
            await app.web.stop()


async def _run_started(app: App, say: Say) -> None:
    tick_s = app.settings.scheduler.tick_s
    clockwork = Clockwork(
        {"collect": (app.collector.collect, tick_s), "digest": (app.run_digests, tick_s)}
    )
    clockwork.start()
    names = " and ".join(source_name(name) for name in app.sources)
    say(f"Paperlark {__version__} is running at {app.web.url}")
    say(f"It collects from {names}. Ctrl+C ends it; nothing is lost.")
    if not app.platforms:
        say("No token for Slack or Discord is set, so it talks on its page only.")
    try:
        refused = _Refused(all_of=len(app.platforms))
        await _until_stopped([_connected(app, p, refused, say) for p in app.platforms])
    finally:
        say("Stopping.")
        app.deliverer.stop()
        await clockwork.stop()


class _Refused:
    """Which platforms refused us before they ever worked."""

    def __init__(self, all_of: int) -> None:
        self._all_of = all_of
        self._names: set[str] = set()

    def is_last(self, name: str) -> bool:
        self._names.add(name)
        return len(self._names) == self._all_of


async def _connected(app: App, platform: ChatPlatform, refused: _Refused, say: Say) -> None:
    """Keep a platform connected, and say so each time.

    Raises:
        ConfigError: it refuses us, and so do all others.
    """
    name = platform.platform.capitalize()

    def ready(who: str) -> None:
        supervisor.succeeded()
        say(f"{name}: connected to {who}")

    supervisor = Supervisor(name, lambda: platform.serve(app.desk, ready))
    try:
        await supervisor.run()
    except ConfigError as error:
        if refused.is_last(name):
            raise
        say(f"{name}: {error} The rest goes on without it.")
    supervisor.succeeded()  # from now on a refusal is waited out
    await supervisor.run()


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
