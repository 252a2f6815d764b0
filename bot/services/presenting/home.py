"""Slack's App Home: somebody's channels, what each is subscribed to, and the team's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channels import Channel, Subscription
from bot.domain.command_table import AT, FORM
from bot.domain.messages import (
    Actions,
    Block,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    Paragraph,
    code,
    plain,
)
from bot.domain.reading_list import SavedPaper
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import title_link
from bot.services.presenting.wording import COMMAND, counted

CHANNELS_SHOWN = 12
"""The busiest: seven blocks each, and a Home holds 100 (platforms.md A2)."""
NAMES_MAX_CHARS = 300
QUERIES_SHOWN = 5
SAVED_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChannel:
    channel: Channel
    subscriptions: Sequence[Subscription]


def home(channels: Sequence[HomeChannel], saved: Sequence[SavedPaper], *, now: datetime) -> Message:
    """The buttons name their channel, for the Home is in none."""
    title = "Your channels"
    blocks: list[Block] = [Heading(text=title)]
    busy = sorted(channels, key=lambda known: -len(known.subscriptions))
    for known in busy[:CHANNELS_SHOWN]:
        blocks += _channel(known, now)
    if rest := busy[CHANNELS_SHOWN:]:
        names = ", ".join(f"#{known.channel.name.removeprefix('#')}" for known in rest)
        blocks.append(Note(spans=(plain(f"And {cut(names, NAMES_MAX_CHARS)}."),)))
    if not channels:
        how = (plain("In any channel you are in, type "), code(f"{COMMAND} subscribe diffusion"))
        blocks.append(Paragraph(spans=(*how, plain(" – or do so here, for yourself alone."))))
        blocks.append(
            Actions(buttons=(Button(label="Subscribe…", verb=FORM, argument="subscribe"),))
        )
    blocks += _saved(saved)
    return Message(fallback=title, blocks=tuple(blocks))


def _channel(known: HomeChannel, now: datetime) -> tuple[Block, ...]:
    channel, several = known.channel, known.subscriptions
    id_ = channel.ref.channel
    name = "For you alone" if channel.personal else f"#{channel.name.removeprefix('#')}"
    start = f"{name} · {counted(len(several), 'subscription')}. {next_digest(channel, now=now)}"
    rest = len(several) - QUERIES_SHOWN
    items = tuple((code(cut(s.query.text, ECHO_MAX_CHARS)),) for s in several[:QUERIES_SHOWN])
    return (
        Paragraph(spans=(plain(start),)),
        *([Bullets(items=items)] if items else []),
        *([Note(spans=(plain(f"And {rest} more."),))] if rest > 0 else []),
        Actions(
            buttons=(
                Button(label="Subscribe…", verb=FORM, argument=f"{AT} {id_} subscribe"),
                Button(label="List", verb=AT, argument=f"{id_} list"),
                Button(label="Schedule…", verb=FORM, argument=f"{AT} {id_} schedule"),
                Button(label="Settings", verb=AT, argument=f"{id_} settings"),
                Button(label="Status", verb=AT, argument=f"{id_} status"),
            )
        ),
    )


def _saved(items: Sequence[SavedPaper]) -> tuple[Block, ...]:
    shown = tuple(
        (title_link(item.paper), plain(f" · {item.progress.value} · {item.saved_by.name}"))
        for item in items[:SAVED_SHOWN]
    )
    heading = Heading(text=f"The team’s reading list: {counted(len(items), 'paper')}")
    if not shown:
        return heading, Note(spans=(plain("Press Save under a paper, and it stands here."),))
    rest = len(items) - len(shown)
    return (
        heading,
        Bullets(items=shown),
        *([Note(spans=(plain(f"And {rest:,} more."),))] if rest else []),
    )
