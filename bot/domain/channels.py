"""Where papers go: workspaces, channels, and what each subscribed to."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.papers import PaperId
from bot.domain.queries import Query
from bot.domain.schedules import Schedule
from bot.domain.scopes import EVERYTHING, Scope

WorkspaceId = NewType("WorkspaceId", str)
"""A team's own space, `platform:id`; nothing of one is ever visible in another."""

SubscriptionId = NewType("SubscriptionId", int)

DIGEST_CAP_DEFAULT = 20
RISING_DEFAULT = 50
"""One in a hundred of 4,024 daily papers of Hugging Face, 2024-05 to 2025-06, had 53 or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRef:
    """A channel's address. `channel` is the platform's id, never its name."""

    platform: str
    workspace: WorkspaceId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRef:
    """A person as the platform knows them; `name` is for showing only."""

    id: str
    name: str


class Layout(StrEnum):
    """`THREAD`: cards in the thread of one post; `FLAT`: cards in the channel; `COMPACT`: titles."""

    THREAD = "thread"
    FLAT = "flat"
    COMPACT = "compact"


class Editors(StrEnum):
    """Who may change what a channel gets; admins always may."""

    ANYONE = "anyone"
    LISTED = "listed"
    ADMINS = "admins"


class ChannelState(StrEnum):
    ACTIVE = "active"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    ref: ChannelRef
    name: str
    schedule: Schedule = field(default_factory=Schedule)
    layout: Layout = Layout.THREAD
    cap: int = DIGEST_CAP_DEFAULT
    """Cards in one digest; further papers are listed on request."""
    empty_note: bool = True
    """Whether a day with nothing to post says why."""
    pictures: bool = False
    """Whether a card shows the paper's picture where there is one."""
    rising: int | None = RISING_DEFAULT
    """The upvotes at which it is said that a posted paper rises; None where nothing is said."""
    scope: Scope = EVERYTHING
    """Which papers come at all, whatever a subscription asks for."""
    scope_since: datetime | None = None
    """When that was last changed."""
    personal: bool = False
    """Whether it is a direct message with one person."""
    private: bool = False
    """Whether only its members know of it; nothing of it shows in other channels."""
    editors: Editors = Editors.ANYONE
    listed: tuple[UserRef, ...] = ()
    """Who may change it, where only these may; guests among them may too."""
    guests: bool = False
    """Whether guests, and people of other workspaces in shared channels, may change things."""
    own_list: bool = False
    """Whether papers are saved to a list of this channel's own, not to the workspace's."""
    owner: UserRef | None = None
    """Who added Paperlark here, or was the first to use it; hears of it when posting stops."""
    state: ChannelState = ChannelState.ACTIVE
    broken_code: str | None = None
    """The platform's word for why posting is stopped."""
    cut_off: bool = False
    """Whether it is stopped because its whole workspace is: nobody there can be told."""
    told_code: str | None = None
    """The `broken_code` that the owner was told of last; the same one is not told again."""
    created_at: datetime
    next_run_at: datetime | None = None
    """When the next digest is due; None when the schedule is off."""
    last_digest_at: datetime | None = None
    """When the newest digest was planned; the next one covers what came after."""
    last_run_day: date | None = None
    """The local date of the newest scheduled run; each date has one at most."""


def tried_again(channel: Channel) -> Channel:
    """Where posting was stopped, it may go on; if it fails again, it stops again."""
    return replace(channel, state=ChannelState.ACTIVE, broken_code=None, cut_off=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    id: SubscriptionId
    number: int
    """The short number people use; counted per channel, never used twice."""
    channel: ChannelRef
    query: Query
    scope: Scope = EVERYTHING
    """Its channel's."""
    created_by: UserRef
    created_at: datetime
    meant_since: datetime
    """Since when it means what it does; what was announced before is history, and never posted."""

    @property
    def meaning(self) -> Query:
        """What a paper must match: the query, within what its channel wants at all."""
        return self.scope.narrow(self.query)

    def asked_for(self, reasons: Iterable["Reason"]) -> tuple["Reason", ...]:
        """Of the reasons for a match, those that the query itself gives."""
        given = self.scope.terms
        return tuple(reason for reason in reasons if reason.term not in given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a paper matched: the term as the query has it, and the field it was found in."""

    term: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """That a paper matched a subscription, and why."""

    subscription: SubscriptionId
    paper: PaperId
    reasons: tuple[Reason, ...]
