"""The gateway of a Discord on loopback: identifies, resumes, beats, and breaks as it is told."""

import asyncio
import itertools
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins import discord_payloads as payloads
from tests.standins.discord_state import State

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass(eq=False)
class Gateway:
    """`on_identify` and `on_resume` say what comes in place of READY and RESUMED, in order.

    An int closes with this code, `abort` cuts the line, `invalid` is opcode 9, `mute` is nothing.
    """

    state: State
    token: str
    heartbeat_ms: int = 41_250
    mute: bool = False
    acks: bool = True
    mute_shard: int = -1
    """One whose heartbeats are not acknowledged."""
    goodbye_s: float = 0.0
    """How long a closing handshake takes."""
    on_identify: deque[int | str] = field(default_factory=deque)
    on_resume: deque[int | str] = field(default_factory=deque)
    identified: int = 0
    resumed: int = 0
    ever: int = 0
    """Connections, ever."""
    url: str = ""
    resume_url: str = ""
    """Where sessions are to be resumed, if elsewhere."""
    session_starts: int = 1_000
    shards: int = 1
    """Connections that a bot is to have; each hears of its own servers."""
    _open: dict[web.WebSocketResponse, bool] = field(default_factory=dict)
    """Whether each has a session."""
    _shard: dict[web.WebSocketResponse, int] = field(default_factory=dict)
    _sequence: itertools.count = field(default_factory=lambda: itertools.count(1))

    @property
    def connections(self) -> int:
        return sum(self._open.values())

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        self.ever += 1
        self._open[socket] = False
        try:
            await self._send(socket, HELLO, {"heartbeat_interval": self.heartbeat_ms})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(socket, request, json.loads(message.data))
            await asyncio.sleep(self.goodbye_s)
            await socket.close()
        finally:
            del self._open[socket]
        return socket

    async def _received(self, socket: web.WebSocketResponse, request: web.Request, m: Json) -> None:
        if m["op"] == HEARTBEAT and self.acks and self._shard.get(socket) != self.mute_shard:
            await self._send(socket, ACK, None)
        elif m["op"] == IDENTIFY:
            self.identified += 1
            self.session_starts -= 1
            if m["d"]["token"] != self.token:
                await socket.close(code=4004)
            elif not await self._scripted(socket, request, self.on_identify):
                self._shard[socket] = m["d"].get("shard", [0, 1])[0]
                await self._ready(socket)
        elif m["op"] == RESUME:
            self.resumed += 1
            if not await self._scripted(socket, request, self.on_resume):
                self._open[socket] = True
                await self.event(socket, "RESUMED", {})

    async def _scripted(
        self, socket: web.WebSocketResponse, request: web.Request, script: deque[int | str]
    ) -> bool:
        match script.popleft() if script else None:
            case None:
                return False
            case "abort":
                request.transport.abort()
            case "invalid":
                await self._send(socket, INVALID, False)
            case int(code):
                await socket.close(code=code)
        return True

    async def _ready(self, socket: web.WebSocketResponse) -> None:
        self._open[socket] = True
        shard = self._shard[socket]
        guilds = [id_ for id_ in self.state.guilds if self.shard_of(id_) == shard]
        ready = {
            "v": 10,
            "user": self.state.bot,
            "session_id": "s",
            "resume_gateway_url": self.resume_url or self.url,
            "guilds": [{"id": id_, "unavailable": True} for id_ in guilds],
            "application": {"id": self.state.application_id, "flags": 0},
            "shard": [shard, self.shards],
        }
        await self.event(socket, "READY", ready)
        for id_ in guilds:
            await self.event(socket, "GUILD_CREATE", self.guild(id_))

    def guild(self, id_: str) -> Json:
        channels = self.state.channels.values()
        return payloads.guild(self.state.guilds[id_], channels, self.state.bot)

    def shard_of(self, guild: str) -> int:
        return (int(guild) >> 22) % self.shards

    async def dispatch(self, event: str, data: Json) -> None:
        """Tell all who are connected and are to hear of that server."""
        shard = self.shard_of(data.get("guild_id") or "0")
        for socket, has_session in list(self._open.items()):
            if has_session and (self.shards == 1 or self._shard.get(socket) == shard):
                await self.event(socket, event, data)

    async def event(self, socket: web.WebSocketResponse, event: str, data: Any) -> None:
        if not self.mute:
            payload = {"op": DISPATCH, "t": event, "s": next(self._sequence), "d": data}
            await socket.send_str(json.dumps(payload))

    async def _send(self, socket: web.WebSocketResponse, op: int, data: Any) -> None:
        if not self.mute:
            await socket.send_str(json.dumps({"op": op, "d": data}))

    async def reconnect(self) -> None:
        """Opcode 7, as Discord sends it before a machine of theirs goes."""
        for socket in list(self._open):
            await self._send(socket, RECONNECT, None)

    async def close(self, code: int) -> None:
        await asyncio.gather(*(s.close(code=code) for s in list(self._open)))
