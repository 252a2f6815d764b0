from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules import (
    EVERY_DAY,
    MAX_LATE,
    Cadence,
    Schedule,
    due_occurrence,
    next_run,
    run_instant,
)

DAY = timedelta(days=1)
HALF_HOURS = [time(n // 2, n % 2 * 30) for n in range(48)]
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def daily(at: time = time(9), zone: str = "UTC", days: Iterable[int] = EVERY_DAY) -> Schedule:
    return Schedule(at=at, zone=zone, days=frozenset(days))


def run_on(day: date, at: time, zone: str) -> datetime | None:
    return run_instant(day, at, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), utc(2027, 3, 28, 1)),
        ("Africa/Cairo", date(2027, 4, 30), time(0, 0), utc(2027, 4, 29, 22)),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), utc(2027, 10, 2, 15, 30)),
        ("Asia/Beirut", date(2027, 3, 28), time(0, 30), utc(2027, 3, 27, 22)),
        ("America/Nuuk", date(2027, 3, 27), time(23, 30), utc(2027, 3, 28, 1)),
    ],
)
def test_a_time_in_a_gap_runs_at_the_first_instant_after_it(zone, day, at, expected):
    assert run_on(day, at, zone) == expected


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        ("America/Havana", date(2026, 11, 1), time(0, 0), utc(2026, 11, 1, 4)),
        ("Africa/Cairo", date(2026, 10, 29), time(23, 30), utc(2026, 10, 29, 20, 30)),
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), utc(2027, 4, 3, 14, 45)),
    ],
)
def test_a_time_that_comes_twice_runs_at_the_first(zone, day, at, expected):
    assert run_on(day, at, zone) == expected


@pytest.mark.parametrize("at", HALF_HOURS)
def test_a_date_that_the_zone_never_had_is_skipped(at):
    assert run_on(date(2011, 12, 30), at, "Pacific/Apia") is None
    before = run_on(date(2011, 12, 29), at, "Pacific/Apia")
    assert before is not None
    following = next_run(daily(at, "Pacific/Apia"), after=before, done=date(2011, 12, 29))
    assert following is not None
    assert following.day == date(2011, 12, 31)


def test_a_weekly_day_that_the_zone_never_had_comes_the_week_after():
    schedule = daily(time(9), "Pacific/Apia", days={4})
    run = next_run(schedule, after=utc(2011, 12, 24), done=date(2011, 12, 23))
    assert run is not None
    assert run.day == date(2012, 1, 6)


def test_only_the_weekdays_of_the_schedule_count():
    friday = utc(2026, 7, 10, 9)
    run = next_run(daily(days=range(5)), after=friday, done=date(2026, 7, 10))
    assert run is not None
    assert (run.day, run.at, run.key) == (
        date(2026, 7, 13),
        utc(2026, 7, 13, 9),
        "daily:2026-07-13",
    )


def test_a_schedule_without_days_never_runs():
    assert next_run(daily(days=()), after=utc(2026, 7, 10), done=None) is None


def test_an_instant_schedule_runs_at_once_under_a_key_of_its_own():
    schedule = Schedule(cadence=Cadence.INSTANT, zone="Asia/Tokyo")
    now = utc(2026, 7, 13, 20)
    run = next_run(schedule, after=now, done=date(2026, 7, 14))
    assert run is not None
    assert (run.at, run.day) == (now, date(2026, 7, 14))
    assert run.key == f"instant:{now.isoformat()}"
    later = due_occurrence(schedule, planned=now, now=now + 2 * DAY, done=None)
    assert later is not None
    assert later.key == f"instant:{(now + 2 * DAY).isoformat()}"


def test_a_schedule_that_is_off_never_runs():
    schedule, now = Schedule(cadence=Cadence.OFF), utc(2026, 7, 13)
    assert next_run(schedule, after=now, done=None) is None
    assert due_occurrence(schedule, planned=now, now=now, done=None) is None


def test_a_later_time_on_the_same_day_gives_no_second_digest():
    after = utc(2026, 7, 13, 9, 1)
    run = next_run(daily(time(17)), after=after, done=date(2026, 7, 13))
    assert run is not None
    assert run.key == "daily:2026-07-14"


def test_moving_to_a_zone_where_it_is_still_yesterday_gives_no_second_digest():
    done = date(2026, 7, 14)  # in Auckland, when it is the 13th in Honolulu
    run = next_run(daily(time(9), "Pacific/Honolulu"), after=utc(2026, 7, 13, 21), done=done)
    assert run is not None
    assert run.day == date(2026, 7, 15)


def test_nothing_is_due_before_its_time():
    planned = utc(2026, 7, 13, 9)
    assert due_occurrence(daily(), planned=planned, now=planned - DAY / 24, done=None) is None


@pytest.mark.parametrize(
    ("late", "day"),
    [
        (timedelta(0), 13),
        (MAX_LATE, 13),
        (MAX_LATE + timedelta(seconds=1), None),
        (DAY, 14),
        (3 * DAY + timedelta(hours=2), 16),
        (3 * DAY + timedelta(hours=21), None),
    ],
)
def test_a_late_start_runs_the_newest_missed_digest_or_waits(late, day):
    planned = utc(2026, 7, 13, 9)
    run = due_occurrence(daily(), planned=planned, now=planned + late, done=date(2026, 7, 12))
    assert (run.day if run else None) == (day and date(2026, 7, day))


