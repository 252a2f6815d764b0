"""Plain text made shorter."""

ECHO_MAX_CHARS = 80
"""What somebody typed, said back to them."""

_ELLIPSIS = "…"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters on one line, ending at a word's border with `…` when shortened."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    room = line[: limit - len(_ELLIPSIS) + 1]
    head, space, _ = room.rpartition(" ")
    # Scripts without blanks, and words longer than half the room, are cut anywhere.
    kept = head if space and len(head) > limit // 2 else room[:-1]
    return kept.rstrip(" ,;:.–—-(") + _ELLIPSIS
