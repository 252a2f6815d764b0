"""`settings`: how a channel's digests look, which papers come, and who may change that."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.domain.channels import Channel, Editors, Layout, UserRef
from bot.domain.command_table import SETTINGS
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.scopes import Scope
from bot.domain.terms import SOURCE_ALIASES
from bot.domain.zones import find_zone

CAP_MAX = 50
UPVOTES_MAX = 9_999
NUMBER_MAX_DIGITS = 9
SCOPE_MAX = 20
"""Sources or categories; more is hardly a narrower choice."""
SCOPE_MAX_CHARS = 400
PEOPLE_MAX = 20
PEOPLE_MAX_CHARS = 900
"""Of their ids as mentions, with what stands between them."""
EXAMPLE = "/papers settings layout flat cap 10 pictures on"
_ON = {"on": True, "yes": True, "off": False, "no": False}
_OFF = frozenset({"off", "no", "none", "0"})
_NONE = frozenset({"", "any", "all", "none", "*"})
_MENTION = re.compile(r"<@!?([A-Za-z0-9]{1,40})(?:\|([^>|]{0,80}))?>")


def changed_settings(channel: Channel, text: str, *, by: UserRef) -> Channel:
    """The channel with settings as typed: `layout flat`, `cap 10`, `empty-note off`, in any order.

    Raises:
        UserError: naming the setting or value that does not exist.
    """
    for name, value in given(text):
        channel = _SETTERS[name](channel, value, by)
    return channel


def given(text: str) -> Iterator[tuple[str, str]]:
    """Names with what stands behind each, up to the next name.

    Raises:
        UserError: what stands first is no name, or nothing stands behind one.
    """
    words = text.replace("=", " ").split()
    starts = [n for n, word in enumerate(words) if word.lower() in _SETTERS]
    if not starts or starts[0] != 0:
        first = f" {words[0][:40]}" if words else " without a name"
        raise UserError(
            f"There is no setting{first}. They are {', '.join(_SETTERS)}.", example=EXAMPLE
        )
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        name, value = words[start].lower(), " ".join(words[start + 1 : end])
        if not value:
            raise UserError(f"{name} needs a value.", example=EXAMPLE)
        yield name, value


def _layout(channel: Channel, value: str, _: UserRef) -> Channel:
    if value.lower() not in set(Layout):
        raise UserError("A layout is thread, flat or compact.", example=EXAMPLE)
    return replace(channel, layout=Layout(value.lower()))


def _cap(channel: Channel, value: str, _: UserRef) -> Channel:
    return replace(channel, cap=_number("A cap", value, 1, CAP_MAX))


def _rising(channel: Channel, value: str, _: UserRef) -> Channel:
    if value.lower() in _OFF:
        return replace(channel, rising=None)
    return replace(channel, rising=_number("Rising is off, or", value, 1, UPVOTES_MAX))


def _pictures(channel: Channel, value: str, _: UserRef) -> Channel:
    return replace(channel, pictures=_switch("Pictures are", value))


def _empty_note(channel: Channel, value: str, _: UserRef) -> Channel:
    return replace(channel, empty_note=_switch("The empty-note is", value))


def _zone(channel: Channel, value: str, _: UserRef) -> Channel:
    """Its next digest is planned anew by whoever saves the channel."""
    return replace(channel, schedule=replace(channel.schedule, zone=find_zone(value)))


def _sources(channel: Channel, value: str, _: UserRef) -> Channel:
    typed = (name.lower() for name in _several(value))
    names = tuple(dict.fromkeys(SOURCE_ALIASES.get(name, name) for name in typed))
    return replace(channel, scope=_checked(replace(channel.scope, sources=names)))


def _categories(channel: Channel, value: str, _: UserRef) -> Channel:
    return replace(channel, scope=_checked(replace(channel.scope, categories=_several(value))))


def _upvotes(channel: Channel, value: str, _: UserRef) -> Channel:
    number = 0 if value.lower() in _NONE else _number("Upvotes", value, 0, UPVOTES_MAX)
    return replace(channel, scope=replace(channel.scope, upvotes=number))


def _list(channel: Channel, value: str, _: UserRef) -> Channel:
    if value.lower() not in ("team", "channel"):
        raise UserError("The list is team or channel.", example="/papers settings list channel")
    return replace(channel, own_list=value.lower() == "channel")


def _editors(channel: Channel, value: str, by: UserRef) -> Channel:
    if value.lower() in ("anyone", "admins"):
        return replace(channel, editors=Editors(value.lower()), listed=())
    names = {person.id: person.name for person in channel.listed}
    people = [
        UserRef(id=id_, name=name or names.get(id_, id_)) for id_, name in _MENTION.findall(value)
    ]
    if not people or _MENTION.sub("", value).strip(" ,"):
        raise UserError(
            "Say who may change this channel: anyone, admins, or people by their @names.",
            example="/papers settings editors admins",
        )
    if len(people) > PEOPLE_MAX:
        raise UserError(f"That is more than {PEOPLE_MAX} people; name fewer, or say admins.")
    named = {person.id: person for person in (*people, *_not_to_be_locked_out(channel, by))}
    return replace(channel, editors=Editors.LISTED, listed=tuple(named.values()))


def _not_to_be_locked_out(channel: Channel, by: UserRef) -> tuple[UserRef, ...]:
    """Who may say this without being an admin: the owner, as long as they may change anything."""
    owns = channel.owner is not None and channel.owner.id == by.id
    may_change = channel.editors is Editors.ANYONE or by.id in {p.id for p in channel.listed}
    return (by,) if owns and may_change else ()


def _guests(channel: Channel, value: str, _: UserRef) -> Channel:
    return replace(channel, guests=_switch("Guests are", value))


def _switch(what: str, value: str) -> bool:
    if value.lower() not in _ON:
        raise UserError(f"{what} on or off.", example=EXAMPLE)
    return _ON[value.lower()]


def _number(what: str, value: str, least: int, most: int) -> int:
    digits = value.isascii() and value.isdecimal() and len(value) <= NUMBER_MAX_DIGITS
    if not (digits and least <= int(value) <= most):
        raise UserError(f"{what} is a number from {least} to {most:,}.", example=EXAMPLE)
    return int(value)


def _several(value: str) -> tuple[str, ...]:
    """`cs.CL, stat.*` taken apart; `any` is none."""
    if value.lower() in _NONE:
        return ()
    found = tuple(dict.fromkeys(value.replace(",", " ").split()))
    if len(found) > SCOPE_MAX:
        raise UserError(f"That is more than {SCOPE_MAX}; name fewer, or say any.")
    if len(", ".join(found)) > SCOPE_MAX_CHARS:
        raise UserError(f"That is more than {SCOPE_MAX_CHARS} characters; name fewer, or say any.")
    return found


def _checked(scope: Scope) -> Scope:
    try:
        scope.check()
    except QuerySyntaxError as error:
        example = "/papers settings categories cs.CL, stat.* sources huggingface, arxiv"
        raise UserError(error.reason, example=example) from error
    return scope


_SETTERS: dict[str, Callable[[Channel, str, UserRef], Channel]] = {
    "layout": _layout,
    "cap": _cap,
    "rising": _rising,
    "pictures": _pictures,
    "empty-note": _empty_note,
    "zone": _zone,
    "sources": _sources,
    "categories": _categories,
    "upvotes": _upvotes,
    "list": _list,
    "editors": _editors,
    "guests": _guests,
}
if _SETTERS.keys() != {option.name for option in SETTINGS}:
    raise TypeError("the settings and the command table differ")
