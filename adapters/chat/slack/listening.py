"""What people do in Slack, brought to the desk.

A listener acknowledges, starts the work and returns: Slack waits three
seconds for the acknowledgement (platforms.md A1), and bolt sends it once the
listener is done.
"""

import logging
import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.slack import doings, surface
from adapters.chat.slack.bookmarks import Bookmarks
from adapters.chat.slack.calls import PATIENCE_S, Calls
from adapters.chat.slack.chat import SlackPosts
from adapters.chat.slack.clients import Http, Tokens, library_logger
from adapters.chat.slack.doings import Doing
from adapters.chat.slack.home import Homes
from adapters.chat.slack.inbox import Inbox
from adapters.chat.slack.joining import Comings, channel_of
from adapters.chat.slack.places import Places
from adapters.chat.slack.tasks import Tasks
from adapters.chat.slack.unfurling import Unfurls
from adapters.chat.slack.words import OLD_BUTTON, OLD_WINDOW
from bot.domain.channels import WorkspaceId
from bot.domain.messages import Message
from bot.ports.chat import Desk

logger = logging.getLogger(__name__)

ANY = re.compile(".*", re.DOTALL)

Body = dict[str, Any]
Work = Coroutine[Any, Any, None]


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
        inbox: Inbox,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._http = http
        self._tasks = tasks
        self._inbox = inbox
        places = Places()
        self._comings = Comings(desk, posts, tokens, places)
        self._homes = Homes(desk, tokens, places)
        self._unfurls = Unfurls(desk, tokens, places)
        self._calls = Calls(
            desk, posts, tokens, http, places, self._homes, inbox=inbox, patience_s=patience_s
        )
        self._bookmarks = Bookmarks(self._calls, tokens)

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
        app.shortcut(ANY)(self._shortcut)
        app.view(ANY)(self._submission)
        for event in surface.EVENTS:
            app.event(event)(self._event)
        app.event(ANY)(_ignored)
        return app

    async def _command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(body.get("trigger_id"), lambda: [self._calls.take(doings.command(body))])

    async def _press(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(
            body.get("trigger_id"),
            lambda: (
                self._taken(doings.press(body, action), OLD_BUTTON)
                for action in body.get("actions", ())
                if "url" not in action
            ),
        )

    async def _shortcut(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(
            body.get("trigger_id"), lambda: [self._taken(doings.shortcut(body), OLD_BUTTON)]
        )

    async def _submission(self, ack: AsyncAck, body: Body) -> None:
        """Acknowledged, the window closes; it is sent once, whoever presses its button again."""
        await ack()
        self._start(
            (body.get("view") or {}).get("id"),
            lambda: [self._taken(doings.submission(body), OLD_WINDOW)],
        )

    async def _event(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(body.get("event_id"), lambda: self._happened(body))

    def _start(self, key: str | None, read: Callable[[], Iterable[Work]]) -> None:
        """Begin what came, unless it came already or cannot be read; the latter is logged."""
        try:
            if not self._inbox.came_here(key):
                for work in read():
                    self._tasks.start(work)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.warning("Slack sent what cannot be read: %r", error)

    def _taken(self, doing: Doing, stale: Message) -> Work:
        return self._calls.take(doing) if doing.text else self._calls.refuse(doing, stale)

    def _happened(self, body: Body) -> Iterable[Work]:
        workspace, event = workspace_of(body), body["event"]
        match event["type"]:
            case surface.HOME:
                return self._homes.event(workspace, event)
            case surface.LINK:
                return self._unfurls.event(workspace, event)
            case surface.REACTION:
                return self._bookmarks.event(workspace, event, id_=str(body.get("event_id") or ""))
            case kind if kind not in surface.CUT_OFF:
                channel_of(event)
        return [self._comings.event(workspace, event)]


def workspace_of(body: Body) -> WorkspaceId:
    """Of the installation that an event is for; in shared channels others act too."""
    authorizations = body.get("authorizations") or [{}]
    return WorkspaceId(f"slack:{authorizations[0].get('team_id') or body.get('team_id')}")


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Whose token it is we look up ourselves, once Slack has its acknowledgement."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _ignored(ack: AsyncAck) -> None:
    """Acknowledged, or Slack would send it again."""
    await ack()
