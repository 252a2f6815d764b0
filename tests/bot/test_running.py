"""One piece that cannot go on ends the whole, so that a supervisor can start it again."""

import asyncio
import os
import signal

import pytest

from bot.app import build
from bot.running import _for_a_while, _say_what_runs, _until_stopped
from bot.scheduler import ClockworkStopped
from config.settings import Settings


async def for_ever():
    await asyncio.Event().wait()


async def test_what_cannot_go_on_ends_the_others_too():
    ended = asyncio.Event()

    async def other():
        try:
            await for_ever()
        finally:
            ended.set()

    async def stuck():
        await asyncio.sleep(0)
        raise ClockworkStopped("the tick digest neither ends nor can be cut off")

    with pytest.raises(ClockworkStopped):
        await _until_stopped([other(), stuck()])
    assert ended.is_set()


async def test_a_fault_of_ours_is_not_hidden():
    async def fail():
        raise KeyError("a fault of ours")

    with pytest.raises(KeyError):
        await _until_stopped([for_ever(), fail()])


async def test_it_ends_well_when_it_is_asked_to():
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    await _until_stopped([for_ever()])


async def test_work_without_end_is_done_a_while_at_a_time(monkeypatch):
    monkeypatch.setattr("bot.running.EMBED_S", 0.01)
    await _for_a_while(for_ever)


async def test_work_that_fails_is_heard_of():
    async def fail():
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await _for_a_while(fail)


@pytest.mark.parametrize(
    ("http", "told"),
    [
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "page_anywhere": True}, False),
        ({"host": "127.0.0.1"}, False),
    ],
)
async def test_where_the_page_is_left_out_it_says_what_shows_it(http, told, tmp_path):
    said = []
    async with build(Settings(data_dir=tmp_path, http={"port": 0, **http})) as app:
        await app.web.start(app.desk)
        _say_what_runs(app, said.append)
        await app.web.stop()
    assert any("PAPERLARK_HTTP__PAGE_ANYWHERE=true shows it" in line for line in said) is told
