"""What is said to the one person who asked, and to the channel about it."""

import logging
from dataclasses import dataclass

import aiohttp

from adapters.chat.slack import errors
from adapters.chat.slack.blocks import ROOM, Json
from adapters.chat.slack.chat import SlackPosts
from adapters.chat.slack.clients import Client, Http
from adapters.chat.slack.render import body, size
from bot.domain.channels import ChannelRef
from bot.domain.errors import DeliveryError, DestinationBroken, RateLimited
from bot.domain.fitting import split
from bot.domain.messages import Message, Paragraph, code, plain

logger = logging.getLogger(__name__)

URL_USES_MAX = 5  # Slack's limit, within 30 minutes (platforms.md A1)


@dataclass(slots=True, kw_only=True)
class Answers:
    """The ways back to one call."""

    http: Http
    channel: str
    user: str
    url: str | None
    """Slack's address for answers to this very call."""
    thread: str | None = None
    """Where a button stands in a thread, the answer does too."""
    client: Client | None = None
    _uses: int = 0

    async def privately(self, message: Message) -> None:
        for blocks in split(message.blocks, size=size, room=ROOM) or [()]:
            await self._whisper(body(Message(fallback=message.fallback, blocks=blocks)))

    async def publicly(self, message: Message) -> bool:
        """In the channel although we are not in it; whether that worked."""
        return await self._by_url(body(message) | {"response_type": "in_channel"})

    async def _whisper(self, message: Json) -> None:
        if await self._by_url(message | {"response_type": "ephemeral"}) or self.client is None:
            return
        whisper = self.client.web.chat_postEphemeral(
            channel=self.channel, user=self.user, thread_ts=self.thread, **message
        )
        try:
            await errors.asked(whisper)
        except DeliveryError as error:
            logger.warning("an answer in %s was lost: %s", self.channel, error.code)

    async def _by_url(self, message: Json) -> bool:
        if self.url is None or self._uses >= URL_USES_MAX:
            return False
        self._uses += 1
        thread = {"thread_ts": self.thread} if self.thread else {}
        quiet = {"replace_original": False, "unfurl_links": False, "unfurl_media": False}
        try:
            response = await self.http.hook(self.url).send_dict({**message, **quiet, **thread})
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            logger.info("Slack's address for answers does not work: %s", type(error).__name__)
            return False
        return response.status_code == 200


async def announce(
    notice: Message, *, channel: ChannelRef, posts: SlackPosts, answers: Answers, name: str
) -> None:
    """Say in the channel what was changed; where we are not in it, that we have to be."""
    try:
        await posts.say(channel, notice)
    except DestinationBroken as error:
        logger.info("not in %s: %s", channel.channel, error.code)
        await answers.publicly(notice)
        await answers.privately(_please_invite(name))
    except RateLimited:
        await answers.publicly(notice)
    except DeliveryError as error:
        logger.warning("a notice in %s: %s", channel.channel, error.code)


def _please_invite(name: str) -> Message:
    text = "Digests cannot be posted here yet, because I am not in this channel. To add me, type "
    spans = (plain(text), code(f"/invite @{name}"), plain(" here."))
    return Message(fallback=f"{text}/invite @{name}", blocks=(Paragraph(spans=spans),))
