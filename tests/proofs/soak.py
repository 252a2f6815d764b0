"""Does it grow? Memory, open files, tasks and the database's log over many days.

    uv run python -m tests.proofs.soak [--days 30]
    uv run python -m tests.proofs.soak --real-minutes 60

The first runs the services on a real SQLite file in virtual time. The second runs the program
itself against stand-ins, with periods so short that an hour holds what takes weeks.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.chat.slack.chat import SlackPosts
from tests.e2e.test_program import paperlark
from tests.e2e.test_run_on_platforms import DISCORD_UP, SLACK_UP, heard, on_discord, on_slack
from tests.fakes import FakeChat, make_paper
from tests.standins.discord import StandIn
from tests.standins.slack import SlackStandIn
from tests.world import World

CHANNELS = 5
PAPERS_A_DAY = 20
WARM = 0.25
"""The share of the samples at the beginning that tells of warming up."""
LOOK_EVERY_S = 20.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True)
class Sample:
    at: float
    """In days or hours."""
    memory_mb: float
    files: int
    tasks: int
    log_kb: int
    posts: int


def sample(at: float, database: Path, *, pid: int, tasks: int, posts: int) -> Sample:
    process, log = Path(f"/proc/{pid}"), Path(f"{database}-wal")
    pages = int((process / "statm").read_text().split()[1])
    return Sample(
        at=at,
        memory_mb=pages * PAGE_BYTES / 2**20,
        files=len(list((process / "fd").iterdir())),
        tasks=tasks,
        log_kb=log.stat().st_size // 1024 if log.exists() else 0,
        posts=posts,
    )


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def slope(points: Iterable[tuple[float, float]]) -> float:
    """Of the straight line that is nearest to them."""
    xs, ys = zip(*points, strict=True)
    mid_x, mid_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mid_x) ** 2 for x in xs)
    return sum((x - mid_x) * (y - mid_y) for x, y in zip(xs, ys, strict=True)) / spread


def report(samples: list[Sample], unit: str) -> None:
    for s in samples[:: max(1, len(samples) // 15)]:
        print(
            f"{unit} {s.at:6.2f}: {s.memory_mb:7.1f} MB, {s.files} files, {s.tasks} tasks, "
            f"log {s.log_kb} kB, {s.posts} posts"
        )
    warm = samples[int(len(samples) * WARM) :]
    grown = slope((s.at, s.memory_mb) for s in warm)
    print(
        f"slope of memory {grown:+.3f} MB a {unit}; files {warm[0].files} to {warm[-1].files}; "
        f"tasks {warm[0].tasks} to {warm[-1].tasks}; log at most {max(s.log_kb for s in samples)} "
        f"kB; {samples[-1].posts} posts"
    )


async def virtual(days: int, folder: Path) -> list[Sample]:
    """A tick an hour; every day has its papers and its digests."""
    world = World(folder, chat=FakeChat(capabilities=SlackPosts.capabilities))
    for n in range(CHANNELS):
        await world.found("reward", name=f"c{n}")
    samples, posts = [], 0
    for day in range(days):
        world.source.waiting = [
            make_paper(f"{2601 + day // 28}.{day * 100 + n:05}", f"Reward {day} {n}")
            for n in range(PAPERS_A_DAY)
        ]
        for _ in range(24):
            began = world.clock.now()
            await world.tick()
            world.clock.time = began + timedelta(hours=1)
        posts += len(world.chat.posts)
        world.chat.posts.clear()  # the memory of the stand-in is not the program's
        world.chat.ids.clear()
        tasks = len(asyncio.all_tasks())
        database = folder / "paperlark.db"
        samples.append(sample(day + 1, database, pid=os.getpid(), tasks=tasks, posts=posts))
    await world.store.close()
    return samples


@asynccontextmanager
async def endless_source() -> Any:
    """Hugging Face on loopback, with another paper each time it is asked."""
    name = "huggingface_2026-07-13.json"
    [like, *_] = json.loads(files("adapters.sources.sample").joinpath(name).read_text())
    made: list[dict[str, Any]] = []

    async def daily(request: web.Request) -> web.Response:
        day = request.query["date"]
        if request.query.get("p", "0") != "0" or day != f"{datetime.now(UTC):%F}":
            return web.json_response([])
        number = len(made)
        known = {"id": f"2611.{number:05}", "title": f"Reward number {number}"}
        more = {"submittedOnDailyAt": f"{day}T00:00:00.000Z"}
        made.append(like | {"title": known["title"], "paper": like["paper"] | known | more})
        return web.json_response(made[-50:])

    app = web.Application()
    app.router.add_get("/api/daily_papers", daily)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def subscribe(slack: SlackStandIn, discord: StandIn, channel: str) -> None:
    await slack.acked(await slack.slash("C1", "U1", "subscribe reward"))
    await slack.acked(await slack.slash("C1", "U1", "schedule instant"))
    for verb, how in (("subscribe", {"query": "reward"}), ("schedule", {"when": "instant"})):
        given = await discord.slash(channel, verb, **how)
        await asyncio.wait_for(given.answered.wait(), 60)


async def real(minutes: float, folder: Path) -> list[Sample]:
    """The program itself; its threads are counted in place of its tasks."""
    discord, samples = await StandIn().start(), []
    channel = discord.state.add_channel(discord.state.add_guild(), "papers")["id"]
    async with endless_source() as source, SlackStandIn() as slack:
        settings = on_slack(slack) | on_discord(discord)
        settings |= {
            "PAPERLARK_HTTP__PORT": "0",
            "PAPERLARK_SOURCES__ENABLED": "huggingface",
            "PAPERLARK_SCHEDULER__COLLECT_EVERY_S": "5",
            "PAPERLARK_SCHEDULER__TICK_S": "1",
        }
        process = await paperlark("run", sources=source, folder=folder, **settings)
        await heard(process, SLACK_UP, DISCORD_UP)
        draining = [asyncio.create_task(_drain(s)) for s in (process.stdout, process.stderr)]
        await subscribe(slack, discord, channel)
        began, database = time.monotonic(), folder / "paperlark.db"
        while (passed := time.monotonic() - began) < minutes * 60 and process.returncode is None:
            posts = len(slack.messages()) + len(discord.state.messages[channel])
            of = {"pid": process.pid, "tasks": threads_of(process.pid), "posts": posts}
            samples.append(sample(passed / 3600, database, **of))
            await asyncio.sleep(LOOK_EVERY_S)
        print(f"it {'ended by itself!' if process.returncode is not None else 'ran to the end'}")
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await asyncio.gather(*draining)
    await discord.stop()
    return samples


async def _drain(stream: Any) -> None:
    while await stream.readline():
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--real-minutes", type=float)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wanted.real_minutes:
            report(asyncio.run(real(wanted.real_minutes, Path(folder))), "hour")
        else:
            report(asyncio.run(virtual(wanted.days, Path(folder))), "day")


if __name__ == "__main__":
    main()
