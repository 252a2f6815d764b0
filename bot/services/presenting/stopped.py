"""Why posting has stopped, and what starts it again."""

from datetime import datetime

from bot.domain.channels import Channel, WorkspaceId
from bot.domain.messages import Message, Note, Paragraph, Spans, code, plain, strong
from bot.services.presenting.answers import next_digest
from bot.services.presenting.wording import COMMAND, counted, flat

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


def channel_stopped(channel: Channel) -> Message:
    """For the channel's owner."""
    why, mend = stopped_reason(channel.broken_code)
    name = strong(f"#{channel.name.removeprefix('#')}")
    spans = (plain("Posting in "), name, plain(f" has stopped: {why}."))
    then = (
        plain(f"{mend} Then type "),
        code(f"{COMMAND} status"),
        plain(" there. Its papers wait until then; nothing is lost."),
    )
    return _message(spans, then)


def workspace_stopped(workspace: WorkspaceId, reason: str, channels: int) -> Message:
    """For who runs Paperlark."""
    spans = (
        plain("Posting is stopped in "),
        strong(counted(channels, "channel")),
        plain(" of "),
        code(workspace),
        plain(": its token is refused ("),
        code(reason),
        plain(")."),
    )
    then = (
        code("paperlark check"),
        plain(" says how to mend it. The papers wait until then; nothing is lost."),
    )
    return _message(spans, then)


def post_held(channel: Channel, reason: str) -> Message:
    """For who runs Paperlark: a post that a person has to look at."""
    name = strong(f"#{channel.name.removeprefix('#')}")
    spans = (plain("A post in "), name, plain(" is held: "), code(reason), plain("."))
    then = (
        plain("Look whether it stands there. Its papers are in the archive, "),
        code(f"{COMMAND} why"),
        plain(" finds them; the next digest comes as usual."),
    )
    return _message(spans, then)


def resumed(channel: Channel, *, now: datetime) -> Message:
    text = (
        f"I can post here again; what matched meanwhile comes too. {next_digest(channel, now=now)}"
    )
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))


def _message(spans: Spans, then: Spans) -> Message:
    return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans), Note(spans=then)))
