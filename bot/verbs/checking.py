"""`paperlark check`: what is missing or wrong, in words, each with its mend."""

import argparse
import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import available_timezones

from adapters.storage.backup import NIGHTLY
from bot.app import FREE_MIN_BYTES, App, build
from bot.domain.channels import ChannelState
from bot.domain.deliveries import HELD
from bot.domain.errors import ConfigError, ModelUnavailable, PaperlarkError, SourceUnavailable
from bot.domain.findings import Finding
from bot.models import no_embedder
from bot.ports.sources import Cursor
from bot.services.presenting import stopped_reason
from bot.services.presenting.wording import counted, source_name
from bot.services.summarizing import SummaryWriting
from bot.verbs.printing import say
from bot.verbs.settings import settings
from config.loading import unknown_names
from config.settings import TOML_FILE, Settings, Summaries

SEMANTIC = "Search by meaning"
ANSWER_WITHIN_S = 20.0
CORRECT_NAME = "Correct its name, or remove it."
RESTORE = "Mend what it names; `paperlark db restore FILE` puts a backup in its place."
LOOK_AT_DATABASE = "Look at PAPERLARK_DATABASE__URL, and whether that database answers."


def check(_: argparse.Namespace) -> int:
    """Exit code 1 if anything wants mending."""
    configured = settings()

    async def look() -> int:
        count = 0
        async for finding in _findings(configured):
            count += bool(finding.mend)
            mark = ("✗ ", "bold red") if finding.mend else ("✓ ", "green")
            say(mark, (finding.what, "bold"), f": {finding.state}")
            if finding.mend:
                say(f"  {finding.mend}")
        return count

    wrong = asyncio.run(look())
    say("All is well." if not wrong else f"{counted(wrong, 'thing')} to mend.")
    return int(wrong > 0)


async def _findings(configured: Settings) -> AsyncIterator[Finding]:
    yield _settings_finding()
    for unknown in unknown_names(os.environ):
        mend = f"Did you mean {unknown.meant}?" if unknown.meant else CORRECT_NAME
        yield Finding(what=unknown.name, state="no such setting", mend=mend)
    yield _disk(configured.data_dir)
    yield _zones()
    if configured.on_sqlite:
        yield _backups(configured)
    try:
        async with build(configured) as app:
            yield await _archive(app)
            yield await _semantic(app)
            if app.writing:
                yield await _summaries(app.writing, configured.summaries)
            yield await _held(app)
            async for finding in _broken(app):
                yield finding
            async for finding in check_sources(app):
                yield finding
            async for finding in _platforms(app):
                yield finding
    except ConfigError as error:
        yield Finding(what="Settings", state=str(error), mend="Correct the setting it names.")
    except PaperlarkError as error:
        mend = RESTORE if configured.on_sqlite else LOOK_AT_DATABASE
        yield Finding(what="Database", state=str(error), mend=mend)


def _settings_finding() -> Finding:
    where = f"{TOML_FILE.absolute()} and the environment" if TOML_FILE.exists() else "environment"
    return Finding(what="Settings", state=f"read from the {where}")


