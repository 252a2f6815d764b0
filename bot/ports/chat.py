"""Chat platforms: what they can hold, how to post once, how what people do comes in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.channels import Channel, ChannelRef, Editors, UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.files import File
from bot.domain.findings import Finding
from bot.domain.fitting import Room, Size
from bot.domain.forms import Form
from bot.domain.links import Url
from bot.domain.messages import Message
from bot.domain.people import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCapabilities:
    """A platform's limits; messages are cut to them between papers and between lines."""

    room: Room
    """What one message holds."""
    size: Size
    """What a block takes of it, counted as the platform counts."""
    threads: bool
    pace: timedelta = timedelta(0)
    """Between two posts in one channel."""
    workspace_pace: timedelta = timedelta(0)
    """Between two posts in one workspace, on the average of some seconds."""
    button_max_chars: int | None = None
    """A button's verb and argument together; longer ones are kept by us under a short key."""
    personal_threads: bool = True
    """Whether a direct message has threads."""
    editors: Editors = Editors.ANYONE
    """Who may change a channel that says nothing else."""


AskStanding = Callable[[ChannelRef], Awaitable[Standing]]
"""What the caller is in a channel right now; nothing at all where the platform does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """`/papers TEXT` as somebody typed it, or a button or form that means the same."""

    channel: ChannelRef
    channel_name: str
    user: UserRef
    text: str
    standing: AskStanding = field(repr=False, compare=False)
    personal: bool = False
    """Whether the channel is a direct message between the caller and us."""
    private: bool = False
    """Whether only its members know of the channel."""
    elsewhere: bool = False
    """Whether it was not given in the channel itself: then the caller may not even be in it."""
    pressed: str | None = None
    """The platform's id of the post whose button was pressed or that got a bookmark."""
    attachment: str = ""
    """A text file that came with it, or the message of which somebody asked to save the papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a post of ours in the channel says from now on."""

    post: str
    """The platform's id."""
    delivery: DeliveryId
    """The one that made it; its marks stay."""
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`message` is for the caller alone; `notice`, if any, is said in the channel."""

    message: Message
    notice: Message | None = None
    notice_in: ChannelRef | None = None
    """Where it is said, if not where the call was made."""
    files: tuple[File, ...] = ()
    """For the caller alone."""
    edit: Edit | None = None
    refused: bool = False
    """Whether nothing was done, because of what was typed or who typed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A value that may be meant, while somebody types it."""

    label: str
    value: str


class Desk(Protocol):
    """Where the platforms bring what people do. Nothing here raises."""

    async def command(self, call: CommandCall) -> Reply: ...

    async def form(self, call: CommandCall) -> Form | Reply:
        """The form that a button asks for: `call.text` is `form COMMAND`; or why there is none.

        Nothing but our own archive is asked: the platforms give it three seconds.
        """
        ...

    async def suggest(self, call: CommandCall, *, option: str) -> list[Suggestion]:
        """What may be meant by an unfinished option: `call.text` is `VERB typed so far`."""
        ...

    async def home(
        self, workspace: WorkspaceId, user: UserRef, channels: Sequence[ChannelRef]
    ) -> Message:
        """What one person sees of the channels they are in, and of the workspace's list.

        Its buttons name their channel: `at CHANNEL COMMAND`.
        """
        ...

    async def unfurl(self, call: CommandCall, urls: Sequence[str]) -> Mapping[str, Message]:
        """What to show under the links of a message, by link; `call.text` is empty.

        Most links get nothing.
        """
        ...

    async def joined(self, channel: ChannelRef, name: str, *, by: UserRef | None) -> Message | None:
        """Paperlark was added to a channel, by whom if that is known: what to say there, if any."""
        ...

    async def left(self, channel: ChannelRef, code: str) -> None:
        """Paperlark was removed from a channel, or the channel was archived or deleted."""
        ...

    async def connected(self, workspace: WorkspaceId) -> None:
        """The token of a workspace works: what was stopped for it may be tried again."""
        ...

    async def cut_off(self, workspace: WorkspaceId, code: str) -> None:
        """The token of a workspace does not work any more, or Paperlark was uninstalled."""
        ...


class ChatAdapter(Protocol):
    """How to post on a platform. No call is ever repeated in here: one call, one request."""

    platform: str
    capabilities: ChatCapabilities

    async def post(
        self, channel: ChannelRef, message: Message, *, delivery: DeliveryId, thread: str | None
    ) -> str:
        """Post once and return the platform's id of the post.

        Raises:
            RateLimited, DestinationBroken, WorkspaceBroken, MessageRejected: it definitely did
                not arrive.
            DeliveryUnknown: it may have arrived.
        """
        ...

    async def find(
        self, channel: ChannelRef, *, delivery: DeliveryId, thread: str | None, since: datetime
    ) -> str | None:
        """The id of the post that a delivery left there since then; None if there is none.

        Raises:
            MessageRejected: the platform will never tell, for we may not read there.
            DeliveryError: the channel could not be read to its end this time.
        """
        ...

    async def link(self, channel: ChannelRef, post: str, *, thread: str | None) -> Url | None:
        """Where a post can be seen; None where that cannot be told."""
        ...

    async def tell(self, workspace: WorkspaceId, user: UserRef, message: Message) -> None:
        """A direct message to one person.

        Raises:
            DeliveryError: as for `post`.
        """
        ...


class ChatConnection(Protocol):
    """How what people do on a platform reaches us."""

    platform: str
    for_one: bool
    """Whether each connection is told everything, so that only one process may have one."""

    async def serve(self, desk: Desk, ready: Callable[[str], None]) -> None:
        """Bring everything to the desk until cancelled; may be called again after it ended.

        `ready` is called once connected, with who we are there: `Example Lab as @paperlark`.

        Raises:
            ConfigError: a token is missing, wrong or without a right: trying again cannot help.
            Exception: the connection is lost for good; a new call builds a new one.
        """
        ...

    def findings(self, channels: Sequence[Channel]) -> AsyncIterator[Finding]:
        """For `paperlark check`: tokens, rights, drift, clock, and whether we reach the channels.

        Asks the platform and changes nothing.
        """
        ...
