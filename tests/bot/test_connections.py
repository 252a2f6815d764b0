"""Platforms are kept connected: by every process, or by the leader alone."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.connections import Connections
from bot.domain.errors import ConfigError


class FakePlatform:
    def __init__(self, platform, *, for_one=False, error=None):
        self.platform = platform
        self.for_one = for_one
        self.error = error
        self.says = True
        self.serving = 0
        self.served = 0

    async def serve(self, desk, ready):
        self.served += 1
        if self.error:
            raise self.error
        if self.says:
            ready("Example Lab")
        self.serving += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.serving -= 1


class FakeLeadership:
    """Leads while it is told to."""

    def __init__(self):
        self.now = True

    def leads(self):
        return self.now

    async def during(self, work):
        while not self.now:  # noqa: ASYNC110 -- the test turns the loop
            await asyncio.sleep(0)
        working = asyncio.ensure_future(work())
        while self.now and not working.done():  # noqa: ASYNC110 -- likewise
            await asyncio.sleep(0)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await self.during(work)


class Trial:
    def __init__(self, *platforms):
        self.leadership = FakeLeadership()
        self.said = []
        app = SimpleNamespace(platforms=platforms, leadership=self.leadership, desk=None)
        self.connections = Connections(app, self.said.append)
        self.tasks = [asyncio.ensure_future(work) for work in self.connections.works()]

    async def end(self):
        for task in self.tasks:
            task.cancel()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def trial():
    made = []

    def make(*platforms):
        made.append(Trial(*platforms))
        return made[-1]

    yield make
    for each in made:
        await each.end()


async def turns(number=30):
    for _ in range(number):
        await asyncio.sleep(0)


async def test_what_is_connected_is_said_and_is_no_problem(trial):
    slack = FakePlatform("slack")
    kept = trial(slack)
    assert kept.connections.problems == {"slack": "not yet"}
    await turns()
    assert kept.said == ["Slack: connected to Example Lab"]
    assert kept.connections.problems == {"slack": None}
    assert slack.serving == 1


async def test_only_the_leader_connects_where_one_may(trial):
    slack, discord = FakePlatform("slack"), FakePlatform("discord", for_one=True)
    kept = trial(slack, discord)
    kept.leadership.now = False
    await turns()
    assert (slack.serving, discord.serving) == (1, 0)
    assert kept.connections.problems == {"slack": None}  # the other is nothing of ours

    kept.leadership.now = True
    await turns()
    assert (slack.serving, discord.serving) == (1, 1)
    kept.leadership.now = False
    await turns()
    assert (slack.serving, discord.serving) == (1, 0)


async def test_one_that_is_connected_anew_is_not_yet_connected(trial):
    discord = FakePlatform("discord", for_one=True)
    kept = trial(discord)
    await turns()
    kept.leadership.now = False
    await turns()
    discord.says = False
    kept.leadership.now = True
    await turns()
    assert (discord.serving, kept.connections.problems) == (1, {"discord": "not yet"})


async def test_one_that_is_lost_is_a_problem_until_it_is_back(trial):
    slack = FakePlatform("slack", error=OSError("gone"))
    kept = trial(slack)
    await turns()
    assert kept.connections.problems == {"slack": "OSError: gone"}


async def test_one_that_is_refused_leaves_the_other_at_work(trial):
    slack = FakePlatform("slack", error=ConfigError("wrong token."))
    discord = FakePlatform("discord")
    kept = trial(slack, discord)
    await turns()
    assert "Slack: wrong token. The rest goes on without it." in kept.said
    assert kept.connections.problems == {"slack": "wrong token.", "discord": None}
    assert not any(task.done() for task in kept.tasks)


async def test_all_that_are_refused_end_it_in_words(trial):
    kept = trial(
        *(FakePlatform(p, error=ConfigError("wrong token.")) for p in ("slack", "discord"))
    )
    await turns()
    ended = [task.exception() for task in kept.tasks if task.done()]
    assert [str(error) for error in ended] == ["wrong token."]
