from datetime import timedelta

import pytest

from bot.domain.channels import WorkspaceId
from bot.services.lanes import BURST_S, LEAST_S, SENDERS_THERE, Lanes

A, B = WorkspaceId("slack:A"), WorkspaceId("slack:B")
PACE_S = 0.25
PACE = timedelta(seconds=PACE_S)


class Time:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def send(lanes, workspace):
    lanes.enter(workspace, pace=PACE)
    lanes.leave(workspace)


def test_a_workspace_is_sent_no_faster_than_its_pace(time):
    some, sent = Lanes(time), 0
    for _ in range(10_000):
        while A not in some.closed():
            send(some, A)
            sent += 1
        time.now += 0.01
    assert sent == pytest.approx(100 / PACE_S, abs=BURST_S / PACE_S + 1)


def test_one_that_is_closed_closes_no_other(time):
    some = Lanes(time)
    while A not in some.closed():
        send(some, A)
    assert some.closed() == {A}


def test_it_is_told_when_the_first_opens(time):
    some = Lanes(time)
    assert some.opens_in_s() is None
    while A not in some.closed():
        send(some, A)
    assert 0 < some.opens_in_s() <= PACE_S
    time.now += PACE_S
    assert some.opens_in_s() == LEAST_S  # also if it opened since it was found closed
    assert some.closed() == set()
    assert some.opens_in_s() is None


def test_without_a_pace_nothing_closes_but_by_what_is_on_its_way(time):
    some = Lanes(time)
    for _ in range(SENDERS_THERE):
        assert some.closed() == set()
        some.enter(B, pace=timedelta(0))
    assert some.closed() == {B}
    assert some.opens_in_s() is None
    some.leave(B)
    assert some.closed() == set()
