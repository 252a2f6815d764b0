"""Who may do what in a channel."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.channels import Channel, Editors, UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody is in a channel, as the platform says at this moment."""

    member: bool = False
    """In the channel, or able to read it as a member does."""
    admin: bool = False
    """Slack: admin or owner of the workspace; Discord: Manage Channels; in a direct message, you."""
    guest: bool = False
    """A guest, or somebody of another workspace in a shared channel."""
    mute: bool = False
    """Whether they may read the channel and not write in it."""


NOBODY = Standing()


class Right(StrEnum):
    """What a command needs; `LOOK` changes nothing."""

    LOOK = "look"
    SAVE = "save"
    """To change the reading list."""
    SPEAK = "speak"
    """To have something said in the channel."""
    CHANGE = "change"
    """To change what the channel gets, and when."""
    RULE = "rule"
    """To change who may change it."""


def may(right: Right, *, who: UserRef, standing: Standing, channel: Channel) -> bool:
    """Whether the channel's rules give the right to somebody who stands so."""
    if not standing.member:
        return False
    if right is Right.LOOK or standing.admin:
        return True
    if right in (Right.SAVE, Right.SPEAK):
        welcome = channel.guests or not standing.guest or _is_listed(who, channel)
        return welcome and not (right is Right.SPEAK and standing.mute)
    return _may_change(who, standing, channel) and (right is Right.CHANGE or _owns(who, channel))


def _may_change(who: UserRef, standing: Standing, channel: Channel) -> bool:
    match channel.editors:
        case Editors.ANYONE:
            return (channel.guests or not standing.guest) and not standing.mute
        case Editors.LISTED:
            return _is_listed(who, channel)
        case Editors.ADMINS:
            return False


def _is_listed(who: UserRef, channel: Channel) -> bool:
    return any(editor.id == who.id for editor in channel.listed)


def _owns(who: UserRef, channel: Channel) -> bool:
    return channel.owner is not None and channel.owner.id == who.id
