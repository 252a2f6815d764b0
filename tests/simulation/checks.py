"""What has to be true when all is over, whatever went wrong before."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.domain.channels import ChannelRef
from bot.domain.deliveries import HELD, Delivery, DeliveryState
from bot.domain.messages import Message, PaperCard
from bot.domain.schedules import MAX_LATE
from bot.services.lanes import SENDERS_THERE
from bot.services.reconciling import ATTEMPTS_MAX
from tests.simulation.peer import Post
from tests.simulation.world import World

TOLERANCE_S = 6.0
"""So much earlier than asked a process may come back: two clocks differ, and drift."""
AT_ONCE_MAX = 2
"""Digests that a channel gets within an hour: one that was cut off, and all that came since."""


def violations(world: World, *, beyond: bool = False) -> list[str]:
    """All that is not as promised; empty if all is well.

    What the service takes after all time that the promise allows may stand
    there twice, and late. Nothing is lost by it or goes astray.
    """
    checks = {name: CHECKS[name] for name in BEYOND} if beyond else CHECKS
    return [f"{name}: {what}" for name, check in checks.items() for what in check(world)]


def _lost(world: World) -> Iterator[str]:
    """Each paper of a channel's topic stands there, or a person was told that its post is held."""
    posted = {
        (post.channel, title) for post in world.service.posts for title in cards(post.message)
    }
    told = {
        (delivery.channel, title)
        for delivery in world.store.tables.deliveries.values()
        if delivery.state in HELD and world.store.tables.told[delivery.id]
        for title in cards(delivery.message)
    }
    for channel, title in sorted(world.expected() - posted - told, key=str):
        yield f"{title} in {channel.channel}"


def doubles(world: World) -> Iterator[str]:
    posts = Counter(post.delivery for post in world.service.posts)
    yield from (f"delivery {delivery} {n} times" for delivery, n in posts.items() if n > 1)
    shown = Counter((p.channel, t) for p in world.service.posts for t in cards(p.message))
    yield from (f"{title} {n} times in {c.channel}" for (c, title), n in shown.items() if n > 1)


def _wrong_channel(world: World) -> Iterator[str]:
    topics = {place.ref: place.topic for place in world.scenario.places}
    for post in world.service.posts:
        planned = world.store.tables.deliveries[post.delivery]
        if planned.channel != post.channel:
            yield f"a post for {planned.channel.channel} stands in {post.channel.channel}"
        for title in cards(post.message):
            if topics[post.channel] not in title:
                yield f"{title} in {post.channel.channel}"


def _changed(world: World) -> Iterator[str]:
    for post in world.service.posts:
        if post.message != world.store.tables.deliveries[post.delivery].message:
            yield f"delivery {post.delivery} was planned otherwise"


def _disordered(world: World) -> Iterator[str]:
    """Digests in order, and the parts of each."""
    newest: dict[ChannelRef, tuple[int, int]] = {}
    for post in world.service.posts:
        planned = world.store.tables.deliveries[post.delivery]
        place = (planned.digest, planned.part)
        if place < newest.get(post.channel, place):
            yield f"digest {planned.digest} part {planned.part} came late"
        newest[post.channel] = max(place, newest.get(post.channel, place))


def _out_of_thread(world: World) -> Iterator[str]:
    """A part that belongs into a thread is there, unless its parent never got anywhere."""
    parents: dict[int, Post] = {}
    for post in world.service.posts:
        planned = world.store.tables.deliveries[post.delivery]
        if planned.part == 0:
            parents[planned.digest] = post
        elif planned.threaded:
            parent = parents.get(planned.digest)
            if (parent and parent.id) != post.thread and not _given_up(world, planned):
                yield f"digest {planned.digest} part {planned.part} hangs at {post.thread}"


def _given_up(world: World, part: Delivery) -> bool:
    parent = world.store.tables.deliveries[world.store.tables.parents[part.digest]]
    return parent.state in HELD


def _unsettled(world: World) -> Iterator[str]:
    if not world.is_settled():
        states = Counter(d.state.value for d in world.store.tables.open.values())
        yield f"after days of calm: {dict(states)}, {world.swept} papers swept"


