"""Builds Paperlark from its settings, runs it and stops it."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.chat.web import WebChat
from adapters.exports import FileExporter
from adapters.sources.http import PoliteClient
from adapters.storage.backup import back_up_nightly
from adapters.storage.store import SqlStore
from adapters.summaries.extractive import Extractive
from bot import __version__
from bot.domain.channels import WorkspaceId
from bot.domain.command_table import COMMANDS
from bot.domain.messages import Message
from bot.domain.schedules import Schedule
from bot.models import embedder, summary_writer
from bot.platforms import ChatPlatform, platforms_with_tokens
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.sources import PaperSource
from bot.ports.storage import Store, Transaction
from bot.services.collecting import Collector
from bot.services.delivering import Deliverer
from bot.services.desk import FrontDesk
from bot.services.digesting import Digester
from bot.services.embedding import Embedding
from bot.services.kit import Kit
from bot.services.leading import Leadership
from bot.services.learning import Learner
from bot.services.leases import DeliveryPolicy
from bot.services.posting import plan_and_post
from bot.services.rising import RisingPapers
from bot.services.stopping import OwnerNotices
from bot.services.summarizing import SummaryWriting
from bot.sources import sources_enabled
from config.settings import Settings

logger = logging.getLogger(__name__)

FREE_MIN_BYTES = 200 * 1024 * 1024
"""With less disk left, nothing is collected; posts may soon not be recorded (reliability.md 3)."""
LOCAL = WorkspaceId("web:local")
"""The workspace of the local page."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class App:
    """Everything, built and wired; nothing runs yet."""

    settings: Settings
    clock: Clock
    store: SqlStore
    sources: Mapping[str, PaperSource]
    collector: Collector
    rising: RisingPapers
    learner: Learner
    digester: Digester
    deliverer: Deliverer
    embedding: Embedding | None
    """Where there is a sentence model."""
    writing: SummaryWriting | None
    """Where there is a language model."""
    desk: FrontDesk
    leadership: Leadership
    web: WebChat
    platforms: Sequence[ChatPlatform]
    """Those with tokens: Slack, Discord."""
    posting: asyncio.Lock
    """Held while posts are planned and sent."""

    @property
    def disk_is_full(self) -> bool:
        """Nearly: what is left is for recording what is sent."""
        free = self.store.free_bytes()
        return free is not None and free < FREE_MIN_BYTES

    async def collect(self) -> None:
        """What a tick does: ask the sources."""
        if self.disk_is_full:
            logger.warning("nothing is collected: the disk is nearly full")
        elif self.leadership.leads() and await self.collector.collect():
            await self.rising.note()

    async def learn(self) -> None:
        """What a tick does: learn what channels like, each night."""
        if self.leadership.leads():
            await self.learner.learn()

    async def back_up(self) -> None:
        """What a tick does: the night's copy of a SQLite file, in UTC."""
        url, keep = self.settings.database_url, self.settings.backup.keep
        if keep and self.store.alone:
            day = self.clock.now().date()
            made = await asyncio.to_thread(
                back_up_nightly, url, self.settings.backups, day=day, keep=keep
            )
            if made:
                logger.info("backed up to %s", made)

    async def run_digests(self) -> None:
        """What a tick does: plan what is due, send what is ready."""
        if self.leadership.leads():
            async with self.posting:
                await plan_and_post(self.digester, self.deliverer)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    client: PoliteClient | None = None,
    exclusive: bool = False,
    banner: str | None = None,
    next_free_port: bool = False,
) -> AsyncIterator[App]:
    """The whole program on these settings; its database is opened, migrated and closed.

    `client` asks the sources in place of one that asks the network. `exclusive`
    is for the long-running process: of those a SQLite file takes only one, and of
    several on PostgreSQL only the leader acts unasked.
    """
    clock = clock or SystemClock()
    # No other process ever has this name, also not one that a restart put in our place.
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
    async with AsyncExitStack() as stack:
        store = SqlStore.open(settings.database_url, exclusive=exclusive)
        stack.push_async_callback(store.close)
        contact = settings.sources.contact
        client = client or PoliteClient(version=__version__, contact=contact, clock=clock)
        stack.push_async_callback(client.aclose)
        sources = sources_enabled(settings, client)
        web = _page(settings, store, clock, banner=banner, next_free_port=next_free_port)
        platforms = platforms_with_tokens(settings, store, clock)
        for platform in platforms:
            stack.push_async_callback(platform.aclose)
        chats: dict[str, ChatAdapter] = {web.platform: web, **{p.platform: p for p in platforms}}
        leadership = Leadership(
            store, clock, holder=name, lasts=timedelta(seconds=settings.scheduler.lead_s)
        )
        leads = leadership.leads if exclusive else _always
        notices = OwnerNotices(
            store, chats, lambda message: _tell_operator(store, message, clock), leads=leads
        )
        model, posting = embedder(settings), asyncio.Lock()
        embedding = Embedding(store, model) if model else None
        if embedding:
            stack.push_async_callback(embedding.aclose)
        writer, per_day = summary_writer(settings, client), settings.summaries.per_day
        writing = SummaryWriting(store, writer, clock, leads, per_day=per_day) if writer else None
        kit = Kit(
            store=store,
            chats=chats,
            clock=clock,
            summarizer=Extractive(),
            exporter=FileExporter(),
            schedule=default_schedule(settings),
            resend_unknown=_policy(settings).resend_unknown,
            lookup=sources.lookup,
            embedder=model,
            sources=tuple(sources.collected),
            categories=settings.sources.arxiv.categories,
            searches=sources.searches,
        )
        yield App(
            settings=settings,
            clock=clock,
            store=store,
            sources=sources.collected,
            collector=Collector(
                store,
                list(sources.collected.values()),
                clock,
                categories=settings.sources.arxiv.categories,
                every=timedelta(seconds=settings.scheduler.collect_every_s),
            ),
            rising=RisingPapers(store, chats, clock),
            learner=Learner(store, clock),
            digester=Digester(store, chats, clock, Extractive()),
            deliverer=Deliverer(
                store,
                chats,
                clock,
                notices,
                owner=name,
                policy=_policy(settings),
                leads=leads,
            ),
            embedding=embedding,
            writing=writing,
            desk=FrontDesk(kit, notices),
            posting=posting,
            leadership=leadership,
            web=web,
            platforms=platforms,
        )


