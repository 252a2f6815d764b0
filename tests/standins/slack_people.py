"""People in the Slack stand-in: what they do reaches the app as Slack would send it."""

from itertools import count
from typing import Any

from tests.standins.slack_state import Json, Team

_IDS = count(1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class People:
    """Each verb gives what the route gives: an envelope's id, a status, a response."""

    teams: dict[str, Team]

    async def slash(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        team: str = "T1",
        command: str = "/papers",
        trigger: str | None = None,
        raw: bool = False,
    ) -> Any:
        """Type a command; `raw` text is escaped already."""
        room = self.teams[team].rooms[channel]
        name = {"groups": "privategroup", "im": "directmessage"}.get(room.kind, room.name)
        payload = {
            "team_id": team,
            "team_domain": "example",
            "channel_id": channel,
            "channel_name": name,
            "user_id": user,
            "user_name": user.lower(),
            "command": command,
            "text": text if raw else _escaped(text),
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "trigger_id": trigger or f"trigger-{next(_IDS)}",
            "response_url": self.answer_url({"team": team, "channel": channel, "user": user}),
        }
        return await self.route("slash_commands", payload)

    async def press(
        self,
        message: Json,
        label: str,
        *,
        channel: str = "C1",
        user: str = "U1",
        team: str = "T1",
        trigger: str | None = None,
    ) -> Any:
        """Press the button with this label under a message."""
        button, block = _button(message, label)
        thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
        payload = {
            "type": "block_actions",
            "team": {"id": team, "domain": "example"},
            "user": {"id": user, "username": user.lower(), "team_id": team},
            "api_app_id": "A1",
            "container": {
                "type": "message",
                "message_ts": message["ts"],
                "channel_id": channel,
                "is_ephemeral": False,
                **thread,
            },
            "channel": {"id": channel, "name": self.teams[team].rooms[channel].name},
            "message": message,
            "trigger_id": trigger or f"trigger-{next(_IDS)}",
            "response_url": self.answer_url({"team": team, "channel": channel, "user": user}),
            "actions": [button | {"block_id": block.get("block_id", "b1"), "action_ts": "1.1"}],
        }
        return await self.route("interactive", payload)

    async def event(self, event: Json, *, team: str = "T1", event_id: str | None = None) -> Any:
        me = self.teams[team].me
        payload = {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A1",
            "event": event,
            "event_id": event_id or f"Ev{next(_IDS)}",
            "event_time": 1,
            "authorizations": [{"team_id": team, "user_id": me, "is_bot": True}],
        }
        return await self.route("events_api", payload)

    async def join(
        self, channel: str, *, user: str | None = None, inviter: str = "U1", team: str = "T1"
    ) -> Any:
        """Somebody, or else the bot, comes into a channel."""
        who = user or self.teams[team].me
        self.teams[team].rooms[channel].members.add(who)
        event = {"type": "member_joined_channel", "user": who, "channel": channel}
        return await self.event(event | {"inviter": inviter, "team": team}, team=team)

    async def kick(self, channel: str, *, team: str = "T1") -> Any:
        room = self.teams[team].rooms[channel]
        room.members.discard(self.teams[team].me)
        kind = "channel_left" if room.kind == "channels" else "group_left"
        return await self.event({"type": kind, "channel": channel, "actor_id": "U1"}, team=team)

    async def archive(self, channel: str, *, team: str = "T1", back: bool = False) -> Any:
        room = self.teams[team].rooms[channel]
        room.archived = not back
        kind = "channel" if room.kind == "channels" else "group"
        name = f"{kind}_{'unarchive' if back else 'archive'}"
        return await self.event({"type": name, "channel": channel, "user": "U1"}, team=team)

    async def delete(self, channel: str, *, team: str = "T1") -> Any:
        room = self.teams[team].rooms.pop(channel)
        kind = "channel_deleted" if room.kind == "channels" else "group_deleted"
        return await self.event({"type": kind, "channel": channel}, team=team)

    async def uninstall(self, *, team: str = "T1") -> Any:
        self.teams[team].refused = "account_inactive"
        return await self.event({"type": "app_uninstalled"}, team=team)

    async def revoke(self, *, team: str = "T1", bot: bool = True) -> Any:
        tokens: Json = {"bot": [self.teams[team].me]} if bot else {"oauth": ["U1"]}
        if bot:
            self.teams[team].refused = "token_revoked"
        return await self.event({"type": "tokens_revoked", "tokens": tokens}, team=team)


def _button(message: Json, label: str) -> tuple[Json, Json]:
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return element, block
    raise LookupError(f"no button {label!r}")
