"""Texts as lines of Discord's markdown that show them to the letter.

This is the border: data becomes markup here and nowhere else. Discord prints
a backslashed punctuation character as it is, so each one that its markdown
may read gets a backslash, wherever it stands.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from adapters.chat.printable import printable
from bot.domain.links import Url, safe_url
from bot.domain.messages import Span, plain

_LIVE = re.compile(r"[\\*_~`|\[\]()<>@#/]|:(?! )")
"""Emphasis, code, spoilers, links, mentions, times, emoji, commands, headings, addresses."""
_LIST = re.compile(r"\A(\s*)(?:([-+])|(\d+)(?=[.)]))")
"""What begins a list or small print where it begins a line."""
_IN_LABEL = str.maketrans("[]", "［］")  # a bracket in a link's text may end it, escaped or not
_IN_CODE = str.maketrans("`", "ˋ")  # nothing can be escaped in code
_IN_TARGET = str.maketrans({c: f"%{ord(c):X}" for c in "()[]*"})  # it may stand in bold
_ELLIPSIS = "…"


def length(markup: str) -> int:
    """As Discord may count it at most: characters outside of the basic plane count as two."""
    return len(markup.encode("utf-16-le")) // 2


def escaped(text: str) -> str:
    return _LIVE.sub(r"\\\g<0>", printable(text))


def line(spans: Iterable[Span], *, room: int, mark: str = "") -> str:
    """The spans on one line behind `mark`, cut with `…` to at most `room`; empty without text."""
    given = [s for s in spans if printable(s.text)]
    left = room - length(mark)
    text = _line(given)
    if length(text) > left:
        most = min(sum(len(s.text) for s in given), max(left, 0))
        kept = bisect_right(range(most + 1), left, key=lambda n: length(_line(_head(given, n))))
        text = _line(_head(given, kept - 1)) if kept else ""
    return mark + text if text.strip() else ""


def _line(spans: Sequence[Span]) -> str:
    """The markup of a line's text; what would begin a list is disarmed."""
    return _LIST.sub(_disarmed, _markup(spans))


def _disarmed(found: re.Match[str]) -> str:
    blank, dash, number = found.groups()
    return f"{blank}\\{dash}" if dash else f"{blank}{number}\\"


def _markup(spans: Iterable[Span]) -> str:
    """Neighbours of one style share their marks: two pairs side by side would read as one."""
    runs = groupby(spans, key=_style)
    return "".join(_styled(style, list(run)) for style, run in runs)


def _style(span: Span) -> str:
    return "plain" if span.style == "muted" else span.style


def _styled(style: str, run: Sequence[Span]) -> str:
    parts = (
        (url, "".join(printable(s.text) for s in same)) for url, same in groupby(run, key=_address)
    )
    inner = "".join(_linked(_text(style, text, url), url) for url, text in parts)
    return f"**{inner}**" if style == "strong" and inner.strip() else inner


def _address(span: Span) -> Url | None:
    return safe_url(span.url)


def _text(style: str, text: str, url: Url | None) -> str:
    shown = printable(text)
    if url:
        shown = shown.translate(_IN_LABEL)
    if style == "code" and shown.strip():
        return f"`{shown.translate(_IN_CODE)}`"
    return escaped(shown)


def _linked(label: str, url: Url | None) -> str:
    if url is None or not label.strip():
        return label
    return f"[{label}](<{url.translate(_IN_TARGET)}>)"


def _head(spans: Sequence[Span], chars: int) -> list[Span]:
    """The first so many characters of the text, and `…`."""
    kept: list[Span] = []
    for span in spans:
        kept.append(replace(span, text=span.text[:chars]))
        chars -= len(span.text)
        if chars <= 0:
            break
    return [*(s for s in kept if s.text), plain(_ELLIPSIS)]
