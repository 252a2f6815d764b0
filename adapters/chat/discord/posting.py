"""Posts in Discord's channels: sent once, found again, and told to one person."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.chat.discord import errors
from adapters.chat.discord.api import DiscordApi
from adapters.chat.discord.render import ROOM, Json, body, carries, size
from adapters.chat.printable import printable
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    RateLimited,
)
from bot.domain.messages import Message
from bot.domain.shortening import cut
from bot.ports.chat import ChatCapabilities

BUTTON_MAX_CHARS = 90
THREAD_NAME_MAX_CHARS = 100  # platforms.md B2
THREAD_ARCHIVED_AFTER_MIN = 1_440
PAGE = 100  # the most that Discord gives at once
PAGES_MAX = 50
PLACES_MAX = 1_000  # kept; where one is not, Discord says that its thread exists
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)  # of Discord's ids

_NO_THREAD = (errors.UNKNOWN_MESSAGE, errors.WRONG_CHANNEL_TYPE, errors.TOO_MANY_THREADS)
"""The post is gone, the channel has no threads (voice), or too many: its parts stay outside."""


class DiscordPosts:
    """The posting half of a `ChatAdapter`."""

    platform = "discord"
    capabilities = ChatCapabilities(
        room=ROOM,
        size=size,
        threads=True,
        pace=timedelta(seconds=1),
        button_max_chars=BUTTON_MAX_CHARS,
    )

    def __init__(self, api: DiscordApi) -> None:
        self._api = api
        self._places: dict[str, str] = {}
        """Where the replies to a post go: its thread, or its channel where that has none."""
        self._me: str | None = None

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        # The same on every attempt: Discord gives back the post it has for some minutes (B2).
        data = body(message, delivery=delivery) | {"nonce": delivery, "enforce_nonce": True}
        if thread is None:
            return await self._send(_id(channel.channel), data)
        place = await self._place(_id(channel.channel), _id(thread), message)
        try:
            return await self._send(place, data)
        except DestinationBroken as error:
            if error.code == errors.ARCHIVED_THREAD:
                await self._api.send("PATCH", f"/channels/{place}", {"archived": False})
            elif error.code == errors.UNKNOWN_CHANNEL:
                self._places[thread] = place = channel.channel  # somebody deleted the thread
            else:
                raise _named(error, "Send Messages in Threads") from error
        return await self._send(place, data)

    async def find(
        self, channel: ChannelRef, *, delivery: DeliveryId, thread: str | None, since: datetime
    ) -> str | None:
        """As the port says; a reply may stand in the channel, if there was no thread.

        Raises:
            MessageRejected: we lack the right to read, so Discord will never tell.
        """
        for place in (thread, channel.channel) if thread else (channel.channel,):
            try:
                async for message in self._own_posts(_id(place), since):
                    if carries(message, delivery):
                        return str(message["id"])
            except DestinationBroken as error:
                if place != thread or error.code != errors.UNKNOWN_CHANNEL:
                    raise
                # No thread was made, so the part is in the channel if it is anywhere.
        return None

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        opened = await self._api.send("POST", "/users/@me/channels", {"recipient_id": _id(user.id)})
        await self._send(_field(opened, "id"), body(message))

    async def say(self, channel: ChannelRef, message: Message) -> None:
        """Post what is no part of a digest, such as a notice.

        Raises:
            DeliveryError: as for `post`.
        """
        await self._send(_id(channel.channel), body(message))

    async def _send(self, place: str, data: Json) -> str:
        posted = await self._api.send("POST", f"/channels/{place}/messages", data)
        if _field(posted, "channel_id") != place:
            raise DeliveryUnknown("answered for another channel")
        return _field(posted, "id")

    async def _place(self, channel: str, post: str, reply: Message) -> str:
        """Where replies to the post go; its thread is made if there is none yet."""
        if post not in self._places:
            place = await self._thread(channel, post, reply)
            if len(self._places) >= PLACES_MAX:
                del self._places[next(iter(self._places))]
            self._places[post] = place
        return self._places[post]

    async def _thread(self, channel: str, post: str, reply: Message) -> str:
        try:
            await self._make_thread(channel, post, reply)
        except DeliveryUnknown as error:
            # Whether or not there is a thread now, nothing was posted in it.
            raise RateLimited(f"thread: {error.code}") from error
        except DeliveryError as error:
            if error.code in _NO_THREAD:
                return channel
            if error.code != errors.THREAD_EXISTS:
                raise _named(error, "Create Public Threads") from error
        return post

    async def _make_thread(self, channel: str, post: str, reply: Message) -> None:
        name = cut(printable(reply.fallback), THREAD_NAME_MAX_CHARS) or "Papers"
        data = {"name": name, "auto_archive_duration": THREAD_ARCHIVED_AFTER_MIN}
        made = await self._api.send("POST", f"/channels/{channel}/messages/{post}/threads", data)
        if _field(made, "id") != post:  # a thread has the id of the post it is made from
            raise DeliveryUnknown("answered for another thread")

    async def _own_posts(self, place: str, since: datetime) -> AsyncIterator[Json]:
        """What we posted there since then."""
        me, after = await self._own_id(), snowflake(since)
        for _ in range(PAGES_MAX):
            page = await self._api.get(
                f"/channels/{place}/messages", after=str(after), limit=str(PAGE)
            )
            try:
                for message in page:
                    if message["author"]["id"] == me:
                        yield message
                after = max((int(message["id"]) for message in page), default=after)
            except (KeyError, TypeError, ValueError) as error:
                raise DeliveryUnknown("unreadable answer") from error
            if not page:
                await self._ensure_readable(place, after)
            if len(page) < PAGE:
                return
        raise DeliveryUnknown("too many messages to look through")

    async def _ensure_readable(self, place: str, message: int) -> None:
        """Without the right to read, Discord says of a list that it is empty (its reference).

        Of a single message it says that we may not, or else that there is none.
        """
        try:
            await self._api.get(f"/channels/{place}/messages/{message}")
        except DestinationBroken as error:
            if error.code == errors.MISSING_PERMISSIONS:
                raise MessageRejected(f"{error.code} (Read Message History)") from error
            if error.code != errors.UNKNOWN_MESSAGE:
                raise

    async def _own_id(self) -> str:
        if self._me is None:
            self._me = _field(await self._api.get("/users/@me"), "id")
        return self._me


def snowflake(at: datetime) -> int:
    """The least id that Discord gives to something made then."""
    return max(int((at - _EPOCH) / timedelta(milliseconds=1)), 0) << 22


def _id(text: str) -> str:
    """An id that can be part of an address.

    Raises:
        DestinationBroken: if it is none.
    """
    if not (text.isascii() and text.isdecimal()):
        raise DestinationBroken(errors.UNKNOWN_CHANNEL)
    return text


def _field(data: Any, name: str) -> str:
    """An id out of an answer to what may have had an effect.

    Raises:
        DeliveryUnknown: if it is not there.
    """
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, str) or not value:
        raise DeliveryUnknown("unreadable answer")
    return value


def _named(error: DeliveryError, right: str) -> DeliveryError:
    """With the missing right in its code, which people are shown."""
    if error.code != errors.MISSING_PERMISSIONS:
        return error
    return DestinationBroken(f"{error.code} ({right})")
