"""From the start of `paperlark run` until it is connected, and what it holds when idle.

    uv run python -m tests.bench.startup [--runs 5] [--python PATH]

On an existing, empty database, against stand-ins; medians. `--python` is another interpreter
with Paperlark installed, such as one without the tools of development.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.commands import NOWHERE, RUN, settings_of
from tests.standins.discord import StandIn
from tests.standins.slack import SlackStandIn

IDLE_S = 3.0


async def one_run(python: str, folder: Path, settings: dict[str, str], waits_for: set[bytes]):
    """Seconds until everything is connected, and then the resident MB when idle."""
    environment = os.environ | settings | {
        "PAPERLARK_DATA_DIR": str(folder),
        "PAPERLARK_HTTP__PORT": "0",
        "PAPERLARK_SOURCES__HUGGINGFACE__URL": NOWHERE,
        "PAPERLARK_SOURCES__ARXIV__RSS_URL": NOWHERE,
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        python, *RUN, env=environment, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    waiting = set(waits_for)
    while waiting and (line := await process.stdout.readline()):
        waiting = {words for words in waiting if words not in line}
    ready_s = time.monotonic() - started
    await asyncio.sleep(IDLE_S)
    status = Path(f"/proc/{process.pid}/status").read_text()  # noqa: ASYNC240 -- no real file
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    process.terminate()
    await process.wait()
    return ready_s, int(resident.split()[1]) / 1024


async def main(runs: int, python: str) -> None:
    slack = await SlackStandIn().start()
    discord = await StandIn().start()
    discord.state.add_channel(discord.state.add_guild(), "papers")
    cases = {
        "page only": ({}, {b"is running"}),
        "Slack": (settings_of(slack, None), {b"Slack: connected"}),
        "Discord": (settings_of(None, discord), {b"Discord: connected"}),
        "both": (settings_of(slack, discord), {b"Slack: connected", b"Discord: connected"}),
    }
    print(f"{'':<12} seconds to ready   resident MB   (medians of {runs})")
    with tempfile.TemporaryDirectory() as folder:
        await one_run(python, Path(folder), {}, {b"is running"})  # makes the database
        for name, (settings, waits_for) in cases.items():
            found = [await one_run(python, Path(folder), settings, waits_for) for _ in range(runs)]
            ready, resident = (statistics.median(column) for column in zip(*found, strict=True))
            print(f"{name:<12} {ready:16.2f}   {resident:11.0f}", flush=True)
    await slack.stop()
    await discord.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    asyncio.run(main(given.runs, given.python))
