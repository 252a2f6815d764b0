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
    """READY -> SENDING -> SENT; UNKNOWN when the outcome is not known; the rest await a person."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    RECONCILING = "reconciling"
    BLOCKED = "blocked"
    POISON = "poison"
    NEEDS_HUMAN = "needs_human"


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
    not_before: datetime | None = None
    send_started_at: datetime | None = None
    """When the newest attempt began."""
    unknown_since: datetime | None = None
    remote_id: str | None = None
    """The platform's name for the post; set exactly when SENT."""
    thread_id: str | None = None
    """`remote_id` of part 0 when this part is `threaded` and the parent is SENT."""
    last_error: str | None = None


def delivery_id(channel: ChannelRef, occurrence: str, part: int) -> DeliveryId:
    """The same delivery has the same id in every process and after every restart."""
    text = "\x1f".join(
        (channel.platform, channel.workspace, channel.channel, occurrence, str(part))
    )
    return DeliveryId(hashlib.sha256(text.encode()).hexdigest()[:DELIVERY_ID_CHARS])
