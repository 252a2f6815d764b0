"""Digests on their way: what is to be posted, and how far each post has come."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.channels import ChannelRef
from bot.domain.messages import Message

DigestId = NewType("DigestId", int)
DeliveryId = NewType("DeliveryId", str)
"""24 hex digits: fits a Discord nonce (25) and says nothing to others."""

DELIVERY_ID_CHARS = 24


class DeliveryState(StrEnum):
    """READY -> SENDING -> SENT; UNKNOWN when the outcome is not known, RECONCILING while sought.

    POISON and NEEDS_HUMAN await a person, who sends it again or lets it be DROPPED.
    That a channel is closed to us is the channel's state, so BLOCKED is never entered here.
    """

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    RECONCILING = "reconciling"
    BLOCKED = "blocked"
    POISON = "poison"
    NEEDS_HUMAN = "needs_human"
    DROPPED = "dropped"


UNDER_WAY = (DeliveryState.SENDING, DeliveryState.RECONCILING)
"""Claimed: a process is at work on it, or died at it."""
IN_FLIGHT = (*UNDER_WAY, DeliveryState.UNKNOWN)
"""May yet arrive; a channel has one such post at most, and nothing else is sent there meanwhile."""
SOUGHT = (DeliveryState.UNKNOWN, DeliveryState.RECONCILING)
HELD = (DeliveryState.POISON, DeliveryState.NEEDS_HUMAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message of a digest. Its content is frozen when planned and never changes."""

    id: DeliveryId
    digest: DigestId
    channel: ChannelRef
    part: int
    """0 is the parent; parts are sent in order, each after the one before is SENT."""
    threaded: bool
    """Whether it goes into the thread of part 0."""
    message: Message
    state: DeliveryState
    attempts: int = 0
    owner: str | None = None
    """The process that has claimed it; set exactly while it is under way."""
    lease_until: datetime | None = None
    """Until when the claim lasts, on its owner's clock; others know a new claim by it."""
    not_before: datetime | None = None
    send_started_at: datetime | None = None
    """When the newest attempt began."""
    unknown_since: datetime | None = None
    remote_id: str | None = None
    """The platform's name for the post; set exactly when SENT."""
    thread_id: str | None = None
    """`remote_id` of part 0 when this part is `threaded` and the parent is SENT."""
    last_error: str | None = None
    intact: bool = True
    """Whether its content is, to the byte, what was planned."""


def delivery_id(channel: ChannelRef, occurrence: str, part: int) -> DeliveryId:
    """The same delivery has the same id in every process and after every restart."""
    text = "\x1f".join(
        (channel.platform, channel.workspace, channel.channel, occurrence, str(part))
    )
    return DeliveryId(hashlib.sha256(text.encode()).hexdigest()[:DELIVERY_ID_CHARS])
