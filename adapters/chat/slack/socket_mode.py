"""Socket Mode: slack_sdk's connection, watched.

The library builds a lost connection again by itself, but not always: its
tasks can end, its socket can stay open and mute (reliability.md 6). Then this
raises, everything of the connection is closed, and whoever called builds a
new one.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.chat.slack.clients import Http, library_logger
from adapters.chat.slack.errors import asked
from bot.domain.errors import ConfigError, DeliveryError, WorkspaceBroken

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """How often the connection is looked at, in seconds."""

    ping_s: float = 10.0
    look_s: float = 5.0
    """Below `ping_s`, or a pong that never came could be missed."""
    silent_s: float = 60.0
    """Without a message or a pong for so long, the connection counts as dead."""
    identity_s: float = 60.0
    """Between two questions whether the token still works."""
    connect_s: float = 30.0
    """Until Slack's first word."""
    close_s: float = 0.5
    """For a polite goodbye."""


class SocketLost(Exception):
    """The connection to Slack does not work any more; a new one is needed."""


@asynccontextmanager
async def connected(
    app: AsyncApp, app_token: str, http: Http, periods: Periods
) -> AsyncIterator["Pulse"]:
    """A connection on which Slack has said hello.

    Raises:
        ConfigError: the app token is refused.
        SocketLost: no connection.
    """
    url = await _address(app_token, http)
    handler = _Handler(
        app,
        app_token,
        logger=library_logger(),
        web_client=http.web(),
        ping_interval=periods.ping_s,
    )
    client = handler.client
    client.wss_uri = url
    pulse = Pulse(client, silent_s=periods.silent_s)
    try:
        try:
            async with asyncio.timeout(periods.connect_s):
                await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk's has no types
                await pulse.first.wait()
        except TimeoutError:
            raise SocketLost("Slack's socket said nothing") from None
        yield pulse
    finally:
        await _close(client, periods.close_s)


class _Handler(AsyncSocketModeHandler):
    """Acknowledges also what bolt fails to read, or Slack would send it again."""

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        try:
            await super().handle(client, req)  # type: ignore[arg-type]  # bolt widens it
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.warning("Slack sent what cannot be read: %r", error)
            acknowledge = client.send_socket_mode_response
            await acknowledge(SocketModeResponse(envelope_id=req.envelope_id))


class Pulse:
    """When the connection last showed that it lives."""

    def __init__(
        self,
        client: SocketModeClient,
        *,
        silent_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.first = asyncio.Event()
        self._client = client
        self._silent_s = silent_s
        self._monotonic = monotonic
        self._heard = monotonic()
        self._pong: float | None = None
        client.on_message_listeners.append(self._message)

    async def _message(self, _: WSMessage) -> None:
        self._heard = self._monotonic()
        self.first.set()

    def check(self) -> None:
        """Look at the connection.

        Raises:
            SocketLost: it is dead.
        """
        for task in (
            self._client.message_processor,
            self._client.message_receiver,
            self._client.current_session_monitor,
        ):
            if task is None or task.done():
                raise SocketLost("a task of slack_sdk ended")
        pong, before = self._client.last_ping_pong_time, self._pong
        self._pong = pong
        # Out of nothing the library sets it when it sends a ping, without any answer.
        if before is not None and pong is not None and pong != before:
            self._heard = self._monotonic()
        if self._monotonic() - self._heard > self._silent_s:
            raise SocketLost("Slack's socket is mute")


async def watch(
    check: Callable[[], None], ask: Callable[[], Awaitable[None]], periods: Periods
) -> None:
    """Look at the connection for ever, and ask now and then whether the token still works."""
    asked_at = time.monotonic()
    while True:
        await asyncio.sleep(periods.look_s)
        check()
        if time.monotonic() - asked_at >= periods.identity_s:
            await ask()
            asked_at = time.monotonic()


async def _address(app_token: str, http: Http) -> str:
    """Where to connect. We ask ourselves, since the library asks for ever, whatever the answer."""
    try:
        answer = await asked(http.web().apps_connections_open(app_token=app_token))
    except WorkspaceBroken as error:
        raise ConfigError(
            f"Slack refuses PAPERLARK_SLACK__APP_TOKEN ({error.code}). Make a new app-level token"
            " with the scope connections:write, on the page “Basic Information” of your Slack app."
        ) from error
    except DeliveryError as error:
        raise SocketLost(f"Slack gives no address to connect to: {error.code}") from error
    return str(answer["url"])


async def _close(client: SocketModeClient, within_s: float) -> None:
    """All of it. The library's own way waits for the other side's goodbye."""
    client.closed, client.auto_reconnect_enabled = True, False
    tasks = [
        task
        for task in (
            client.message_processor,
            client.message_receiver,
            client.current_session_monitor,
        )
        if task is not None
    ]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if client.current_session is not None:
        with suppress(Exception):
            async with asyncio.timeout(within_s):
                await client.current_session.close()
    await client.aiohttp_client_session.close()
