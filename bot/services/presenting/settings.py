"""How a channel is set, and what changed about it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.changes import Change
from bot.domain.channels import Channel
from bot.domain.command_table import FORM, SETTINGS
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Message,
    Note,
    Paragraph,
    Spans,
    Table,
    code,
    plain,
    strong,
)
from bot.domain.shortening import cut
from bot.services.presenting.answers import said
from bot.services.presenting.doing import changed_names, did_settings, settings_of
from bot.services.presenting.meaning import foreign_note
from bot.services.presenting.wording import COMMAND, moment

NAME_MAX_CHARS = 80

_EDIT = (
    Button(label="How it looks…", verb=FORM, argument="settings look"),
    Button(label="Which papers…", verb=FORM, argument="settings papers"),
    Button(label="Who may…", verb=FORM, argument="settings people"),
)


def settings_shown(channel: Channel) -> Message:
    """All settings with what they mean, and how to change one."""
    text = "How this channel is set:"
    values = settings_of(channel)
    rows = tuple(
        ((code(option.name),), (strong(values[option.name]),), (plain(option.summary),))
        for option in SETTINGS
    )
    how = (plain("Change one: "), code(f"{COMMAND} settings layout flat cap 10"))
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(plain(text),)),
            Table(head=("Setting", "Is", "Meaning"), rows=rows, lead=("", "is", "–")),
            Note(spans=how),
            Actions(buttons=_EDIT),
        ),
    )


def set_already() -> Message:
    return said([plain("It is set so already; nothing was changed.")])


def settings_changed(before: Channel, after: Channel) -> Message:
    if before == after:
        return set_already()
    old, changed = settings_of(before), changed_names(before, after)
    undo = " ".join(f"{name} {_typed(before, name, old[name])}" for name in changed)
    did = did_settings(before, after)
    lacking = foreign_note(after.scope.categories) if "categories" in changed else ""
    return said(
        [plain("Done: "), *did, plain(".")],
        notes=[[plain(lacking)]] if lacking else [],
        buttons=[Button(label="Undo", verb="settings", argument=undo)],
    )


def changes(several: Sequence[Change], channel: Channel, *, now: datetime) -> Message:
    """Who changed what, the newest first."""
    if not several:
        return said([plain("Nobody has changed anything in this channel yet.")])
    text = "Changes in this channel, the newest first:"
    items = tuple(change_line(change, channel, now=now) for change in several)
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(plain(text),)),
            Bullets(items=items),
            Note(spans=(plain(f"Times are in {channel.schedule.zone}."),)),
        ),
    )


def change_line(change: Change, channel: Channel, *, now: datetime) -> Spans:
    at = moment(change.at, now=now, zone=channel.schedule.zone)
    return strong(change.by.name), plain(f" {change.what} · {at}")


def _typed(channel: Channel, name: str, value: str) -> str:
    """The value as somebody would type it: people by their mentions."""
    if name == "editors" and channel.listed:
        return ", ".join(f"<@{person.id}|{_bare(person.name)}>" for person in channel.listed)
    return value


def _bare(name: str) -> str:
    """A name as it can stand in a mention."""
    return cut("".join(" " if c in "<>|=" else c for c in name), NAME_MAX_CHARS)
