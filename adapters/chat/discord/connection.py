"""Keeps the gateway open, and ends in words when that cannot be done."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from yarl import URL

from adapters.chat.discord.answering import Answering
from adapters.chat.discord.api import ODD_TOKEN, DiscordApi
from adapters.chat.discord.client import GatewayClient, ShardedGatewayClient
from adapters.chat.discord.posting import DiscordPosts
from bot.domain.errors import ConfigError, PaperlarkError, WorkspaceBroken
from bot.ports.chat import Desk

logger = logging.getLogger(__name__)

SILENCE_MAX_S = 90.0  # two heartbeats, which Discord wants every 41 s, and a little
FAILURES_MAX = 5
"""Broken connections one after the other, of each; then the sessions are given up for new ones."""
CLOSED_WITHIN_S = 0.4
LOOK_EVERY_S = 1.0

REFUSED = (
    "Discord refuses the token in PAPERLARK_DISCORD__TOKEN. In the Developer Portal, under Bot,"
    " press Reset Token and set the new one."
)
UNUSABLE = (
    "PAPERLARK_DISCORD__TOKEN holds a space, a line break or another character that is in no token."
    " Copy it once more, from beginning to end."
)
_CLOSE_CODES = {
    4004: REFUSED,
    4013: "Discord does not know the events that Paperlark asks for: is Paperlark up to date?",
    4014: "Discord refuses the events that Paperlark asks for: is Paperlark up to date?",
}
"""After which connecting again cannot help (Discord's gateway close codes)."""


class GatewayLost(PaperlarkError):
    """The connection to Discord ended and is not coming back by itself."""


class Gateway:
    """One connection, with a client of its own: what one leaves behind cannot harm the next."""

    def __init__(
        self,
        desk: Desk,
        api: DiscordApi,
        posts: DiscordPosts,
        *,
        token: str,
        api_url: str,
        silence_max_s: float = SILENCE_MAX_S,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._desk = desk
        self._api = api
        self._posts = posts
        self._token = token
        self._api_url = api_url
        self._silence_max_s = silence_max_s
        self._look_every_s = look_every_s

    async def serve(self, ready: Callable[[str], None]) -> None:
        """Bring events to the desk until cancelled.

        Raises:
            ConfigError: Discord refuses the token.
            Exception: the connection is lost.
        """
        shards = await self._find_gateway()
        answering = Answering(self._desk, self._api, self._posts)
        kind = GatewayClient if shards == 1 else ShardedGatewayClient
        client = kind(self._desk, self._api, self._posts, answering, ready)
        try:
            # It resumes all the same; what it cannot resume it would try again for ever.
            await _first(client.start(self._token, reconnect=False), self._watch(client))
        except discord.LoginFailure as error:
            raise ConfigError(REFUSED) from error
        except discord.PrivilegedIntentsRequired as error:
            raise ConfigError(_CLOSE_CODES[4014]) from error
        except discord.ConnectionClosed as error:
            if error.code in _CLOSE_CODES:
                raise ConfigError(_CLOSE_CODES[error.code]) from error
            raise GatewayLost(f"Discord closed the connection: {error.code}") from error
        finally:
            await _close(client)
        raise GatewayLost

    async def _find_gateway(self) -> int:
        """Ask where it is, whether it may be entered once more today, and by how many connections.

        discord.py knows neither setting but as attributes of its classes.
        """
        try:
            known = await self._api.gateway()
        except WorkspaceBroken as error:
            raise ConfigError(UNUSABLE if error.code == ODD_TOKEN else REFUSED) from error
        limit = known["session_start_limit"]
        if limit["remaining"] < known["shards"]:
            minutes = limit["reset_after"] / 60_000
            raise GatewayLost(f"Discord takes no new connection for {minutes:.0f} minutes")
        discord.http.Route.BASE = self._api_url.rstrip("/")
        DiscordWebSocket.DEFAULT_GATEWAY = URL(known["url"])
        return int(known["shards"])

    async def _watch(self, client: GatewayClient) -> None:
        """End when the gateway no longer answers, or breaks off again and again.

        discord.py takes any sign of life for an answer, and resumes a session that is
        no good without a pause.
        """
        heard = time.perf_counter()
        while client.failures < FAILURES_MAX * max(1, len(_sockets(client))):
            await asyncio.sleep(self._look_every_s)
            heard = max(heard, _last_ack(client))
            if time.perf_counter() - heard > self._silence_max_s:
                raise GatewayLost("Discord's gateway does not answer any more")
        raise GatewayLost(f"the connection to Discord broke {client.failures} times in a row")


def _last_ack(client: discord.Client) -> float:
    """When the connection that is silent longest last acknowledged a heartbeat.

    On the clock of `time.perf_counter`.
    """
    return min(map(_acked, _sockets(client)), default=0.0)


def _sockets(client: discord.Client) -> list[Any]:
    if isinstance(client, discord.AutoShardedClient):
        return [client._get_websocket(shard_id=id_) for id_ in client.shards]  # noqa: SLF001 -- it tells no other way
    return [client.ws]


def _acked(socket: Any) -> float:
    return getattr(getattr(socket, "_keep_alive", None), "_last_ack", 0.0)


async def _first(*works: Awaitable[None]) -> None:
    """Run all until one ends; raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task.cancelled():  # by somebody else: to us it must not look as if we were
                raise GatewayLost
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _close(client: discord.Client) -> None:
    """Say goodbye, but not for long: a gateway that is mute does not answer that either."""
    try:
        async with asyncio.timeout(CLOSED_WITHIN_S):
            await client.close()
    except TimeoutError:
        logger.debug("Discord's gateway did not say goodbye")
    finally:
        await client.http.close()
