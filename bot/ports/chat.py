"""Chat platforms: what they can hold, how to post once, how commands come in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.channels import ChannelRef, UserRef
from bot.domain.deliveries import DeliveryId
from bot.domain.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCapabilities:
    """A platform's limits as data; digests are cut to them at card borders."""

    cards_per_message: int
    chars_per_message: int
    threads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """`/papers TEXT` as somebody typed it, or a button that means the same."""

    channel: ChannelRef
    channel_name: str
    user: UserRef
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`message` is for the caller alone; `notice`, if any, is said in the channel."""

    message: Message
    notice: Message | None = None


CommandHandler = Callable[[CommandCall], Awaitable[Reply]]


class ChatAdapter(Protocol):
    platform: str
    capabilities: ChatCapabilities

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        """Post once, without retries, and return the platform's id of the post.

        Raises:
            RateLimited, DestinationBroken, MessageRejected: it definitely did not arrive.
            DeliveryUnknown: it may have arrived.
        """
        ...

    async def start(self, handle: CommandHandler) -> None: ...

    async def stop(self) -> None: ...
