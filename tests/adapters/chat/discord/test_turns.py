import asyncio

import pytest

from adapters.chat.discord.turns import APART_S, AT_ONCE, Turns


class Time:
    """Passes only while somebody sleeps."""

    now = 100.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        wanted = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, wanted)


async def times(n):
    time, taken = Time(), []
    turns = Turns(monotonic=time, sleep=time.sleep)

    async def take(number):
        await turns.take()
        taken.append((time.now, number))

    await asyncio.gather(*(take(n) for n in range(n)))
    return taken


async def test_never_more_than_fifty_within_a_second():
    when = [at for at, _ in await times(200)]
    assert all(later - before > 1 for before, later in zip(when, when[50:], strict=False))


async def test_no_more_time_is_lost_than_has_to_be():
    taken = await times(200)
    assert taken[-1][0] - 100 == pytest.approx((200 - AT_ONCE) * APART_S)


async def test_those_who_wait_keep_their_order():
    assert [number for _, number in await times(60)] == list(range(60))


async def test_a_few_after_a_rest_wait_for_nothing():
    assert [at for at, _ in await times(AT_ONCE)] == [100.0] * AT_ONCE
