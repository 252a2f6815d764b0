"""Answers to what changes something: what was done, what comes next, how to undo it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.channels import Channel, ChannelState, Subscription, UserRef
from bot.domain.describing import explained, phrase
from bot.domain.messages import (
    Actions,
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
from bot.domain.papers import Paper
from bot.domain.reading_list import SavedPaper
from bot.domain.schedule_text import describe as describe_schedule
from bot.domain.schedules import Cadence, Schedule
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.cards import title_link
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.wording import (
    COMMAND,
    counted_to,
    flat,
    local_date,
    moment,
    since_date,
)
from bot.services.saving import write_save
from bot.services.subscribing import RECENT, RECENT_COUNT_MAX, Subscribed

BROAD_A_DAY = 50
"""More papers a day than this are more than a channel reads."""


def said(
    *paragraphs: Sequence[Span],
    notes: Sequence[Sequence[Span]] = (),
    buttons: Sequence[Button] = (),
) -> Message:
    """Paragraphs, small print, buttons; the first paragraph is the notification."""
    return Message(
        fallback=flat(paragraphs[0]),
        blocks=(
            *(Paragraph(spans=tuple(spans)) for spans in paragraphs),
            *(Note(spans=tuple(spans)) for spans in notes),
            *([Actions(buttons=tuple(buttons))] if buttons else []),
        ),
    )


def subscribed(done: Subscribed, *, now: datetime) -> Message:
    subscription, query = done.subscription, done.subscription.query
    shorter = phrase(query)
    hint = [plain("For the phrase alone: "), code(f"{COMMAND} subscribe {shorter}")]
    see = Button(label="See them", verb="preview", argument=query.text)
    undo = Button(label="Undo", verb="unsubscribe", argument=str(subscription.number))
    return said(
        [plain("Subscribed this channel to "), code(query.text), plain(".")],
        [plain(f"That means: {explained(query)}.")],
        [*_brings(done), plain(f" {next_digest(done.channel, now=now)}")],
        notes=[hint] if shorter else [],
        buttons=[*([see] if done.recent else []), undo],
    )


def _brings(done: Subscribed) -> Spans:
    """How much the subscription would have brought in the last seven days."""
    if done.recent:
        count = counted_to(done.recent, RECENT_COUNT_MAX, "paper")
        broad = done.recent > BROAD_A_DAY * RECENT.days
        hint = f" That is broad, over {BROAD_A_DAY} a day: another word narrows it."
        return (plain(f"It matches {count} of the last 7 days.{hint if broad else ''}"),)
    if not done.older:
        return (plain("No paper collected so far matches."),)
    search = code(f"{COMMAND} search {done.subscription.query}")
    return plain("No paper of the last 7 days matches; "), search, plain(" shows older ones.")


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


def unsubscribed(subscription: Subscription) -> Message:
    query = subscription.query.text
    return said(
        [plain("Unsubscribed this channel from "), code(query), plain(".")],
        buttons=[Button(label="Undo", verb="subscribe", argument=query)],
    )


def schedule_shown(channel: Channel, *, now: datetime) -> Message:
    return said(
        _digests(channel, now=now),
        notes=[[plain("Change it: "), code(f"{COMMAND} schedule daily 17:30 Europe/Paris")]],
    )


def schedule_changed(channel: Channel, *, before: Schedule, now: datetime) -> Message:
    instant = before.cadence is Cadence.INSTANT
    undo = "instant" if instant else describe_schedule(before)
    return said(
        _digests(channel, changed="now ", now=now),
        buttons=[Button(label="Undo", verb="schedule", argument=undo)],
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
    return f"Digests are {changed}off in this channel; papers wait until they are switched on."


def _next_at(channel: Channel, *, now: datetime) -> str | None:
    """None without a time to wait for."""
    schedule = channel.schedule
    if schedule.cadence is not Cadence.TIMED or channel.next_run_at is None:
        return None
    return moment(channel.next_run_at, now=now, zone=schedule.zone)


def saved(item: SavedPaper, *, added: bool) -> Message:
    start = "Saved to the reading list: " if added else "Already on the reading list: "
    tags = " ".join(f"#{tag}" for tag in item.tags)
    extra = [text for text in (tags, item.note) if text]
    label = "Undo" if added else "Remove"
    return said(
        [plain(start), title_link(item.paper), plain(f" · {' · '.join(extra)}" if extra else "")],
        buttons=[Button(label=label, verb="unsave", argument=item.paper.short_id)],
    )


def removed(item: SavedPaper) -> Message:
    return said(
        [plain("Removed from the reading list: "), title_link(item.paper)],
        buttons=[Button(label="Undo", verb="save", argument=write_save(item))],
    )


def not_saved(paper: Paper) -> Message:
    return said([plain("That paper is not on the reading list: "), title_link(paper)])


# What a channel is told when somebody changes it: one line, nothing to press.


def notice_subscribed(subscription: Subscription, *, by: UserRef) -> Message:
    return _notice(by, "subscribed this channel to", code(_echo(subscription)))


def notice_unsubscribed(subscription: Subscription, *, by: UserRef) -> Message:
    return _notice(by, "unsubscribed this channel from", code(_echo(subscription)))


def notice_schedule(schedule: Schedule, *, by: UserRef) -> Message:
    match schedule.cadence:
        case Cadence.INSTANT:
            return _notice(by, "set this channel to get papers", plain("as they arrive"))
        case Cadence.OFF:
            return _notice(by, "switched this channel’s digests", plain("off"))
        case Cadence.TIMED:
            what = code(describe_schedule(schedule))
            return _notice(by, "set this channel’s digests to", what)


def _notice(by: UserRef, did: str, what: Span) -> Message:
    spans = (strong(by.name), plain(f" {did} "), what, plain("."))
    return Message(fallback=flat(spans), blocks=(Note(spans=spans),))


def _echo(subscription: Subscription) -> str:
    return cut(subscription.query.text, ECHO_MAX_CHARS)


def _since(at: datetime, channel: Channel, *, now: datetime) -> str:
    zone = channel.schedule.zone
    return since_date(local_date(at, zone), today=local_date(now, zone))
