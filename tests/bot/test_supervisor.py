"""What ends is started again, and what is refused is said."""

import asyncio

import pytest

from bot.domain.errors import ConfigError
from bot.supervisor import FIRST_WAIT_S, LONGEST_WAIT_S, REFUSED_WAIT_S, STEADY_S, Supervisor


class Stopped(BaseException):
    """The process ends."""


class Trial:
    """Work with these outcomes, and the waits between its runs."""

    def __init__(self, *outcomes, lasts_s=0.0):
        self.outcomes = [*outcomes, Stopped()]
        self.lasts_s = lasts_s
        self.now = 0.0
        self.waits = []
        self.supervisor = Supervisor(
            "Slack", self.work, sleep=self.sleep, monotonic=lambda: self.now
        )

    async def work(self):
        self.now += self.lasts_s
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome

    async def sleep(self, seconds):
        self.waits.append(seconds)

    async def run(self):
        with pytest.raises(Stopped):
            await self.supervisor.run()
        return self.waits


async def test_work_that_ends_or_fails_is_started_again():
    assert len(await Trial(None, OSError("gone"), None).run()) == 3


async def test_the_waits_grow_to_a_minute():
    waits = await Trial(*[OSError("gone")] * 9).run()
    assert waits[:3] == [FIRST_WAIT_S, FIRST_WAIT_S * 2, FIRST_WAIT_S * 4]
    assert waits[-1] == LONGEST_WAIT_S


async def test_after_a_steady_run_the_wait_is_short_again():
    waits = await Trial(*[OSError("gone")] * 3, lasts_s=STEADY_S).run()
    assert waits == [FIRST_WAIT_S, FIRST_WAIT_S, FIRST_WAIT_S]


async def test_a_refusal_at_the_start_is_raised():
    with pytest.raises(ConfigError, match="wrong token"):
        await Trial(ConfigError("wrong token")).supervisor.run()


async def test_a_refusal_after_it_worked_is_waited_out():
    trial = Trial(ConfigError("token revoked"))
    trial.supervisor.succeeded()
    assert await trial.run() == [REFUSED_WAIT_S]


async def test_cancelling_ends_it():
    task = asyncio.create_task(Supervisor("Slack", asyncio.Event().wait).run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
