import asyncio

import pytest

from bot.services.crew import Crew, all_of


async def give(value, after=None):
    if after:
        await after.wait()
    return value


async def fail(error):
    raise error


async def test_what_all_give_is_there_when_it_is_left():
    async with Crew[int](3) as crew:
        for n in range(3):
            crew.begin(give(n))
        assert crew.full
    assert sorted(crew.results()) == [0, 1, 2]
    assert crew.idle


async def test_the_first_that_ends_is_not_kept_waiting_by_another():
    gate = asyncio.Event()
    async with Crew[str](2) as crew:
        crew.begin(give("slow", gate))
        crew.begin(give("quick"))
        await crew.wait()
        assert crew.results() == ["quick"]
        gate.set()


async def test_a_timer_ends_the_wait_too():
    gate = asyncio.Event()
    async with Crew[str](2) as crew:
        crew.begin(give("slow", gate))
        await crew.wait(asyncio.sleep(0))
        assert not crew.idle
        gate.set()


@pytest.mark.parametrize("within", [False, True])
async def test_a_failure_is_raised_once_all_the_others_are_done(within):
    done = []

    async def note():
        await asyncio.sleep(0)
        done.append(True)

    async def work():
        async with Crew[None](2) as crew:
            crew.begin(note())
            if within:
                raise KeyError("ours")
            crew.begin(fail(KeyError("ours")))

    with pytest.raises(KeyError):
        await work()
    assert done == [True]


@pytest.mark.parametrize("leaving", [False, True])
async def test_cancelled_it_cancels_all(leaving):
    ended = []

    async def hang():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def work():
        async with Crew[None](1) as crew:
            crew.begin(hang())
            if not leaving:
                await asyncio.Event().wait()

    task = asyncio.create_task(work())
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


async def test_of_several_all_are_done_before_one_fails():
    done = []

    async def note():
        await asyncio.sleep(0)
        done.append(True)

    with pytest.raises(KeyError):
        await all_of([fail(KeyError("ours")), note()])
    assert done == [True]
    assert await all_of([give(1), give(2)]) == [1, 2]