def _needlessly_held(world: World) -> Iterator[str]:
    service = world.service
    for delivery in world.store.tables.open.values():
        if delivery.state is DeliveryState.POISON and delivery.id not in service.rejected:
            yield f"delivery {delivery.id} is poison, and nobody refused it"
        unsure = delivery.id in service.never_told or delivery.attempts >= ATTEMPTS_MAX
        if delivery.state is DeliveryState.NEEDS_HUMAN and not unsure:
            yield f"delivery {delivery.id} is held without need: {delivery.last_error}"


def _flooded(world: World) -> Iterator[str]:
    """Whatever was down and for how long: one catch-up, not one for each day."""
    timed = {p.ref for p in world.scenario.places if p.schedule.cadence == "timed"}
    digests: dict[ChannelRef, dict[int, float]] = defaultdict(dict)
    for post in world.service.posts:
        if post.channel in timed:
            digest = world.store.tables.deliveries[post.delivery].digest
            digests[post.channel].setdefault(digest, post.at)
    for channel, begun in digests.items():
        times = sorted(begun.values())
        for first, last in zip(times, times[AT_ONCE_MAX:], strict=False):
            if last - first < 3_600:
                yield f"{AT_ONCE_MAX + 1} digests within an hour in {channel.channel}"


def _untimely(world: World) -> Iterator[str]:
    """A daily digest is of its day: at its time on the channel's clocks or, if late, 20 hours on."""
    schedules = {place.ref: place.schedule for place in world.scenario.places}
    for digest in world.store.tables.digests.values():
        kind, _, day = digest.occurrence.partition(":")
        if kind == "daily":
            schedule = schedules[digest.channel]
            local = datetime.combine(date.fromisoformat(day), schedule.at, ZoneInfo(schedule.zone))
            # The same where the clocks are not changed; else before and after the change.
            due = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
            if not min(due) <= digest.planned_at <= max(due) + MAX_LATE:
                yield f"digest of {day} in {digest.channel.channel} made at {digest.planned_at}"


def _impatient(world: World) -> Iterator[str]:
    """No request before the time that the service asked for, as far as the clocks are right."""
    if world.scenario.steady_clocks:
        for channel, early in world.service.too_early:
            if early > TOLERANCE_S:
                yield f"{early:.0f} s too early in {channel.channel}"


def _stubborn(world: World) -> Iterator[str]:
    """A revoked token is tried by those who are at it, and then once an hour."""
    hours = {w: (span.end - span.start) / 3600 + 2 for w, span in world.scenario.cut_off}
    starts = world.scenario.replicas + world.faults.kills
    for workspace, refused in world.service.refused_tokens.items():
        if refused > SENDERS_THERE * starts * hours[workspace]:
            yield f"{refused} requests with a revoked token"


def _untold(world: World) -> Iterator[str]:
    """Who added us to a channel that was closed, or who runs us, heard of it, and of held posts."""
    heard = [message.fallback for message in world.operator]
    held = Counter(d.channel.channel for d in world.store.tables.open.values() if d.state in HELD)
    for channel, posts in held.items():
        if sum(f"A post in #{channel} is held" in text for text in heard) < posts:
            yield f"{posts} posts held in {channel}, and nobody heard of all"
    for channel in world.store.tables.channels.values():
        if channel.state == "broken" and channel.told_code != channel.broken_code:
            yield f"nobody heard that {channel.ref.channel} is closed"


def _complained(world: World) -> Iterator[str]:
    yield from world.complaints.heard


CHECKS = {
    "error": _complained,
    "lost": _lost,
    "double": doubles,
    "wrong channel": _wrong_channel,
    "changed": _changed,
    "out of order": _disordered,
    "out of its thread": _out_of_thread,
    "unsettled": _unsettled,
    "held": _needlessly_held,
    "flood": _flooded,
    "untimely": _untimely,
    "too early": _impatient,
    "revoked": _stubborn,
    "untold": _untold,
}
BEYOND = ("error", "lost", "wrong channel", "changed", "unsettled", "untold")


def cards(message: Message) -> list[str]:
    return [block.title for block in message.blocks if isinstance(block, PaperCard)]
