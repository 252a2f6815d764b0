"""How things stand: the next digest, the sources, and what waits for a person."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.domain.changes import Change
from bot.domain.channels import Channel, ChannelState
from bot.domain.deliveries import HELD, SOUGHT, Delivery
from bot.domain.messages import (
    Block,
    Bullets,
    Message,
    Note,
    Paragraph,
    Spans,
    Table,
    code,
    plain,
    strong,
)
from bot.domain.shortening import cut
from bot.ports.sources import SourceReport
from bot.services.presenting.answers import next_digest
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.settings import change_line
from bot.services.presenting.wording import COMMAND, counted, moment, source_name

CELL_MAX_CHARS = 120
STOPPED_SHOWN = 5


def status(
    channel: Channel,
    reports: Iterable[SourceReport],
    unsettled: Sequence[Delivery],
    waiting: Sequence[Delivery],
    changes: Sequence[Change] = (),
    stopped: Sequence[Channel] = (),
    *,
    now: datetime,
    resend_unknown: bool = False,
) -> Message:
    """`unsettled` are in flight or held; `waiting` are tried again."""
    lines = [next_digest(channel, now=now)]
    if channel.last_digest_at:
        last = moment(channel.last_digest_at, now=now, zone=channel.schedule.zone)
        lines.append(f"Last digest: {last}.")
    if channel.state is ChannelState.BROKEN:
        lines.append("It is tried again from now on; if it still fails, its owner hears of it.")
    rows = tuple(_row(report, channel.schedule.zone, now) for report in reports)
    table = Table(
        head=("Source", "Last asked", "Result", "Next"),
        rows=rows,
        lead=("", "asked", "", "again"),
    )
    return Message(
        fallback=lines[0],
        blocks=(
            Paragraph(spans=(plain(" ".join(lines)),)),
            *([table] if rows else [Note(spans=(plain("No source has been asked yet."),))]),
            *_unsettled(unsettled, resend_unknown=resend_unknown),
            *([_waiting(waiting, channel, now)] if waiting else []),
            *([_stopped(stopped)] if stopped else []),
            *(_changes(changes, channel, now) if changes else ()),
            Note(spans=(plain(f"Times are in {channel.schedule.zone}."),)),
        ),
    )


def _row(report: SourceReport, zone: str, now: datetime) -> tuple[Spans, ...]:
    following = report.next_try_at and moment(report.next_try_at, now=now, zone=zone)
    return (
        (strong(source_name(report.source)),),
        (plain(moment(report.ended_at, now=now, zone=zone)),),
        (plain(cut(_result(report), CELL_MAX_CHARS)),),
        (plain(following or "–"),),
    )


def _result(report: SourceReport) -> str:
    if report.failed:
        return f"failed: {report.failed}"
    found = f"{counted(report.got, 'paper')}, {report.new:,} new"
    return f"{found}; {report.note}" if report.note else found


def _waiting(waiting: Sequence[Delivery], channel: Channel, now: datetime) -> Note:
    errors = sorted({delivery.last_error or "" for delivery in waiting})
    times = [delivery.not_before for delivery in waiting if delivery.not_before]
    due = [at for at in times if at > now]
    again = f" at {moment(min(due), now=now, zone=channel.schedule.zone)}" if due else " soon"
    text = f"{counted(len(waiting), 'post')} to be sent again{again}: "
    return Note(spans=(plain(text + cut("; ".join(errors), CELL_MAX_CHARS) + "."),))


def _stopped(channels: Sequence[Channel]) -> Note:
    """Other channels in which posting is stopped, and why."""
    names = [
        f"#{c.name.removeprefix('#')} ({stopped_reason(c.broken_code)[0]})"
        for c in channels[:STOPPED_SHOWN]
    ]
    rest = len(channels) - len(names)
    more = f" and {rest} more" if rest > 0 else ""
    return Note(spans=(plain(f"Posting is stopped in {', '.join(names)}{more}."),))


def _changes(changes: Sequence[Change], channel: Channel, now: datetime) -> tuple[Block, ...]:
    lines = tuple(change_line(change, channel, now=now) for change in changes)
    return Paragraph(spans=(plain("Latest changes in this channel:"),)), Bullets(items=lines)


def _unsettled(posts: Sequence[Delivery], *, resend_unknown: bool) -> Iterator[Note]:
    """Those that a person decides about, and those that are looked for."""
    held = [post for post in posts if post.state in HELD]
    sought = [post for post in posts if post.state in SOUGHT]
    if held:
        text = f"{counted(len(held), 'post')} held: {_errors(held)}. "
        yield Note(spans=(plain(text), code(f"{COMMAND} held"), plain(" works them off.")))
    if sought:
        then = "sent again" if resend_unknown else "held for a person"
        text = (
            f"{counted(len(sought), 'post')} without a clear answer ({_errors(sought)}), looked for "
            f"in the channel. What a channel never tells of is {then}."
        )
        yield Note(spans=(plain(text),))


def _errors(posts: Sequence[Delivery]) -> str:
    return cut("; ".join(sorted({p.last_error or p.state.value for p in posts})), CELL_MAX_CHARS)
