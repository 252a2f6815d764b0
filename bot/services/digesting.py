"""Plan the digests that are due: freeze what they hold and queue their posts.

A digest takes every pending paper of its channel, not those of some window
of time, so a late or missed run can delay a paper but never lose it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.channels import Channel, ChannelRef, Layout
from bot.domain.deliveries import DigestId
from bot.domain.digests import Digest, SourceHealth, compose
from bot.domain.messages import Message
from bot.domain.papers import Paper
from bot.domain.reading_list import list_of
from bot.domain.schedules import Cadence, due_occurrence, next_run
from bot.ports.chat import ChatAdapter, ChatCapabilities
from bot.ports.clock import Clock
from bot.ports.sources import SourceReport
from bot.ports.storage import PendingPaper, PlannedPost, Standing, Store, Transaction
from bot.ports.summaries import Summarizer
from bot.services.buttons import KeptButtons
from bot.services.presenting.posts import digest_posts

logger = logging.getLogger(__name__)

SILENCE = timedelta(days=1)  # within a day a source that was down has missed no announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one channel is going to get."""

    channel: Channel
    digest: Digest
    messages: tuple[Message, ...]


class Digester:
    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        summarizer: Summarizer,
    ) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._summarizer = summarizer

    async def digest(self) -> list[Planned]:
        """Plan every digest that is due, each channel in a transaction of its own."""
        now = self._clock.now()
        due = await self._store.read(lambda tx: tx.channels.due(now))
        planned = [await self._write(channel.ref) for channel in due if self._serves(channel.ref)]
        return [p for p in planned if p]

    async def _write(self, ref: ChannelRef) -> Planned | None:
        try:
            return await self._store.write(lambda tx: self._run_due(tx, ref))
        except Exception:  # one channel's fault must not silence the others
            logger.exception("the digest of %s could not be planned", ref.channel)
            return None

    async def digest_now(self, ref: ChannelRef) -> Planned | None:
        """Plan a channel's digest now, whatever its schedule; None if nothing is pending."""
        return await self._store.write(lambda tx: self._run_now(tx, ref))

    async def preview(self, ref: ChannelRef) -> Planned | None:
        """What `digest_now` would plan; nothing changes."""
        return await self._store.read(lambda tx: self._preview(tx, ref))

    def _serves(self, ref: ChannelRef) -> bool:
        return ref.platform in self._chats

    def _run_due(self, tx: Transaction, ref: ChannelRef) -> Planned | None:
        now = self._clock.now()
        channel = tx.channels.get(ref)
        if channel is None or channel.next_run_at is None:
            return None
        if tx.deliveries.waits(ref):  # what comes meanwhile is for one digest after it, not many
            return None
        schedule = channel.schedule
        run = due_occurrence(schedule, planned=channel.next_run_at, now=now, done=None)
        planned = self._plan(tx, channel, run.key, now=now) if run else None
        if planned is None and schedule.cadence is Cadence.INSTANT:
            return None
        following = next_run(schedule, after=now, done=run.day if run else None)
        ran = replace(channel, last_digest_at=now, last_run_day=run.day) if run else channel
        tx.channels.save(replace(ran, next_run_at=following.at if following else None))
        return planned

    def _run_now(self, tx: Transaction, ref: ChannelRef) -> Planned | None:
        now = self._clock.now()
        channel = tx.channels.get(ref)
        if channel is None or not tx.matches.pending(ref):
            return None
        planned = self._plan(tx, channel, f"asked:{now.isoformat()}", now=now)
        tx.channels.save(replace(channel, last_digest_at=now))
        return planned

    def _preview(self, tx: Transaction, ref: ChannelRef) -> Planned | None:
        channel = tx.channels.get(ref)
        if channel is None or not (pending := tx.matches.pending(ref)):
            return None
        digest = self._compose(tx, channel, pending, now=self._clock.now())
        posts = self._posts(tx, channel, digest, DigestId(0))
        return Planned(channel=channel, digest=digest, messages=tuple(p.message for p in posts))

    def _plan(
        self, tx: Transaction, channel: Channel, key: str, *, now: datetime
    ) -> Planned | None:
        pending = tx.matches.pending(channel.ref)
        if not pending and not _says_why(tx, channel):
            return None
        digest = self._compose(tx, channel, pending, now=now)
        papers = [matched.paper for matched in digest.papers]
        ids = [paper.id for paper in papers]
        deliveries = tx.deliveries.plan(
            channel.ref, key, ids, lambda id_: self._kept(tx, channel, digest, id_), now=now
        )
        if deliveries is None:  # this day had its digest; what is pending waits for the next
            return None
        tx.standings.keep(channel.ref, [_standing(channel, digest, paper) for paper in papers])
        messages = tuple(delivery.message for delivery in deliveries)
        return Planned(channel=channel, digest=digest, messages=messages)

    def _kept(
        self, tx: Transaction, channel: Channel, digest: Digest, id_: DigestId
    ) -> list[PlannedPost]:
        """The posts, with what their buttons cannot hold put by."""
        posts = self._posts(tx, channel, digest, id_)
        most = self._chats[channel.ref.platform].capabilities.button_max_chars
        if most is None:
            return posts
        kept = KeptButtons(tx, channel.ref.workspace, most, digest.at)
        return [replace(post, message=kept.message(post.message)) for post in posts]

    def _compose(
        self, tx: Transaction, channel: Channel, pending: Sequence[PendingPaper], *, now: datetime
    ) -> Digest:
        since = channel.last_digest_at or channel.created_at
        reports = tx.sources.reports_since(since)
        if channel.last_digest_at:  # what came at that very moment was in that digest
            reports = [r for r in reports if r.ended_at > since]
        return compose(
            channel,
            pending,
            now=now,
            collected=sum(report.new for report in reports),
            sources=_health(tx, reports),
            taste=tx.tastes.get(channel.ref),
        )

    def _posts(
        self, tx: Transaction, channel: Channel, digest: Digest, id_: DigestId
    ) -> list[PlannedPost]:
        summaries = {
            matched.paper.id: summary
            for matched in digest.cards
            if (summary := self._summarizer.summarize(matched.paper))
        }
        capabilities = self._chats[channel.ref.platform].capabilities
        return digest_posts(
            digest,
            digest_id=id_,
            layout=_layout(channel, capabilities),
            capabilities=capabilities,
            summaries=summaries,
            saved_by={
                paper: who.name for paper, who in tx.reading_list.savers(list_of(channel)).items()
            },
            pictures=channel.pictures,
        )