def _page(
    settings: Settings, store: Store, clock: Clock, *, banner: str | None, next_free_port: bool
) -> WebChat:
    return WebChat(
        store,
        workspace=LOCAL,
        workspace_name="Paperlark",
        clock=clock,
        commands=COMMANDS,
        banner=banner,
        host=settings.http.host,
        port=settings.http.port,
        shows_page=settings.http.shows_page,
        next_free_port=next_free_port,
    )


def default_schedule(settings: Settings) -> Schedule:
    """What a channel starts with."""
    return Schedule(at=settings.scheduler.digest_at, zone=settings.scheduler.zone)


def _always() -> bool:
    """Who gives a command has it done, whoever leads."""
    return True


def _policy(settings: Settings) -> DeliveryPolicy:
    wanted = settings.delivery
    return DeliveryPolicy(
        request_timeout=timedelta(seconds=wanted.request_timeout_s),
        lease=timedelta(seconds=wanted.lease_s),
        settle=timedelta(seconds=wanted.settle_s),
        resend_unknown=wanted.on_unknown == "resend",
    )


async def _tell_operator(store: Store, message: Message, clock: Clock) -> None:
    """On the local page, in its first channel: whoever runs Paperlark looks there or in the log."""

    def post(tx: Transaction) -> None:
        for channel in tx.channels.of_workspace(LOCAL)[:1]:
            now = clock.now()
            tx.web_posts.add(channel.ref, message, delivery=None, thread=None, now=now)

    await store.write(post)
