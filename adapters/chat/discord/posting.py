"""Posts in Discord's channels: sent once, found again, and told to one person."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from adapters.chat.discord import errors
from adapters.chat.discord.api import DiscordApi
from adapters.chat.discord.ids import checked, guild_of, id_in, snowflake
from adapters.chat.discord.render import ROOM, Json, body, carries, size
from adapters.chat.discord.threads import Threads
from bot.domain.channels import ChannelRef, Editors, UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
)
from bot.domain.links import Url, safe_url
from bot.domain.messages import Message
from bot.ports.chat import ChatCapabilities, Edit

BUTTON_MAX_CHARS = 90
PAGE = 100  # the most that Discord gives at once
PAGES_MAX = 50


class DiscordPosts:
    """The posting half of a `ChatAdapter`."""

    platform = "discord"
    capabilities = ChatCapabilities(
        room=ROOM,
        size=size,
        threads=True,
        pace=timedelta(seconds=1),
        button_max_chars=BUTTON_MAX_CHARS,
        personal_threads=False,
        editors=Editors.ADMINS,
    )

    def __init__(self, api: DiscordApi) -> None:
        self._api = api
        self._threads = Threads(api)
        self._me: str | None = None

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        await self._api.turns.take()
        # The same on every attempt: Discord gives back the post it has for some minutes (B2).
        data = body(message, delivery=delivery) | {"nonce": delivery, "enforce_nonce": True}
        if thread is None:
            return await self._send(checked(channel.channel), data)
        place = await self._threads.place(checked(channel.channel), checked(thread), message)
        try:
            return await self._threads.opened(place, lambda: self._send(place, data))
        except DestinationBroken as error:
            if error.code != errors.UNKNOWN_CHANNEL:
                raise errors.named(error, "Send Messages in Threads") from error
        self._threads.keep(thread, channel.channel)  # somebody deleted it
        return await self._send(channel.channel, data)

    async def edit(self, place: str, edit: Edit) -> None:
        """Let a post of ours say something else, by the same marks, in a channel or thread.

        Raises:
            DeliveryError: as for `post`.
        """
        where = f"/channels/{checked(place)}/messages/{checked(edit.post)}"
        data = body(edit.message, delivery=edit.delivery)
        await self._threads.opened(place, lambda: self._api.send("PATCH", where, data))

    async def read(self, place: str, post: str) -> Json | None:
        """A post as it is now; None if it is not ours.

        Raises:
            DeliveryError: it is gone, or we may not read there.
        """
        found: Json = await self._api.get(f"/channels/{checked(place)}/messages/{checked(post)}")
        return found if found["author"]["id"] == await self._own_id() else None

    async def find(
        self, channel: ChannelRef, *, delivery: DeliveryId, thread: str | None, since: datetime
    ) -> str | None:
        """As the port says; a reply may stand in the channel, if there was no thread.

        Raises:
            MessageRejected: we lack the right to read, so Discord will never tell.
        """
        for place in (thread, channel.channel) if thread else (channel.channel,):
            try:
                async for message in self._own_posts(checked(place), since):
                    if carries(message, delivery):
                        return str(message["id"])
            except DestinationBroken as error:
                if place != thread or error.code != errors.UNKNOWN_CHANNEL:
                    raise
                # No thread was made, so the part is in the channel if it is anywhere.
        return None

    async def link(self, channel: ChannelRef, post: str, *, thread: str | None) -> Url | None:
        try:
            place, guild = checked(channel.channel), guild_of(channel.workspace)
            place = await self._threads.found(place, checked(thread)) if thread else place
            server = "@me" if guild is None else checked(guild)
            return safe_url(f"https://discord.com/channels/{server}/{place}/{checked(post)}")
        except DeliveryError:
            return None

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        opened = await self._api.send(
            "POST", "/users/@me/channels", {"recipient_id": checked(user.id)}
        )
        await self._send(id_in(opened, "id"), body(message))

    async def say(self, channel: ChannelRef, message: Message) -> None:
        """Post what is no part of a digest, such as a notice.

        Raises:
            DeliveryError: as for `post`.
        """
        await self._send(checked(channel.channel), body(message))

    async def _send(self, place: str, data: Json) -> str:
        posted = await self._api.send("POST", f"/channels/{place}/messages", data)
        if id_in(posted, "channel_id") != place:
            raise DeliveryUnknown("answered for another channel")
        return id_in(posted, "id")

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
            self._me = id_in(await self._api.get("/users/@me"), "id")
        return self._me