def _layout(channel: Channel, capabilities: ChatCapabilities) -> Layout:
    """Where a direct message has no threads, its cards stand in it."""
    threadless = channel.personal and not capabilities.personal_threads
    return Layout.FLAT if threadless and channel.layout is Layout.THREAD else channel.layout


def _standing(channel: Channel, digest: Digest, paper: Paper) -> Standing:
    """Who asked to hear of rising papers hears of those that have not risen yet."""
    rising = channel.rising
    rises = rising is not None and (paper.upvotes or 0) < rising
    return Standing(
        paper=paper.id, merits=digest.merits[paper.id], rises_at=rising if rises else None
    )


def _says_why(tx: Transaction, channel: Channel) -> bool:
    """Whether a run without papers is said: not as papers arrive, not to who asked for nothing."""
    timed = channel.schedule.cadence is Cadence.TIMED
    return timed and channel.empty_note and bool(tx.subscriptions.of_channel(channel.ref))


def _health(tx: Transaction, recent: Sequence[SourceReport]) -> list[SourceHealth]:
    """How each source did, given its reports since the last digest."""
    health = []
    for name, last in tx.sources.last_reports().items():
        gave_papers = any(report.new for report in recent if report.source == name)
        health.append(
            SourceHealth(
                name=name,
                failing_since=_failing_since(tx, last) if last.failed else None,
                why=last.failed or "",
                next_try_at=last.next_try_at,
                away_since=_away_since(tx, name, recent),
                note=None if gave_papers else last.note,
            )
        )
    return health


def _away_since(tx: Transaction, source: str, recent: Sequence[SourceReport]) -> datetime | None:
    """The last answer before a silence of days that ended since the last digest."""
    answers = [r.ended_at for r in recent if r.source == source and not r.failed]
    before = tx.sources.last_success(source, before=answers[0]) if answers else None
    times = [before, *answers] if before else answers
    return next((a for a, b in pairwise(times) if b - a > SILENCE), None)


def _failing_since(tx: Transaction, last: SourceReport) -> datetime:
    answered = tx.sources.last_success(last.source)
    failures = tx.sources.reports_since(answered) if answered else [last]
    mine = [r for r in failures if r.source == last.source and r.failed]
    return mine[0].started_at if mine else last.started_at
