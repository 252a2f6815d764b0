"""A loop that does not turn ends its process, and how late it turns is known."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.pulse import ARM_EVERY_BEATS, BEAT_S, REMEMBERED, Pulse

ROOT = Path(__file__).resolve().parents[2]


class Stopped(BaseException):
    """The end of a trial."""


class Trial:
    """Beats that come so late, one after the other."""

    def __init__(self, *late):
        self.late = list(late)
        self.now = 0.0
        self.armed = 0
        self.pulse = Pulse(arm=self.arm, sleep=self.sleep, monotonic=lambda: self.now)

    def arm(self):
        self.armed += 1

    async def sleep(self, seconds):
        if not self.late:
            raise Stopped
        self.now += seconds + self.late.pop(0)

    async def run(self):
        with pytest.raises(Stopped):
            await self.pulse.beat()
        return self


async def test_the_worst_lag_is_known():
    trial = await Trial(0.0, 0.25, 0.1).run()
    assert trial.pulse.lag_s == pytest.approx(0.25)


async def test_a_lag_is_forgotten_after_a_minute():
    trial = await Trial(0.25, *[0.0] * REMEMBERED).run()
    assert trial.pulse.lag_s == pytest.approx(0.0)
    assert REMEMBERED * BEAT_S == 60


async def test_before_the_first_beat_there_is_no_lag():
    assert Pulse().lag_s == 0.0


async def test_the_watch_is_set_again_and_again():
    trial = await Trial(*[0.0] * (3 * ARM_EVERY_BEATS)).run()
    assert trial.armed == 4


BLOCKED = """
import asyncio, time
from bot import pulse
pulse.STUCK_S = 0.3

async def main():
    beating = asyncio.ensure_future(pulse.Pulse().beat())
    await asyncio.sleep(0.05)
    {blocks}

asyncio.run(main())
print("went on")
"""


def run(blocks):
    code = BLOCKED.format(blocks=blocks)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env=os.environ, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "blocks",
    ["time.sleep(30)", "import re; re.match(r'(a+)+$', 'a' * 40 + 'b')"],
    ids=["waiting", "holding all of Python up"],
)
def test_a_blocked_loop_ends_the_process_and_leaves_its_stacks(blocks):
    ended = run(blocks)
    assert ended.returncode == 1
    assert "went on" not in ended.stdout
    assert "most recent call first" in ended.stderr
    assert "in main" in ended.stderr


def test_a_process_that_came_to_its_end_is_let_be():
    ended = run("pulse.ended(); beating.cancel(); time.sleep(1)")
    assert (ended.returncode, ended.stdout) == (0, "went on\n")


async def test_a_standard_error_that_is_no_file_harms_nothing(monkeypatch):
    from bot.pulse import end_unless_called_again

    monkeypatch.setattr(sys, "stderr", None)
    end_unless_called_again()
    await asyncio.sleep(0)
