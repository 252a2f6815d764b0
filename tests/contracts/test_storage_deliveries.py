"""What every store promises about deliveries: frozen once, sent once, in order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.channels import ChannelState
from bot.domain.deliveries import DeliveryState, delivery_id
from bot.domain.errors import StorageError
from bot.domain.messages import Message
from tests.adapters.storage.examples import (
    LAB,
    LATER,
    NOW,
    OTHER,
    RIVAL,
    add_channel,
    claim,
    match,
    numbered,
    plan,
    post,
    subscribe,
)

ONE, TWO = numbered(1), numbered(2)


async def unsettled(store, workspace=None):
    return await store.read(lambda tx: tx.deliveries.unsettled(workspace))


async def test_a_plan_freezes_papers_and_posts(store):
    seen = []

    def work(tx):
        tx.papers.store([ONE, TWO], now=NOW)
        tx.matches.record([match(subscribe(tx), p) for p in (ONE, TWO)], now=NOW)

        def compose(digest):
            seen.append(digest)
            return [post(f"digest {digest}"), post("card", threaded=True)]

        return tx.deliveries.plan(LAB, "daily:1", [TWO.id, ONE.id], compose, now=NOW)

    parent, card = await store.write(work)
    assert [parent.digest, card.digest] == seen * 2
    assert parent.message == Message(fallback=f"digest {seen[0]}")
    assert (parent.id, card.id) == tuple(delivery_id(LAB, "daily:1", n) for n in (0, 1))
    assert (parent.part, card.part, parent.threaded, card.threaded) == (0, 1, False, True)
    assert {parent.state, card.state} == {DeliveryState.READY}
    assert await store.read(lambda tx: tx.matches.of_digest(LAB, seen[0])) == [TWO, ONE]
    assert await store.read(lambda tx: tx.matches.pending(LAB)) == []


async def test_an_occurrence_is_planned_once_per_channel(store):
    def work(tx):
        tx.papers.store([ONE], now=NOW)
        plan(tx, LAB)
        again = tx.deliveries.plan(LAB, "daily:2026-11-02", [ONE.id], lambda _: [post()], now=NOW)
        return again, plan(tx, OTHER), plan(tx, RIVAL), plan(tx, LAB, occurrence="daily:next")

    again, *others = await store.write(work)
    assert again is None
    assert all(others)


async def test_a_paper_of_another_digest_is_refused_and_nothing_is_left_of_the_plan(store):
    def refused(tx):
        with pytest.raises(ValueError, match="another digest"):
            plan(tx, occurrence="daily:next", papers=(TWO, ONE))

    def work(tx):
        tx.papers.store([ONE, TWO], now=NOW)
        tx.matches.record([match(subscribe(tx), TWO)], now=NOW)
        plan(tx, papers=(ONE,))
        refused(tx)
        return [p.paper for p in tx.matches.pending(LAB)], plan(tx, occurrence="daily:next")

    pending, planned = await store.write(work)
    assert pending == [TWO]
    assert planned


async def test_a_compose_that_raises_leaves_nothing_of_the_plan(store):
    def work(tx):
        tx.papers.store([ONE], now=NOW)
        tx.matches.record([match(subscribe(tx), ONE)], now=NOW)
        with pytest.raises(ZeroDivisionError):
            tx.deliveries.plan(LAB, "daily:1", [ONE.id], lambda digest: digest / 0, now=NOW)
        return tx.matches.pending(LAB), claim(tx)

    [pending], claimed = await store.write(work)
    assert (pending.paper, claimed) == (ONE, None)


async def test_a_plan_needs_a_saved_channel_and_stored_papers(store):
    with pytest.raises(StorageError, match="never saved"):
        await store.write(lambda tx: tx.deliveries.plan(LAB, "x", [], lambda _: [], now=NOW))
    with pytest.raises(StorageError, match="never stored"):
        await store.write(lambda tx: plan(tx, papers=(ONE,)))


async def test_a_digest_without_posts_is_an_occurrence_too(store):
    assert await store.write(lambda tx: plan(tx, parts=0)) == []
    assert await store.write(claim) is None


async def test_a_claim_marks_the_oldest_part_sending(store):
    planned = await store.write(lambda tx: plan(tx, parts=2))
    claimed = await store.write(claim)
    assert (claimed.id, claimed.state, claimed.attempts) == (
        planned[0].id,
        DeliveryState.SENDING,
        1,
    )
    assert claimed.message == planned[0].message
    assert await unsettled(store) == [claimed]


async def test_parts_follow_one_another_each_after_the_one_before_was_sent(store):
    await store.write(lambda tx: plan(tx, parts=3))
    order = []
    while claimed := await store.write(claim):
        assert await store.write(claim) is None
        order.append((claimed.part, claimed.thread_id))
        await store.write(lambda tx, c=claimed: tx.deliveries.sent(c, f"ts{c.part}", now=NOW))
    assert order == [(0, None), (1, "ts0"), (2, "ts0")]
    assert await unsettled(store) == []


async def test_channels_do_not_wait_for_one_another(store):
    await store.write(lambda tx: [plan(tx, ref, parts=2) for ref in (LAB, OTHER, RIVAL)])
    claimed = [await store.write(claim) for _ in range(4)]
    assert [c and (c.channel, c.part) for c in claimed] == [
        (LAB, 0),
        (OTHER, 0),
        (RIVAL, 0),
        None,
    ]


async def test_nothing_is_sent_to_a_channel_with_an_unknown_post(store):
    await store.write(lambda tx: [plan(tx, LAB), plan(tx, LAB, occurrence="next")])
    await store.write(lambda tx: plan(tx, OTHER))
    lost = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=LATER))
    assert (await store.write(claim)).channel == OTHER
    assert await store.write(claim) is None
    [held, _] = await unsettled(store)
    assert (held.state, held.unknown_since, held.last_error) == (
        DeliveryState.UNKNOWN,
        LATER,
        "timeout",
    )


async def test_an_unknown_post_found_in_the_channel_is_sent(store):
    await store.write(lambda tx: plan(tx, parts=2))
    lost = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=NOW))
    await store.write(lambda tx: tx.deliveries.sent(lost, "ts0", now=LATER))
    assert await unsettled(store) == []
    assert (await store.write(claim)).part == 1


async def test_unknown_counts_from_the_first_time(store):
    await store.write(plan)
    lost = await store.write(claim)
    assert await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=NOW))
    [unknown] = await unsettled(store)
    assert await store.write(lambda tx: tx.deliveries.unknown(unknown, "no answer", now=LATER))
    [still] = await unsettled(store)
    assert (still.unknown_since, still.last_error) == (NOW, "no answer")


async def test_a_retry_waits_for_its_time_and_sends_the_same(store):
    await store.write(plan)
    first = await store.write(claim)
    await store.write(
        lambda tx: tx.deliveries.retry(first, "ratelimited", not_before=LATER, now=NOW)
    )
    assert await unsettled(store) == []
    assert await store.write(lambda tx: claim(tx, LATER - timedelta(microseconds=1))) is None
    second = await store.write(lambda tx: claim(tx, LATER))
    assert (second.id, second.message, second.attempts) == (first.id, first.message, 2)
    assert second.last_error == "ratelimited"


async def test_a_poisoned_post_stays_aside_and_the_parts_behind_it_go_on(store):
    await store.write(lambda tx: [plan(tx, parts=2), plan(tx, occurrence="next")])
    bad = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.poison(bad, "invalid_blocks", now=NOW))
    following = await store.write(claim)
    assert (following.digest, following.part, following.thread_id) == (bad.digest, 1, None)
    [poisoned, _] = await unsettled(store)
    assert (poisoned.state, poisoned.last_error) == (DeliveryState.POISON, "invalid_blocks")


async def test_a_broken_channel_waits_until_it_is_active_again(store):
    await store.write(lambda tx: [plan(tx, LAB), plan(tx, OTHER)])
    first = await store.write(claim)

    def stop(tx):
        tx.deliveries.retry(first, "is_archived", not_before=NOW, now=NOW)
        channel = tx.channels.get(LAB)
        tx.channels.save(replace(channel, state=ChannelState.BROKEN, broken_code="is_archived"))

    await store.write(stop)
    assert [c.ref for c in await store.read(lambda tx: tx.channels.broken())] == [LAB]
    assert (await store.write(claim)).channel == OTHER
    assert await store.write(claim) is None
    await store.write(lambda tx: add_channel(tx, LAB))
    assert (await store.write(claim)).id == first.id


async def test_only_posts_of_the_asked_platforms_are_claimed(store):
    await store.write(plan)

    def work(tx, *platforms):
        return tx.deliveries.claim(NOW, owner="one", lease_until=LATER, platforms=platforms)

    assert await store.write(work) is None
    assert await store.write(lambda tx: work(tx, "discord")) is None
    assert (await store.write(lambda tx: work(tx, "discord", "slack"))).channel == LAB


async def test_what_is_in_flight_is_what_may_yet_arrive(store):
    await store.write(lambda tx: [plan(tx, ref, parts=2) for ref in (LAB, OTHER, RIVAL)])
    sending, lost, sought = [await store.write(claim) for _ in range(3)]
    assert (sending.owner, sending.lease_until) == ("one", NOW + timedelta(seconds=30))

    def lose(tx):
        for delivery in (lost, sought):
            tx.deliveries.unknown(delivery, "timeout", now=NOW)
        return claim_unknown(tx, next(d for d in tx.deliveries.in_flight() if d.id == sought.id))

    assert await store.write(lose)
    in_flight = await store.read(lambda tx: tx.deliveries.in_flight())
    assert [(d.id, d.state, d.owner) for d in in_flight] == [
        (sending.id, DeliveryState.SENDING, "one"),
        (lost.id, DeliveryState.UNKNOWN, None),
        (sought.id, DeliveryState.RECONCILING, "one"),
    ]
    assert in_flight[0] == sending


CONCLUSIONS = {
    "retry": lambda tx, d: tx.deliveries.retry(d, "late", not_before=NOW, now=NOW),
    "unknown": lambda tx, d: tx.deliveries.unknown(d, "late", now=NOW),
    "poison": lambda tx, d: tx.deliveries.poison(d, "late", now=NOW),
    "needs_human": lambda tx, d: tx.deliveries.needs_human(d, "late", now=NOW),
    "drop": lambda tx, d: tx.deliveries.drop(d, "late", now=NOW),
}


@pytest.mark.parametrize("conclude", CONCLUSIONS.values(), ids=CONCLUSIONS.keys())
async def test_who_holds_no_claim_any_more_decides_nothing(store, conclude):
    """Another process gave it up, or took it anew, as this one stood still."""
    await store.write(plan)
    stale = await store.write(claim)

    def refused(tx):
        before = tx.deliveries.in_flight() + tx.deliveries.waiting()
        assert not tx.deliveries.holds(stale)
        assert not conclude(tx, stale)
        assert tx.deliveries.in_flight() + tx.deliveries.waiting() == before

    def take(tx, owner):
        later = NOW + timedelta(seconds=30)
        return tx.deliveries.claim(NOW, owner=owner, lease_until=later, platforms=("slack",))

    async def again(owner):
        await store.write(
            lambda tx: tx.deliveries.retry(
                tx.deliveries.in_flight()[0], "gave up", not_before=NOW, now=NOW
            )
        )
        await store.write(refused)
        return await store.write(lambda tx: take(tx, owner))

    await store.write(lambda tx: tx.deliveries.unknown(stale, "interrupted", now=NOW))
    await store.write(refused)
    for owner in ("two", "one"):  # the owner alone does not make a claim
        held = await again(owner)
        await store.write(refused)
    assert await store.read(lambda tx: tx.deliveries.holds(held))
    assert await store.write(lambda tx: conclude(tx, held))


async def test_that_a_post_arrived_is_entered_however_late_and_once(store):
    await store.write(lambda tx: plan(tx, parts=2))
    stale = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.unknown(stale, "interrupted", now=NOW))
    [lost] = await unsettled(store)
    await store.write(lambda tx: tx.deliveries.retry(lost, "not there", not_before=NOW, now=NOW))
    assert await store.write(lambda tx: tx.deliveries.sent(stale, "ts0", now=LATER))
    assert not await store.write(lambda tx: tx.deliveries.sent(stale, "ts1", now=LATER))
    following = await store.write(claim)
    assert (following.part, following.thread_id) == (1, "ts0")


async def test_a_sent_post_stays_sent(store):
    await store.write(plan)
    done = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.sent(done, "ts0", now=NOW))
    for conclude in CONCLUSIONS.values():
        assert not await store.write(lambda tx, c=conclude: c(tx, done))
    assert not await store.write(lambda tx: tx.deliveries.sent(done, "ts1", now=NOW))
    found = await store.read(lambda tx: tx.deliveries.posted_as(LAB, "ts0"))
    assert (found.state, found.last_error) == (DeliveryState.SENT, None)
    assert await store.write(claim) is None


async def test_unsettled_posts_of_a_workspace_are_its_own(store):
    await store.write(lambda tx: [plan(tx, LAB), plan(tx, RIVAL)])
    ours, theirs = [await store.write(claim) for _ in range(2)]
    assert await unsettled(store, LAB.workspace) == [ours]
    assert await unsettled(store, RIVAL.workspace) == [theirs]
    assert await unsettled(store) == [ours, theirs]


SOON = NOW + timedelta(seconds=1)


def claim_unknown(tx, delivery, now=LATER):
    until = now + timedelta(seconds=30)
    return tx.deliveries.claim_unknown(delivery, now=now, owner="one", lease_until=until)


async def lose(store):
    """A post whose outcome is unknown since NOW."""
    await store.write(plan)
    lost = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=NOW))
    [unknown] = await unsettled(store)
    return unknown


async def test_a_lost_post_is_sought_by_one_process(store):
    lost = await lose(store)
    found = await store.write(lambda tx: claim_unknown(tx, lost))
    assert (found.id, found.state, found.unknown_since) == (lost.id, DeliveryState.RECONCILING, NOW)
    assert (found.send_started_at, found.owner, found.attempts) == (NOW, "one", 1)
    assert await store.write(lambda tx: claim_unknown(tx, lost)) is None
    assert await store.write(claim) is None


async def test_a_lost_post_is_not_sought_once_it_was_sent_again(store):
    lost = await lose(store)
    await store.write(lambda tx: tx.deliveries.retry(lost, "not there", not_before=NOW, now=NOW))
    assert await store.write(lambda tx: claim_unknown(tx, lost)) is None
    again = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.unknown(again, "timeout", now=NOW))
    assert await store.write(lambda tx: claim_unknown(tx, lost)) is None


async def test_a_search_that_was_cut_off_is_taken_up_again(store):
    lost = await lose(store)
    sought = await store.write(lambda tx: claim_unknown(tx, lost))
    assert await store.write(lambda tx: tx.deliveries.unknown(sought, "interrupted", now=LATER))
    [held] = await unsettled(store)
    assert (held.id, held.state, held.unknown_since) == (sought.id, DeliveryState.UNKNOWN, NOW)


async def test_a_lost_post_that_cannot_be_sought_is_left_alone_for_a_while(store):
    lost = await lose(store)
    sought = await store.write(lambda tx: claim_unknown(tx, lost))
    again = LATER + timedelta(minutes=5)
    await store.write(
        lambda tx: tx.deliveries.unknown(sought, "no right", now=LATER, not_before=again)
    )
    [held] = await unsettled(store)
    assert await store.write(lambda tx: claim_unknown(tx, held)) is None
    assert (await store.write(lambda tx: claim_unknown(tx, held, again))).unknown_since == NOW


async def test_a_lost_post_is_not_sought_in_a_channel_that_is_closed_to_us(store):
    lost = await lose(store)
    await store.write(lambda tx: add_channel(tx, LAB, state=ChannelState.BROKEN))
    assert await store.write(lambda tx: claim_unknown(tx, lost)) is None
    await store.write(lambda tx: add_channel(tx, LAB))
    assert await store.write(lambda tx: claim_unknown(tx, lost))


async def test_a_lost_post_left_to_a_person_holds_up_nothing_else(store):
    await store.write(lambda tx: plan(tx, parts=2))
    lost = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.needs_human(lost, "no right", now=NOW))
    assert (await store.write(claim)).part == 1
    assert (await unsettled(store))[0].state is DeliveryState.NEEDS_HUMAN


async def test_a_channel_waits_for_its_pace_and_others_do_not(store):
    await store.write(lambda tx: [plan(tx, LAB, parts=2), plan(tx, OTHER)])
    first = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.sent(first, "ts0", now=NOW, next_at=SOON))
    assert (await store.write(claim)).channel == OTHER
    assert await store.write(claim) is None
    due = await store.read(lambda tx: tx.deliveries.next_ready(NOW, platforms=("slack",)))
    assert due == SOON
    assert (await store.write(lambda tx: claim(tx, SOON))).part == 1


async def test_a_limited_channel_holds_all_its_posts_and_shows_which_was_refused(store):
    await store.write(lambda tx: [plan(tx, LAB), plan(tx, LAB, occurrence="next"), plan(tx, RIVAL)])
    first = await store.write(claim)
    await store.write(
        lambda tx: tx.deliveries.retry(first, "ratelimited", not_before=LATER, now=NOW)
    )
    assert (await store.write(claim)).channel == RIVAL
    assert await store.write(claim) is None
    [waiting] = await store.read(lambda tx: tx.deliveries.waiting(LAB.workspace))
    assert (waiting.id, waiting.last_error, waiting.not_before) == (first.id, "ratelimited", LATER)
    assert await store.read(lambda tx: tx.deliveries.waiting(RIVAL.workspace)) == []


async def test_nothing_is_awaited_in_a_broken_channel_or_on_another_platform(store):
    await store.write(lambda tx: plan(tx, parts=2))
    first = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.sent(first, "ts0", now=NOW, next_at=SOON))

    def due(tx, *platforms):
        return tx.deliveries.next_ready(NOW, platforms=platforms)

    assert await store.read(lambda tx: due(tx, "discord")) is None
    await store.write(lambda tx: add_channel(tx, LAB, state=ChannelState.BROKEN))
    assert await store.read(lambda tx: due(tx, "slack")) is None


async def test_a_post_is_found_by_the_platforms_id_in_its_own_channel_alone(store):
    await store.write(lambda tx: [plan(tx, ref, parts=2) for ref in (LAB, OTHER, RIVAL)])
    sent = {}
    while claimed := await store.write(claim):
        remote = f"ts{claimed.part}"
        sent[claimed.channel, remote] = claimed.id
        await store.write(lambda tx, c=claimed, r=remote: tx.deliveries.sent(c, r, now=NOW))
    assert len(sent) == 6
    for (ref, remote), delivery in sent.items():
        found = await store.read(lambda tx, c=ref, r=remote: tx.deliveries.posted_as(c, r))
        assert (found.id, found.channel, found.remote_id) == (delivery, ref, remote)
    nowhere = replace(LAB, channel="C9")
    assert await store.read(lambda tx: tx.deliveries.posted_as(nowhere, "ts0")) is None
    assert await store.read(lambda tx: tx.deliveries.posted_as(LAB, "ts9")) is None


async def test_a_younger_digest_never_overtakes_an_older_one_that_waits(store):
    await store.write(lambda tx: plan(tx, parts=2))
    first = await store.write(claim)
    await store.write(
        lambda tx: tx.deliveries.retry(first, "ratelimited", not_before=LATER, now=NOW)
    )
    await store.write(lambda tx: plan(tx, occurrence="next"))
    assert await store.write(claim) is None
    order = []
    while claimed := await store.write(lambda tx: claim(tx, LATER)):
        order.append((claimed.digest, claimed.part))
        await store.write(lambda tx, c=claimed: tx.deliveries.sent(c, f"ts{len(order)}", now=LATER))
    assert order == [(first.digest, 0), (first.digest, 1), (first.digest + 1, 0)]


async def test_a_channel_waits_until_its_last_post_is_done_with(store):
    async def waits(*refs):
        return [await store.read(lambda tx, r=r: tx.deliveries.waits(r)) for r in refs]

    await store.write(lambda tx: [plan(tx, LAB, parts=2), add_channel(tx, OTHER)])
    assert await waits(LAB, OTHER, RIVAL) == [True, False, False]
    for done in ("sent", "needs_human"):
        claimed = await store.write(claim)
        assert await waits(LAB) == [True]
        await store.write(lambda tx, c=claimed, d=done: getattr(tx.deliveries, d)(c, "x", now=NOW))
    assert await waits(LAB) == [False]


async def test_a_held_post_is_told_of_until_somebody_was_told(store):
    await store.write(lambda tx: [plan(tx, LAB), plan(tx, RIVAL)])
    refused, lost = [await store.write(claim) for _ in range(2)]

    def hold(tx):
        tx.deliveries.poison(refused, "invalid_blocks", now=NOW)
        tx.deliveries.needs_human(lost, "no right", now=NOW)
        return [d.id for d in tx.deliveries.untold()]

    assert await store.write(hold) == [refused.id, lost.id]
    await store.write(lambda tx: tx.deliveries.mark_told(refused))
    assert [d.id for d in await store.read(lambda tx: tx.deliveries.untold())] == [lost.id]
    [held] = await store.read(lambda tx: tx.deliveries.held(LAB))
    assert (held.id, held.state) == (refused.id, DeliveryState.POISON)

    def hold_again(tx):
        tx.deliveries.retry(held, "sent again", not_before=NOW, now=NOW)
        tx.deliveries.poison(claim(tx), "invalid_blocks", now=NOW)
        return [d.id for d in tx.deliveries.untold()]

    assert await store.write(hold_again) == [refused.id, lost.id]


async def test_a_dropped_post_is_out_of_the_way(store):
    await store.write(lambda tx: plan(tx, parts=2))
    lost = await store.write(claim)
    await store.write(lambda tx: tx.deliveries.needs_human(lost, "no right", now=NOW))
    [held] = await store.read(lambda tx: tx.deliveries.held(LAB))
    assert await store.write(lambda tx: tx.deliveries.drop(held, "dropped by Ann", now=NOW))
    for left in ("unsettled", "untold", "in_flight", "waiting"):
        assert await store.read(lambda tx, name=left: getattr(tx.deliveries, name)()) == []
    assert await store.read(lambda tx: tx.deliveries.held(LAB)) == []
    assert (await store.write(claim)).part == 1


async def test_attempts_are_forgotten_once_their_post_was_sent_long_ago(store):
    await store.write(lambda tx: [plan(tx, ref) for ref in (LAB, OTHER, RIVAL)])
    sent, lost, fresh = [
        await store.write(lambda tx, at=at: claim(tx, at)) for at in (NOW, NOW, LATER)
    ]
    await store.write(lambda tx: tx.deliveries.sent(sent, "ts0", now=NOW))
    await store.write(lambda tx: tx.deliveries.sent(fresh, "ts1", now=LATER))
    await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=NOW))
    forget = [lambda tx: tx.deliveries.forget_attempts(before=LATER)] * 2
    assert [await store.write(work) for work in forget] == [1, 0]


async def test_a_claim_leaves_out_the_workspaces_that_are_named(store):
    def work(tx):
        for ref in (OTHER, RIVAL):
            add_channel(tx, ref)
            plan(tx, ref)
        how = {"owner": "us", "lease_until": LATER, "platforms": (OTHER.platform,)}
        first = tx.deliveries.claim(NOW, outside=[OTHER.workspace], **how)
        return first, tx.deliveries.claim(NOW, outside=[OTHER.workspace], **how)

    first, second = await store.write(work)
    assert first.channel == RIVAL
    assert second is None
