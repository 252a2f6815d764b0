"""Schedules as people type them (`9am Berlin weekdays`) and as they read them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from bot.domain.errors import UserError
from bot.domain.schedules import EVERY_DAY, WEEKDAYS, Cadence, Schedule
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.domain.zones import nearest_zones, plain_case, zone_named

EXAMPLE = "/papers schedule 09:00 Europe/Paris weekdays"
SHAPES = "`09:00 Europe/Paris weekdays`, `daily 17:30`, `weekly Mon 08:30`, `instant` and `off`"
WEEKEND = frozenset({5, 6})
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_CADENCES = {
    "instant": Cadence.INSTANT,
    "instantly": Cadence.INSTANT,
    "immediately": Cadence.INSTANT,
    "off": Cadence.OFF,
    "never": Cadence.OFF,
    "none": Cadence.OFF,
}
_RESUMING = frozenset({"on", "resume"})
_DAY_SETS = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekday": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": WEEKEND,
    "weekend": WEEKEND,
}
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_FILLERS = frozenset({"at", "on", "in", "and", "every", "each", "the", "time", "zone", "timezone"})

_TIME = re.compile(r"(\d{1,2}?)(?:[:.h]?(\d{2})|h)?(am|pm)?", re.ASCII)


def parse_schedule(text: str, *, base: Schedule) -> Schedule:
    """Read a schedule in any order of its parts; parts left out are those of `base`.

    `on` is the base, as it was before it was switched off.

    Raises:
        UserError: if a part is not understood, missing or given twice.
    """
    if text.strip().casefold() in _RESUMING:
        return replace(base, cadence=Cadence.TIMED) if base.cadence is Cadence.OFF else base
    words = list(_words(text))
    if not words:
        raise _error("Say when: a time, a time zone, days; or instant, or off.")
    cadences = [_CADENCES[w] for w in words if w in _CADENCES]
    times = [t for w in words if (t := _time(w)) is not None]
    day_sets = [d for w in words if (d := _days(w)) is not None]
    weekly = "weekly" in words
    place = _as_typed([w for w in words if _is_rest(w)], text)
    if len(cadences) > 1 or len(times) > 1:
        raise _error("That is more than one schedule; a channel has one.")
    if cadences and (times or day_sets or weekly):
        raise _error(f"{cadences[0].capitalize()} takes no time and no days.")
    schedule = replace(base, zone=_place(place)) if place else base
    if cadences:
        return replace(schedule, cadence=cadences[0])
    if not times and not day_sets and not weekly:
        return schedule
    return replace(
        schedule,
        cadence=Cadence.TIMED,
        at=times[0] if times else base.at,
        days=frozenset[int]().union(*day_sets) or _known_days(base, weekly=weekly),
    )


def describe(schedule: Schedule) -> str:
    """The schedule in words that `parse_schedule` reads: `weekly on Monday 08:30 Europe/Paris`."""
    if schedule.cadence is Cadence.INSTANT:
        return "as papers arrive"
    if schedule.cadence is Cadence.OFF:
        return "off"
    return f"{_describe_days(schedule.days)} {schedule.at:%H:%M} {schedule.zone}"


def _place(text: str) -> str:
    """As `find_zone`, for what may be no zone at all."""
    if found := zone_named(text):
        return found
    near = nearest_zones(text) or f"Schedules read like {SHAPES}."
    shown = cut(text, ECHO_MAX_CHARS)
    raise _error(f"“{shown}” is no time, day or time zone that I know. {near}")


def _as_typed(some: list[str], text: str) -> str:
    """Some words of the text, in the case and with the accents they have there."""
    typed = {plain_case(word): word for word in re.split(r"[\s,;]+", text)}
    return " ".join(typed.get(word, word) for word in some)


def _words(text: str) -> Iterator[str]:
    """Words in lower case; `9 a.m.` is `9am`, `Mon – Fri` is `mon-fri`."""
    plain = plain_case(text).replace("as papers arrive", "instant").replace("every day", "daily")
    plain = re.sub(r"\s*[-–—]\s*", "-", plain)
    plain = re.sub(r"(?<=\d)\s*([ap])\.?m\b\.?", r"\1m", plain)
    for word in re.split(r"[\s,;]+", plain):
        if word and word not in _FILLERS:
            yield word


def _is_rest(word: str) -> bool:
    known = word in _CADENCES or word == "weekly"
    return not known and _days(word) is None and _time(word) is None


def _time(word: str) -> time | None:
    """`9am`, `9:30pm`, `09:00`, `9.30`, `0900`, `9h`, `noon`; a bare hour may be either half.

    Raises:
        UserError: if it has the shape of a time and is none.
    """
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word]
    found = _TIME.fullmatch(word)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if word.isdigit() and len(word) < 3:
        raise _error(f"Is “{word}” a time? Write {hour:02}:00, or say am or pm.")
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise _error(f"“{word}” is not a time of day.")
    return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)


def _days(word: str) -> frozenset[int] | None:
    """`mon`, `mondays`, `mon-fri`, `weekdays`."""
    if word in _DAY_SETS:
        return _DAY_SETS[word]
    ends = [_day(part) for part in word.split("-")]
    if len(ends) > 2 or None in ends:
        return None
    first, last = ends[0] or 0, ends[-1] or 0
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))


def _day(word: str) -> int | None:
    names = (name.lower() for name in DAY_NAMES)
    return next((n for n, full in enumerate(names) if _names_day(word, full)), None)


def _names_day(word: str, full: str) -> bool:
    """Whether it is the day's name, its plural, or three letters of it or more."""
    return len(word) >= 3 and (full.startswith(word) or word == full + "s")


def _known_days(base: Schedule, *, weekly: bool) -> frozenset[int]:
    if weekly and len(base.days) != 1:
        raise _error("Weekly on which day?", example="/papers schedule weekly Mon 08:30")
    return base.days


def _describe_days(days: frozenset[int]) -> str:
    named = {EVERY_DAY: "daily", WEEKDAYS: "weekdays", WEEKEND: "weekends"}
    if days in named:
        return named[days]
    if len(days) == 1:
        return f"weekly on {DAY_NAMES[min(days)]}"
    return ", ".join(DAY_NAMES[day][:3] for day in sorted(days))


def _error(message: str, *, example: str = EXAMPLE) -> UserError:
    return UserError(message, example=example)
