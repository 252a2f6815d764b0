"""`settings`: how a channel wants its digests to look."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.channels import Channel, Layout
from bot.domain.errors import UserError

CAP_MAX = 50
EXAMPLE = "/papers settings layout flat cap 10 pictures on"

_ON = {"on": True, "yes": True, "off": False, "no": False}


def changed_settings(channel: Channel, text: str) -> Channel:
    """The channel with settings as typed: `layout flat`, `cap 10`, `empty-note off`, in any order.

    Raises:
        UserError: naming the setting or value that does not exist.
    """
    words = text.lower().replace("=", " ").split()
    if len(words) % 2:
        raise UserError(f"{words[-1]} needs a value.", example=EXAMPLE)
    for name, value in zip(words[::2], words[1::2], strict=True):
        if name not in _SETTERS:
            raise UserError(f"There is no setting {name[:40]}.", example=EXAMPLE)
        channel = _SETTERS[name](channel, value)
    return channel


def _layout(channel: Channel, value: str) -> Channel:
    if value not in set(Layout):
        raise UserError("A layout is thread, flat or compact.", example=EXAMPLE)
    return replace(channel, layout=Layout(value))


def _cap(channel: Channel, value: str) -> Channel:
    if not (value.isdecimal() and 1 <= int(value) <= CAP_MAX):
        raise UserError(f"A cap is a number from 1 to {CAP_MAX}.", example=EXAMPLE)
    return replace(channel, cap=int(value))


def _pictures(channel: Channel, value: str) -> Channel:
    return replace(channel, pictures=_switch("Pictures are", value))


def _empty_note(channel: Channel, value: str) -> Channel:
    return replace(channel, empty_note=_switch("The empty-note is", value))


def _switch(what: str, value: str) -> bool:
    if value not in _ON:
        raise UserError(f"{what} on or off.", example=EXAMPLE)
    return _ON[value]


_SETTERS: dict[str, Callable[[Channel, str], Channel]] = {
    "layout": _layout,
    "cap": _cap,
    "pictures": _pictures,
    "empty-note": _empty_note,
}
