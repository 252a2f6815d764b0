"""What a channel wants and when: subscriptions and the schedule."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.channels import Channel, ChannelRef, Subscription, UserRef, tried_again
from bot.domain.errors import UserError
from bot.domain.parsing import canonical, parse_subscription
from bot.domain.queries import Query
from bot.domain.schedules import Schedule, next_run
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.storage import Transaction
from bot.services.searching import Found, exact_matches

SUBSCRIPTIONS_MAX = 100  # per channel; reliability.md section 4, row 16
RECENT = timedelta(days=7)
RECENT_COUNT_MAX = 1_000
NEAR_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What a subscription came to."""

    channel: Channel
    subscription: Subscription
    existed: bool
    recent: int
    """Papers of the last seven days that match; one over `RECENT_COUNT_MAX` means more."""
    older: bool
    """Whether the archive has matching papers at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    subscription: Subscription
    weekly: int
    """Papers of the last seven days that match."""


def ensure_channel(
    tx: Transaction,
    ref: ChannelRef,
    name: str,
    *,
    schedule: Schedule,
    now: datetime,
    by: UserRef | None = None,
) -> Channel:
    """The channel, made with these defaults and this owner when it is first heard of.

    Posting to a broken one is tried again: somebody just spoke to us from there.
    """
    if known := tx.channels.get(ref):
        mended = replace(tried_again(known), owner=known.owner or by)
        tx.channels.save(mended)
        return mended
    due = next_run(schedule, after=now, done=None)
    channel = Channel(
        ref=ref,
        name=name,
        schedule=schedule,
        owner=by,
        created_at=now,
        next_run_at=due.at if due else None,
    )
    tx.channels.save(channel)
    return channel


def subscribe(
    tx: Transaction, channel: Channel, text: str, *, by: UserRef, now: datetime
) -> Subscribed:
    """Subscribe the channel; the same query twice changes nothing.

    Raises:
        QuerySyntaxError: if the text is no query.
        UserError: if the channel has too many subscriptions.
    """
    query = parse_subscription(text)
    known = tx.subscriptions.of_channel(channel.ref)
    meaning = canonical(query)
    same = next((s for s in known if canonical(s.query) == meaning), None)
    if same is None and len(known) >= SUBSCRIPTIONS_MAX:
        raise UserError(
            f"This channel has {SUBSCRIPTIONS_MAX} subscriptions, the most there can be. "
            "Remove one first.",
            example=f"/papers unsubscribe {known[0].number}",
        )
    recent = recent_matches(tx, query, today=now.date())
    older = bool(recent) or bool(exact_matches(tx, query, limit=1, today=now.date()))
    return Subscribed(
        channel=channel,
        subscription=same or tx.subscriptions.add(channel.ref, query, by=by, now=now),
        existed=same is not None,
        recent=len(recent),
        older=older,
    )


def recent_matches(tx: Transaction, query: Query, *, today: date) -> list[Found]:
    """What the last seven days would have posted, best first; one over the most that is counted."""
    limit = RECENT_COUNT_MAX + 1
    return exact_matches(tx, query, limit=limit, today=today, since=today - RECENT)


def unsubscribe(tx: Transaction, channel: Channel, text: str) -> Subscription:
    """Remove the subscription with this number, or with the same query.

    Raises:
        UserError: if the channel has none such.
    """
    wanted = text.strip().removeprefix("#")
    known = tx.subscriptions.of_channel(channel.ref)
    found = _by_number(known, wanted) if wanted.isdecimal() else _by_query(known, wanted)
    if found is None:
        raise _no_subscription(known, wanted)
    tx.subscriptions.remove(channel.ref, found.number)
    return found


def listed(tx: Transaction, ref: ChannelRef, *, now: datetime) -> list[Listed]:
    """The channel's subscriptions with how much each brings.

    What is recorded is quick to count, but says little of a subscription younger than the week.
    """
    start, today = now - RECENT, now.date()
    recorded = tx.matches.counts(ref, since=start)

    def weekly(s: Subscription) -> int:
        young = s.created_at > start
        return len(recent_matches(tx, s.query, today=today)) if young else recorded.get(s.id, 0)

    known = tx.subscriptions.of_channel(ref)
    return [Listed(subscription=s, weekly=weekly(s)) for s in known]


def reschedule(tx: Transaction, channel: Channel, schedule: Schedule, *, now: datetime) -> Channel:
    """Set when the channel gets its digest; never a second one on a day that had one."""
    due = next_run(schedule, after=now, done=channel.last_run_day)
    changed = replace(channel, schedule=schedule, next_run_at=due.at if due else None)
    tx.channels.save(changed)
    return changed


def _no_subscription(known: list[Subscription], wanted: str) -> UserError:
    folded = wanted.casefold()
    near = [s for s in known if wanted and folded in s.query.text.casefold()][:NEAR_SHOWN]
    number = (near or known)[0].number if known else 12
    shown = cut(wanted, ECHO_MAX_CHARS)
    if not wanted:
        reason = "Which one? Give its number from `/papers list`, or its query."
    elif near:
        queries = ", ".join(f"{s.number} `{cut(s.query.text, ECHO_MAX_CHARS)}`" for s in near)
        reason = f"No subscription here is just {shown}. Did you mean {queries}?"
    else:
        reason = f"This channel has no subscription {shown}. `/papers list` shows them."
    return UserError(reason, example=f"/papers unsubscribe {number}")


def _by_number(known: list[Subscription], wanted: str) -> Subscription | None:
    return next((s for s in known if str(s.number) == wanted), None)


def _by_query(known: list[Subscription], wanted: str) -> Subscription | None:
    if not wanted:
        return None
    if as_typed := next((s for s in known if s.query.text == wanted), None):
        return as_typed
    meaning = canonical(parse_subscription(wanted))
    return next((s for s in known if canonical(s.query) == meaning), None)
