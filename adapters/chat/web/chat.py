"""The local page as a chat platform: posts are rows, commands come by form."""

import errno
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from adapters.chat.web.page import About
from adapters.chat.web.rooms import path_of
from adapters.chat.web.threads import POSTS_SHOWN
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.command_table import Command
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import ConfigError, DestinationBroken, MessageRejected
from bot.domain.fitting import Room
from bot.domain.links import Url, safe_url
from bot.domain.messages import Block, Message, PaperCard
from bot.ports.chat import ChatCapabilities, Desk
from bot.ports.clock import Clock
from bot.ports.health import Probe
from bot.ports.storage import Store, Transaction, WebPost

if TYPE_CHECKING:
    from adapters.chat.door import Door

PORTS_TRIED = 20
GOODBYE_S = 1.0
BUTTON_MAX_CHARS = 900  # what the page takes of a command is 1,000
ROOM = Room(chars=0, parts=25)  # cards; more at once take long to draw


def _size(block: Block) -> Room:
    return Room(chars=0, parts=int(isinstance(block, PaperCard)))


class WebChat:
    """A `ChatAdapter` whose platform is a page on this computer.

    `port` 0 takes any free port; with `next_free_port` a taken one makes way for the next.
    """

    platform = "web"
    capabilities = ChatCapabilities(
        room=ROOM, size=_size, threads=True, button_max_chars=BUTTON_MAX_CHARS
    )

    def __init__(
        self,
        store: Store,
        *,
        workspace: WorkspaceId,
        workspace_name: str,
        clock: Clock,
        commands: Sequence[Command],
        banner: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        shows_page: bool = True,
        next_free_port: bool = False,
    ) -> None:
        self._store = store
        self._about = About(
            workspace=workspace, name=workspace_name, commands=commands, banner=banner
        )
        self._clock = clock
        self._host = host
        self._shows_page = shows_page
        self._ports = [port + i for i in range(PORTS_TRIED if next_free_port and port else 1)]
        self._door: Door | None = None
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Where the page is; known once started."""
        if self._port is None:
            raise RuntimeError("the page is not started")
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- where we are, from here
        shown = everywhere.get(self._host, self._host)
        host = f"[{shown}]" if ":" in shown else shown
        return f"http://{host}:{self._port}/"

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        if thread is not None and not thread.isdecimal():
            raise MessageRejected("thread_not_found")
        parent = int(thread) if thread else None

        def add(tx: Transaction) -> WebPost:
            if tx.channels.get(channel) is None:
                raise DestinationBroken("channel_not_found")
            return tx.web_posts.add(
                channel, message, delivery=delivery, thread=parent, now=self._clock.now()
            )

        return str((await self._store.write(add)).id)

    async def find(
        self, channel: ChannelRef, *, delivery: DeliveryId, thread: str | None, since: datetime
    ) -> str | None:
        """Never there: posting the same delivery again changes nothing and gives its id."""
        return None

    async def link(self, channel: ChannelRef, post: str, *, thread: str | None) -> Url | None:
        """None while the page is not shown, and once it shows the post no more."""
        if self._port is None or not self._shows_page:
            return None
        shown = await self._store.read(lambda tx: tx.web_posts.list(channel, limit=POSTS_SHOWN))
        if post not in {str(each.id) for each in shown}:
            return None
        return safe_url(f"{self.url.rstrip('/')}{path_of(channel)}#post-{post}")

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        raise DestinationBroken("no_direct_messages")

    async def start(self, desk: Desk, probe: Probe | None = None) -> None:
        # Only now, because the import takes a third of a second and `try --once` needs no page.
        from aiohttp import web

        from adapters.chat.door import Door
        from adapters.chat.web.health import add_health
        from adapters.chat.web.site import Site

        app = web.Application()
        if self._shows_page:
            app = Site(self._store, self._about, self._clock, desk, host=self._host).app()
        add_health(app, probe)
        self._door = Door(app, goodbye_s=GOODBYE_S)
        try:
            self._port = await self._listen(self._door)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        if self._door:
            await self._door.close()
            self._door = self._port = None

    async def _listen(self, door: "Door") -> int:
        for port in self._ports:
            try:
                return await door.open(self._host, port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ConfigError(f"the page cannot listen on {self._host}: {error}") from error
        tried = " to ".join(str(p) for p in sorted({self._ports[0], self._ports[-1]}))
        raise ConfigError(f"port {tried} on {self._host} is taken; choose another")
