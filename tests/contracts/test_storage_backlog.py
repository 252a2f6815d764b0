"""How much waits, as those who watch over the process count it."""

from dataclasses import replace

from bot.domain.channels import ChannelState
from bot.domain.deliveries import DeliveryState
from tests.adapters.storage.examples import LAB, NOW, OTHER, RIVAL, add_channel, claim, plan


async def backlog(store):
    return await store.read(lambda tx: tx.deliveries.backlog())


async def test_where_nothing_waits_nothing_is_counted(store):
    found = await backlog(store)
    assert (found.counts, found.oldest_ready) == ({}, None)


async def test_posts_are_counted_by_state_until_they_are_sent_or_dropped(store):
    await store.write(lambda tx: [plan(tx, ref) for ref in (LAB, OTHER, RIVAL)])
    sent, lost, held = [await store.write(claim) for _ in range(3)]
    assert (await backlog(store)).counts == {DeliveryState.SENDING: 3}
    await store.write(lambda tx: tx.deliveries.sent(sent, "ts0", now=NOW))
    await store.write(lambda tx: tx.deliveries.unknown(lost, "timeout", now=NOW))
    await store.write(lambda tx: tx.deliveries.poison(held, "invalid_blocks", now=NOW))
    await store.write(lambda tx: plan(tx, LAB, occurrence="daily:next", parts=2))
    assert (await backlog(store)).counts == {
        DeliveryState.UNKNOWN: 1,
        DeliveryState.POISON: 1,
        DeliveryState.READY: 2,
    }
    [poisoned] = await store.read(lambda tx: tx.deliveries.held(held.channel))
    await store.write(lambda tx: tx.deliveries.drop(poisoned, "dropped by Ann", now=NOW))
    assert DeliveryState.POISON not in (await backlog(store)).counts


async def test_the_oldest_that_waits_was_planned_at_its_time(store):
    await store.write(lambda tx: plan(tx, LAB))
    assert (await backlog(store)).oldest_ready == NOW
    await store.write(claim)
    assert (await backlog(store)).oldest_ready is None


async def test_what_waits_for_a_stopped_channel_is_not_late(store):
    def stop(tx):
        plan(tx, LAB)
        tx.channels.save(replace(add_channel(tx, LAB), state=ChannelState.BROKEN))

    await store.write(stop)
    found = await backlog(store)
    assert (found.counts, found.oldest_ready) == ({DeliveryState.READY: 1}, None)