def test_a_day_that_is_done_is_not_due_again_after_the_clock_stepped_back():
    planned = utc(2026, 7, 13, 9)
    assert due_occurrence(daily(), planned=planned, now=planned, done=date(2026, 7, 13)) is None


def test_new_rules_of_a_zone_move_a_stored_run():
    stored_under_old_rules = utc(2026, 7, 13, 8)
    schedule = daily(time(9), "Europe/Paris")  # now 07:00 UTC
    run = due_occurrence(
        schedule, planned=stored_under_old_rules, now=stored_under_old_rules, done=date(2026, 7, 12)
    )
    assert run is not None
    assert (run.day, run.at) == (date(2026, 7, 13), utc(2026, 7, 13, 7))


ZONES = ["UTC", "Pacific/Apia", "Pacific/Honolulu", "Africa/Cairo", "America/Nuuk", "Asia/Kolkata"]
MOMENTS = st.integers(0, 13 * 365 * 24 * 60).map(lambda m: FIRST + timedelta(minutes=m))


@given(
    start=MOMENTS,
    steps=st.lists(
        st.tuples(
            st.integers(0, 60),
            st.none() | st.tuples(st.sampled_from(HALF_HOURS), st.sampled_from(ZONES)),
        ),
        max_size=25,
    ),
)
def test_no_sequence_of_stops_and_changes_gives_a_local_date_twice(start, steps):
    schedule, now, done, keys = daily(), start, None, []
    planned = next_run(schedule, after=now, done=done)
    for hours, change in steps:
        now += timedelta(hours=hours)
        if change:
            schedule = daily(*change)
            planned = next_run(schedule, after=now, done=done)
        assert planned is not None
        if planned.at <= now:
            if run := due_occurrence(schedule, planned=planned.at, now=now, done=done):
                keys.append(run.key)
                done = run.day
            planned = next_run(schedule, after=now, done=done)
    assert len(keys) == len(set(keys))


@given(
    zone=st.sampled_from(ZONES),
    at=st.sampled_from(HALF_HOURS),
    start=MOMENTS,
)
def test_a_clock_that_ticks_gives_one_digest_a_day(zone, at, start):
    schedule, done, days = daily(at, zone), None, []
    planned = next_run(schedule, after=start, done=done)
    for tick in range(24 * 5):
        now = start + timedelta(hours=tick)
        if planned and planned.at <= now:
            run = due_occurrence(schedule, planned=planned.at, now=now, done=done)
            assert run == planned
            days.append(run.day)
            done = run.day
            planned = next_run(schedule, after=now, done=done)
    assert all(b - a == DAY for a, b in pairwise(days))
    assert len(days) in (4, 5, 6)


# The matrix: every change of the clocks in every zone, for each half hour of the day.

Change = tuple[datetime, timedelta, timedelta]


def changes(zone: ZoneInfo) -> Iterator[Change]:
    """Instants at which the zone's offset changes, with the offsets around each."""

    def offset(at: datetime) -> timedelta:
        found = at.astimezone(zone).utcoffset()
        assert found is not None
        return found

    weeks = [FIRST + 7 * DAY * n for n in range((LAST - FIRST) // (7 * DAY) + 1)]
    for low, high in pairwise(weeks):
        before, after = offset(low), offset(high)
        if before == after:
            continue
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        yield high.replace(second=0, microsecond=0), before, after


def expected_run(day: date, at: time, change: Change) -> datetime:
    """The first instant at which the clocks show that time or later, from the offsets alone."""
    instant, before, after = change
    local = datetime.combine(day, at, UTC)
    return local - before if local - before < instant else max(instant, local - after)


def check(zone: str, change: Change) -> int:
    """Five days around the change, one run a day, for each half hour. Returns the cases."""
    instant, before, _ = change
    first = (instant + before).date() - 2 * DAY
    days = [first + DAY * n for n in range(5)]
    for at in HALF_HOURS:
        schedule, done = daily(at, zone), None
        after = datetime.combine(first, time.min, UTC) - before - timedelta(seconds=1)
        for day in days:
            run = next_run(schedule, after=after, done=done)
            assert run is not None
            assert (run.day, run.at) == (day, expected_run(day, at, change)), (zone, at)
            after, done = run.at, run.day
    return len(HALF_HOURS)


def distinct() -> dict[tuple[Change, ...], str]:
    """One zone for each pattern of changes; most names are links or keep the same hours."""
    return {tuple(changes(ZoneInfo(name))): name for name in sorted(available_timezones())}


def test_one_run_a_day_around_the_changes_of_every_distinct_zone():
    """The first four of each pattern, so that every run is quick; the next test has them all."""
    cases = sum(
        check(zone, change) for pattern, zone in distinct().items() for change in pattern[:4]
    )
    print(f"{cases} cases")
    assert cases > 6_000


@pytest.mark.slow
def test_one_run_a_day_around_every_change_of_every_zone_until_2037():
    cases = sum(
        check(name, change)
        for name in sorted(available_timezones())
        for change in changes(ZoneInfo(name))
    )
    print(f"{cases} cases")
    assert cases > 250_000
