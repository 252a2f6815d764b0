"""The platforms' own words for why nothing can be posted, in ours."""

_REMOVED = ("Paperlark is not in it any more", "Add Paperlark to it again.")
_GONE = ("it is gone, or Paperlark may not see it", "If it still exists, add Paperlark to it.")
_CLOSED = ("Paperlark may not post in it", "Let Paperlark post in it.")
_ARCHIVED = ("it is archived", "Unarchive it and add Paperlark to it.")

_REASONS = {
    "is_archived": _ARCHIVED,
    "not_in_channel": _REMOVED,
    "channel_not_found": _GONE,
    "10003": _GONE,
    "10004": _REMOVED,
    "50001": _GONE,
    "50013": _CLOSED,
}
"""By the platforms' own words: Slack's errors, Discord's numbers (platforms.md A6 and B4)."""


def stopped_reason(code: str | None) -> tuple[str, str]:
    """Why, and the mend, as words that fit into a sentence. `50013 (Send Messages)` names a right."""
    known, _, right = (code or "").partition(" ")
    if known not in _REASONS:
        return f"the platform answers {code}", _CLOSED[1]
    why, mend = _REASONS[known]
    return f"{why} {right}".strip(), mend
