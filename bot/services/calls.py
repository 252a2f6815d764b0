"""A call on its way to an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.changes import Change
from bot.domain.channels import Channel, UserRef, WorkspaceId
from bot.domain.messages import Spans
from bot.domain.people import NOBODY, Standing
from bot.domain.reading_list import ListRef, list_of
from bot.ports.chat import CommandCall, Reply
from bot.ports.storage import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with its channel known, its right checked and its verb taken off."""

    call: CommandCall
    channel: Channel
    verb: str
    text: str
    standing: Standing = NOBODY
    """What the platform says the caller is; it is not asked where no right is needed."""

    @property
    def by(self) -> UserRef:
        return self.call.user

    @property
    def workspace(self) -> WorkspaceId:
        return self.channel.ref.workspace

    @property
    def list(self) -> ListRef:
        """The reading list that is meant in this channel."""
        return list_of(self.channel)


Answer = Callable[[Call], Awaitable[Reply]]


def record(tx: Transaction, call: Call, did: Spans, *, now: datetime) -> None:
    """Put into the audit trail what the caller did: `subscribed this channel to ...`."""
    what = "".join(span.text for span in did)
    tx.changes.add(Change(channel=call.channel.ref, by=call.by, at=now, what=what))
