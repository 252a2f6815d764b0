"""What a channel wants and when: subscriptions and the schedule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.channels import Channel, ChannelRef, Editors, Subscription, UserRef
from bot.domain.errors import UserError
from bot.domain.parsing import canonical, parse_subscription
from bot.domain.queries import Query
from bot.domain.schedules import Schedule, next_run
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.storage import Transaction
from bot.services.searching import Matches, exact_matches

SUBSCRIPTIONS_MAX = 100  # per channel; reliability.md section 4, row 16
WORKSPACE_MAX = 2_000  # per workspace; likewise
RECENT = timedelta(days=7)
MONTH = timedelta(days=30)
RECENT_COUNT_MAX = 1_000
BROAD_A_DAY = 50
"""More papers a day than this are more than a channel reads; reliability.md section 4, row 16."""
NEAR_SHOWN = 3

_ONE = r"#?(\d{1,6})(?: ?[-–] ?#?(\d{1,6}))?"
_RANGE = re.compile(_ONE, re.ASCII)
_NUMBERS = re.compile(rf"{_ONE}(?:[ ,;]+{_ONE})*", re.ASCII)
"""`2`, `#2`, `2 5-7`, `2, 5`."""


class TooBroad(UserError):
    """The query brings more than a channel reads; nothing was changed."""

    def __init__(self, query: Query, recent: int) -> None:
        super().__init__(str(self.__doc__))
        self.query = query
        self.recent = recent


@dataclass(frozen=True, slots=True, kw_only=True)
class Brings:
    """What a query would have brought; `recent` one over `RECENT_COUNT_MAX` means more."""

    recent: int
    """Papers of the last seven days that match."""
    month: bool
    """Whether any of the last thirty days matches."""
    ever: bool
    """Whether the archive has any."""
    whole: bool = True
    """Whether all that was asked for was looked through; else there may be more."""

    @property
    def broad(self) -> bool:
        return self.recent > BROAD_A_DAY * RECENT.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What a subscription came to."""

    channel: Channel
    subscription: Subscription
    existed: bool
    brings: Brings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    subscription: Subscription
    weekly: int
    """Papers of the last seven days that match."""
    monthly: int
    """Of the last thirty; it may count only whether there are any."""

    @property
    def broad(self) -> bool:
        return self.weekly > BROAD_A_DAY * RECENT.days


def ensure_channel(
    tx: Transaction,
    ref: ChannelRef,
    name: str,
    *,
    schedule: Schedule,
    now: datetime,
    by: UserRef | None = None,
    editors: Editors = Editors.ANYONE,
    personal: bool = False,
    private: bool = False,
) -> Channel:
    """The channel; made with these defaults and this owner when it is first heard of."""
    if known := tx.channels.get(ref):
        return known
    channel = new_channel(
        ref,
        name,
        schedule=schedule,
        now=now,
        by=by,
        editors=editors,
        personal=personal,
        private=private,
    )
    tx.channels.save(channel)
    return channel


def new_channel(
    ref: ChannelRef,
    name: str,
    *,
    schedule: Schedule,
    now: datetime,
    by: UserRef | None,
    editors: Editors,
    personal: bool,
    private: bool,
) -> Channel:
    due = next_run(schedule, after=now, done=None)
    return Channel(
        ref=ref,
        name=name,
        schedule=schedule,
        personal=personal,
        private=private or personal,
        editors=editors,
        own_list=personal,
        owner=by,
        created_at=now,
        next_run_at=due.at if due else None,
    )


def subscribe(
    tx: Transaction,
    channel: Channel,
    query: Query,
    *,
    brings: Brings,
    by: UserRef,
    now: datetime,
    broad_too: bool = False,
) -> Subscribed:
    """Subscribe the channel; the same query twice changes nothing.

    What it `brings` is looked up before, in a read: others' writes cannot wait for that.

    Raises:
        TooBroad: if it brings more than a channel reads, unless `broad_too`.
        UserError: if the channel or its workspace has too many subscriptions.
    """
    same = same_query(tx.subscriptions.of_channel(channel.ref), query)
    if same is None and brings.broad and not broad_too:
        raise TooBroad(query, brings.recent)
    return Subscribed(
        channel=channel,
        subscription=same or add(tx, channel, query, by=by, now=now),
        existed=same is not None,
        brings=brings,
    )


def add(
    tx: Transaction, channel: Channel, query: Query, *, by: UserRef, now: datetime
) -> Subscription:
    """Subscribe the channel to a query that it has not.

    Raises:
        UserError: if the channel or its workspace has too many subscriptions.
    """
    known = tx.subscriptions.of_channel(channel.ref)
    if len(known) >= SUBSCRIPTIONS_MAX:
        raise UserError(
            f"This channel has {SUBSCRIPTIONS_MAX} subscriptions, the most there can be. "
            "Remove one first.",
            example=f"/papers unsubscribe {known[0].number}",
        )
    if tx.subscriptions.count(channel.ref.workspace) >= WORKSPACE_MAX:
        raise UserError(
            f"All channels together have {WORKSPACE_MAX:,} subscriptions, the most there can be. "
            "Remove some first."
        )
    return tx.subscriptions.add(channel.ref, query, by=by, now=now)


