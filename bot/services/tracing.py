"""Why a paper was or was not posted in a channel: how far it came, and what kept it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channels import Channel, Reason, Subscription
from bot.domain.deliveries import Delivery
from bot.domain.matching import analyse, explain
from bot.domain.messages import Block, Bullets, PaperCard
from bot.domain.obstacles import Obstacle, obstacles
from bot.domain.papers import Paper, PaperId
from bot.domain.ranking import Merit
from bot.ports.storage import Placement, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one subscription says to the paper."""

    subscription: Subscription
    reasons: tuple[Reason, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    """What is in the way; none if it matches."""

    @property
    def matches(self) -> bool:
        return not self.obstacles


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The way of one paper into one channel."""

    paper: Paper
    channel: Channel
    announced_at: datetime | None
    """When a source last announced it; None for what was only imported or looked up."""
    verdicts: tuple[Verdict, ...]
    placement: Placement | None
    """Set once it was matched here."""
    place: int
    """Where it stands in its digest, from 1; 0 where it is in none."""
    of: int
    """How many papers that digest has."""
    merits: tuple[Merit, ...]
    """Why it stands there."""
    post: Delivery | None
    """The post that shows it; None as long as there is none, or while it is over the cap."""

    @property
    def matching(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.matches)


def trace(tx: Transaction, channel: Channel, paper: Paper, *, now: datetime) -> Trace:
    ref = channel.ref
    document, today = analyse(paper), now.date()
    placements = tx.matches.placements(ref.workspace, paper.id)
    placement = next((p for p in placements if p.channel == ref), None)
    posts: Sequence[Delivery] = ()
    beside: Sequence[PaperId] = ()
    if placement and placement.digest is not None:
        posts = tx.deliveries.of_digest(ref, placement.digest)
        beside = [p.id for p in tx.matches.of_digest(ref, placement.digest)]
    return Trace(
        paper=paper,
        channel=channel,
        announced_at=tx.papers.announced_at(paper.id),
        verdicts=tuple(
            Verdict(
                subscription=s,
                reasons=s.asked_for(explain(s.meaning, document, today=today) or ()),
                obstacles=obstacles(s.meaning, document, today=today),
            )
            for s in tx.subscriptions.of_channel(ref)
        ),
        placement=placement,
        place=beside.index(paper.id) + 1 if beside else 0,
        of=len(beside),
        merits=tx.standings.of(ref, paper.id) if beside else (),
        post=_post_of(posts, paper),
    )


def _post_of(posts: Sequence[Delivery], paper: Paper) -> Delivery | None:
    """The post with its card; in a digest of titles, the one with a line that leads to it."""
    cards = (p for p in posts if any(_is_card(b, paper) for b in p.message.blocks))
    lines = (p for p in posts if any(_leads_to(b, paper) for b in p.message.blocks))
    return next(cards, None) or next(lines, None)


def _is_card(block: Block, paper: Paper) -> bool:
    return isinstance(block, PaperCard) and block.paper_id == paper.id


def _leads_to(block: Block, paper: Paper) -> bool:
    items = block.items if isinstance(block, Bullets) else ()
    return bool(paper.url) and any(span.url == paper.url for item in items for span in item)
