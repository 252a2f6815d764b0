from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UserError
from bot.domain.schedule_text import describe, parse_schedule
from bot.domain.schedules import EVERY_DAY, WEEKDAYS, Cadence, Schedule
from bot.domain.zones import find_zone

BASE = Schedule(at=time(8, 15), zone="Asia/Tokyo", days=frozenset({1, 3}))


def parsed(text: str, base: Schedule = BASE) -> str:
    return describe(parse_schedule(text, base=base))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("09:00 Europe/Paris weekdays", "weekdays 09:00 Europe/Paris"),
        ("weekdays europe/paris 9:00", "weekdays 09:00 Europe/Paris"),
        ("9am Berlin daily", "daily 09:00 Europe/Berlin"),
        ("weekly Mon 08:30", "weekly on Monday 08:30 Asia/Tokyo"),
        ("daily 7:30", "daily 07:30 Asia/Tokyo"),
        ("mon,wed,fri 10:00 America/New_York", "Mon, Wed, Fri 10:00 America/New_York"),
        ("tuesday and thursday at 5pm in London", "Tue, Thu 17:00 Europe/London"),
        ("Mondays at noon", "weekly on Monday 12:00 Asia/Tokyo"),
        ("Mon – Fri 0900", "weekdays 09:00 Asia/Tokyo"),
        ("fri-mon 21h30", "Mon, Fri, Sat, Sun 21:30 Asia/Tokyo"),
        ("weekends 9 a.m. São Paulo", "weekends 09:00 America/Sao_Paulo"),
        ("every day 12am new york", "daily 00:00 America/New_York"),
        ("instant", "as papers arrive"),
        ("as papers arrive", "as papers arrive"),
        ("off", "off"),
    ],
)
def test_people_type_the_parts_in_any_order_and_shape(text, meaning):
    assert parsed(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("10:00", "Tue, Thu 10:00 Asia/Tokyo"),
        ("daily", "daily 08:15 Asia/Tokyo"),
        ("Zurich", "Tue, Thu 08:15 Europe/Zurich"),
    ],
)
def test_parts_left_out_stay_as_they_were(text, meaning):
    assert parsed(text) == meaning


def test_a_zone_alone_does_not_switch_a_channel_on():
    off = parse_schedule("off", base=BASE)
    assert parse_schedule("Paris", base=off) == parse_schedule("off Paris", base=BASE)


def test_switching_back_on_remembers_the_time_and_the_zone():
    off = parse_schedule("off", base=BASE)
    assert parsed("weekdays", off) == "weekdays 08:15 Asia/Tokyo"


def test_weekly_keeps_the_day_of_a_weekly_schedule():
    weekly = parse_schedule("weekly Fri", base=BASE)
    assert parsed("weekly 17:00", weekly) == "weekly on Friday 17:00 Asia/Tokyo"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Say when"),
        ("weekly", "Weekly on which day?"),
        ("9", "Is “9” a time? Write 09:00"),
        ("25:00", "“25:00” is not a time of day"),
        ("13pm", "“13pm” is not a time of day"),
        ("9am 10am", "more than one schedule"),
        ("instant off", "more than one schedule"),
        ("instant 9am", "Instant takes no time"),
        ("off mondays", "Off takes no time"),
        ("whenever", "“whenever” is no time, day or time zone"),
        ("every other tuesday", "Schedules read like"),
        ("monthly", "Schedules read like"),
        (
            "9am Europe/Pari",
            "“Europe/Pari” is no time, day or time zone that I know. Nearest: Europe/",
        ),
        ("9am Mülhausen, Elsass", "“Mülhausen Elsass” is no time"),
        ("9am UTC+2", "Name a city, such as Europe/Paris."),
    ],
)
def test_what_is_no_schedule_is_refused_with_the_reason_and_an_example(text, reason):
    with pytest.raises(UserError, match=r".") as error:
        parse_schedule(text, base=BASE)
    assert reason in str(error.value)
    assert error.value.example
    parse_schedule(error.value.example.removeprefix("/papers schedule "), base=BASE)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Europe/Pariss", "Europe/Paris"),
        ("Berln", "Europe/Berlin"),
        ("EST", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("Beijing", "Asia/Shanghai"),
    ],
)
def test_an_unknown_zone_is_answered_with_the_nearest(text, nearest):
    with pytest.raises(UserError, match=nearest):
        find_zone(text)


def test_a_city_names_one_zone_only():
    """Zones that end in the same name keep the same hours, so that the choice changes nothing."""
    zones = defaultdict(set)
    for name in cities():
        zones[name.rpartition("/")[2]].add(name)
    for city, names in zones.items():
        assert find_zone(city) in names
        assert len({offsets(name) for name in names}) == 1, names


def cities() -> set[str]:
    outside = ("Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return {n for n in available_timezones() if "/" in n and not n.startswith(outside)}


def offsets(name: str) -> tuple[timedelta | None, ...]:
    months = (datetime(2026 + n // 12, n % 12 + 1, 15, tzinfo=UTC) for n in range(24))
    return tuple(month.astimezone(ZoneInfo(name)).utcoffset() for month in months)


@given(
    schedule=st.builds(
        Schedule,
        cadence=st.just(Cadence.TIMED),
        at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
        zone=st.sampled_from(sorted(cities() | {"UTC"})),
        days=st.frozensets(st.integers(0, 6), min_size=1) | st.sampled_from([EVERY_DAY, WEEKDAYS]),
    )
)
def test_what_is_described_reads_back_as_the_same_schedule(schedule):
    assert parse_schedule(describe(schedule), base=BASE) == schedule


@given(st.text(max_size=40) | st.text("0123456789:apm -mondywkuthfri/,", max_size=30))
def test_any_text_is_a_schedule_or_refused(text):
    with suppress(UserError):
        assert parse_schedule(text, base=BASE).days