def _disk(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stats = os.statvfs(folder)
    except OSError as error:
        return Finding(
            what="Data directory",
            state=str(error),
            mend="Set PAPERLARK_DATA_DIR to a folder that this user can write to.",
        )
    free = stats.f_bavail * stats.f_frsize
    state = f"{folder}, {free // 2**20:,} MB free"
    if not os.access(folder, os.W_OK):
        return Finding(what="Data directory", state=state, mend="Let this user write to it.")
    mend = "Free some space: below 200 MB posts may not be recorded."
    return Finding(what="Data directory", state=state, mend=mend if free < FREE_MIN_BYTES else "")


def _zones() -> Finding:
    known = len(available_timezones())
    mend = "" if known else "Install time zones: `pip install tzdata`."
    return Finding(what="Time zones", state=f"{known} known", mend=mend)


async def _archive(app: App) -> Finding:
    papers, channels, subscriptions = await app.store.read(
        lambda tx: (tx.papers.count(), len(tx.channels.all()), len(tx.subscriptions.all()))
    )
    state = ", ".join(
        (
            counted(papers, "paper"),
            counted(channels, "channel"),
            counted(subscriptions, "subscription"),
        )
    )
    return Finding(what="Database", state=state)


def _backups(configured: Settings) -> Finding:
    nightly = sorted(configured.backups.glob(f"{NIGHTLY}*.db"))
    if not configured.backup.keep:
        return Finding(what="Nightly backups", state="off (PAPERLARK_BACKUP__KEEP=0)")
    if not nightly:
        return Finding(what="Nightly backups", state="none yet; `paperlark run` makes them")
    state = f"{counted(len(nightly), 'copy', 'copies')}, the newest {nightly[-1].name}"
    return Finding(what="Nightly backups", state=state)


async def _semantic(app: App) -> Finding:
    if app.embedding is None:
        state = f"off: searches go by words; {no_embedder(app.settings)}"
        return Finding(what=SEMANTIC, state=state)
    try:
        await app.embedding.try_model()
        progress = await app.embedding.progress()
    except ModelUnavailable as error:
        mend = "Searches go by words. Set PAPERLARK_SEMANTIC__MODEL to a folder, or look at your network."
        return Finding(what=SEMANTIC, state=str(error), mend=mend)
    state = f"{counted(progress.done, 'paper')} known, {progress.remaining:,} to come"
    return Finding(what=SEMANTIC, state=state)


async def _summaries(writing: SummaryWriting, wanted: Summaries) -> Finding:
    what = f"Summaries by {wanted.model}"
    mend = "Sentences of the abstract are shown instead. Look at PAPERLARK_SUMMARIES__"
    try:
        if not await writing.try_model():
            return Finding(what=what, state="writes nothing fit to be shown", mend=f"{mend}MODEL.")
    except SourceUnavailable as error:
        return Finding(what=what, state=error.reason, mend=f"{mend}URL, _MODEL and _API_KEY.")
    asked = await writing.asked_today()
    return Finding(what=what, state=f"asked about {asked} of {wanted.per_day} papers today")


async def _held(app: App) -> Finding:
    posts = await app.store.read(lambda tx: tx.deliveries.unsettled())
    held = [post for post in posts if post.state in HELD]
    mend = "Look into their channels; `/papers held` there sends them again or lets them be."
    return Finding(what="Posts held", state=str(len(held)), mend=mend if held else "")


async def _broken(app: App) -> AsyncIterator[Finding]:
    for channel in await app.store.read(lambda tx: tx.channels.all()):
        if channel.state is ChannelState.BROKEN:
            why, mend = stopped_reason(channel.broken_code)
            yield Finding(
                what=f"#{channel.name}",
                state=f"posting is stopped: {why}; its papers wait",
                mend=f"{mend} Then type /papers status in it.",
            )


async def _platforms(app: App) -> AsyncIterator[Finding]:
    """What Slack and Discord say to our tokens, rights and channels."""
    if not app.platforms:
        yield Finding(
            what="Chat", state="no token for Slack or Discord is set; only the page works"
        )
    channels = await app.store.read(lambda tx: tx.channels.all())
    for platform in app.platforms:
        ours = [c for c in channels if c.ref.platform == platform.platform]
        async for finding in platform.findings([c for c in ours if c.state is ChannelState.ACTIVE]):
            yield finding


async def check_sources(app: App) -> AsyncIterator[Finding]:
    """What each source answers now, as if the days before were known; nothing of it is stored."""
    now, categories = app.clock.now(), await app.collector.categories()
    known = Cursor(through=now.date())
    for name, source in app.sources.items():
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                sweep = await source.sweep(known, now=now, categories=categories)
        except (PaperlarkError, TimeoutError) as error:
            why = getattr(error, "reason", "") or f"no answer within {ANSWER_WITHIN_S:.0f} seconds"
            mend = "Nothing is lost: it is asked again. If it lasts, look at your network."
            yield Finding(what=source_name(name), state=why, mend=mend)
        else:
            note = f"; {sweep.note}" if sweep.note else ""
            found = f"{sweep.asked}: {counted(len(sweep.papers), 'paper')}{note}"
            yield Finding(what=source_name(name), state=found)
