"""What a workspace of the Slack stand-in knows: channels, members, messages, and what went wrong."""

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

ALL_SCOPES = (
    "channels:history,channels:join,channels:read,chat:write,commands,"
    "groups:history,groups:read,im:history,im:read"
)


@dataclass
class Room:
    """A channel; `members` are ids of people and bots."""

    id: str
    name: str
    kind: str = "channels"
    """As in the names of scopes: channels (public), groups (private), im."""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: list[Json] = field(default_factory=list)

    def info(self, me: str) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": self.kind == "channels",
            "is_im": self.kind == "im",
            "is_private": self.kind != "channels",
            "is_archived": self.archived,
            "is_member": me in self.members,
        }

    def message(self, ts: str) -> Json | None:
        return next((m for m in self.messages if m["ts"] == ts), None)


@dataclass
class Team:
    """A workspace with the app in it."""

    id: str
    name: str
    token: str
    rooms: dict[str, Room]
    scopes: str = ALL_SCOPES
    me: str = "UBOT"
    bot: str = "BBOT"
    bot_name: str = "paperlark"
    refused: str | None = None
    """The error that its token gets: token_revoked, token_expired and so on."""
    refresh_token: str | None = None


@dataclass(frozen=True)
class Ephemeral:
    """Seen by one person only."""

    channel: str
    user: str
    body: Json
    thread: str | None
    by_url: bool


@dataclass
class Fault:
    """What happens instead of, or after, the next call of a method."""

    error: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    """Sent in place of JSON."""
    content_type: str = "text/html"
    drop: bool = False
    hang: bool = False
    wrong_channel: bool = False
    commit: bool = False
    """Whether the call has its effect all the same."""


@dataclass
class Call:
    """One call of the Web API, as it came."""

    method: str
    arguments: Json
    token: str | None


_MOMENTS = count(1)


def new_ts() -> str:
    """A message's id: the time, never twice the same."""
    return f"{int(time.time())}.{next(_MOMENTS):06d}"


def example_team() -> Team:
    rooms = (
        Room("C1", "nlp", members={"UBOT", "U1", "U2"}),
        Room("C2", "open", members={"U1"}),
        Room("G1", "secret", kind="groups", members={"U1"}),
        Room("G2", "lab", kind="groups", members={"UBOT", "U1"}),
        Room("C9", "old", members={"UBOT", "U1"}, archived=True),
        Room("D1", "directmessage", kind="im", members={"UBOT", "U1"}),
    )
    return Team("T1", "Example Lab", "xoxb-good", {room.id: room for room in rooms})


def other_team() -> Team:
    rooms = {"C1": Room("C1", "biology", members={"UBOT", "U7"})}
    return Team("T2", "Other Lab", "xoxb-other", rooms, bot_name="paperlark2")
