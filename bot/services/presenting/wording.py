"""How numbers, days, times and names read. English, and the reader's own time zone."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.messages import Span, Spans
from bot.domain.schedule_text import DAY_NAMES
from bot.domain.source_names import source_name as source_name

COMMAND = "/papers"
READ_AS_WORDS = "This is no query, so it was read as plain words."
NOT_ALL = (
    "Not all papers were looked at: too many have the words and do not match. "
    "Another word narrows it."
)

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 paper`, `1,204 papers`; the plural takes an s, if it is not given."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def counted_to(number: int, most: int, noun: str) -> str:
    """As `counted`; what was not counted further than `most` is `more than 100 papers`."""
    return counted(number, noun) if number <= most else f"more than {counted(most, noun)}"


def sentence(text: str) -> str:
    """With a capital and an end."""
    bare = text.strip()
    end = "" if bare.endswith((".", "?", "!", "…")) or not bare else "."
    return f"{bare[:1].upper()}{bare[1:]}{end}"


def day_month(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def weekday_date(day: date) -> str:
    """`Mon 13 July`."""
    return f"{DAY_NAMES[day.weekday()][:3]} {day_month(day)}"


def since_date(day: date, *, today: date) -> str:
    """`13 July`, with the year when it is not this one."""
    return day_month(day) if day.year == today.year else full_date(day)


def full_date(day: date) -> str:
    return f"{day_month(day)} {day.year}"


def day_range(first: date, last: date) -> str:
    """`Fri 10 – Mon 13 July`, naming the first month only where it differs."""
    start = weekday_date(first)
    if (first.year, first.month) == (last.year, last.month):
        start = start.rpartition(" ")[0]
    return f"{start} – {weekday_date(last)}"


def moment(at: datetime, *, now: datetime, zone: str) -> str:
    """`06:10` today, `tomorrow 09:00`, `Friday 09:00` within six days, else `Fri 10 July 09:00`."""
    local, today = (x.astimezone(ZoneInfo(zone)) for x in (at, now))
    away = (local.date() - today.date()).days
    named = {0: "", 1: "tomorrow ", -1: "yesterday "}
    if away in named:
        return f"{named[away]}{local:%H:%M}"
    day = DAY_NAMES[local.weekday()] if abs(away) < 7 else weekday_date(local.date())
    return f"{day} {local:%H:%M}"


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def joined(phrases: Iterable[Iterable[Span]], separator: Span) -> Spans:
    """The phrases with the separator between them."""
    spans: list[Span] = []
    for phrase in phrases:
        spans += [separator] if spans else []
        spans += phrase
    return tuple(spans)


def flat(spans: Iterable[Span]) -> str:
    """The text alone, for the line that a notification shows."""
    return "".join(span.text for span in spans)
