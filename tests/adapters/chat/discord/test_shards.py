"""A bot on thousands of servers: Discord wants several connections of it, and each is watched."""

import asyncio

import pytest

from tests.adapters.chat.discord.serving import answered, lost, serving, until

pytestmark = pytest.mark.usefixtures("_no_pauses")


@pytest.fixture
def sharded(standin, monkeypatch):
    """Two connections, with a server on each; gives a channel of each."""
    standin.gateway.shards = 2
    gateway = standin.gateway
    places = {gateway.shard_of(standin.papers["guild_id"]): standin.papers}
    while len(places) < 2:
        guild = standin.state.add_guild("Another Lab")
        places[gateway.shard_of(guild["id"])] = standin.state.add_channel(guild, "papers")
    return [places[0], places[1]]


async def test_it_connects_as_often_as_discord_wants_and_is_ready_once(
    standin, chat, desk, sharded
):
    async with serving(standin, chat, desk) as (_, said):
        assert standin.gateway.connections == 2
        await until(lambda: len(desk.up) == len(standin.state.guilds))
    assert said == [f"{len(standin.state.guilds)} servers as Paperlark"]
    assert standin.gateway.identified == 2
    assert standin.gateway.connections == 0


async def test_what_people_do_on_any_server_is_answered_once(standin, chat, desk, sharded):
    async with serving(standin, chat, desk):
        for channel in sharded:
            await answered(await standin.slash(channel["id"], "help"))
    assert len(desk.calls) == 2


async def test_each_session_is_taken_up_again(standin, chat, desk, sharded):
    async with serving(standin, chat, desk) as (task, said):
        await standin.gateway.reconnect()
        await until(lambda: standin.gateway.resumed == 2 and standin.gateway.connections == 2)
        assert not task.done()
    assert (standin.gateway.identified, len(said)) == (2, 1)


async def test_one_connection_that_is_mute_is_noticed(standin, chat, desk, sharded):
    standin.gateway.heartbeat_ms = 20
    async with serving(standin, chat, desk, silence_max_s=0.3) as (task, _):
        standin.gateway.mute_shard = 1
        assert "does not answer" in await lost(task)


async def test_connections_that_all_beat_are_left_alone(standin, chat, desk, sharded):
    standin.gateway.heartbeat_ms = 20
    async with serving(standin, chat, desk, silence_max_s=0.5) as (task, _):
        await asyncio.sleep(1)
        assert not task.done()


async def test_without_starts_for_all_connections_none_is_opened(standin, chat, desk, sharded):
    standin.gateway.session_starts = 1
    async with serving(standin, chat, desk) as (task, said):
        assert "takes no new connection" in await lost(task)
    assert (standin.gateway.ever, said) == (0, [])
