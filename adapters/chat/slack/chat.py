"""Posts in Slack's channels: sent once, found again, and told to one person."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.slack import errors
from adapters.chat.slack.blocks import ROOM, Json
from adapters.chat.slack.clients import Client, Tokens
from adapters.chat.slack.render import body, has_pictures, size
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    RateLimited,
    WorkspaceBroken,
)
from bot.domain.links import Url, safe_url
from bot.domain.messages import Message
from bot.ports.chat import ChatCapabilities, Edit

BUTTON_MAX_CHARS = 90
EVENT_TYPE = "paperlark_delivery"
PAGE = 200  # conversations.history gives 999 at most; Slack advises 200
PAGES_MAX = 50

QUIET: Json = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
"""No previews; the fallback text is no markup."""

_TS = re.compile(r"[0-9]+\.[0-9]{6}")
"""A message's id."""
T = TypeVar("T")


class SlackPosts:
    """The posting half of a `ChatAdapter`."""

    platform = "slack"
    capabilities = ChatCapabilities(
        room=ROOM,
        size=size,
        threads=True,
        pace=timedelta(seconds=1),  # platforms.md A3
        workspace_pace=timedelta(seconds=0.21),  # its "several hundred a minute"
        button_max_chars=BUTTON_MAX_CHARS,
    )

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        try:
            return await self._post(channel, message, delivery, thread)
        except MessageRejected as error:
            if error.code != errors.THREAD_NOT_FOUND or not thread:
                raise
        # Somebody deleted what it was to reply to. Slack took nothing, so this is no second post.
        return await self._post(channel, message, delivery, None)

    async def _post(
        self, channel: ChannelRef, message: Message, delivery: DeliveryId, thread: str | None
    ) -> str:
        more = {"thread_ts": thread} if thread else {}
        client = await self._tokens.client(channel.workspace)
        return await _with_or_without_pictures(
            message, delivery, lambda marked: self._send(client, channel, marked | more)
        )

    async def edit(self, channel: ChannelRef, edit: Edit) -> None:
        """What a post of ours says from now on; its marks stay.

        Raises:
            DeliveryError: it stays as it was, or that cannot be told.
        """
        client = await self._tokens.client(channel.workspace)
        await _with_or_without_pictures(
            edit.message,
            edit.delivery,
            lambda marked: errors.asked(
                client.web.chat_update(channel=channel.channel, ts=edit.post, **marked)
            ),
        )

    async def link(self, channel: ChannelRef, post: str, *, thread: str | None) -> Url | None:
        try:
            identity = await (await self._tokens.client(channel.workspace)).identity()
        except DeliveryError:
            return None
        if not _TS.fullmatch(post):
            return None
        reply = f"?{urlencode({'thread_ts': thread, 'cid': channel.channel})}" if thread else ""
        path = f"archives/{quote(channel.channel, safe='')}/p{post.replace('.', '')}"
        return safe_url(f"{identity.url.rstrip('/')}/{path}{reply}")

    async def find(
        self, channel: ChannelRef, *, delivery: DeliveryId, thread: str | None, since: datetime
    ) -> str | None:
        """As the port says; a reply may stand in the channel, if its thread was gone.

        Raises:
            MessageRejected: we lack the right to read, so Slack will never tell.
        """
        client = await self._tokens.client(channel.workspace)
        for place in (thread, None) if thread else (None,):
            try:
                async for message in _messages(client, channel.channel, thread=place, since=since):
                    if _carries(message, delivery):
                        return str(message["ts"])
            except WorkspaceBroken as error:
                if error.code != errors.MISSING_SCOPE:
                    raise
                raise MessageRejected(error.code) from error
            except MessageRejected as error:
                if place is None or error.code != errors.THREAD_NOT_FOUND:
                    raise
        return None

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        client = await self._tokens.client(workspace)
        # Slack opens the conversation with a person whose id stands for the channel.
        await errors.asked(client.web.chat_postMessage(channel=user.id, **body(message), **QUIET))

    async def say(self, channel: ChannelRef, message: Message) -> None:
        """Post what is no part of a digest, such as a notice; join a public channel for it.

        Raises:
            DeliveryError: as for `post`.
        """
        client = await self._tokens.client(channel.workspace)
        try:
            await self._send(client, channel, body(message))
        except DestinationBroken as error:
            if error.code != errors.NOT_IN_CHANNEL:
                raise
            await self._join(client, channel.channel, error)
            await self._send(client, channel, body(message))

    async def _join(self, client: Client, channel: str, refusal: DestinationBroken) -> None:
        try:
            await errors.asked(client.web.conversations_join(channel=channel))
        except DeliveryError:
            raise refusal from None

    async def _send(self, client: Client, channel: ChannelRef, message: Json) -> str:
        try:
            answer = await errors.asked(
                client.web.chat_postMessage(channel=channel.channel, **message, **QUIET)
            )
        except WorkspaceBroken as error:
            if error.code == errors.TOKEN_EXPIRED and await self._tokens.refresh(channel.workspace):
                raise RateLimited(error.code, retry_after=timedelta(seconds=1)) from error
            raise
        return _posted(answer, channel.channel)


async def _with_or_without_pictures(
    message: Message, delivery: DeliveryId, send: Callable[[Json], Awaitable[T]]
) -> T:
    """Send it with our marks; a picture that Slack refuses changes nothing else."""
    marks = {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": delivery}}}
    try:
        return await send(body(message, delivery=delivery) | marks)
    except MessageRejected as error:
        if error.code not in errors.PICTURE_REFUSALS or not has_pictures(message):
            raise
    # Slack took nothing of it, so this is no second post.
    return await send(body(message, delivery=delivery, pictures=False) | marks)


def _posted(answer: AsyncSlackResponse, channel: str) -> str:
    """The post's id, which is its time.

    Raises:
        DeliveryUnknown: the answer is not about a post in this channel.
    """
    if answer.get("channel") != channel:
        raise DeliveryUnknown("answered for another channel")
    if not isinstance(ts := answer.get("ts"), str) or not ts:
        raise DeliveryUnknown(errors.UNREADABLE)
    return ts


async def _messages(
    client: Client, channel: str, *, thread: str | None, since: datetime
) -> AsyncIterator[dict[str, Any]]:
    """What was posted since then.

    Raises:
        DeliveryError: it could not be read to its end.
    """
    asking: Json = {
        "channel": channel,
        "oldest": f"{since.timestamp():.6f}",
        "limit": PAGE,
        "include_all_metadata": True,
    }
    for _ in range(PAGES_MAX):
        if thread:
            answer = await errors.asked(client.web.conversations_replies(ts=thread, **asking))
        else:
            answer = await errors.asked(client.web.conversations_history(**asking))
        page = answer.get("messages")
        if not isinstance(page, list):
            raise DeliveryUnknown(errors.UNREADABLE)
        for message in page:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            if answer.get("has_more"):
                raise DeliveryUnknown(errors.UNREADABLE)
            return
        asking["cursor"] = cursor
    raise DeliveryUnknown("too many messages to look through")


def _carries(message: dict[str, Any], delivery: DeliveryId) -> bool:
    metadata = message.get("metadata") or {}
    blocks: list[Json] = message.get("blocks") or [{}]
    return (metadata.get("event_payload") or {}).get("id") == delivery or (
        blocks[0].get("block_id") == delivery
    )
