"""Messages and pages as HTML. Every value passes `printable`, then Jinja's escaping."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adapters.chat.printable import printable
from adapters.chat.web.answers import Answer, Toggle, toggle
from adapters.chat.web.forms import part_name
from adapters.chat.web.rooms import Room
from adapters.chat.web.threads import Thread
from bot.domain.channels import WorkspaceId
from bot.domain.command_table import Command
from bot.domain.links import safe_url
from bot.domain.messages import Button, Message

_BINDING = re.compile("([·▲★]) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of itself."""

    workspace: WorkspaceId
    name: str
    commands: Sequence[Command]
    banner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What messages depend on outside them."""

    path: str = ""
    """The channel's address."""
    token: str = ""
    """What forms carry, so that only this page sends them."""
    saved: Mapping[str, str] = field(default_factory=dict)
    """Who saved the papers of the channel's reading list, by their short ids."""
    answer: Answer | None = None
    """The answer to a button, shown at its place."""

    def toggle(self, button: Button) -> Toggle | None:
        return toggle(button, self.saved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    workspace: str
    rooms: Sequence[Room]
    room: Room
    threads: Sequence[Thread]
    live: Live
    commands: Sequence[Command]
    banner: str | None = None
    answer: Answer | None = None
    """At the channel's end; one to a button is in `live`."""
    text_max_chars: int

    @property
    def newest(self) -> int:
        return max((t.newest for t in self.threads), default=0)


class Templates:
    """The packaged templates, filled."""

    def __init__(self) -> None:
        self._env = _environment()
        self._macros = self._env.get_template("messages.html.j2").module

    def page(self, page: Page) -> str:
        return self._env.get_template("page.html.j2").render(page=page)

    def error(self, title: str, detail: str) -> str:
        return self._env.get_template("error.html.j2").render(title=title, detail=detail)

    def message(self, message: Message) -> Markup:
        return self._macro("message")(message, Live())

    def update(self, room: Room, threads: Sequence[Thread], live: Live) -> Markup:
        """What is new on a page, each part with the id of what it replaces."""
        return self._macro("about")(room) + self.threads(threads, live)

    def threads(self, threads: Sequence[Thread], live: Live) -> Markup:
        return self._macro("threads")(threads, live)

    def answer(self, answer: Answer, live: Live) -> Markup:
        return self._macro("answer")(answer, live)

    def _macro(self, name: str) -> Callable[..., Markup]:
        macro: Callable[..., Markup] = getattr(self._macros, name)
        return macro


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("adapters.chat.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"safe_url": safe_url, "part_name": part_name, "json": _json, "lines": _lines}
    filters["unbroken"] = _unbroken
    env.filters.update(filters)
    return env


def _json(value: Any) -> str:
    """Nothing is hidden behind JSON's escapes from `printable`."""
    return json.dumps(value, ensure_ascii=False)


def _unbroken(text: str) -> str:
    """No line ends behind a dot between facts, nor between a sign and its number."""
    return _BINDING.sub("\\1\N{NO-BREAK SPACE}", text)


def _lines(text: str) -> Markup:
    return Markup("\n").join(map(printable, text.split("\n")))


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Markup) else printable(str(value))
