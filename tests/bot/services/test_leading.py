"""A process that stood still, slept or lost the database does not think that it leads."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.errors import StorageError
from bot.services.leading import LASTS, TRUSTED, Leadership
from tests.fakes import FakeClock

TRUST = LASTS * TRUSTED


@dataclass
class FakeSeat:
    """One lead for all, by a clock of its own."""

    now: float = 0.0
    holder: str | None = None
    term: int = 0
    until: float = 0.0
    gone: bool = False
    on_wait: list = field(default_factory=list)

    async def lead(self, holder: str, *, lasts: timedelta) -> int | None:
        if self.gone:
            raise StorageError("the connection was lost")
        for wait in self.on_wait:
            wait()
        over = self.now >= self.until
        if not over and holder != self.holder:
            return None
        self.holder, self.until = holder, self.now + lasts.total_seconds()
        self.term += over
        return self.term

    async def resign(self, holder: str) -> None:
        if self.gone:
            raise StorageError("the connection was lost")
        if holder == self.holder:
            self.until = self.now


class Process:
    """Its two clocks can be stopped and set apart from each other and from the database's."""

    def __init__(self, seat: FakeSeat, name: str = "one") -> None:
        self.seat = seat
        self.wall = FakeClock()
        self.uptime = 0.0
        self.leadership = Leadership(
            seat, self.wall, holder=name, monotonic=lambda: self.uptime, sleep=self.sleep
        )

    async def sleep(self, seconds: float) -> None:
        self.wait(seconds)
        await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        self.wall.advance(seconds=seconds)
        self.uptime += seconds
        self.seat.now += seconds

    @property
    def leads(self) -> bool:
        return self.leadership.leads()


@pytest.fixture
def one():
    return Process(FakeSeat())


async def soon(condition) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came")


async def test_nobody_leads_before_asking(one):
    assert not one.leads
    assert await one.leadership.keep()
    assert one.leads


async def test_who_keeps_asking_keeps_leading_and_hears_of_the_beginning_only(one):
    won = [await one.leadership.keep()]
    for _ in range(20):
        one.wait(3)
        won.append(await one.leadership.keep())
        assert one.leads
    assert won == [True] + [False] * 20


async def test_trust_ends_before_the_lead_does(one):
    await one.leadership.keep()
    one.wait(TRUST.total_seconds())
    assert not one.leads
    assert one.seat.until - one.seat.now >= 5


@pytest.mark.parametrize("runs_on", ["wall", "uptime"])
async def test_either_clock_alone_ends_the_trust(one, runs_on):
    """Uptime stands still while a machine sleeps; the wall clock may be set back meanwhile."""
    await one.leadership.keep()
    if runs_on == "wall":
        one.wall.advance(minutes=1)
    else:
        one.uptime += 60
    assert not one.leads


async def test_a_clock_that_is_set_back_prolongs_nothing(one):
    await one.leadership.keep()
    one.wall.advance(hours=-1)
    assert one.leads
    one.uptime += TRUST.total_seconds()
    assert not one.leads


async def test_trust_counts_from_the_question_not_from_the_answer(one):
    one.seat.on_wait.append(lambda: one.wait(8))
    await one.leadership.keep()
    one.wait(2)
    assert not one.leads


async def test_who_was_stopped_finds_another_in_its_place(one):
    other = Process(one.seat, "other")
    await one.leadership.keep()
    assert not await other.leadership.keep()
    one.wait(LASTS.total_seconds())
    assert await other.leadership.keep()
    assert not one.leads  # at once, before it asks anybody
    assert not await one.leadership.keep()
    assert (one.leads, other.leads) == (False, True)
    assert (one.leadership.term, other.leadership.term) == (1, 2)


async def test_never_do_two_lead(one):
    """Whatever the first is stopped in the midst of."""
    for stopped in range(40):
        seat = FakeSeat()
        first, second = Process(seat), Process(seat, "second")
        await first.leadership.keep()
        first.uptime += stopped / 2
        first.wall.advance(seconds=stopped / 2)
        seat.now += stopped / 2
        await second.leadership.keep()
        assert first.leads + second.leads <= 1


async def test_without_the_database_nobody_leads_for_long(one, caplog):
    await one.leadership.keep()
    one.seat.gone = True
    one.wait(3)
    await one.leadership.keep()
    assert one.leads
    one.wait(7)
    await one.leadership.keep()
    assert not one.leads
    assert "could not be asked for" in caplog.text
    one.seat.gone = False
    assert await one.leadership.keep()


async def test_who_resigns_leads_no_more_and_makes_way(one):
    other = Process(one.seat, "other")
    await one.leadership.keep()
    await one.leadership.resign()
    assert not one.leads
    assert await other.leadership.keep()


async def test_who_cannot_resign_leads_no_more_either(one):
    await one.leadership.keep()
    one.seat.gone = True
    await one.leadership.resign()
    assert not one.leads


async def test_it_asks_for_ever_and_tells_each_time_it_wins(one):
    other = Process(one.seat, "other")
    await other.leadership.keep()
    wins = []
    running = asyncio.create_task(one.leadership.run(lambda: wins.append(one.seat.now)))
    await soon(lambda: wins)
    running.cancel()
    assert LASTS.total_seconds() <= wins[0] <= LASTS.total_seconds() + 3


async def test_what_only_the_leader_does_begins_and_ends_with_the_lead(one):
    did = []

    async def work():
        did.append("begins")
        try:
            await asyncio.Event().wait()
        finally:
            did.append("ends")

    doing = asyncio.create_task(one.leadership.during(work))
    await asyncio.sleep(0)
    assert did == []
    for _ in range(2):
        await one.leadership.keep()
        await soon(lambda: "ends" in did)  # its sleeps let the trust run out
        assert did == ["begins", "ends"]
        did.clear()
    assert not doing.done()
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing


@pytest.mark.parametrize("error", [None, OSError("gone")])
async def test_what_ends_by_itself_ends_also_for_who_leads(one, error):
    async def work():
        if error:
            raise error

    await one.leadership.keep()
    doing = one.leadership.during(work)
    if error:
        with pytest.raises(OSError, match="gone"):
            await doing
    else:
        await doing
