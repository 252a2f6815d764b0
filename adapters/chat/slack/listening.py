"""What people do in Slack, brought to the desk.

A listener acknowledges, starts the work and returns: Slack waits three
seconds for the acknowledgement (platforms.md A1), and bolt sends it once the
listener is done.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.buttons import button_command
from adapters.chat.slack import surface
from adapters.chat.slack.answering import Answers, announce
from adapters.chat.slack.chat import SlackPosts
from adapters.chat.slack.clients import Http, Tokens, library_logger
from adapters.chat.slack.joining import Comings, channel_of
from adapters.chat.slack.mrkdwn import typed
from adapters.chat.slack.tasks import Seen, Tasks
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.errors import DeliveryError, WorkspaceBroken
from bot.domain.messages import Message, Paragraph, code, plain
from bot.ports.chat import CommandCall, Desk

logger = logging.getLogger(__name__)

ANY = re.compile(".*", re.DOTALL)
PATIENCE_S = 2.0
"""After so long without an answer, the caller is told that it takes longer."""

Body = dict[str, Any]
Work = Coroutine[Any, Any, None]


def _says(text: str, typed_: str = "") -> Message:
    spans = (plain(text), *((plain(" "), code(typed_), plain(".")) if typed_ else ()))
    return Message(fallback=text, blocks=(Paragraph(spans=spans),))


STILL_AT_IT = _says("This takes a moment.")
OLD_BUTTON = _says(
    "This button is of another version and does nothing here. What works:", "/papers"
)
NOT_INSTALLED = _says("Paperlark is not installed in your workspace, so nothing was done.")
NO_ANSWER = _says("Slack does not answer Paperlark, so nothing was done. Please try again.")


class Listening:
    """Builds the bolt app of one connection."""

    def __init__(
        self,
        desk: Desk,
        posts: SlackPosts,
        tokens: Tokens,
        http: Http,
        tasks: Tasks,
        *,
        seen: Seen,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._desk = desk
        self._posts = posts
        self._tokens = tokens
        self._http = http
        self._tasks = tasks
        self._patience_s = patience_s
        self._seen = seen
        self._comings = Comings(desk, posts, tokens)

    def app(self, *, signing_secret: str | None = None) -> AsyncApp:
        app = AsyncApp(
            name="paperlark",
            logger=library_logger(),
            client=self._http.web(),
            signing_secret=signing_secret,
            request_verification_enabled=signing_secret is not None,
            # Bolt's own asks Slack who we are before the acknowledgement is sent.
            authorize=_authorize,
            ignoring_self_events_enabled=False,
            process_before_response=True,
        )
        app.command(ANY)(self._command)
        app.action(ANY)(self._press)
        for event in surface.EVENTS:
            app.event(event)(self._event)
        app.event(ANY)(_ignored)
        return app

    async def _command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(body, "trigger_id", lambda: [self._answer_command(body)])

    async def _press(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(
            body,
            "trigger_id",
            lambda: (
                self._answer_press(body, action)
                for action in body.get("actions", ())
                if "url" not in action
            ),
        )

    async def _event(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(body, "event_id", lambda: [self._take(body)])

    def _start(self, body: Body, key: str, read: Callable[[], Iterable[Work]]) -> None:
        """Begin what came, unless it came already or cannot be read; the latter is logged."""
        try:
            if not self._seen.again(body.get(key)):
                for work in read():
                    self._tasks.start(work)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.warning("Slack sent what cannot be read: %r", error)

    def _take(self, body: Body) -> Work:
        event = body["event"]
        if event["type"] not in surface.CUT_OFF:
            channel_of(event)
        return self._comings.event(workspace_of(body), event)

    def _answer_command(self, body: Body) -> Work:
        workspace = WorkspaceId(f"slack:{body.get('team_id')}")
        answers = Answers(
            http=self._http,
            channel=_id(body["channel_id"]),
            user=_id(body["user_id"]),
            url=_text(body.get("response_url")) or None,
        )
        user = UserRef(id=answers.user, name=_text(body.get("user_name")))
        text = typed(_text(body.get("text")))
        return self._call(workspace, _text(body.get("channel_name")), user, text, answers)

    def _answer_press(self, body: Body, action: Body) -> Work:
        container, user = body.get("container") or {}, body["user"]
        channel = body.get("channel") or {}
        answers = Answers(
            http=self._http,
            channel=_id(channel.get("id") or container["channel_id"]),
            user=_id(user["id"]),
            url=_text(body.get("response_url")) or None,
            thread=container.get("thread_ts") or (body.get("message") or {}).get("thread_ts"),
        )
        command = button_command(_text(action.get("value") or action.get("action_id")))
        if command is None:
            return answers.privately(OLD_BUTTON)
        who = UserRef(id=answers.user, name=_text(user.get("username") or user.get("name")))
        workspace = WorkspaceId(f"slack:{(body.get('team') or {}).get('id')}")
        return self._call(workspace, _text(channel.get("name")), who, command, answers)

    async def _call(
        self, workspace: WorkspaceId, name: str, user: UserRef, text: str, answers: Answers
    ) -> None:
        try:
            client = answers.client = await self._tokens.client(workspace)
            who = await client.identity()
        except DeliveryError as error:
            broken = isinstance(error, WorkspaceBroken)
            return await answers.privately(NOT_INSTALLED if broken else NO_ANSWER)
        ref = ChannelRef(platform="slack", workspace=workspace, channel=answers.channel)
        name = await self._comings.named(client, ref, name)
        call = CommandCall(channel=ref, channel_name=name, user=user, text=text)
        asked = asyncio.ensure_future(self._desk.command(call))
        try:
            if not (await asyncio.wait({asked}, timeout=self._patience_s))[0]:
                await answers.privately(STILL_AT_IT)
            reply = await asked
        finally:
            asked.cancel()
        await answers.privately(reply.message)
        if reply.notice:
            await announce(
                reply.notice, channel=ref, posts=self._posts, answers=answers, name=who.name
            )
        return None


def workspace_of(body: Body) -> WorkspaceId:
    """Of the installation that an event is for; in shared channels others act too."""
    authorizations = body.get("authorizations") or [{}]
    return WorkspaceId(f"slack:{authorizations[0].get('team_id') or body.get('team_id')}")


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no id")
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Whose token it is we look up ourselves, once Slack has its acknowledgement."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _ignored(ack: AsyncAck) -> None:
    """Acknowledged, or Slack would send it again."""
    await ack()
