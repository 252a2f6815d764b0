"""Builds Paperlark from its settings, runs it and stops it."""

import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.chat.web import WebChat
from adapters.exports import FileExporter
from adapters.sources.arxiv import ArXiv
from adapters.sources.http import PoliteClient
from adapters.sources.huggingface import HuggingFace
from adapters.storage.store import SqlStore
from adapters.summaries.extractive import Extractive
from bot import __version__
from bot.domain.channels import WorkspaceId
from bot.domain.command_table import COMMANDS
from bot.domain.errors import ConfigError
from bot.domain.messages import Message
from bot.domain.schedules import Schedule
from bot.platforms import ChatPlatform, platforms_with_tokens
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.sources import PaperSource
from bot.ports.storage import Store, Transaction
from bot.services.collecting import Collector
from bot.services.delivering import Deliverer
from bot.services.desk import FrontDesk
from bot.services.digesting import Digester
from bot.services.kit import Kit
from bot.services.leases import DeliveryPolicy
from bot.services.stopping import OwnerNotices
from config.settings import Settings

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
    digester: Digester
    deliverer: Deliverer
    desk: FrontDesk
    web: WebChat
    platforms: Sequence[ChatPlatform]
    """Those with tokens: Slack, Discord."""

    async def run_digests(self) -> None:
        """What a tick does: plan what is due, send what is ready."""
        await self.digester.digest()
        await self.deliverer.deliver()


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
    is for the long-running process: of those a SQLite file takes only one.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        store = SqlStore.open(settings.database_url, exclusive=exclusive)
        stack.push_async_callback(store.close)
        contact = settings.sources.contact
        client = client or PoliteClient(version=__version__, contact=contact, clock=clock)
        stack.push_async_callback(client.aclose)
        arxiv = _arxiv(settings, client)
        huggingface = HuggingFace(client, base_url=settings.sources.huggingface.url)
        sources = _enabled(settings, arxiv, huggingface)
        web = WebChat(
            store,
            workspace=LOCAL,
            workspace_name="Paperlark",
            clock=clock,
            commands=COMMANDS,
            banner=banner,
            port=settings.http.port,
            next_free_port=next_free_port,
        )
        platforms = platforms_with_tokens(settings, store, clock)
        for platform in platforms:
            stack.push_async_callback(platform.aclose)
        chats: dict[str, ChatAdapter] = {web.platform: web, **{p.platform: p for p in platforms}}
        notices = OwnerNotices(store, chats, lambda message: _tell_operator(store, message, clock))
        kit = Kit(
            store=store,
            chats=chats,
            clock=clock,
            summarizer=Extractive(),
            exporter=FileExporter(),
            schedule=default_schedule(settings),
            resend_unknown=_policy(settings).resend_unknown,
            lookup=arxiv,
            searches=[s for s in (huggingface, arxiv) if s.name in sources],
        )
        yield App(
            settings=settings,
            clock=clock,
            store=store,
            sources=sources,
            collector=Collector(
                store,
                list(sources.values()),
                clock,
                categories=settings.sources.arxiv.categories,
                every=timedelta(seconds=settings.scheduler.collect_every_s),
            ),
            digester=Digester(store, chats, clock, Extractive()),
            deliverer=Deliverer(
                store,
                chats,
                clock,
                notices,
                owner=f"{socket.gethostname()}:{os.getpid()}",
                policy=_policy(settings),
            ),
            desk=FrontDesk(kit, notices),
            web=web,
            platforms=platforms,
        )


def default_schedule(settings: Settings) -> Schedule:
    """What a channel starts with."""
    return Schedule(at=settings.scheduler.digest_at, zone=settings.scheduler.zone)


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


def _arxiv(settings: Settings, client: PoliteClient) -> ArXiv:
    wanted = settings.sources.arxiv
    return ArXiv(
        client,
        rss_url=wanted.rss_url,
        api_url=wanted.api_url,
        min_interval_s=wanted.min_interval_s,
    )


def _enabled(settings: Settings, *known: PaperSource) -> dict[str, PaperSource]:
    """The enabled sources by name.

    Raises:
        ConfigError: if one is named that does not exist.
    """
    sources = {source.name: source for source in known}
    if unknown := set(settings.sources.enabled) - sources.keys():
        raise ConfigError(
            f"PAPERLARK_SOURCES__ENABLED names {', '.join(sorted(unknown))}; "
            f"the sources are {', '.join(sources)}"
        )
    return {name: sources[name] for name in settings.sources.enabled}
