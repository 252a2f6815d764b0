"""Collect, digest, deliver; and nothing of it twice."""

from bot.domain.schedules import Cadence, Schedule
from tests.fakes import make_paper
from tests.world import World, text_of


async def test_a_matching_paper_arrives_once(world):
    await world.found('"reward hacking"')
    world.source.waiting = [make_paper(), make_paper("2607.00002", "Something else entirely")]

    await world.tick()
    assert world.cards() == []  # 06:00: the digest is due at nine

    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_second_tick_posts_nothing(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.morning()
    posts = len(world.chat.posts)

    for _ in range(3):
        world.clock.advance(minutes=40)
        world.source.waiting = [make_paper()]  # the source lists it again, as overlap does
        await world.tick()
    assert len(world.chat.posts) == posts


async def test_a_restart_posts_nothing(world, tmp_path):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.morning()
    posts = len(world.chat.posts)
    await world.store.close()

    again = World(tmp_path, clock=world.clock, source=world.source, chat=world.chat)
    again.source.waiting = [make_paper()]
    await again.deliverer.hold_interrupted(alone=True)
    await again.tick()
    assert len(again.chat.posts) == posts
    await again.store.close()


async def test_days_without_a_digest_are_covered_by_the_next_and_it_says_so(world):
    weekly = Schedule(cadence=Cadence.TIMED, days=frozenset({0}))
    await world.found("reward", schedule=weekly)
    world.source.waiting = [make_paper("2607.00009", "Reward one"), make_paper()]
    await world.morning()
    world.clock.advance(days=3)
    world.source.waiting = [
        make_paper("2607.00004", "Reward two"),
        make_paper("2607.00005", "Reward three"),
    ]
    await world.tick()
    world.clock.advance(days=4)
    await world.tick()
    assert any("Covers 7 days" in text_of(message) for _, message, _ in world.chat.posts)
    assert len(world.cards()) == 4


async def test_an_instant_channel_gets_papers_as_they_come_and_no_empty_notes(world):
    await world.found("reward", schedule=Schedule(cadence=Cadence.INSTANT))
    await world.tick()
    assert world.chat.posts == []
    world.source.waiting = [make_paper()]
    world.clock.advance(hours=1)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_day_with_nothing_says_why(world):
    await world.found("reward")
    world.source.waiting = [make_paper("2607.00002", "Something else entirely")]
    await world.morning()
    [(_, message, _)] = world.chat.posts
    assert "did not match" in text_of(message)


async def test_a_channel_without_subscriptions_hears_nothing(world):
    await world.found()
    world.clock.advance(hours=3)
    await world.tick()
    assert world.chat.posts == []


async def test_over_the_cap_the_rest_is_reachable(world):
    channel = await world.found("reward")
    world.source.waiting = [make_paper(f"2607.{n:05}", f"Reward paper {n}") for n in range(26)]
    await world.morning()
    assert len(world.cards()) == channel.cap == 20
    [button] = [
        button
        for _, message, _ in world.chat.posts
        for block in message.blocks
        if block.kind == "actions"
        for button in block.buttons
    ]
    reply = await world.say(f"{button.verb} {button.argument}")
    titles = {f"Reward paper {n}" for n in range(26)}
    shown = {title for title in titles if f"{title}\n" in text_of(reply.message) + "\n"}
    assert set(world.cards()) | shown == titles
    assert not set(world.cards()) & shown


async def test_cards_come_in_the_thread_of_the_first_post(world):
    await world.found("reward")
    world.source.waiting = [make_paper(), make_paper("2607.00002", "More reward")]
    await world.morning()
    assert [thread for _, _, thread in world.chat.posts] == [None, "1"]


async def test_categories_of_subscriptions_are_asked_for(world):
    await world.found("cat:q-bio.NC eeg")
    await world.collector.collect()
    assert {c.lower() for c in world.source.categories} == {"cs.ai", "q-bio.nc"}


async def test_an_instant_channel_never_falls_silent(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    await world.say("schedule instant")
    world.clock.advance(seconds=0.4)
    for n in range(2, 5):
        await world.tick()
        world.clock.advance(minutes=31)
        world.source.waiting = [make_paper(f"2607.0000{n}", f"Reward number {n}")]
    await world.tick()
    assert len(world.cards()) == 4


async def test_a_day_that_had_its_digest_gets_no_second_one(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.morning()
    await world.say("schedule 11:00")
    world.source.waiting = [make_paper("2607.00002", "More reward")]
    world.clock.advance(hours=3)
    await world.tick()
    assert len(world.cards()) == 1
    world.clock.advance(days=1)
    await world.tick()
    assert len(world.cards()) == 2


async def test_a_weekly_digest_that_is_a_day_late_still_comes(world):
    await world.found("reward", schedule=Schedule(days=frozenset({0})))
    world.source.waiting = [make_paper()]
    await world.collector.collect()
    world.clock.advance(hours=26)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]
