"""What people do in Discord, brought to the desk, and its answers back to them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat.buttons import button_command
from adapters.chat.discord import commands, errors
from adapters.chat.discord.api import DiscordApi
from adapters.chat.discord.permissions import missing
from adapters.chat.discord.posting import DiscordPosts
from adapters.chat.discord.render import EPHEMERAL, ROOM, Json, body, size
from adapters.chat.printable import printable
from bot.domain.channels import ChannelRef, UserRef
from bot.domain.errors import DeliveryError, DeliveryUnknown, DestinationBroken, RateLimited
from bot.domain.fitting import split
from bot.domain.messages import Message, Paragraph, Span, code, plain, strong
from bot.domain.shortening import cut
from bot.ports.chat import CommandCall, Desk, Suggestion

logger = logging.getLogger(__name__)

# Discord's numbers (platforms.md B1; its OpenAPI document).
COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
_MESSAGE, _THINKING, _CHOICES = 4, 5, 8
CHOICES_MAX = 25
CHOICE_MAX_CHARS = 100
TRIES = 3
WAIT_MAX_S = 30.0
_GONE = (errors.UNKNOWN_INTERACTION, errors.ALREADY_ACKNOWLEDGED, errors.EXPIRED_INTERACTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What somebody did: a command, a button, or an option half typed."""

    id: str
    token: str
    application: str
    type: int
    data: Mapping[str, Any]
    channel: ChannelRef | None
    """None outside of servers."""
    channel_name: str
    user: UserRef
    permissions: int
    """Ours in the channel."""


class Answering:
    """Acknowledges what people do before anything else, takes it to the desk, and answers."""

    def __init__(
        self,
        desk: Desk,
        api: DiscordApi,
        posts: DiscordPosts,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._desk = desk
        self._api = api
        self._posts = posts
        self._sleep = sleep

    async def handle(self, done: Interaction) -> None:
        """Never raises: what Discord refuses is logged, in a line."""
        try:
            await self._handle(done)
        except DeliveryError as error:
            level = logging.INFO if error.code in _GONE else logging.WARNING
            logger.log(level, "an answer did not reach Discord: %s", error.code)
        except Exception:
            logger.exception("an answer could not be given")

    async def _handle(self, done: Interaction) -> None:
        if done.type == AUTOCOMPLETE:
            await self._suggest(done)
        elif done.type in (COMMAND, COMPONENT):
            text = _text_of(done)
            if done.channel is None:
                await self._call_back(done, _MESSAGE, body(_ELSEWHERE, private=True))
            elif text is None:
                await self._call_back(done, _MESSAGE, body(_OUTDATED, private=True))
            else:
                await self._command(done, done.channel, text)

    async def _command(self, done: Interaction, channel: ChannelRef, text: str) -> None:
        await self._call_back(done, _THINKING, {"flags": EPHEMERAL})
        call = CommandCall(
            channel=channel, channel_name=done.channel_name, user=done.user, text=text
        )
        reply = await self._desk.command(call)
        try:
            await self._answer(done, reply.message)
        finally:
            if reply.notice:
                await self._notice(done, channel, reply.notice)

    async def _answer(self, done: Interaction, message: Message) -> None:
        """In place of the acknowledgement, and behind it what does not fit there."""
        parts = split(message.blocks, size=size, room=ROOM) or [()]
        first, *rest = (replace(message, blocks=blocks) for blocks in parts)
        await self._reply(done, "PATCH", "/messages/@original", body(first))
        for part in rest:
            await self._reply(done, "POST", "", body(part, private=True))

    async def _notice(self, done: Interaction, channel: ChannelRef, notice: Message) -> None:
        try:
            await self._patiently(lambda: self._posts.say(channel, notice))
        except DestinationBroken as error:
            logger.info("a notice could not be posted: %s", error.code)
            said = _not_posted(missing(done.permissions), error.code)
            await self._reply(done, "POST", "", body(said, private=True))

    async def _suggest(self, done: Interaction) -> None:
        found: list[Suggestion] = []
        typed = commands.unfinished(done.data)
        if typed and done.channel:
            text, option = typed
            call = CommandCall(
                channel=done.channel, channel_name=done.channel_name, user=done.user, text=text
            )
            found = await self._desk.suggest(call, option=option)
        choices = [_choice(s) for s in found if s.value and len(s.value) <= CHOICE_MAX_CHARS]
        await self._call_back(done, _CHOICES, {"choices": choices[:CHOICES_MAX]})

    async def _call_back(self, done: Interaction, kind: int, data: Json) -> None:
        try:
            where = f"/interactions/{done.id}/{done.token}/callback"
            await self._api.send("POST", where, {"type": kind, "data": data}, signed=False)
        except DeliveryUnknown as error:
            logger.warning("no answer to an acknowledgement: %s", error.code)

    async def _reply(self, done: Interaction, method: str, path: str, data: Json) -> None:
        where = f"/webhooks/{done.application}/{done.token}{path}"
        await self._patiently(lambda: self._api.send(method, where, data, signed=False))

    async def _patiently(self, send: Callable[[], Awaitable[Any]]) -> None:
        """Being too quick is waited out: the parts of a long answer follow one another closely."""
        for attempt in range(1, TRIES + 1):
            try:
                await send()
            except RateLimited as error:
                if attempt == TRIES:
                    raise
                wait_s = error.retry_after.total_seconds() if error.retry_after else 1.0
                await self._sleep(min(wait_s, WAIT_MAX_S))
            else:
                return


def _text_of(done: Interaction) -> str | None:
    """The command that was given or pressed, as somebody would type it; None if not ours."""
    if done.type == COMMAND:
        return commands.typed(done.data)
    return button_command(str(done.data.get("custom_id", "")))


def _choice(suggestion: Suggestion) -> Json:
    label = cut(printable(suggestion.label), CHOICE_MAX_CHARS) or "…"
    return {"name": label, "value": suggestion.value}


def _said(text: str, *spans: Span) -> Message:
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text), *spans)),))


_HELP = (code("/papers help"), plain(" shows what can be done now."))
_OUTDATED = _said("That is from another version of Paperlark and has no effect. ", *_HELP)
_ELSEWHERE = _said("Paperlark works in the channels of a server: type the command there.")


def _not_posted(rights: list[str], code_: str) -> Message:
    """Said to the caller, because the digests will meet the same refusal."""
    text = "Done, but I may not post in this channel, so its digests cannot come either. "
    if not rights:
        return _said(text, plain(f"Discord answers {code_}."))
    names = strong(", ".join(rights))
    mend = plain("Whoever manages the server can allow in the channel's permissions: ")
    return _said(text, mend, names, plain("."))
