from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import Channel, ChannelRef, Reason, SubscriptionId, WorkspaceId
from bot.domain.digests import Coverage, SourceHealth, compose
from bot.domain.papers import Paper, PaperId
from bot.domain.schedules import Cadence, Schedule

NOW = datetime(2026, 7, 13, 7, tzinfo=UTC)  # Monday 09:00 in Paris


@dataclass(frozen=True)
class Pending:
    paper: Paper
    reasons: dict[SubscriptionId, tuple[Reason, ...]] = field(default_factory=dict)


def pending(count: int) -> list[Pending]:
    return [
        Pending(Paper(id=PaperId(f"arxiv:{n}"), keys=(), title=f"Paper {n}", upvotes=n % 7))
        for n in range(count)
    ]


def channel(**changes) -> Channel:
    ref = ChannelRef(platform="web", workspace=WorkspaceId("web:1"), channel="nlp")
    settings = {
        "schedule": Schedule(zone="Europe/Paris"),
        "created_at": NOW - timedelta(days=30),
        **changes,
    }
    return Channel(ref=ref, name="nlp", **settings)


def composed(count: int = 1, *, sources=(), **changes):
    return compose(channel(**changes), pending(count), now=NOW, collected=412, sources=sources)


@given(st.integers(0, 60), st.integers(1, 30))
def test_every_pending_paper_is_a_card_or_more_exactly_once(count, cap):
    digest = composed(count, cap=cap)
    assert len(digest.cards) == min(count, cap)
    assert sorted(p.paper.id for p in digest.papers) == sorted(p.paper.id for p in pending(count))


def test_the_best_papers_are_the_cards():
    votes = [p.paper.upvotes for p in composed(14, cap=2).cards]
    assert votes == [6, 6]


def test_over_a_weekend_it_says_which_days_it_covers():
    digest = composed(last_digest_at=datetime(2026, 7, 10, 7, tzinfo=UTC))
    assert digest.covers == Coverage(first=date(2026, 7, 10), last=date(2026, 7, 13))
    assert digest.covers.days == 3


def test_one_day_goes_without_saying():
    assert composed(last_digest_at=NOW - timedelta(days=1)).covers is None


def test_days_are_those_of_the_channel():
    late = datetime(2026, 7, 11, 22, 30, tzinfo=UTC)  # Sunday in Paris
    assert composed(last_digest_at=late).covers is None
    assert composed(last_digest_at=late, schedule=Schedule(zone="UTC")).covers is not None


def test_a_first_digest_and_papers_as_they_arrive_cover_no_days():
    assert composed().covers is None
    instant = Schedule(cadence=Cadence.INSTANT)
    assert composed(schedule=instant, last_digest_at=NOW - timedelta(days=5)).covers is None


def test_without_papers_it_is_quiet_and_holds_the_facts():
    failing = SourceHealth(name="arxiv", failing_since=NOW - timedelta(hours=1))
    digest = composed(0, sources=[failing, SourceHealth(name="huggingface")])
    assert digest.quiet
    assert digest.failing == (failing,)
    assert digest.since == channel().created_at
    assert digest.collected == 412


def test_its_day_is_the_local_one():
    digest = compose(
        channel(schedule=Schedule(zone="Asia/Tokyo")),
        [],
        now=datetime(2026, 7, 12, 20, tzinfo=UTC),
        collected=0,
    )
    assert digest.day == date(2026, 7, 13)