def what_it_brings(tx: Transaction, query: Query, *, today: date) -> Brings:
    recent = recent_matches(tx, query, today=today)
    month = recent or exact_matches(tx, query, limit=1, today=today, since=today - MONTH)
    ever = month or exact_matches(tx, query, limit=1, today=today)
    whole = recent.whole and month.whole and ever.whole
    return Brings(recent=len(recent), month=bool(month), ever=bool(ever), whole=whole)


def recent_matches(tx: Transaction, query: Query, *, today: date) -> Matches:
    """What the last seven days would have posted, best first; one over the most that is counted."""
    limit = RECENT_COUNT_MAX + 1
    return exact_matches(tx, query, limit=limit, today=today, since=today - RECENT)


def same_query(known: Iterable[Subscription], query: Query) -> Subscription | None:
    """The one that means the same, however it is spelled."""
    meaning = canonical(query)
    return next((s for s in known if canonical(s.query) == meaning), None)


def unsubscribe(tx: Transaction, channel: Channel, text: str) -> list[Subscription]:
    """Remove the subscriptions with these numbers, or the one with the same query.

    Raises:
        UserError: if the channel lacks one of them; then all stay.
    """
    found = chosen(tx.subscriptions.of_channel(channel.ref), text)
    for subscription in found:
        tx.subscriptions.remove(channel.ref, subscription.number)
    return found


def chosen(
    known: list[Subscription], text: str, *, example: str = "unsubscribe {}"
) -> list[Subscription]:
    """Those that `2`, `2 5-7` or a query means; `all` is each of them.

    The `example` of an error is about a subscription of this channel.

    Raises:
        UserError: if one of them does not exist.
    """
    wanted = text.strip()
    as_typed = next((s for s in known if s.query.text == wanted), None)
    if _NUMBERS.fullmatch(wanted):
        numbers = list(_numbers(wanted, at_most=max((s.number for s in known), default=0)))
        by_number = {s.number: s for s in known}
        missing = [n for n in numbers if n not in by_number]
        if missing and as_typed is None:
            raise _no_subscription(known, f"{missing[0]}", example)
        return [as_typed] if missing and as_typed else [by_number[n] for n in numbers]
    if wanted.lower() == "all" and as_typed is None and known:
        return known
    found = as_typed or (same_query(known, parse_subscription(wanted)) if wanted else None)
    if found is None:
        raise _no_subscription(known, wanted, example)
    return [found]


def only(known: list[Subscription], text: str) -> Subscription:
    """The one that a number or a query means, to be edited.

    Raises:
        UserError: if it does not exist, or several are meant.
    """
    found = chosen(known, text, example='edit {} "reward hacking"')
    if len(found) != 1:
        raise UserError(
            "One at a time: give its number, then the query.",
            example=f'/papers edit {found[0].number} "reward hacking"',
        )
    return found[0]


def listed(tx: Transaction, ref: ChannelRef, *, now: datetime) -> list[Listed]:
    """The channel's subscriptions with how much each brings.

    What is recorded is quick to count, but says little of a subscription younger than that.
    """
    today = now.date()
    week, month = (tx.matches.counts(ref, since=now - span) for span in (RECENT, MONTH))

    def row(s: Subscription) -> Listed:
        if s.created_at <= now - MONTH:
            return Listed(subscription=s, weekly=week.get(s.id, 0), monthly=month.get(s.id, 0))
        if s.created_at <= now - RECENT:
            weekly = week.get(s.id, 0)
        else:
            weekly = len(recent_matches(tx, s.meaning, today=today))
        since = today - MONTH
        any_ = weekly or len(exact_matches(tx, s.meaning, limit=1, today=today, since=since))
        return Listed(subscription=s, weekly=weekly, monthly=any_)

    return [row(s) for s in tx.subscriptions.of_channel(ref)]


def reschedule(tx: Transaction, channel: Channel, schedule: Schedule, *, now: datetime) -> Channel:
    """Set when the channel gets its digest; never a second one on a day that had one."""
    due = next_run(schedule, after=now, done=channel.last_run_day)
    changed = replace(channel, schedule=schedule, next_run_at=due.at if due else None)
    tx.channels.save(changed)
    return changed


def _numbers(text: str, *, at_most: int) -> Iterator[int]:
    """`2 5-7` as 2, 5, 6, 7, each once; of what is over the most only the first is given."""
    seen: set[int] = set()
    for first, last in _RANGE.findall(text):
        start, end = sorted((int(first), int(last or first)))
        for number in range(start, min(end, max(at_most + 1, start)) + 1):
            if number not in seen:
                seen.add(number)
                yield number


def _no_subscription(known: list[Subscription], wanted: str, example: str) -> UserError:
    folded = wanted.casefold()
    near = [s for s in known if wanted and folded in s.query.text.casefold()][:NEAR_SHOWN]
    number = (near or known)[0].number if known else 12
    shown = wanted if wanted.isdecimal() else f"“{cut(wanted, ECHO_MAX_CHARS)}”"
    if not wanted:
        reason = "Which one? Give its number from `/papers list`, or its query."
    elif near:
        queries = ", ".join(f"{s.number} `{cut(s.query.text, ECHO_MAX_CHARS)}`" for s in near)
        reason = f"No subscription here is just {shown}. Did you mean {queries}?"
    else:
        reason = f"This channel has no subscription {shown}. `/papers list` shows them."
    return UserError(reason, example=f"/papers {example.format(number)}")
