"""What people do in Slack, read out of its payloads. Slack is asked nothing here.

Raises ValueError, TypeError or LookupError over a payload that cannot be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.chat.buttons import button_command
from adapters.chat.slack import windows
from adapters.chat.slack.mrkdwn import typed, unescaped
from adapters.chat.slack.reading import words_of
from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.command_table import FORM, MESSAGE_ACTIONS
from bot.domain.forms import completed

SAVE = MESSAGE_ACTIONS["Save paper"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """A command, however it was given."""

    workspace: WorkspaceId
    user: UserRef
    text: str
    """Empty also where a button or a window is not of this version."""
    event: str = ""
    """Slack's name for what was done: the same when it is sent again."""
    channel: str = ""
    """Empty in the App Home and in the windows over it."""
    channel_name: str = ""
    """As Slack says it by itself."""
    elsewhere: bool = False
    message: str | None = None
    """The id of the message that it was done to."""
    author: str | None = None
    """Of that message; None where it cannot be but ours."""
    thread: str | None = None
    words: str = ""
    """What came with the command: the message that is meant."""
    upload: Json | None = None
    """What came with the command: a file, as Slack describes it."""
    trigger: str = ""
    """With which a window can be opened, for three seconds."""
    url: str | None = None
    """For answers."""
    window: str = ""
    """The open window it was done in."""

    @property
    def at_home(self) -> bool:
        return not self.channel

    @property
    def wants_form(self) -> bool:
        return self.text.partition(" ")[0] == FORM


def command(body: Json) -> Doing:
    id_ = id_of(body["user_id"])
    return Doing(
        workspace=WorkspaceId(f"slack:{body.get('team_id')}"),
        user=UserRef(id=id_, name=text_of(body.get("user_name")) or id_),
        text=typed(text_of(body.get("text"))),
        channel=id_of(body["channel_id"]),
        channel_name=text_of(body.get("channel_name")),
        event=text_of(body.get("trigger_id")),
        trigger=text_of(body.get("trigger_id")),
        url=text_of(body.get("response_url")) or None,
    )


def press(body: Json, action: Json) -> Doing:
    text = button_command(unescaped(text_of(action.get("value") or action.get("action_id")))) or ""
    if view := body.get("view"):
        window = id_of(view["id"]) if view.get("type") == "modal" else ""
        event = _event(body, action)
        return Doing(**_who(body), text=text, event=event, window=window, elsewhere=True)
    container, message = body.get("container") or {}, body.get("message") or {}
    ts = container.get("message_ts") or message.get("ts")
    ours = container.get("type") == "message" and not container.get("is_ephemeral")
    thread = container.get("thread_ts") or message.get("thread_ts")
    return Doing(
        **_who(body),
        **_where(body.get("channel") or {"id": container["channel_id"]}),
        text=text,
        event=_event(body, action),
        message=text_of(ts) if ours else None,
        thread=_thread(thread, ts),
        url=text_of(body.get("response_url")) or None,
    )


def shortcut(body: Json) -> Doing:
    """Something of a message's own menu."""
    verb, message = body["callback_id"], body["message"]
    return Doing(
        **_who(body),
        **_where(body["channel"]),
        text=verb if verb in MESSAGE_ACTIONS.values() else "",
        event=text_of(body.get("trigger_id")),
        **_message(message),
        url=text_of(body.get("response_url")) or None,
    )


def submission(body: Json) -> Doing:
    """A form that was sent."""
    view = body["view"]
    asked = windows.asked_in(view)
    if asked is None:
        return Doing(**_who(body), text="", elsewhere=True)
    return Doing(
        **_who(body),
        text=completed(asked.command, windows.values_in(view)),
        event=text_of(view.get("id")),
        channel=asked.channel,
        thread=asked.thread,
        upload=windows.upload_in(view),
        elsewhere=True,
    )


def bookmark(
    workspace: WorkspaceId, by: UserRef, channel: str, message: Json, *, event: str
) -> Doing:
    return Doing(
        workspace=workspace,
        user=by,
        text=SAVE,
        event=event,
        channel=channel,
        **_message(message),
    )


def _event(body: Json, action: Json) -> str:
    """Of one button, where several count as pressed at once."""
    trigger = text_of(body.get("trigger_id"))
    return trigger and f"{trigger}:{text_of(action.get('action_id'))}"


def _who(body: Json) -> Mapping[str, Any]:
    user = body["user"]
    id_ = id_of(user["id"])
    return {
        "workspace": WorkspaceId(f"slack:{(body.get('team') or {}).get('id')}"),
        "user": UserRef(id=id_, name=text_of(user.get("username") or user.get("name")) or id_),
        "trigger": text_of(body.get("trigger_id")),
    }


def _where(channel: Json) -> Mapping[str, Any]:
    return {"channel": id_of(channel["id"]), "channel_name": text_of(channel.get("name"))}


def _message(message: Json) -> Mapping[str, Any]:
    ts = text_of(message.get("ts"))
    return {
        "message": ts,
        "author": text_of(message.get("user")),
        "thread": _thread(message.get("thread_ts"), ts),
        "words": words_of(message),
    }


def _thread(thread: object, ts: object) -> str | None:
    """That of a reply; what begins a thread stands in the channel."""
    return thread if isinstance(thread, str) and thread != ts else None


def id_of(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no id")
    return value


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""
