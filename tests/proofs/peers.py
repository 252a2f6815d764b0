"""Slack and Discord on loopback, alike to a proof: rooms, what stands in them, and edges of theirs.

An edge of the service is reached when a post has come in, and again when it is
taken: who is killed there never hears what became of it.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from bot.domain.channels import ChannelRef, WorkspaceId
from tests.standins.discord import StandIn
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import Room, Team

COMES_IN, IS_TAKEN = "service, a post comes in", "service, a post is taken"
Edge = Callable[[str], Awaitable[None]]

_SAVED = re.compile(r'"(?:value|custom_id)": "v1:toggle:(\d{4}\.\d{5})')
"""The Save button of a paper's card; the list of titles on top of a digest has none."""


async def _passed(_: str) -> None:
    """Nobody is interested in this edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What stands in a channel, or in a thread there."""

    room: str
    papers: tuple[str, ...]
    """Those that have a card in it."""
    body: str
    """As JSON, without what the service adds."""


class Peer(Protocol):
    name: str
    edge: Edge

    async def open(self, rooms: Sequence[str]) -> None: ...
    async def close(self) -> None: ...
    def settings(self) -> dict[str, str]: ...
    def channel(self, room: str) -> ChannelRef: ...
    def posts(self) -> Iterator[Post]: ...


class SlackPeer(SlackStandIn):
    name = "slack"

    def __init__(self) -> None:
        super().__init__(Team("T1", "Example Lab", "xoxb-good", {}))
        self.edge: Edge = _passed
        self._read: dict[str, Post] = {}

    async def open(self, rooms: Sequence[str]) -> None:
        for number, room in enumerate(rooms):
            id_ = f"C{number}"
            self.team.rooms[id_] = Room(id_, room, members={"UBOT", "U1"})
        await self.start()

    async def close(self) -> None:
        await self.stop()
        assert self.problems == []

    def settings(self) -> dict[str, str]:
        return {
            "PAPERLARK_SLACK__API_URL": self.api_url,
            "PAPERLARK_SLACK__BOT_TOKEN": "xoxb-good",
            "PAPERLARK_SLACK__APP_TOKEN": "xapp-good",
        }

    def channel(self, room: str) -> ChannelRef:
        id_ = next(r.id for r in self.team.rooms.values() if r.name == room)
        return ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel=id_)

    def posts(self) -> Iterator[Post]:
        for room in self.team.rooms.values():
            for message in room.messages:
                if message["ts"] not in self._read:
                    body = {k: v for k, v in message.items() if k in ("text", "blocks", "metadata")}
                    self._read[message["ts"]] = _post(room.name, body)
                yield self._read[message["ts"]]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "chat.postMessage":
            return await super()._api(request)
        await request.read()
        await self.edge(COMES_IN)
        answer = await super()._api(request)
        await self.edge(IS_TAKEN)
        return answer


class _Forgetful(dict[Any, Any]):
    """Nonces that are good for nothing: what holds without them holds with them."""

    def __contains__(self, _: object) -> bool:
        return False


class DiscordPeer(StandIn):
    name = "discord"

    def __init__(self) -> None:
        super().__init__()
        self.state.nonces = _Forgetful()
        self.edge: Edge = _passed
        self._rooms: dict[str, str] = {}
        self._read: dict[str, Post] = {}

    async def open(self, rooms: Sequence[str]) -> None:
        guild = self.state.add_guild()
        self._rooms = {room: self.state.add_channel(guild, room)["id"] for room in rooms}
        self._guild = guild["id"]
        await self.start()

    async def close(self) -> None:
        await self.stop()
        assert self.violations == []

    def settings(self) -> dict[str, str]:
        return {"PAPERLARK_DISCORD__API_URL": self.url, "PAPERLARK_DISCORD__TOKEN": self.token}

    def channel(self, room: str) -> ChannelRef:
        guild = WorkspaceId(f"discord:{self._guild}")
        return ChannelRef(platform="discord", workspace=guild, channel=self._rooms[room])

    def posts(self) -> Iterator[Post]:
        rooms = {id_: room for room, id_ in self._rooms.items()}
        for place, messages in self.state.messages.items():
            room = rooms[self.state.channels[place].get("parent_id") or place]
            for message in messages:
                if message["id"] not in self._read:
                    self._read[message["id"]] = _post(room, message["components"])
                yield self._read[message["id"]]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST" or not request.path.endswith("/messages"):
            return await super()._handle(request)
        await request.read()
        await self.edge(COMES_IN)
        answer = await super()._handle(request)
        await self.edge(IS_TAKEN)
        return answer


PEERS: dict[str, type[SlackPeer] | type[DiscordPeer]] = {
    "slack": SlackPeer,
    "discord": DiscordPeer,
}


def _post(room: str, body: Any) -> Post:
    text = json.dumps(body, sort_keys=True)
    return Post(room=room, papers=tuple(_SAVED.findall(text)), body=text)
