"""Faults that schedules show too seldom, each with the test that shows it at once."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.deliveries import DeliveryState
from tests.adapters.storage.examples import LAB, claim, plan
from tests.contracts import test_storage_deliveries as contract
from tests.simulation.replica import Parts, Replica
from tests.simulation.scenario import scenario
from tests.simulation.world import World

Test = Callable[[Parts], Awaitable[None]]


async def who_holds_no_claim_decides_nothing(parts: Parts) -> None:
    for conclude in contract.CONCLUSIONS.values():
        await contract.test_who_holds_no_claim_any_more_decides_nothing(parts.store(), conclude)


async def a_start_leaves_others_at_work(parts: Parts) -> None:
    """Where several processes share the database, one that starts knows nothing of the others."""
    world = World(scenario(0), parts)
    world.store.commit(lambda tx: plan(tx, LAB))
    world.store.commit(claim)  # by another process, which is at it
    starting = Replica(world, "starting", offset=0.0)
    starting.deliverer._store = world.store
    await starting.deliverer.hold_interrupted(alone=False)
    [at_work] = world.store.look(lambda tx: tx.deliveries.in_flight())
    assert at_work.state is DeliveryState.SENDING


TESTS: dict[str, Test] = {
    "AnyOwner": who_holds_no_claim_decides_nothing,
    "OnlyTheState": who_holds_no_claim_decides_nothing,
    "AloneInAnyCase": a_start_leaves_others_at_work,
}


def finds(test: Test, parts: Parts) -> bool:
    """Whether the test passes with right parts and fails with these."""
    asyncio.run(test(Parts()))
    try:
        asyncio.run(test(parts))
    except AssertionError:
        return True
    return False
