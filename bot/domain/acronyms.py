"""What an acronym stands for, where a text says so: `Direct Preference Optimization (DPO)`."""

import re

from bot.domain.text import stems, words

SHORT_MIN_CHARS, SHORT_MAX_CHARS = 2, 8
_BEFORE_MAX_CHARS = 150


def defined(short: str, text: str) -> tuple[str, ...] | None:
    """What the text says that a stem stands for, as stems."""
    if not (found := re.search(rf"\({re.escape(short)}s?\)", text, re.IGNORECASE)):
        return None
    before = words(text[max(found.start() - _BEFORE_MAX_CHARS, 0) : found.start()])
    start = _start(short, before)
    return None if start is None else tuple(stems(before[start:]))


def initials(long: list[str]) -> str:
    return "".join(word[0] for word in long)


def _start(short: str, before: list[str]) -> int | None:
    """Where the long form begins: its words' first letters, some left out, spell the acronym."""
    first = len(before)
    for letter in reversed(short):
        first = next((n for n in range(first - 1, -1, -1) if before[n][0] == letter), -1)
        if first < 0:
            return None
    left_out = len(before) - first - len(short)
    return first if left_out <= len(short) // 2 else None
