"""Socket Mode of the Slack stand-in: the connections of the app, and what goes over them."""

import asyncio
import contextlib
import time
from collections import defaultdict
from itertools import count

from aiohttp import WSMsgType, web

from tests.standins.slack_state import Json

PING_EVERY_S = 10
ENVELOPES: dict[str, Json] = {
    "slash_commands": {"accepts_response_payload": True},
    "interactive": {"accepts_response_payload": True},
    "events_api": {"accepts_response_payload": False, "retry_attempt": 0, "retry_reason": ""},
}
"""What a kind of event brings along on the socket."""


class Sockets:
    def __init__(self) -> None:
        self.acks: dict[str, float] = {}
        self.opened = 0
        self.says_hello = True
        self.answers_pings = True
        self.newest = -1
        """Which connection gets what comes next, as an index into `sockets`."""
        self._envelopes = count(1)
        self._acked: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._links: dict[web.WebSocketResponse, web.Request] = {}

    @property
    def sockets(self) -> list[web.WebSocketResponse]:
        """The open connections, oldest first."""
        return list(self._links)

    async def over_socket(self, kind: str, payload: Json) -> str:
        """Send it down one socket; gives the envelope's id."""
        if not self.sockets:
            raise RuntimeError("no app is connected")
        id_ = f"envelope-{next(self._envelopes)}"
        envelope = {"envelope_id": id_, "type": kind, "payload": payload}
        await self.sockets[self.newest].send_json(envelope | ENVELOPES[kind])
        return id_

    async def acked(self, envelope: str, within_s: float = 2.0) -> float:
        """When the app acknowledged an envelope."""
        async with asyncio.timeout(within_s):
            await self._acked[envelope].wait()
        return self.acks[envelope]

    def drop_sockets(self) -> None:
        """Break every connection, without a word."""
        for link in self._links.values():
            if link.transport is not None:
                link.transport.abort()
        self._links.clear()

    async def link(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._links[socket] = request
        self.opened += 1
        pinging = asyncio.create_task(self._ping(socket))
        try:
            await self._listen(socket)
        finally:
            pinging.cancel()
            self._links.pop(socket, None)
        return socket

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        """Ping however much the app pings; aiohttp's own heartbeat rests while it does."""
        while self.answers_pings:
            await asyncio.sleep(PING_EVERY_S)
            with contextlib.suppress(ConnectionError):
                await socket.ping(b"Ping from the stand-in")

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        if self.says_hello:
            about = {"num_connections": len(self.sockets), "connection_info": {"app_id": "A1"}}
            await socket.send_json({"type": "hello", **about})
        async for message in socket:
            if message.type is WSMsgType.PING and self.answers_pings:
                await socket.pong(message.data)
            if message.type is WSMsgType.TEXT:
                id_ = message.json()["envelope_id"]
                self.acks[id_] = time.monotonic()
                self._acked[id_].set()
