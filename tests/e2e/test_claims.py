"""Claims: who stood still or slept sends nothing and decides nothing, whatever the clocks say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryUnknown, MessageRejected, RateLimited
from bot.services.delivering import Deliverer
from bot.services.leases import DeliveryPolicy
from bot.services.stopping import OwnerNotices, stop_channel
from tests.fakes import make_paper
from tests.world import channel_ref, text_of

TITLE = "Reward hacking in language models"


@pytest.fixture
async def planned(world):
    """A digest of one post, READY."""
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    return world


class Uptime:
    """A monotonic clock of its own: it stands still while the machine sleeps."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def another(world, *, owner="other", uptime=None, leads=lambda: True, **policy) -> Deliverer:
    """A second process on the same database."""
    return Deliverer(
        world.store,
        world.chats,
        world.clock,
        world.deliverer._notices,
        owner=owner,
        policy=DeliveryPolicy(**policy),
        leads=leads,
        sleep=world._sleep,
        monotonic=uptime or world.clock.now().timestamp,
    )


async def the_post(world):
    [post] = await world.store.read(lambda tx: tx.deliveries.of_digest(channel_ref(), 1))
    return post


@pytest.mark.parametrize("asleep", [False, True], ids=["stopped", "asleep"])
async def test_a_claim_that_ran_out_before_the_post_is_given_back(planned, asleep):
    world, uptime = planned, Uptime()
    process = another(world, uptime=uptime)
    delivery, claimed = await process._claim("web")
    world.clock.advance(seconds=6)
    uptime.seconds += 0 if asleep else 6
    assert await process._send(delivery, claimed) is False
    assert world.chat.posts == []
    post = await the_post(world)
    assert (post.state, post.last_error) == (
        DeliveryState.READY,
        "its claim ran out before it was sent",
    )
    world.clock.advance(seconds=1)
    await world.tick()
    assert world.cards() == [TITLE]


async def test_a_claim_that_others_ended_is_not_acted_on(planned):
    world = planned
    process = another(world)
    delivery, claimed = await process._claim("web")
    await world.deliverer.hold_interrupted(alone=True)
    assert await process._send(delivery, claimed) is False
    assert world.chat.posts == []
    assert (await the_post(world)).state is DeliveryState.UNKNOWN


@pytest.mark.parametrize(
    "outcome",
    [
        RateLimited("ratelimited", retry_after=timedelta(seconds=1)),
        MessageRejected("invalid_blocks"),
        DeliveryUnknown("timeout"),
    ],
    ids=lambda outcome: outcome.code,
)
async def test_an_outcome_learnt_after_others_took_over_changes_nothing(planned, outcome):
    world = planned
    delivery, _ = await world.deliverer._claim("web")
    await world.deliverer.hold_interrupted(alone=True)
    held = await the_post(world)
    assert not await world.store.write(lambda tx: world.deliverer._record(tx, delivery, outcome))
    assert await the_post(world) == held


async def test_that_it_arrived_is_believed_however_late(planned):
    world = planned
    delivery, _ = await world.deliverer._claim("web")
    await world.deliverer.hold_interrupted(alone=True)
    assert await world.store.write(lambda tx: world.deliverer._record(tx, delivery, "ts9"))
    assert (await the_post(world)).remote_id == "ts9"


async def lose(world, process) -> None:
    world.chat.outcomes.append(TimeoutError())
    await process.deliver()
    assert (await the_post(world)).state is DeliveryState.UNKNOWN


@pytest.mark.parametrize("step", [timedelta(hours=1), -timedelta(hours=1)])
async def test_a_clock_that_is_set_neither_shortens_nor_prolongs_the_settling(planned, step):
    world, uptime = planned, Uptime()
    process = another(world, uptime=uptime)
    await lose(world, process)
    world.clock.time += step
    uptime.seconds += 44
    await process.deliver()
    assert (await the_post(world)).state is DeliveryState.UNKNOWN
    uptime.seconds += 1
    await process.deliver()
    await process.deliver()
    assert (await the_post(world)).attempts == 2
    assert world.cards() == [TITLE]


