"""How much room a message takes on a platform, and how a long one is dealt out."""

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TypeVar

from bot.domain.messages import Actions, Block, Bullets, Button, Heading, PaperCard, Span, Table

T = TypeVar("T")

_MARKDOWN = re.compile(r"[\\*_~`|\[\]()#>:-]")
SPAN_CHARS = 10  # marks around a run of text: `[](<>)`, `**`, a separator
BUTTON_CHARS = 20
BLOCK_CHARS = 10  # a line break, a bullet, a heading's mark


def weight(blocks: Iterable[Block]) -> int:
    """Characters that the blocks take at most once rendered, escapes and markup included."""
    return sum(BLOCK_CHARS + _block(block) for block in blocks)


def spans_weight(spans: Iterable[Span]) -> int:
    return sum(_text(s.text) + len(s.url or "") + SPAN_CHARS for s in spans)


def deal(
    items: Iterable[T], size: Callable[[T], int], *, room: int, first_room: int, most: int
) -> list[list[T]]:
    """The items in order, in as few hands as fit: `most` each, `room` in all, less in the first.

    An item larger than the room gets a hand of its own: it is never split or lost.
    """
    hands: list[list[T]] = [[]]
    left = first_room
    for item in items:
        needed = size(item)
        if len(hands[-1]) >= most or (needed > left and (hands[-1] or left < room)):
            hands.append([])
            left = room
        hands[-1].append(item)
        left -= needed
    return hands


def _block(block: Block) -> int:
    match block:
        case Heading(text=text):
            return _text(text)
        case Bullets(items=items):
            return _rows(items)
        case Table(head=head, rows=rows):
            return sum(map(_text, head)) + sum(_rows(row) for row in rows)
        case PaperCard():
            return _card(block)
        case Actions(buttons=buttons):
            return _buttons(buttons)
        case _:
            return spans_weight(block.spans)


def _rows(rows: Iterable[Sequence[Span]]) -> int:
    return sum(BLOCK_CHARS + spans_weight(row) for row in rows)


def _card(card: PaperCard) -> int:
    texts = (card.title, card.byline, card.tldr, card.tldr_maker)
    return (
        sum(_text(text) + SPAN_CHARS for text in texts)
        + len(card.url or "")
        + spans_weight(card.why + card.facts)
        + _buttons(card.buttons)
    )


def _buttons(buttons: Iterable[Button]) -> int:
    return sum(_text(button.label) + BUTTON_CHARS for button in buttons)


def _text(text: str) -> int:
    """Its length under the longest escapes: `&amp;` on Slack, a backslash on Discord."""
    return len(escape(text, quote=False)) + len(_MARKDOWN.findall(text))
