"""Planning and posting at once, with fakes for both."""

import asyncio

import pytest

from bot.services import posting
from bot.services.delivering import Delivered
from bot.services.posting import PASSES_MAX, plan_and_post


class Plans:
    def __init__(self, gate=None, error=None):
        self.gate, self.error = gate, error
        self.asked = 0

    async def digest(self):
        self.asked += 1
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return []


class Passes:
    def __init__(self, cut_short=0, after=lambda: None):
        self.cut_short, self.after = cut_short, after
        self.asked = 0

    async def deliver(self):
        self.asked += 1
        self.after()
        return Delivered(cut_short=self.asked <= self.cut_short)


async def test_what_is_planned_is_sent_in_one_pass():
    plans, passes = Plans(), Passes()
    await plan_and_post(plans, passes)
    assert (plans.asked, passes.asked) == (1, 1)


async def test_no_post_waits_until_all_is_planned(monkeypatch):
    monkeypatch.setattr(posting, "LOOK_EVERY_S", 0.001)
    gate = asyncio.Event()
    passes = Passes(after=gate.set)  # the plan ends only once something was sent
    await plan_and_post(Plans(gate), passes)
    assert passes.asked >= 2


async def test_a_pass_that_was_cut_short_is_followed_by_the_next():
    plans, passes = Plans(), Passes(cut_short=3)
    await plan_and_post(plans, passes)
    assert (plans.asked, passes.asked) == (4, 4)


async def test_it_makes_way_for_the_next_tick_in_the_end():
    passes = Passes(cut_short=1_000)
    await plan_and_post(Plans(), passes)
    assert passes.asked == PASSES_MAX


async def test_a_plan_that_fails_is_no_secret():
    with pytest.raises(KeyError):
        await plan_and_post(Plans(error=KeyError("ours")), Passes())
