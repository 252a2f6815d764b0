"""Reading answers: what every source's parser needs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.domain.papers import Paper
from bot.ports.sources import Cursor

Raw = TypeVar("Raw")
Read = TypeVar("Read")

UNREADABLE_SHARE_MAX = 0.1
UNREADABLE_NAMED_MAX = 5
BARE_MIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings(Generic[Read]):
    """What an answer held; `unreadable` names the entries that could not be read."""

    read: tuple[Read, ...] = ()
    unreadable: tuple[str, ...] = ()


def read_entries(
    source: str,
    entries: Sequence[Raw],
    read: Callable[[Raw], Read],
    name: Callable[[Raw], str],
) -> Readings[Read]:
    """Read each entry with `read`, which raises ValueError for one it cannot read.

    A single broken entry must not hold up a day for ever; several, or nothing
    else, mean that the format changed.
    """
    done: list[Read] = []
    broken: list[str] = []
    for entry in entries:
        try:
            done.append(read(entry))
        except ValueError:
            broken.append(name(entry))
    if broken and (not done or len(broken) > max(1, len(entries) * UNREADABLE_SHARE_MAX)):
        reason = f"{len(broken)} of {len(entries)} papers could not be read"
        raise SourceFormatChanged(source, reason)
    return Readings(read=tuple(done), unreadable=tuple(broken))


def refuse_web_page(source: str, body: bytes) -> None:
    """Maintenance and log-in pages come with status 200."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise SourceUnavailable(source, "answers with a web page instead of data")
    if not body.strip():
        raise SourceUnavailable(source, "answers with nothing at all")


def unreadable_note(names: Iterable[str]) -> str | None:
    names = list(dict.fromkeys(names))
    if not names:
        return None
    named = ", ".join(names[:UNREADABLE_NAMED_MAX])
    more = len(names) - UNREADABLE_NAMED_MAX
    return f"could not read {named}" + (f" and {more} more" if more > 0 else "")


def bare_note(papers: Sequence[Paper]) -> str | None:
    """Matching needs abstracts: says so when a whole answer has none."""
    bare = len(papers) >= BARE_MIN and not any(paper.abstract for paper in papers)
    return "no paper has an abstract: did the format change?" if bare else None


def joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def moment(text: Any) -> datetime | None:
    """An ISO time in UTC, or None; a time without an offset is UTC."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_name(day: date) -> str:
    """`Saturday 11 July`."""
    return f"{day:%A} {day.day} {day:%B}"


def away_note(cursor: Cursor | None, first: date | None) -> str | None:
    """Says which days no sweep covers, when the last visit is longer ago than is read again."""
    if cursor is None or first is None or cursor.through >= first:
        return None
    return f"papers between {cursor.through} and {first} were not read: too long ago"
