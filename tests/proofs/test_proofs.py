"""The proofs, each a few times over; their full counts come from the scripts."""

from collections import Counter

import pytest

from adapters.storage.deliveries import SqlDeliveries
from tests.proofs import killpoints, pairs, processes, stops, syscalls
from tests.proofs.databases import databases
from tests.proofs.peers import IS_TAKEN, PEERS, Post
from tests.proofs.program import Point, warm_up
from tests.proofs.scene import SMALL
from tests.proofs.stage import staged
from tests.proofs.verdict import judged

pytestmark = pytest.mark.xdist_group("proofs")

EXPECTED = Counter({("moles", "2611.00001"): 1, ("newts", "2611.00002"): 1})


def post(room: str, *papers: str) -> Post:
    return Post(room=room, papers=papers, body=f"{room}: {papers}")


MOLES, NEWTS = post("moles", "2611.00001"), post("newts", "2611.00002")


def test_what_is_in_its_place_once_is_right():
    assert judged(EXPECTED, [MOLES, NEWTS]).faults == ()


def test_what_is_missing_is_lost_unless_it_is_held():
    missing = ("newts", "2611.00002")
    assert judged(EXPECTED, [MOLES]).lost == ("2611.00002 in newts",)
    verdict = judged(EXPECTED, [MOLES], held=Counter([missing]))
    assert (verdict.faults, verdict.held) == ((), 1)


def test_what_stands_there_twice_is_double():
    again = post("newts", "2611.00002", "2611.00002")
    assert len(judged(EXPECTED, [MOLES, again]).double) == 1
    head = post("moles")
    assert len(judged(EXPECTED, [head, head, MOLES, NEWTS]).double) == 1


def test_what_stands_elsewhere_is_astray():
    assert judged(EXPECTED, [MOLES, NEWTS, post("moles", "2611.00002")]).astray == (
        "2611.00002 in moles",
    )


def send_again_at_once() -> None:
    """What was cut off counts as not sent."""
    SqlDeliveries.unknown = lambda self, delivery, error, *, now, not_before=None: self.retry(
        delivery, error, not_before=now, now=now
    )


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS)
async def test_a_program_that_sends_again_at_once_is_caught(peer):
    warm_up()
    with databases("sqlite") as where:
        async with staged(SMALL, where, peer) as stage:
            stage.start(Point(edge=IS_TAKEN, n=1), spoil=send_again_at_once)
            assert await stage.first_end()
            stage.start(spoil=send_again_at_once)
            await stage.quiet()
            verdict = await stage.verdict()
    assert verdict.double


@pytest.mark.slow
async def test_a_kill_at_any_edge_loses_and_repeats_nothing():
    tally = await killpoints.prove(most=3)
    assert tally.faults == []
    assert tally.kills >= 12


@pytest.mark.slow
async def test_two_kills_in_a_row_lose_and_repeat_nothing():
    tally = await pairs.prove(runs=8, seed=1)
    assert tally.faults == []
    assert tally.kills >= 8


@pytest.mark.slow
async def test_processes_that_are_killed_and_stopped_lose_and_repeat_nothing():
    tally = await processes.prove(papers=100, seed=1)
    assert tally.faults == []
    assert tally.kills >= 4


@pytest.mark.slow
async def test_who_stood_still_repeats_nothing():
    tally = await stops.prove(edges=("read Deliverer._post, after", "post, before"), times=(4,))
    assert tally.faults == []
    assert tally.kills >= 2


@pytest.mark.slow
async def test_system_calls_that_fail_lose_and_repeat_nothing():
    if not syscalls.can_trace():
        pytest.skip("strace is not here, or may not trace")
    tally = await syscalls.prove(most=1)
    assert tally.faults == []
    assert tally.kills >= 9
