"""How a channel's digests look, and what changed about it."""

from bot.domain.channels import Channel, Layout, UserRef
from bot.domain.messages import Message, Note, Paragraph, Spans, Table, code, plain, strong
from bot.services.presenting.wording import COMMAND, flat

_LAYOUTS = {
    Layout.THREAD: "one post, its papers in the thread",
    Layout.FLAT: "all papers in the channel",
    Layout.COMPACT: "titles only",
}


def settings_shown(channel: Channel) -> Message:
    """All settings with what they mean, and how to change one."""
    text = "How digests look in this channel:"
    note = "says why" if channel.empty_note else "says nothing"
    rows = (
        _row("layout", channel.layout.value, _LAYOUTS[channel.layout]),
        _row("cap", str(channel.cap), "papers shown at once; the rest comes at a click"),
        _row("pictures", _on(channel.pictures), "a picture beside each paper that has one"),
        _row("empty-note", _on(channel.empty_note), f"a day without papers {note}"),
    )
    how = (plain("Change it: "), code(f"{COMMAND} settings layout flat cap 10"))
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(plain(text),)),
            Table(head=("Setting", "Is", "Meaning"), rows=rows, lead=("", "is", "")),
            Note(spans=how),
        ),
    )


def notice_settings(channel: Channel, *, by: UserRef) -> Message:
    now = (
        f"layout {channel.layout}, cap {channel.cap}, pictures {_on(channel.pictures)},"
        f" empty-note {_on(channel.empty_note)}"
    )
    spans = (strong(by.name), plain(" set how digests look here: "), code(now), plain("."))
    return Message(fallback=flat(spans), blocks=(Note(spans=spans),))


def _on(value: bool) -> str:
    return "on" if value else "off"


def _row(name: str, value: str, meaning: str) -> tuple[Spans, ...]:
    return ((code(name),), (strong(value),), (plain(meaning),))
