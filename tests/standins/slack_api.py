"""The Web API of the Slack stand-in: what each method does and refuses."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.standins.slack_rules import SCOPES, wrong_arguments, wrong_blocks
from tests.standins.slack_state import Ephemeral, Json, Room, Team, new_ts

PAGE_MAX = 999


class SlackError(Exception):
    """A refusal: `{"ok": false, "error": CODE}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.body = {"ok": False, "error": code, **more}


class World(Protocol):
    """What the methods need of the stand-in."""

    teams: dict[str, Team]
    app_token: str
    codes: dict[str, str]
    ephemeral: list[Ephemeral]
    problems: list[str]

    def socket_url(self) -> str: ...


def answer(world: World, method: str, arguments: Json, token: str | None) -> Json:
    """What Slack would answer.

    Raises:
        SlackError: a refusal.
    """
    if method not in METHODS:
        raise SlackError("unknown_method", req_method=method)
    if problem := wrong_arguments(method, arguments):
        world.problems.append(problem)
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem}"]}
        )
    if method in _OF_APP:
        return _OF_APP[method](world, arguments, token)
    team = _team(world, token)
    return {"ok": True, **_OF_TEAM[method](world, team, arguments)}


def _team(world: World, token: str | None) -> Team:
    if not token:
        raise SlackError("not_authed")
    for team in world.teams.values():
        if team.token == token:
            if team.refused:
                raise SlackError(team.refused)
            return team
    raise SlackError("invalid_auth" if token.startswith("xoxb") else "not_allowed_token_type")


def _connections_open(world: World, arguments: Json, token: str | None) -> Json:
    if not token:
        raise SlackError("not_authed")
    if token != world.app_token:
        wrong_kind = token.startswith("xox")
        raise SlackError("not_allowed_token_type" if wrong_kind else "invalid_auth")
    return {"ok": True, "url": world.socket_url()}


def _oauth_access(world: World, arguments: Json, token: str | None) -> Json:
    if arguments.get("grant_type") == "refresh_token":
        return _refreshed(world, arguments)
    team_id = world.codes.pop(arguments.get("code", ""), None)
    if team_id is None:
        raise SlackError("invalid_code")
    team = world.teams[team_id]
    rotation = {"refresh_token": team.refresh_token, "expires_in": 43_200}
    return {
        "ok": True,
        "access_token": team.token,
        "token_type": "bot",
        "scope": team.scopes,
        "bot_user_id": team.me,
        "app_id": "A1",
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "authed_user": {"id": "U1"},
        "is_enterprise_install": False,
        **(rotation if team.refresh_token else {}),
    }


def _refreshed(world: World, arguments: Json) -> Json:
    for team in world.teams.values():
        if team.refresh_token and team.refresh_token == arguments.get("refresh_token"):
            team.token, team.refused = f"{team.token}-new", None
            team.refresh_token = f"{team.refresh_token}-new"
            return {
                "ok": True,
                "access_token": team.token,
                "token_type": "bot",
                "refresh_token": team.refresh_token,
                "expires_in": 43_200,
            }
    raise SlackError("invalid_refresh_token")


def _auth_test(world: World, team: Team, arguments: Json) -> Json:
    return {
        "url": "https://example.slack.com/",
        "team": team.name,
        "team_id": team.id,
        "user": team.bot_name,
        "user_id": team.me,
        "bot_id": team.bot,
        "is_enterprise_install": False,
    }


def _post_message(world: World, team: Team, arguments: Json) -> Json:
    room = _room_of(team, "chat.postMessage", arguments)
    if team.me not in room.members:
        raise SlackError("not_in_channel" if room.kind == "channels" else "channel_not_found")
    if room.archived:
        raise SlackError("is_archived")
    thread = arguments.get("thread_ts")
    if thread and room.message(thread) is None:
        raise SlackError("thread_not_found")
    _check_content(world, arguments)
    message = post(room, team, arguments)
    return {"channel": room.id, "ts": message["ts"], "message": message}


def post(room: Room, team: Team, arguments: Mapping[str, Any]) -> Json:
    """Put it into the channel, with what a reader of its history gets."""
    kept = ("text", "blocks", "thread_ts", "metadata")
    message = {
        "type": "message",
        "ts": new_ts(),
        "user": team.me,
        "bot_id": team.bot,
        **{key: decoded(arguments[key]) for key in kept if arguments.get(key)},
    }
    room.messages.append(message)
    return message


def _check_content(world: World, arguments: Json) -> None:
    blocks = decoded(arguments.get("blocks"))
    text = arguments.get("text")
    if not blocks and not text:
        raise SlackError("no_text")
    if not text:
        world.problems.append("blocks without a fallback text")
    if blocks and (wrong := wrong_blocks(blocks)):
        code, problem = wrong
        world.problems.append(problem)
        raise SlackError(code, response_metadata={"messages": [f"[ERROR] {problem}"]})


def _post_ephemeral(world: World, team: Team, arguments: Json) -> Json:
    room = _room_of(team, "chat.postEphemeral", arguments)
    if team.me not in room.members:
        raise SlackError("not_in_channel" if room.kind == "channels" else "channel_not_found")
    if arguments.get("user") not in room.members:
        raise SlackError("user_not_in_channel")
    _check_content(world, arguments)
    body = {key: decoded(arguments.get(key)) for key in ("text", "blocks")}
    thread = arguments.get("thread_ts")
    world.ephemeral.append(Ephemeral(room.id, arguments["user"], body, thread, by_url=False))
    return {"message_ts": new_ts()}


def _join(world: World, team: Team, arguments: Json) -> Json:
    room = _visible(team, arguments)
    if room.kind != "channels":
        raise SlackError("method_not_supported_for_channel_type")
    _need(team, "conversations.join", room)
    if room.archived:
        raise SlackError("is_archived")
    room.members.add(team.me)
    return {"channel": room.info(team.me)}


def _info(world: World, team: Team, arguments: Json) -> Json:
    room = _visible(team, arguments)
    _need(team, "conversations.info", room)
    return {"channel": room.info(team.me)}


def _history(world: World, team: Team, arguments: Json) -> Json:
    room = _readable(team, "conversations.history", arguments)
    return _page([m for m in room.messages if "thread_ts" not in m][::-1], arguments)


def _replies(world: World, team: Team, arguments: Json) -> Json:
    room = _readable(team, "conversations.replies", arguments)
    parent = arguments["ts"]
    if room.message(parent) is None:
        raise SlackError("thread_not_found")
    thread = [m for m in room.messages if parent in (m["ts"], m.get("thread_ts"))]
    return _page(thread, arguments)


def _page(messages: list[Json], arguments: Json) -> Json:
    oldest = float(arguments.get("oldest") or 0)
    found = [m for m in messages if float(m["ts"]) > oldest]
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
    if limit > PAGE_MAX:
        raise SlackError("invalid_limit")
    end = start + limit
    with_metadata = str(arguments.get("include_all_metadata", "")).lower() in ("1", "true")
    left_out = () if with_metadata else ("metadata",)
    page = [{k: v for k, v in m.items() if k not in left_out} for m in found[start:end]]
    more = end < len(found)
    cursor = {"response_metadata": {"next_cursor": str(end) if more else ""}}
    return {"messages": page, "has_more": more, **cursor}


def _readable(team: Team, method: str, arguments: Json) -> Room:
    room = _room_of(team, method, arguments)
    if team.me not in room.members:
        raise SlackError("not_in_channel")
    return room


def _room_of(team: Team, method: str, arguments: Json) -> Room:
    if str(arguments.get("channel", "")).startswith("U"):
        room = next((r for r in team.rooms.values() if r.kind == "im"), None)
        known = any(arguments["channel"] in r.members for r in team.rooms.values())
        if room is None or not known:
            raise SlackError("channel_not_found")
    else:
        room = _visible(team, arguments)
    _need(team, method, room)
    return room


def _visible(team: Team, arguments: Json) -> Room:
    room = team.rooms.get(arguments.get("channel", ""))
    if room is None or (room.kind != "channels" and team.me not in room.members):
        raise SlackError("channel_not_found")
    return room


def _need(team: Team, method: str, room: Room) -> None:
    needed = SCOPES[method].format(kind=room.kind)
    if needed not in team.scopes.split(","):
        raise SlackError("missing_scope", needed=needed, provided=team.scopes)


def decoded(value: Any) -> Any:
    """Blocks come as JSON, or as a string of it in a form."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


_OF_APP: dict[str, Callable[[World, Json, str | None], Json]] = {
    "apps.connections.open": _connections_open,
    "oauth.v2.access": _oauth_access,
}
_OF_TEAM: dict[str, Callable[[World, Team, Json], Json]] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post_message,
    "chat.postEphemeral": _post_ephemeral,
    "conversations.join": _join,
    "conversations.info": _info,
    "conversations.history": _history,
    "conversations.replies": _replies,
}
METHODS = _OF_APP.keys() | _OF_TEAM.keys()
