"""Posts that wait for a person, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.channels import Channel
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.messages import (
    Actions,
    Block,
    Bullets,
    Button,
    Message,
    Note,
    Paragraph,
    code,
    plain,
    strong,
)
from bot.domain.shortening import cut
from bot.services.presenting.wording import COMMAND, counted, moment

SHOWN = 5
ERROR_MAX_CHARS = 120


def held(posts: Sequence[Delivery], channel: Channel, *, now: datetime) -> Message:
    if not posts:
        return _said("No post is held here.")
    one = len(posts) == 1
    lead = f"{counted(len(posts), 'post')} {'waits' if one else 'wait'} for a person."
    then = f"Look whether {'it stands' if one else 'they stand'} in the channel, then choose."
    blocks: list[Block] = [Paragraph(spans=(strong(lead), plain(f" {then}")))]
    for number, post in enumerate(posts[:SHOWN], start=1):
        blocks += _post(number, post, channel, now)
    if rest := posts[SHOWN:]:
        known = (plain(f"And {len(rest)} more: "), code(f"{COMMAND} held resend {SHOWN + 1}"))
        blocks.append(Note(spans=(*known, plain(" and so on."))))
    return Message(fallback=lead, blocks=tuple(blocks))


def _post(number: int, post: Delivery, channel: Channel, now: datetime) -> tuple[Block, ...]:
    what = (strong(f"{number}. "), plain(f"{post.message.fallback} · {_fate(post, channel, now)}"))
    return (
        Bullets(items=(what,)),
        Actions(
            buttons=(
                Button(label="Send it again", verb="held", argument=f"resend {post.id}"),
                Button(label="Let it be", verb="held", argument=f"drop {post.id}"),
            )
        ),
    )


def _fate(post: Delivery, channel: Channel, now: datetime) -> str:
    at = post.unknown_since or post.send_started_at
    sent = f"sent {moment(at, now=now, zone=channel.schedule.zone)}, " if at else ""
    refused = post.state is DeliveryState.POISON
    became = "refused" if refused else "and nobody knows whether it arrived"
    return f"{sent}{became} ({cut(post.last_error or 'no answer', ERROR_MAX_CHARS)})"


def worked_off(how: str) -> Message:
    if how == "resend":
        return _said("It is sent again, as it was planned, within a minute.")
    return _said("It is let be: not sent, and not shown here any more.")


def held_no_more() -> Message:
    return _said("That post is not held any more; somebody else decided. Nothing was changed.")


def _said(text: str) -> Message:
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))
