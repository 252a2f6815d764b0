"""Discord's markdown as its clients read it, where in doubt more eagerly than they do.

The patterns are those of the clients as open re-implementations have them (simple-markdown with
Discord's rules); what starts a line is read first, then what stands in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.standins.discord_rules import walk

_LINES = {
    "heading": re.compile(r"\s*#{1,3} "),
    "subtext": re.compile(r"\s*-# "),
    "quote": re.compile(r"\s*>(>>)? "),
    "item": re.compile(r"\s*(?:[-*+]|\d+[.)]) "),
}
_PLAIN = re.compile(r"[^\\`\[*_~|<@:hsdmt]+", re.IGNORECASE)
"""None of the patterns below begins with any of these."""
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"][\s\S]*?['\"])?\s*\)"
)
_PAIRS = {
    "strong": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underline": re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "strike": re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~"),
    "spoiler": re.compile(r"\|\|((?:\\[\s\S]|[^\\])+?)\|\|"),
    "emphasis": re.compile(r"\*((?:\\[\s\S]|[^\\*])+?)\*|_((?:\\[\s\S]|[^\\_])+?)_"),
}
_LIVE = {
    "mention": re.compile(r"<(?:@[!&]?|#|id:)\w+>|@everyone|@here"),
    "time": re.compile(r"<t:-?\d+(?::\w)?>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[^\s:]+?(?:::skin-tone-\d)?:"),
    "command": re.compile(r"</[^>]+:\d+>"),
    "address": re.compile(
        r"<?(?:https?|steam|discord|mailto|tel|sms):/?/?[^\s<]+|discord(?:\.gg|\.com/invite)/\w+"
        r"|<[^\s<>]+@[^\s<>]+>",
        re.IGNORECASE,
    ),
}


@dataclass
class Read:
    """What a reader sees: the words, and what of them is more than words."""

    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Words and address."""
    kinds: list[str] = field(default_factory=list)
    """Of all markup, in order."""


def read(markup: str) -> Read:
    seen = Read()
    for number, line in enumerate(markup.split("\n")):
        seen.words += "\n" if number else ""
        _read_line(line, seen)
    return seen


def read_body(body: dict[str, Any]) -> Read:
    """All texts of a message."""
    texts = [c["content"] for c in walk(body["components"]) if c["type"] == 10]
    return read("\n".join(texts))


def _read_line(line: str, seen: Read) -> None:
    at = 0
    while mark := next(_marks(line, at), None):
        kind, end = mark
        seen.kinds.append(kind)
        at = end
    _read_inline(line[at:], seen)


def _marks(line: str, at: int) -> Iterator[tuple[str, int]]:
    for kind, pattern in _LINES.items():
        if found := pattern.match(line, at):
            yield kind, found.end()


def _read_inline(text: str, seen: Read) -> None:
    at = 0
    while at < len(text):
        at = _step(text, at, seen)


def _step(text: str, at: int, seen: Read) -> int:
    if found := _PLAIN.match(text, at):
        seen.words += found[0]
    elif found := _ESCAPE.match(text, at):
        seen.words += found[1]
    elif found := _CODE.match(text, at):
        seen.kinds.append("code")
        seen.words += found[2]
    elif found := _LINK.match(text, at):
        seen.kinds.append("link")
        label = read_inline(found[1])
        seen.kinds += label.kinds
        seen.words += label.words
        seen.links.append((label.words, found[2]))
    elif found := _first(_PAIRS, text, at, seen):
        _read_inline(found[found.lastindex], seen)
    elif found := _first(_LIVE, text, at, seen):
        seen.words += found[0]
    else:
        seen.words += text[at]
        return at + 1
    return found.end()


def read_inline(text: str) -> Read:
    seen = Read()
    _read_inline(text, seen)
    return seen


def _first(
    patterns: dict[str, re.Pattern[str]], text: str, at: int, seen: Read
) -> re.Match[str] | None:
    for kind, pattern in patterns.items():
        if found := pattern.match(text, at):
            seen.kinds.append(kind)
            return found
    return None
