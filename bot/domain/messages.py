"""Messages as Paperlark means them, before any platform's markup.

Every string here is plain data: renderers escape all of it. What is
clickable is a `Url`, made by `bot.domain.links` alone, or a `Button`.
"""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.links import Url
from bot.domain.papers import PaperId


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text in one style; with `url`, a link."""

    text: str
    style: Literal["plain", "strong", "muted", "code"] = "plain"
    url: Url | None = None


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A command at one click: pressing it means typing `/papers VERB ARGUMENT`."""

    label: str
    verb: str
    argument: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    spans: Spans
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Small print: where something comes from, what happens next."""

    spans: Spans
    kind: Literal["note"] = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    items: tuple[Spans, ...]
    ordered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Short rows under short headings; every row as long as `head`."""

    head: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    lead: tuple[str, ...] = ()
    """What stands before each cell, in place of the headings, where a row is a line of prose."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`alt` says in words what it shows."""

    url: Url
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """One paper, readable at a glance. Empty parts are left out by renderers."""

    paper_id: PaperId
    title: str
    url: Url | None = None
    byline: str = ""
    """Authors cut to three, then the organisation."""
    tldr: str = ""
    tldr_maker: str = ""
    why: tuple[Span, ...] = ()
    """What matched: terms as `strong`, the words around them plain."""
    facts: tuple[Span, ...] = ()
    """Votes, comments, stars, sources; each a span, sources linked."""
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    buttons: tuple[Button, ...]
    kind: Literal["actions"] = "actions"


Block = Heading | Paragraph | Note | Bullets | Table | PaperCard | Actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A post or an answer. `fallback` is what a notification shows: one plain line."""

    fallback: str
    blocks: tuple[Block, ...] = field(default=())


def plain(text: str) -> Span:
    return Span(text=text)


def strong(text: str) -> Span:
    return Span(text=text, style="strong")


def code(text: str) -> Span:
    return Span(text=text, style="code")


def muted(text: str) -> Span:
    return Span(text=text, style="muted")


def link(text: str, url: Url | None) -> Span:
    return Span(text=text, url=url)
