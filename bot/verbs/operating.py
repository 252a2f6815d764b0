"""`run`, `collect` and `digest`: the bot itself, as a whole or one step of it."""

import argparse
import asyncio

from rich.console import Console

from adapters.chat.terminal import TerminalPrinter
from bot import running
from bot.app import App, build
from bot.domain.channels import Channel
from bot.domain.errors import UserError
from bot.services.digesting import Planned
from bot.services.presenting.wording import counted, source_name
from bot.verbs.printing import say
from bot.verbs.settings import settings


def run(_: argparse.Namespace) -> int:
    asyncio.run(running.run(settings(), say=say))
    return 0


def collect(_: argparse.Namespace) -> int:
    return asyncio.run(_collect())


def digest(args: argparse.Namespace) -> int:
    return asyncio.run(_digest(args.channel, dry_run=args.dry_run))


async def _collect() -> int:
    async with build(settings()) as app:
        reports = await app.collector.collect(force=True)
        await app.rising.note()
    for report in reports:
        found = report.failed or f"{report.got} papers, {report.new} new, {report.updated} updated"
        note = f" ({report.note})" if report.note else ""
        say(f"{source_name(report.source)}: {found}{note}")
    return int(any(report.failed for report in reports))


async def _digest(name: str | None, *, dry_run: bool) -> int:
    printer = TerminalPrinter(Console(highlight=False))
    async with build(settings()) as app:
        if not dry_run:
            await app.learner.learn()
        plans = await _plan(app, name, dry_run=dry_run)
        if not plans:
            say(await _why_nothing(app, name))
        for planned in plans:
            printer.channel(planned.channel.name)
            if dry_run:
                printer.digest(planned.messages)
            else:
                say(counted(len(planned.digest.papers), "paper"))
        if not dry_run:
            done = await app.deliverer.deliver()
            say(f"{counted(done.sent, 'post')} sent, {done.failed} failed.")
            return int(done.failed > 0)
    return 0


async def _plan(app: App, name: str | None, *, dry_run: bool) -> list[Planned]:
    if name is None and not dry_run:
        return await app.digester.digest()
    channels = await _channels(app, name)
    step = app.digester.preview if dry_run else app.digester.digest_now
    planned = [await step(channel.ref) for channel in channels]
    return [p for p in planned if p]


async def _why_nothing(app: App, name: str | None) -> str:
    if not await app.store.read(lambda tx: tx.subscriptions.all()):
        return "No channel is subscribed to anything yet: type /papers subscribe QUERY in one."
    if name is None:
        return "No digest is due, or nothing new has matched."
    return "No new paper has matched there since its last digest. Imported papers are not posted."


async def _channels(app: App, name: str | None) -> list[Channel]:
    """The channel of that name or id; without one, those whose digest is due.

    Raises:
        UserError: if there is none of that name.
    """
    if name is None:
        now = app.clock.now()
        return await app.store.read(lambda tx: tx.channels.due(now))
    every = await app.store.read(lambda tx: tx.channels.all())
    wanted = name.removeprefix("#")
    found = [c for c in every if wanted in (_full_name(c), c.ref.channel, c.name.removeprefix("#"))]
    if len(found) == 1:
        return found
    names = ", ".join(sorted(_full_name(c) for c in (found or every))) or "none yet"
    several = "Several channels are called" if found else "There is no channel"
    raise UserError(f"{several} {name}. Known channels: {names}.")


def _full_name(channel: Channel) -> str:
    """`workspace/channel`, which is never ambiguous."""
    return f"{channel.ref.workspace}/{channel.ref.channel}"
