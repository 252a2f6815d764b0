"""Sources, channels and processes that fail: held or waited for, never lost or repeated."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.channels import ChannelRef, ChannelState, WorkspaceId
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import (
    DestinationBroken,
    MessageRejected,
    RateLimited,
    SourceUnavailable,
    WorkspaceBroken,
)
from bot.domain.parsing import parse_subscription
from bot.services.subscribing import add, ensure_channel
from tests.fakes import capabilities, make_paper
from tests.world import ANNA, DAILY, LAB, World, channel_ref, text_of


async def test_a_source_that_was_down_loses_nothing(world):
    await world.found("reward")
    world.source.failures.extend(SourceUnavailable("arxiv", "it answered 503") for _ in range(9))
    world.clock.advance(hours=3)
    for _ in range(3):
        await world.tick()
        world.clock.advance(days=1)
    said = text_of(world.chat.posts[-1][1])
    assert "has not answered" in said
    assert "503" in said

    world.source.failures.clear()
    world.source.waiting = [make_paper(), make_paper("2607.00003", "Reward models, revisited")]
    world.clock.advance(days=1)
    await world.tick()
    assert sorted(world.cards()) == [
        "Reward hacking in language models",
        "Reward models, revisited",
    ]


async def test_a_limited_post_is_sent_again_after_the_wait(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(RateLimited("ratelimited", retry_after=timedelta(seconds=30)))
    world.clock.advance(hours=3)
    await world.tick()
    assert world.chat.posts == []
    world.clock.advance(seconds=31)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def lose_an_answer(world, *, arrived: bool) -> None:
    """The digest of the day is sent, and nobody tells us whether it arrived."""
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    (world.chat.after if arrived else world.chat.outcomes).append(TimeoutError("no answer"))
    world.clock.advance(hours=3)
    await world.tick()


async def test_a_post_that_arrived_without_an_answer_is_found_in_the_channel(world):
    await lose_an_answer(world, arrived=True)
    assert len(world.chat.posts) == 1
    world.clock.advance(seconds=46)
    await world.tick()
    assert await world.store.read(lambda tx: tx.deliveries.unsettled(LAB)) == []
    world.clock.advance(days=1)
    world.source.waiting = [make_paper("2607.00002", "More reward")]
    await world.tick()
    assert world.cards() == ["Reward hacking in language models", "More reward"]


async def test_a_post_that_did_not_arrive_is_sent_once_that_is_certain(world):
    await lose_an_answer(world, arrived=False)
    world.clock.advance(seconds=20)
    await world.tick()
    assert world.cards() == []  # it may still arrive
    world.clock.advance(seconds=26)
    await world.tick()  # it is looked for
    await world.tick()  # and sent
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_post_is_looked_for_until_its_channel_can_be_read(world):
    await lose_an_answer(world, arrived=True)
    world.chat.unreadable.extend(RateLimited("cannot connect") for _ in range(3))
    for _ in range(3):
        world.clock.advance(hours=30)
        await world.tick()
        [held] = await world.store.read(lambda tx: tx.deliveries.unsettled(LAB))
        assert held.state is DeliveryState.UNKNOWN
    said = text_of((await world.say("status")).message)
    assert "1 post without a clear answer" in said
    assert "cannot connect" in said
    world.clock.advance(minutes=10)
    await world.tick()
    assert await world.store.read(lambda tx: tx.deliveries.unsettled(LAB)) == []
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_post_whose_channel_never_tells_is_left_to_a_person_who_hears_of_it(world):
    await lose_an_answer(world, arrived=True)
    world.chat.unreadable.append(MessageRejected("missing_scope"))
    world.clock.advance(minutes=1)
    await world.tick()
    [held] = await world.store.read(lambda tx: tx.deliveries.unsettled(LAB))
    assert held.state is DeliveryState.NEEDS_HUMAN
    [said] = world.operator
    assert "A post in #nlp is held" in text_of(said)
    assert "missing_scope" in text_of(said)
    world.source.waiting = [make_paper("2607.00002", "More reward")]
    world.clock.advance(days=1)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models", "More reward"]


async def test_a_channel_that_lets_nobody_read_is_stopped_and_its_owner_told(world):
    await world.say("list")  # Anna is the first here, so the channel is hers
    await lose_an_answer(world, arrived=True)
    world.chat.unreadable.append(DestinationBroken("not_in_channel"))
    world.clock.advance(minutes=1)
    await world.tick()
    assert [user for _, user, _ in world.chat.told] == [ANNA]
    await world.say("status")  # she let us in again
    world.clock.advance(minutes=6)
    await world.tick()
    assert await world.store.read(lambda tx: tx.deliveries.unsettled(LAB)) == []
    assert len(world.chat.posts) == 1


async def test_a_post_that_never_arrives_is_given_up_in_the_end(world):
    await lose_an_answer(world, arrived=False)
    world.chat.outcomes.extend(KeyError("a fault of ours") for _ in range(50))
    for _ in range(60):
        world.clock.advance(minutes=1)
        await world.tick()
    [held] = await world.store.read(lambda tx: tx.deliveries.unsettled(LAB))
    assert (held.state, held.attempts) == (DeliveryState.NEEDS_HUMAN, 8)
    assert "never arrived" in text_of(world.operator[0])


async def test_a_process_that_died_while_sending_leaves_it_held(world, tmp_path):
    class Killed(BaseException):
        pass

    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.after.append(Killed())
    world.clock.advance(hours=3)
    with pytest.raises(Killed):
        await world.tick()
    await world.store.close()

    again = World(tmp_path, clock=world.clock, chat=world.chat)
    held = await again.deliverer.hold_interrupted(alone=True)
    await again.tick()
    assert [d.state for d in held] == [DeliveryState.UNKNOWN]
    assert len(again.chat.posts) == 1
    await again.store.close()


async def test_a_gone_channel_stops_and_keeps_its_papers(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(DestinationBroken("is_archived"))
    world.clock.advance(hours=3)
    await world.tick()
    channel = await world.store.read(lambda tx: tx.channels.get(channel_ref()))
    assert (channel.state, channel.broken_code) == (ChannelState.BROKEN, "is_archived")
    world.clock.advance(minutes=59)
    await world.tick()
    assert world.chat.posts == []
    world.clock.advance(minutes=2)
    await world.tick()  # each hour it is tried again
    assert world.cards() == ["Reward hacking in language models"]


async def test_the_owner_of_a_gone_channel_is_told_once(world):
    await world.say("subscribe reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    for _ in range(3):
        world.chat.outcomes.append(DestinationBroken("is_archived"))
        await world.tick()
        world.clock.advance(days=1)
        await world.desk.connected(LAB)  # a restart tries again
    [(workspace, user, message)] = world.chat.told
    assert (workspace, user) == (LAB, ANNA)
    assert "#nlp" in text_of(message)
    assert "archived" in text_of(message)


async def test_a_revoked_token_stops_the_workspace_and_who_runs_it_is_told_once(world):
    for name in ("first", "second"):
        await world.found("reward", name=name)
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.extend(WorkspaceBroken("token_revoked") for _ in range(2))
    world.clock.advance(hours=3)
    await world.tick()
    await world.tick()
    assert world.chat.posts == []
    assert world.chat.told == []
    [said] = world.operator
    assert "2 channels" in text_of(said)
    await world.desk.connected(LAB)
    await world.tick()
    assert len(world.chat.posts) == 2


async def test_a_channel_that_stops_once_more_is_told_once_more(world):
    await world.say("subscribe reward")
    for n in range(2):
        world.source.waiting = [make_paper(f"2607.0000{n}", f"Reward {n}")]
        await world.tick()
        world.chat.outcomes.append(DestinationBroken("is_archived"))
        world.clock.advance(hours=3)
        await world.tick()
        world.clock.advance(hours=1)
        await world.tick()  # it works again
        world.clock.advance(hours=20)
    assert len(world.chat.told) == 2


async def test_two_at_once_tell_an_owner_once(world):
    await world.say("subscribe reward")
    await asyncio.gather(
        world.desk.left(channel_ref(), "is_archived"),
        world.desk.left(channel_ref(), "is_archived"),
        world.deliverer.deliver(),
    )
    assert len(world.chat.told) == 1


async def test_a_platform_that_hangs_in_trouble_ends_its_pass(world):
    for n in range(6):
        await world.found("reward", name=f"c{n}")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.extend(
        RateLimited("cannot connect", retry_after=timedelta(seconds=3)) for _ in range(1_000)
    )
    world.clock.advance(hours=3)
    began = world.clock.now()
    await world.tick()
    assert world.clock.now() - began < timedelta(minutes=2)


async def test_one_channel_that_cannot_be_planned_silences_no_other(world):
    for name in ("first", "second"):
        await world.found("reward", name=name)
    world.source.waiting = [make_paper()]
    await world.tick()
    plan = world.digester._run_due

    def fail_once(tx, ref):
        if ref.channel == "first":
            raise KeyError("a fault of ours")
        return plan(tx, ref)

    world.digester._run_due = fail_once
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards("second") == ["Reward hacking in language models"]


async def test_a_limited_channel_delays_no_other(world):
    for name in ("first", "second"):
        await world.found("reward", name=name)
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(RateLimited("ratelimited", retry_after=timedelta(hours=1)))
    world.clock.advance(hours=3)
    await world.tick()
    assert len(world.chat.posts) == 1
    said = text_of((await world.say("status")).message)
    assert "1 post to be sent again at 10:00: ratelimited" in said


async def test_posts_in_a_channel_keep_their_pace(world):
    pace = timedelta(seconds=1)
    world.chat.capabilities = replace(capabilities(1, 3_800), pace=pace)
    times = []
    world.chat.on_post = lambda: times.append(world.clock.now())
    await world.found("reward")
    world.source.waiting = [make_paper(f"2607.{n:05}", f"Reward paper {n}") for n in range(4)]
    await world.morning()
    assert len(times) == 5
    assert all(later - before >= pace for before, later in pairwise(times))


async def test_a_refused_message_does_not_stop_the_other_channels(world):
    await world.found("reward", name="first")
    await world.found("reward", name="second")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(MessageRejected("invalid_blocks"))
    world.clock.advance(hours=3)
    await world.tick()
    assert len(world.chat.posts) == 1


async def test_a_failing_source_is_asked_ever_more_rarely(world):
    world.source.failures.extend(SourceUnavailable("arxiv", "down") for _ in range(50))
    for _ in range(48):
        await world.tick()
        world.clock.advance(minutes=30)
    assert world.source.sweeps < 12


async def test_a_refused_part_does_not_bury_the_others(world):
    world.chat.capabilities = capabilities(1, 3_800)
    await world.found("reward")
    world.source.waiting = [make_paper(f"2607.{n:05}", f"Reward paper {n}") for n in range(3)]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    world.chat.outcomes.append(MessageRejected("invalid_blocks"))
    await world.deliverer.deliver()
    assert len(world.cards()) == 3
    assert [thread for _, _, thread in world.chat.posts] == [None, None, None]


async def test_a_result_that_could_not_be_recorded_frees_the_channel_after_the_lease(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await world.digester.digest()
    await world.deliverer._claim("web")  # and then the process could not write any more
    await world.tick()
    world.clock.advance(seconds=31)
    await world.tick()
    [held] = await world.store.read(lambda tx: tx.deliveries.unsettled(LAB))
    assert held.state is DeliveryState.UNKNOWN


async def test_a_broken_channel_returns_with_the_next_command_from_it(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(DestinationBroken("not_in_channel"))
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == []
    await world.say("status")
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_source_that_fails_in_an_unknown_way_is_reported_and_left_alone(world):
    world.source.failures.append(OverflowError("date value out of range"))
    await world.tick()
    await world.tick()
    report = (await world.store.read(lambda tx: tx.sources.last_reports()))["arxiv"]
    assert "could not be read" in report.failed
    assert world.source.sweeps == 1


async def test_a_channel_of_another_platform_waits_for_its_process(world):
    slack = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1")

    def make(tx):
        channel = ensure_channel(tx, slack, "c1", schedule=DAILY, now=world.clock.now())
        add(tx, channel, parse_subscription("reward"), by=ANNA, now=world.clock.now())

    await world.store.write(make)
    world.source.waiting = [make_paper()]
    await world.morning()
    assert len(await world.store.read(lambda tx: tx.matches.pending(slack))) == 1
    assert world.chat.posts == []


async def test_after_an_outage_the_digest_says_which_days_its_papers_cover(world):
    await world.found("reward")
    await world.morning()
    world.source.failures.extend(SourceUnavailable("arxiv", "it answered 503") for _ in range(9))
    for _ in range(3):
        world.clock.advance(days=1)
        await world.tick()
    world.source.failures.clear()
    world.source.waiting = [make_paper(), make_paper("2607.00003", "Reward models, revisited")]
    world.clock.advance(days=1)
    await world.tick()
    parent = next(
        m
        for _, m, thread in reversed(world.chat.posts)
        if not thread and "2 new papers" in text_of(m)
    )
    assert "arXiv answers again; its papers cover Mon 13 – Fri 17 July." in text_of(parent)
    world.source.waiting = [make_paper("2607.00004", "More reward")]
    world.clock.advance(days=1)
    await world.tick()
    assert "answers again" not in text_of(world.chat.posts[-1][1])


async def test_in_a_stopped_channel_every_look_says_so_and_a_list_changes_nothing(world):
    await world.say("subscribe reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    await world.desk.left(channel_ref(), "not_in_channel")
    for text in ("list", "why 2607.00001"):
        said = text_of((await world.say(text)).message)
        assert "Paperlark is not in it any more" in said
    channel = await world.store.read(lambda tx: tx.channels.get(channel_ref()))
    assert channel.state is ChannelState.BROKEN
    said = text_of((await world.say("status")).message)
    assert "Posting here is stopped: Paperlark is not in it any more." in said
    assert "tried again from now on" in said
    channel = await world.store.read(lambda tx: tx.channels.get(channel_ref()))
    assert channel.state is ChannelState.ACTIVE


async def test_an_empty_archive_is_not_blamed_on_the_query(world):
    assert "No paper has been collected yet" in text_of((await world.say("search agent")).message)
