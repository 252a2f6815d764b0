"""Why posting has stopped, and what starts it again."""

from datetime import datetime

from bot.domain.channels import Channel, WorkspaceId
from bot.domain.messages import Message, Note, Paragraph, Spans, code, plain, strong
from bot.services.presenting.answers import next_digest
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.wording import COMMAND, counted, flat


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
        plain("Look whether it stands there, then type "),
        code(f"{COMMAND} held"),
        plain(" there to send it again or let it be. The next digest comes as usual."),
    )
    return _message(spans, then)


def resumed(channel: Channel, *, now: datetime) -> Message:
    text = (
        f"I can post here again; what matched meanwhile comes too. {next_digest(channel, now=now)}"
    )
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))


def _message(spans: Spans, then: Spans) -> Message:
    return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans), Note(spans=then)))
