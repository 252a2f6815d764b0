"""What a digest holds: a state, everything pending, not what some window of time gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.channels import Channel
from bot.domain.ranking import Matched, Merits, in_order, weigh
from bot.domain.schedules import Cadence
from bot.domain.taste import INDIFFERENT, Taste


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source did since the channel's last digest."""

    name: str
    """As `PaperSource.name`."""
    failing_since: datetime | None = None
    """Its first failure after its last success; None while it answers."""
    why: str = ""
    """Why it fails, in words."""
    next_try_at: datetime | None = None
    away_since: datetime | None = None
    """Its last answer before days of silence that are over; it has caught up."""
    note: str | None = None
    """Why its right answer held nothing new: `no announcement on Saturday`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """From the day of the last digest to the day of this one, in the channel's zone."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All pending papers of a channel, best first, or the facts of why there are none."""

    cards: tuple[Matched, ...]
    more: tuple[Matched, ...]
    """Over the channel's cap: part of the digest, shown on request."""
    merits: Merits
    """Why each stands where it does."""
    at: datetime
    zone: str
    covers: Coverage | None
    """Set when it covers more than one day."""
    since: datetime
    """The last digest, or when the channel was first heard of."""
    collected: int
    """Papers that came into the archive since then, whether they matched or not."""
    sources: tuple[SourceHealth, ...]

    @property
    def papers(self) -> tuple[Matched, ...]:
        return self.cards + self.more

    @property
    def day(self) -> date:
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def quiet(self) -> bool:
        return not self.cards

    @property
    def returned(self) -> tuple[SourceHealth, ...]:
        return tuple(source for source in self.sources if source.away_since)

    @property
    def failing(self) -> tuple[SourceHealth, ...]:
        return tuple(source for source in self.sources if source.failing_since)


def compose(
    channel: Channel,
    pending: Iterable[Matched],
    *,
    now: datetime,
    collected: int,
    sources: Iterable[SourceHealth] = (),
    taste: Taste = INDIFFERENT,
) -> Digest:
    """The digest of everything pending in the channel at `now`."""
    papers = list(pending)
    merits = weigh(papers, taste)
    ranked = tuple(in_order(papers, merits))
    return Digest(
        cards=ranked[: channel.cap],
        more=ranked[channel.cap :],
        merits=merits,
        at=now,
        zone=channel.schedule.zone,
        covers=_coverage(channel, now),
        since=channel.last_digest_at or channel.created_at,
        collected=collected,
        sources=tuple(sources),
    )


def _coverage(channel: Channel, now: datetime) -> Coverage | None:
    """Papers that are posted as they arrive cover no days, nor does a first digest."""
    if channel.last_digest_at is None or channel.schedule.cadence is Cadence.INSTANT:
        return None
    zone = ZoneInfo(channel.schedule.zone)
    first, last = (at.astimezone(zone).date() for at in (channel.last_digest_at, now))
    covers = Coverage(first=first, last=last)
    return covers if covers.days > 1 else None
