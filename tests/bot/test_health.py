"""What `/readyz` and `/metrics` say of a program that is built and, in part, in trouble."""

import asyncio
import json
import shutil
from contextlib import asynccontextmanager

import pytest

from bot.app import FREE_MIN_BYTES, build
from bot.domain.errors import DeliveryUnknown, SourceUnavailable, StorageError
from bot.domain.parsing import parse_subscription
from bot.health import Health
from bot.pulse import Pulse
from bot.scheduler import Clockwork
from bot.services.digesting import Digester
from bot.services.subscribing import add, ensure_channel
from config.settings import Settings
from tests.fakes import FakeClock, FakeSource, make_paper
from tests.world import ANNA, DAILY, channel_ref, migrated


class FakeConnections:
    def __init__(self):
        self.problems = {"slack": None}


class Program:
    def __init__(self, app):
        self.app = app
        self.connections = FakeConnections()
        self.clockwork = Clockwork({})
        self.health = Health(
            app, clockwork=self.clockwork, connections=self.connections, pulse=Pulse()
        )

    async def not_ready(self):
        return (await self.health.readiness()).not_ready

    async def facts(self):
        """As JSON carries them."""
        return json.loads(json.dumps((await self.health.readiness()).facts))

    async def gauge(self, name):
        [gauge] = [g for g in await self.health.gauges() if g.name == f"paperlark_{name}"]
        return gauge.values if gauge.label else gauge.value


@asynccontextmanager
async def built(folder, clock):
    shutil.copy(migrated(), folder / "paperlark.db")
    async with build(Settings(data_dir=folder), clock=clock, exclusive=True) as app:
        await app.leadership.keep()
        yield Program(app)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def program(tmp_path, clock):
    async with built(tmp_path, clock) as program:
        yield program


async def test_a_program_that_runs_is_ready_and_leads(program):
    assert await program.not_ready() == ()
    facts = await program.facts()
    assert facts["leads"] is True
    assert facts["connections"] == {"slack": True}
    assert facts["sources"]["arxiv"] == {"last_collect": None, "failing": None}
    assert set(facts["posts"].values()) == {0}
    assert await program.gauge("leader") == 1


async def test_who_stands_by_is_ready_too(program):
    await program.app.leadership.resign()
    assert await program.not_ready() == ()
    assert (await program.facts())["leads"] is False
    assert await program.gauge("leader") == 0


async def test_a_connection_that_is_down_is_named(program):
    program.connections.problems = {"slack": None, "discord": "GatewayLost: mute"}
    assert await program.not_ready() == ("discord: GatewayLost: mute",)
    assert await program.gauge("connected") == {"slack": True, "discord": False}


async def test_a_tick_that_failed_is_named(program):
    program.clockwork.failing["digest"] = "disk I/O error"
    assert await program.not_ready() == ("digest: disk I/O error",)
    assert await program.gauge("ticks_failing") == 1


async def test_a_database_that_does_not_answer_is_no_wait_without_end(program, monkeypatch):
    async def never(_work):
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.health.DATABASE_WITHIN_S", 0.05)
    monkeypatch.setattr(program.app.store, "read", never)
    [why] = await program.not_ready()
    assert why.startswith("database: no answer")
    assert await program.gauge("leader") == 1
    assert not [g for g in await program.health.gauges() if g.name == "paperlark_posts"]


async def test_a_database_that_refuses_to_be_read_is_named(program, monkeypatch):
    async def refuse(_work):
        raise StorageError("The database refused: disk I/O error")

    monkeypatch.setattr(program.app.store, "read", refuse)
    assert await program.not_ready() == ("database: The database refused: disk I/O error",)


async def test_a_disk_that_is_nearly_full_is_named_and_nothing_is_collected(
    program, monkeypatch, caplog
):
    source = FakeSource()
    program.app.collector._sources = [source]
    monkeypatch.setattr(program.app.store, "free_bytes", lambda: FREE_MIN_BYTES - 1)
    await program.app.collect()
    assert source.sweeps == 0
    assert "nothing is collected" in caplog.text
    assert await program.not_ready() == ("disk: nearly full, so nothing is collected",)

    monkeypatch.setattr(program.app.store, "free_bytes", lambda: FREE_MIN_BYTES)
    await program.app.collect()
    assert source.sweeps == 1
    assert await program.not_ready() == ()


async def test_who_does_not_lead_collects_and_sends_nothing(program, monkeypatch):
    source, planned = FakeSource(), []
    program.app.collector._sources = [source]
    monkeypatch.setattr(Digester, "digest", lambda _: planned.append(1))
    await program.app.leadership.resign()
    await program.app.collect()
    await program.app.run_digests()
    assert (source.sweeps, planned) == (0, [])


async def test_what_sources_and_posts_do_is_told(program, clock):
    app = program.app
    good, bad = FakeSource(name="arxiv", waiting=[make_paper()]), FakeSource(name="huggingface")
    bad.failures.append(SourceUnavailable("huggingface", "it answered 503"))

    def make(tx):
        ref = channel_ref("papers", workspace="web:local")
        channel = ensure_channel(tx, ref, "papers", schedule=DAILY, now=clock.now())
        add(tx, channel, parse_subscription("reward"), by=ANNA, now=clock.now())

    await app.store.write(make)
    app.collector._sources = [good, bad]
    await app.collect()
    collected = clock.now()
    clock.advance(hours=3)
    planned_at = clock.now()
    await app.digester.digest()
    clock.advance(minutes=5)

    facts = await program.facts()
    assert facts["sources"]["arxiv"]["last_collect"] == collected.isoformat()
    assert facts["sources"]["huggingface"] == {
        "last_collect": None,
        "failing": "it answered 503",
    }
    assert facts["oldest_ready"] == planned_at.isoformat()
    assert facts["posts"]["ready"] >= 1
    assert await program.not_ready() == ()  # no restart of ours mends a source
    assert await program.gauge("oldest_ready_seconds") == 300
    assert await program.gauge("source_failing") == {"arxiv": False, "huggingface": True}
    assert (await program.gauge("source_collected_timestamp_seconds")) == {
        "arxiv": collected.timestamp()
    }

    async def lose(*_args, **_known):
        raise DeliveryUnknown("no answer")

    app.web.post = lose
    await app.leadership.keep()  # hours have passed
    await app.deliverer.deliver()
    assert (await program.gauge("posts"))["unknown"] == 1


async def test_free_space_is_measured_where_the_database_is(program, tmp_path):
    free = shutil.disk_usage(tmp_path).free
    assert abs(await program.gauge("disk_free_bytes") - free) < 1 << 30
