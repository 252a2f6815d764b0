"""The reaction that saves the papers of a message."""

import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from adapters.chat.slack import errors
from adapters.chat.slack.calls import Calls
from adapters.chat.slack.clients import Client, Tokens
from adapters.chat.slack.doings import bookmark, id_of, text_of
from adapters.chat.slack.standing import who_is
from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.command_table import BOOKMARK
from bot.domain.errors import DeliveryError

logger = logging.getLogger(__name__)

Json = dict[str, Any]
Work = Coroutine[Any, Any, None]


class Bookmarks:
    def __init__(self, calls: Calls, tokens: Tokens) -> None:
        self._calls = calls
        self._tokens = tokens

    def event(self, workspace: WorkspaceId, event: Json, *, id_: str) -> Iterable[Work]:
        """Somebody reacted to something."""
        item = event["item"]
        if event["reaction"] == BOOKMARK and item.get("type") == "message":
            user, channel, ts = map(id_of, (event["user"], item["channel"], item["ts"]))
            yield self._save(workspace, user, channel, ts, event=id_)

    async def _save(
        self, workspace: WorkspaceId, user: str, channel: str, ts: str, *, event: str
    ) -> None:
        try:
            client = await self._tokens.client(workspace)
            person = await who_is(client, user)
            if person.get("is_bot"):
                return
            message = await _message(client, channel, ts)
        except DeliveryError as error:
            logger.info("a bookmark in %s: %s", channel, error.code)
            return
        if message is not None:
            by = UserRef(id=user, name=text_of(person.get("name")) or user)
            await self._calls.take(bookmark(workspace, by, channel, message, event=event))


async def _message(client: Client, channel: str, ts: str) -> Json | None:
    """The message, be it in the channel or in a thread; None if it is gone.

    Raises:
        DeliveryError: it cannot be read.
    """
    this: Json = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 10}
    answer = await errors.asked(client.web.conversations_history(**this))
    if not (found := _of(answer.get("messages"), ts)):
        answer = await errors.asked(client.web.conversations_replies(ts=ts, **this))
        found = _of(answer.get("messages"), ts)
    return found


def _of(messages: object, ts: str) -> Json | None:
    listed = messages if isinstance(messages, list) else []
    return next((message for message in listed if message.get("ts") == ts), None)
