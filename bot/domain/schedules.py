"""When a channel gets its digest, and when next.

Our own rule on `zoneinfo`: one run a local date. A local time that the clocks
skip runs at the first instant after the gap, one that comes twice at the
first of the two, and a date that a zone never had (Samoa, 30 December 2011)
not at all.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

EVERY_DAY: frozenset[int] = frozenset(range(7))  # Monday is 0, as in `datetime.weekday`
WEEKDAYS: frozenset[int] = frozenset(range(5))

MAX_LATE = timedelta(hours=20)
"""A digest later than this would crowd the next daily one; its papers wait for that."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LOOKAHEAD_DAYS = 16  # a weekly day that the zone skips comes 14 days later, and one day each side


class Cadence(StrEnum):
    TIMED = "timed"
    INSTANT = "instant"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`TIMED` at a local time on some weekdays (weekly is one weekday), `INSTANT`, or `OFF`."""

    cadence: Cadence = Cadence.TIMED
    at: time = time(9, 0)
    zone: str = "UTC"
    days: frozenset[int] = WEEKDAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One run of a schedule."""

    at: datetime
    """The instant, UTC."""
    day: date
    """The local date it runs for; after a gap over midnight the clocks may show the next."""
    key: str
    """Names the digest. The local date alone: a new time or zone never gives a second one."""


def next_run(schedule: Schedule, *, after: datetime, done: date | None) -> Occurrence | None:
    """The first run strictly after an instant, for a local date later than `done`.

    An instant schedule runs at `after` itself. None when the schedule is off.
    """
    if schedule.cadence is Cadence.INSTANT:
        return _instant(schedule, after)
    if schedule.cadence is Cadence.OFF:
        return None
    start = _local_date(schedule, after) - _DAY
    if done:
        start = max(start, done + _DAY)
    runs = (_run(schedule, start + _DAY * n) for n in range(_LOOKAHEAD_DAYS))
    return next((run for run in runs if run and run.at > after), None)


def due_occurrence(
    schedule: Schedule, *, planned: datetime, now: datetime, done: date | None
) -> Occurrence | None:
    """What to run at `now`, given the stored next run; None when nothing is to run now.

    After a late start the newest missed run, if it is at most `MAX_LATE` late or,
    for weekly ones, less than half the way to the next. Otherwise its papers wait for `next_run`. The day is worked out anew: the
    zone's rules may have changed since `planned` was stored.
    """
    if planned > now or schedule.cadence is Cadence.OFF:
        return None
    if schedule.cadence is Cadence.INSTANT:
        return _instant(schedule, now)
    today = _local_date(schedule, now)
    runs = (_run(schedule, today - _DAY * n) for n in range(_LOOKAHEAD_DAYS))
    newest = next((run for run in runs if run and run.at <= now), None)
    if newest is None or (done and newest.day <= done):
        return None
    following = next_run(schedule, after=newest.at, done=newest.day)
    half_way = (following.at - newest.at) / 2 if following else MAX_LATE
    return newest if now - newest.at <= max(MAX_LATE, half_way) else None


def run_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The first instant at which the zone's clocks show that time or later; None if no such day."""
    local = datetime.combine(day, at)
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if _wall(first, zone) == local:
        return first
    resumed = _end_of_gap(local, zone)
    if _wall(resumed, zone).date() == day:
        return resumed
    begins = at > time.min and run_instant(day, time.min, zone)  # the gap may run over midnight
    return resumed if begins else None


def _run(schedule: Schedule, day: date) -> Occurrence | None:
    if day.weekday() not in schedule.days:
        return None
    at = run_instant(day, schedule.at, ZoneInfo(schedule.zone))
    return Occurrence(at=at, day=day, key=f"daily:{day.isoformat()}") if at else None


def _instant(schedule: Schedule, at: datetime) -> Occurrence:
    day = _local_date(schedule, at)
    return Occurrence(at=at, day=day, key=f"instant:{at.isoformat()}")


def _local_date(schedule: Schedule, at: datetime) -> date:
    return at.astimezone(ZoneInfo(schedule.zone)).date()


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks jump over `local`, found by halving to the second.

    In a gap fold 1 reads the time with the offset after it and so gives an
    instant before the jump, fold 0 one at or after it (PEP 495).
    """
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _wall(middle, zone) < local:
            before = middle
        else:
            after = middle
    return after
