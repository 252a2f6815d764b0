"""Things to store."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.channels import (
    Channel,
    ChannelRef,
    Match,
    Reason,
    Subscription,
    UserRef,
    WorkspaceId,
)
from bot.domain.deliveries import Delivery
from bot.domain.messages import Message
from bot.domain.papers import Listing, Paper, PaperId, arxiv_key, doi_key, paper_keys
from bot.domain.parsing import parse_subscription
from bot.ports.storage import PlannedPost, Transaction

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANN = UserRef(id="U1", name="Ann")
LAB = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1")
OTHER = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C2")
RIVAL = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T2"), channel="C1")


def paper(
    *ids: str,
    title: str = "Planning with learned world models",
    authors: tuple[str, ...] = ("Ada Byron",),
    source: str = "arxiv",
    announced: date | None = date(2026, 11, 2),
    **known: object,
) -> Paper:
    """A paper with these arXiv ids or DOIs; without any it has its title's key only."""
    keys = paper_keys(*(arxiv_key(i) or doi_key(i) for i in ids), title=title, authors=authors)
    listing = Listing(source=source, source_id=ids[0] if ids else title, announced=announced)
    return Paper(
        id=PaperId(keys[0]), keys=keys, title=title, authors=authors, listings=(listing,), **known
    )


def numbered(n: int, **known: object) -> Paper:
    return paper(f"2611.{n:05d}", title=f"Paper number {n} on learned world models", **known)


def add_channel(tx: Transaction, ref: ChannelRef = LAB, **known: object) -> Channel:
    channel = Channel(ref=ref, name="papers", created_at=NOW, **known)
    tx.channels.save(channel)
    return channel


def subscribe(tx: Transaction, ref: ChannelRef = LAB, query: str = "world model") -> Subscription:
    if tx.channels.get(ref) is None:
        add_channel(tx, ref)
    return tx.subscriptions.add(ref, parse_subscription(query), by=ANN, now=NOW)


def match(subscription: Subscription, paper: Paper, term: str = "model") -> Match:
    reason = Reason(term=term, field="title")
    return Match(subscription=subscription.id, paper=paper.id, reasons=(reason,))


def post(text: str = "A digest", *, threaded: bool = False) -> PlannedPost:
    return PlannedPost(message=Message(fallback=text), threaded=threaded)


def plan(
    tx: Transaction,
    ref: ChannelRef = LAB,
    *,
    occurrence: str = "daily:2026-11-02",
    papers: tuple[Paper, ...] = (),
    parts: int = 1,
) -> list[Delivery]:
    if tx.channels.get(ref) is None:
        add_channel(tx, ref)
    posts = [post(f"part {n}", threaded=n > 0) for n in range(parts)]
    planned = tx.deliveries.plan(ref, occurrence, [p.id for p in papers], lambda _: posts, now=NOW)
    assert planned is not None
    return planned


def claim(tx: Transaction, now: datetime = NOW) -> Delivery | None:
    lease = now + timedelta(seconds=30)
    return tx.deliveries.claim(
        now, owner="one", lease_until=lease, platforms=("slack", "discord", "web")
    )
