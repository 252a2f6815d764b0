"""Ticks: late ones run all the same, once, and never beside themselves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduler import LOOK_EVERY_S, SILENT_LOOKS, TICK_MAX_S, Clockwork, ClockworkStopped


@pytest.fixture
async def ticking():
    """A clockwork of one tick an hour, and what it did; the first tick is as late as is asked."""
    made: list[Clockwork] = []

    def make(tick, *, late=timedelta(0), **how) -> Clockwork:
        clockwork = Clockwork({"tick": (tick, 3_600)}, **how)
        made.append(clockwork)
        # As after a stall of the loop or a machine that slept: its time has long passed.
        clockwork._scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC) - late)
        clockwork.start()
        return clockwork

    yield make
    for clockwork in made:
        await clockwork.stop()


async def soon(condition) -> None:
    for _ in range(100):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


@pytest.mark.parametrize("late", [timedelta(seconds=10), timedelta(hours=8)])
async def test_a_tick_that_is_late_runs_once(ticking, late):
    ticks = []

    async def tick():
        ticks.append(1)

    ticking(tick, late=late)
    await soon(lambda: ticks)
    await asyncio.sleep(0.05)
    assert ticks == [1]


async def test_a_tick_that_fails_ends_no_later_one(ticking, caplog):
    ticks = []

    async def fail():
        ticks.append(1)
        raise OverflowError("a fault of ours")

    clockwork = ticking(fail)
    await soon(lambda: ticks)
    clockwork._scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC))
    await soon(lambda: len(ticks) == 2)
    assert "tick tick failed" in caplog.text


async def test_a_tick_never_runs_beside_itself_which_is_no_news(ticking, caplog):
    at_work, most, go_on = 0, 0, asyncio.Event()

    async def tick():
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await go_on.wait()
        at_work -= 1

    clockwork = ticking(tick)
    await soon(lambda: at_work)
    for _ in range(3):
        clockwork._scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC))
        await asyncio.sleep(0.02)
    go_on.set()
    await soon(lambda: not at_work)
    assert most == 1
    assert "skipped" not in caplog.text


async def test_a_tick_can_be_had_at_once(ticking):
    ticks = []

    async def tick():
        ticks.append(1)

    clockwork = ticking(tick)
    await soon(lambda: ticks)
    clockwork.at_once()
    await soon(lambda: len(ticks) == 2)


async def test_a_tick_that_hangs_is_cut_off_and_the_next_one_begins(ticking, caplog):
    began, hangs = [], True

    async def hang():
        began.append(1)
        if hangs:
            await asyncio.Event().wait()

    clockwork = ticking(hang, tick_max_s=0.05)
    await soon(lambda: clockwork.failing)
    assert clockwork.failing == {"tick": "cut off after 0.05 s"}
    hangs = False
    clockwork.at_once()
    await soon(lambda: len(began) == 2)
    await soon(lambda: not clockwork.failing)
    assert "tick tick failed" in caplog.text


class Looks:
    """Sleeps of a watch, so many and no more."""

    def __init__(self, number, between=None):
        self.left = number
        self.between = between

    async def __call__(self, seconds):
        assert seconds == LOOK_EVERY_S
        await asyncio.sleep(0)
        if not self.left:
            await asyncio.Event().wait()
        self.left -= 1
        if self.between:
            await self.between()


HOUR_OF_LOOKS = 3_600 // int(LOOK_EVERY_S)


async def test_a_tick_that_cannot_be_cut_off_ends_the_watch(ticking):
    """As one that waits in a thread which never returns."""
    go_on = asyncio.Event()

    async def stubborn():
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue

    looks = Looks(SILENT_LOOKS + HOUR_OF_LOOKS + 1)
    clockwork = ticking(stubborn, tick_max_s=0.01, sleep=looks)
    with pytest.raises(ClockworkStopped, match="tick"):
        await clockwork.watch()
    assert looks.left == 0
    go_on.set()


async def test_a_tick_that_never_comes_ends_the_watch(ticking):
    async def tick():
        pass

    clockwork = ticking(tick, sleep=Looks(10_000))
    clockwork._scheduler.pause()
    with pytest.raises(ClockworkStopped):
        await clockwork.watch()


async def test_ticks_that_end_are_no_matter_how_they_end(ticking):
    async def fail():
        raise OverflowError("a fault of ours")

    async def tick_now():
        await clockwork._run("tick", fail)

    looks = Looks(SILENT_LOOKS + HOUR_OF_LOOKS + 50, between=tick_now)
    clockwork = ticking(fail, sleep=looks)
    watching = asyncio.create_task(clockwork.watch())
    await soon(lambda: not looks.left)
    assert not watching.done()
    watching.cancel()


def test_two_ticks_would_have_been_cut_off_before_the_watch_gives_up():
    assert SILENT_LOOKS * LOOK_EVERY_S >= 2 * TICK_MAX_S
