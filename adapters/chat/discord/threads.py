"""Threads below posts: made, found again, opened."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.chat.discord import errors
from adapters.chat.discord.api import DiscordApi
from adapters.chat.discord.ids import id_in
from adapters.chat.printable import printable
from bot.domain.errors import DeliveryError, DeliveryUnknown, DestinationBroken, RateLimited
from bot.domain.messages import Message
from bot.domain.shortening import cut

T = TypeVar("T")

NAME_MAX_CHARS = 100  # platforms.md B2
ARCHIVED_AFTER_MIN = 1_440
PLACES_MAX = 1_000  # kept; where one is not, Discord says that its thread exists

_NONE = (
    *(errors.UNKNOWN_MESSAGE, errors.WRONG_CHANNEL_TYPE),
    *(errors.NOT_IN_DIRECT_MESSAGES, errors.TOO_MANY_THREADS),
)
"""The post is gone, the channel has no threads (voice), or too many: its parts stay outside."""


class Threads:
    def __init__(self, api: DiscordApi) -> None:
        self._api = api
        self._places: dict[str, str] = {}
        """Where the replies to a post go: its thread, or its channel where that has none."""

    async def place(self, channel: str, post: str, reply: Message) -> str:
        """Where replies to the post go; its thread is made if there is none yet."""
        if post not in self._places:
            self.keep(post, await self._made(channel, post, reply))
        return self._places[post]

    async def found(self, channel: str, post: str) -> str:
        """Where replies to the post are."""
        if post not in self._places:
            try:
                await self._api.get(f"/channels/{post}")
            except DestinationBroken as error:
                if error.code != errors.UNKNOWN_CHANNEL:
                    raise
                return channel
            self.keep(post, post)
        return self._places[post]

    def keep(self, post: str, place: str) -> None:
        if len(self._places) >= PLACES_MAX:
            del self._places[next(iter(self._places))]
        self._places[post] = place

    async def opened(self, place: str, send: Callable[[], Awaitable[T]]) -> T:
        """Send; if that is for an archived thread, open it and send once more."""
        try:
            return await send()
        except DestinationBroken as error:
            if error.code != errors.ARCHIVED_THREAD:
                raise
        await self._api.send("PATCH", f"/channels/{place}", {"archived": False})
        return await send()

    async def _made(self, channel: str, post: str, reply: Message) -> str:
        try:
            await self._make(channel, post, reply)
        except DeliveryUnknown as error:
            # Whether or not there is a thread now, nothing was posted in it.
            raise RateLimited(f"thread: {error.code}") from error
        except DeliveryError as error:
            if error.code in _NONE:
                return channel
            if error.code != errors.THREAD_EXISTS:
                raise errors.named(error, "Create Public Threads") from error
        return post

    async def _make(self, channel: str, post: str, reply: Message) -> None:
        name = cut(printable(reply.fallback), NAME_MAX_CHARS) or "Papers"
        data = {"name": name, "auto_archive_duration": ARCHIVED_AFTER_MIN}
        await self._api.turns.take()
        made = await self._api.send("POST", f"/channels/{channel}/messages/{post}/threads", data)
        if id_in(made, "id") != post:  # a thread has the id of the post it is made from
            raise DeliveryUnknown("answered for another thread")
