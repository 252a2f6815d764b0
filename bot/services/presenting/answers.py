"""Answers to what changes something: what was done, what comes next, how to undo it."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.channels import Channel, ChannelState, Subscription
from bot.domain.command_table import FORM
from bot.domain.describing import explained, phrase
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Message,
    Note,
    Paragraph,
    Span,
    Spans,
    code,
    plain,
    strong,
)
from bot.domain.schedule_text import describe as describe_schedule
from bot.domain.schedules import Cadence, Schedule
from bot.services.presenting.meaning import brings, slip_note
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.wording import (
    COMMAND,
    counted,
    counted_to,
    flat,
    local_date,
    moment,
    since_date,
)
from bot.services.subscribing import (
    BROAD_A_DAY,
    RECENT_COUNT_MAX,
    Subscribed,
    TooBroad,
)

PROBLEMS_SHOWN = 10
_SWITCH_ON = Button(label="Switch on again", verb="schedule", argument="on")


def said(
    *paragraphs: Sequence[Span],
    items: Sequence[Sequence[Span]] = (),
    notes: Sequence[Sequence[Span]] = (),
    buttons: Sequence[Button] = (),
) -> Message:
    """Paragraphs, a list, small print, buttons; the first paragraph is the notification."""
    return Message(
        fallback=flat(paragraphs[0]),
        blocks=(
            *(Paragraph(spans=tuple(spans)) for spans in paragraphs),
            *([Bullets(items=tuple(tuple(item) for item in items))] if items else []),
            *(Note(spans=tuple(spans)) for spans in notes),
            *([Actions(buttons=tuple(buttons))] if buttons else []),
        ),
    )


def subscribed(done: Subscribed, *, collects: Sequence[str] = (), now: datetime) -> Message:
    """`collects` are categories that nobody collected before."""
    subscription, query = done.subscription, done.subscription.query
    edit = f"{COMMAND} edit {subscription.number}"
    shorter = phrase(query)
    hint = [plain("For the phrase alone: "), code(f"{COMMAND} subscribe {shorter}")]
    slip = slip_note(query.text, edit)
    see = Button(label="See them", verb="preview", argument=query.text)
    change = Button(label="Change…", verb=FORM, argument=f"edit {subscription.number}")
    undo = Button(label="Undo", verb="unsubscribe", argument=str(subscription.number))
    return said(
        [plain("Subscribed this channel to "), code(query.text), plain(".")],
        [plain(f"That means: {explained(query)}.")],
        [*brings(done.brings, query, collects), plain(f" {next_digest(done.channel, now=now)}")],
        notes=[slip] if slip else [hint] if shorter else [],
        buttons=[*([see] if done.brings.recent else []), change, undo],
    )


def edited(
    before: Subscription, done: Subscribed, *, collects: Sequence[str] = (), now: datetime
) -> Message:
    number, query = before.number, done.subscription.query
    slip = slip_note(query.text, f"{COMMAND} edit {number}")
    see = Button(label="See them", verb="preview", argument=query.text)
    undo = Button(label="Undo", verb="edit", argument=f"{number} {before.query.text}")
    return said(
        [plain(f"Subscription {number} now asks for "), code(query.text), plain(".")],
        [plain(f"That means: {explained(query)}.")],
        [*brings(done.brings, query, collects), plain(f" {next_digest(done.channel, now=now)}")],
        notes=[slip] if slip else [],
        buttons=[*([see] if done.brings.recent else []), undo],
    )


def too_broad(problem: TooBroad) -> Message:
    """Asks before it floods the channel."""
    query = problem.query.text
    count = counted_to(problem.recent, RECENT_COUNT_MAX, "paper")
    slip = slip_note(query, f"{COMMAND} subscribe")
    return said(
        [code(query), plain(f" matches {count} of the last 7 days: over {BROAD_A_DAY} a day.")],
        [plain("Nothing was changed yet. Another word narrows it; or subscribe all the same.")],
        notes=[slip] if slip else [],
        buttons=[
            Button(label="Change…", verb=FORM, argument=f"subscribe {query}", primary=True),
            Button(label="See them", verb="preview", argument=query),
            Button(label="Subscribe all the same", verb="anyway", argument=query),
        ],
    )


def already_subscribed(subscription: Subscription, channel: Channel, *, now: datetime) -> Message:
    day = _since(subscription.created_at, channel, now=now)
    known = f" (number {subscription.number}, by {subscription.created_by.name} since {day})"
    return said(
        [
            plain("This channel is already subscribed to "),
            code(subscription.query.text),
            plain(f"{known}. Nothing was changed."),
        ]
    )


def ask_for_query(subscription: Subscription) -> Message:
    number = subscription.number
    return said(
        [plain(f"Subscription {number} asks for "), code(subscription.query.text), plain(".")],
        notes=[
            [plain("Give it another query: "), code(f'{COMMAND} edit {number} "reward hacking"')]
        ],
        buttons=[Button(label="Change…", verb=FORM, argument=f"edit {number}", primary=True)],
    )


def unsubscribed(gone: Sequence[Subscription]) -> Message:
    if len(gone) == 1:
        query = gone[0].query.text
        return said(
            [plain("Unsubscribed this channel from "), code(query), plain(".")],
            buttons=[Button(label="Undo", verb="anyway", argument=query)],  # broad as it may be
        )
    queries = json.dumps([s.query.text for s in gone], ensure_ascii=False)
    return said(
        [plain(f"Unsubscribed this channel from {counted(len(gone), 'query', 'queries')}:")],
        items=[[code(s.query.text)] for s in gone],
        buttons=[Button(label="Undo", verb="restore", argument=queries)],
    )


def all_of_them(known: Sequence[Subscription]) -> Message:
    """Asks before everything goes."""
    numbers = " ".join(str(s.number) for s in known)
    remove = Button(label=f"Remove all {len(known)}", verb="unsubscribe", argument=numbers)
    return said(
        [plain(f"This channel has {counted(len(known), 'subscription')}. Remove them all?")],
        [plain("Nothing was changed yet.")],
        buttons=[remove],
    )


def subscribed_all(
    added: Sequence[Subscription], known: int, problems: Sequence[tuple[int, str]]
) -> Message:
    """What came of several queries at once; `problems` are lines that are none."""
    start = f"Subscribed this channel to {counted(len(added), 'query', 'queries')}."
    rest = f" {counted(known, 'was', 'were')} subscribed to already." if known else ""
    undo = Button(label="Undo", verb="unsubscribe", argument=" ".join(str(s.number) for s in added))
    bad = [[plain(f"line {number}: {reason}")] for number, reason in problems[:PROBLEMS_SHOWN]]
    more = len(problems) - len(bad)
    return said(
        [plain(start + rest)],
        *([[plain(f"{counted(len(problems), 'line')} could not be read:")]] if bad else []),
        items=bad,
        notes=[[plain(f"And {more:,} more.")]] if more > 0 else [],
        buttons=[undo] if added else [],
    )


def ask_for_file() -> Message:
    return said(
        [plain("Send me a text file with one query a line, and I subscribe this channel to each.")],
        notes=[[code(f"{COMMAND} export subscriptions"), plain(" makes such a file.")]],
        buttons=[Button(label="Choose a file…", verb=FORM, argument="import", primary=True)],
    )


def schedule_shown(channel: Channel, *, now: datetime) -> Message:
    return said(
        _digests(channel, now=now),
        notes=[[plain("Change it: "), code(f"{COMMAND} schedule daily 17:30 Europe/Paris")]],
        buttons=[
            *([_SWITCH_ON] if channel.schedule.cadence is Cadence.OFF else []),
            Button(label="Change…", verb=FORM, argument="schedule"),
        ],
    )


def schedule_changed(channel: Channel, *, before: Schedule, now: datetime) -> Message:
    timed = before.cadence is Cadence.TIMED
    typed = describe_schedule(before) if timed else f"{before.cadence.value} {before.zone}"
    undo = Button(label="Undo", verb="schedule", argument=typed)
    resumes = timed and channel.schedule.cadence is Cadence.OFF
    return said(
        _digests(channel, changed="now ", now=now), buttons=[_SWITCH_ON if resumes else undo]
    )


def next_digest(channel: Channel, *, now: datetime) -> str:
    """When the channel hears from us: `Next digest: tomorrow 09:00 (weekdays 09:00 Asia/Tokyo).`."""
    if channel.state is ChannelState.BROKEN:
        return f"Posting here is stopped: {stopped_reason(channel.broken_code)[0]}."
    if at := _next_at(channel, now=now):
        return f"Next digest: {at} ({describe_schedule(channel.schedule)})."
    return _without_time(channel)


def _digests(channel: Channel, *, changed: str = "", now: datetime) -> Spans:
    if at := _next_at(channel, now=now):
        schedule = strong(describe_schedule(channel.schedule))
        return plain(f"Digests {changed}come "), schedule, plain(f". Next digest: {at}.")
    return (plain(_without_time(channel, changed=changed)),)


def _without_time(channel: Channel, *, changed: str = "") -> str:
    if channel.schedule.cadence is Cadence.INSTANT:
        return f"Papers are {changed}posted as they arrive."
    return f"Digests are {changed}off in this channel; papers wait until {COMMAND} schedule on."


def _next_at(channel: Channel, *, now: datetime) -> str | None:
    """None without a time to wait for."""
    schedule = channel.schedule
    if schedule.cadence is not Cadence.TIMED or channel.next_run_at is None:
        return None
    at = moment(channel.next_run_at, now=now, zone=schedule.zone)
    return f"today {at}" if at[0].isdigit() else at


def _since(at: datetime, channel: Channel, *, now: datetime) -> str:
    zone = channel.schedule.zone
    return since_date(local_date(at, zone), today=local_date(now, zone))
