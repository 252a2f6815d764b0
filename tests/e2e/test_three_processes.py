"""Three processes of `paperlark run` on one PostgreSQL: one leads, and another takes its place."""

import asyncio
import itertools
import signal
import time
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from adapters.storage.store import SqlStore
from bot.domain.channels import ChannelRef, WorkspaceId
from bot.domain.parsing import parse_subscription
from bot.domain.schedules import Cadence, Schedule
from bot.services.collecting import Collector
from bot.services.subscribing import add, ensure_channel
from tests.adapters.storage.databases import MIGRATED, postgres
from tests.e2e.test_program import paperlark
from tests.e2e.test_run_on_platforms import discord, on_discord, on_slack, slack
from tests.fakes import FakeSource, make_paper
from tests.world import ANNA

__all__ = ["discord", "postgres", "slack"]

CHANNEL = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1")
WITHIN_S = 60
"""The takeover is to be quicker by far; a busy machine is no failure."""


class SystemClock:
    def now(self):
        return datetime.now(UTC)


class Process:
    def __init__(self, process, name):
        self.process = process
        self.name = name
        self.said = []
        self.reading = asyncio.create_task(self._read())

    async def _read(self):
        while line := (await self.process.stdout.readline()).decode():
            self.said.append(line)

    def has_said(self, words):
        return any(words in line for line in self.said)

    def signal(self, number):
        self.process.send_signal(number)

    async def end(self):
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.reading
        _, errors = await self.process.communicate()
        return errors.decode()


async def until(condition):
    for _ in range(WITHIN_S * 20):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


class Cluster:
    def __init__(self, url, folder, settings):
        self.url = url
        self.store = SqlStore(url)
        self.processes = []
        self._folder = folder
        self._settings = settings
        self._numbers = itertools.count(1)

    async def start(self):
        name = f"p{len(self.processes)}"
        (self._folder / name).mkdir()
        started = await paperlark(
            "run",
            folder=self._folder / name,
            PAPERLARK_DATABASE__URL=self.url,
            PAPERLARK_HTTP__PORT="0",
            PAPERLARK_SCHEDULER__COLLECT_EVERY_S="3600",
            **self._settings,
        )
        self.processes.append(Process(started, name))
        return self.processes[-1]

    async def announce(self):
        """A paper is collected and waits for who leads; gives its title."""
        n = next(self._numbers)
        source = FakeSource(waiting=[make_paper(f"2607.{n:05}", f"Reward number {n}")])
        collector = Collector(
            self.store, [source], SystemClock(), categories=[], every=timedelta(minutes=30)
        )
        await collector.collect(force=True)
        return f"Reward number {n}"

    async def settled(self):
        """Nothing is on its way: what is cut off takes its lease and more to be found again."""
        for _ in range(WITHIN_S * 20):
            if not await self.store.read(lambda tx: tx.deliveries.waits(CHANNEL)):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it never came")

    async def found_channel(self):
        def make(tx):
            now = datetime.now(UTC)
            instant = Schedule(cadence=Cadence.INSTANT)
            channel = ensure_channel(tx, CHANNEL, "nlp", schedule=instant, now=now)
            add(tx, channel, parse_subscription("reward"), by=ANNA, now=now - timedelta(seconds=1))

        await self.store.write(make)


@pytest.fixture
async def cluster(tmp_path, postgres, slack, discord):
    settings = on_slack(slack) | on_discord(discord)
    cluster = Cluster(postgres.new(template=MIGRATED), tmp_path, settings)
    await cluster.found_channel()
    yield cluster
    errors = [await process.end() for process in cluster.processes]
    for process, error in zip(cluster.processes, errors, strict=True):
        print(process.name, *process.said, error)
    await cluster.store.close()
    assert not [e for e in errors if "Traceback" in e], errors


def times_posted(slack, title):
    return sum(title in str(m["blocks"]) and "new paper" in m["text"] for m in slack.messages())


@asynccontextmanager
async def three(cluster):
    """Running; the first leads."""
    leader = await cluster.start()
    await until(lambda: leader.has_said("Discord: connected"))
    others = [await cluster.start() for _ in range(2)]
    for process in others:
        await until(lambda p=process: p.has_said("stands by"))
        await until(lambda p=process: p.has_said("Slack: connected"))
    yield leader, others


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_another_takes_the_place_of_a_leader_that_is(cluster, slack, discord, number):
    async with three(cluster) as (leader, others):
        first = await cluster.announce()
        await until(lambda: times_posted(slack, first))
        await cluster.settled()
        assert discord.gateway.identified == 1

        leader.signal(number)
        stopped = time.monotonic()
        second = await cluster.announce()
        await until(lambda: times_posted(slack, second))
        took = time.monotonic() - stopped
        print(f"\nthe leader was {number.name}: the next post came after {took:.1f} s")
        assert sum(p.has_said("This Paperlark leads now.") for p in others) == 1
        await until(lambda: discord.gateway.identified == 2)

        if number is signal.SIGSTOP:
            leader.signal(signal.SIGCONT)
            await until(lambda: discord.gateway.connections == 1)
        third = await cluster.announce()
        await until(lambda: times_posted(slack, third))
        await asyncio.sleep(3)  # in which the one that was stopped could act
        assert [times_posted(slack, title) for title in (first, second, third)] == [1, 1, 1]
        assert not leader.has_said("leads now")


@pytest.mark.slow
async def test_what_slack_sends_to_several_processes_has_one_effect(cluster, slack):
    async with three(cluster):
        for slack.newest in (-1, -2, -3):
            envelope = await slack.slash("C1", "U1", "subscribe mixture", trigger="t1")
            await slack.acked(envelope, within_s=WITHIN_S)
        await until(lambda: [m for m in slack.messages() if "mixture" in m["text"]])
        await asyncio.sleep(2)  # in which the others could answer too
    assert len([m for m in slack.messages() if "mixture" in m["text"]]) == 1
    assert len(slack.ephemeral) == 1


@pytest.mark.slow
async def test_a_leader_that_ends_by_itself_makes_way_at_once(cluster, slack):
    async with three(cluster) as (leader, others):
        leader.signal(signal.SIGTERM)
        await leader.process.wait()
        assert leader.process.returncode == 0
        ended = time.monotonic()
        await until(lambda: any(p.has_said("This Paperlark leads now.") for p in others))
        print(f"\nthe leader ended: another led after {time.monotonic() - ended:.1f} s")