async def test_a_lease_counts_from_when_it_was_first_seen(planned):
    world, uptime = planned, Uptime()
    await world.deliverer._claim("web")
    process = another(world, uptime=uptime)
    world.clock.advance(minutes=90)
    await process.deliver()
    uptime.seconds += 29
    await process.deliver()
    assert (await the_post(world)).state is DeliveryState.SENDING
    uptime.seconds += 1
    await process.deliver()
    assert (await the_post(world)).state is DeliveryState.UNKNOWN


async def test_who_runs_one_command_a_day_settles_by_the_date(planned):
    world = planned
    await lose(world, another(world))
    world.clock.advance(days=1)
    await another(world).deliver()
    await another(world).deliver()
    assert world.cards() == [TITLE]


async def test_a_post_whose_content_was_changed_is_never_sent(planned):
    world = planned
    delivery, claimed = await world.deliverer._claim("web")
    assert not await world.deliverer._send(replace(delivery, intact=False), claimed)
    await world.tick()
    assert world.chat.posts == []
    assert "its content is not what was planned" in text_of(world.operator[0])


async def unreadable(world, process, *, days, why=None) -> DeliveryState:
    """How a post stands whose channel could not be read for so long."""
    world.chat.unreadable.append(why or RateLimited("ratelimited"))
    await lose(world, process)
    world.clock.advance(days=days)
    await process.deliver()
    return (await the_post(world)).state


@pytest.mark.parametrize(
    ("days", "resend", "state"),
    [
        (6, False, DeliveryState.UNKNOWN),
        (8, False, DeliveryState.NEEDS_HUMAN),
        (6, True, DeliveryState.UNKNOWN),
    ],
)
async def test_a_channel_that_cannot_be_read_for_a_week_never_tells(planned, days, resend, state):
    process = another(planned, resend_unknown=resend)
    assert await unreadable(planned, process, days=days) is state


@pytest.mark.parametrize(
    ("why", "days"), [(RateLimited("ratelimited"), 8), (MessageRejected("missing_scope"), 1)]
)
async def test_by_policy_a_post_of_which_nobody_tells_is_sent_again(planned, why, days):
    process = another(planned, resend_unknown=True)
    await unreadable(planned, process, days=days, why=why)
    await process.deliver()
    assert planned.cards() == [TITLE]
    assert planned.operator == []


async def test_what_a_channel_waits_for_grows_no_heap_of_digests(planned):
    world = planned
    world.chat.outcomes.extend(RateLimited("ratelimited") for _ in range(9))
    for day in range(3):
        world.source.waiting = [make_paper(f"2607.0001{day}", f"Reward of day {day}")]
        await world.tick()
        world.clock.advance(days=1)
    world.chat.outcomes.clear()
    await world.tick()
    await world.tick()
    posts = await world.store.read(lambda tx: tx.deliveries.of_digest(channel_ref(), 3))
    assert posts == []
    assert len(world.cards()) == 4


async def test_who_does_not_lead_begins_to_send_nothing(planned):
    world = planned
    await another(world, leads=lambda: False).deliver()
    assert world.chat.posts == []
    await world.deliverer.deliver()
    assert world.cards() == [TITLE]


async def test_who_loses_the_lead_gives_back_what_it_has_claimed(world):
    for name in ("first", "second", "third"):
        await world.found("reward", name=name)
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    await another(world, leads=lambda: not world.chat.posts).deliver()
    assert len(world.chat.posts) == 1
    assert await world.store.read(lambda tx: tx.deliveries.in_flight()) == []
    world.clock.advance(seconds=1)
    await world.deliverer.deliver()
    assert len(world.chat.posts) == 3


async def test_who_does_not_lead_tells_no_owner(world):
    await world.say("subscribe reward")
    leading = False
    notices = OwnerNotices(world.store, world.chats, world._tell_operator, leads=lambda: leading)
    await world.store.write(lambda tx: stop_channel(tx, channel_ref(), "is_archived"))
    await notices.send()
    assert world.chat.told == []
    leading = True
    await notices.send()
    assert len(world.chat.told) == 1
