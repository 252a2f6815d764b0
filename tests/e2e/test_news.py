"""What counts as new for whom: announced, not merely stored, and after the subscription."""

from tests.fakes import make_paper


async def test_a_paper_of_two_sources_is_posted_once(world):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.morning()
    world.clock.advance(days=1)
    world.source.waiting = [make_paper(source="huggingface", upvotes=57)]
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_history_never_floods_a_new_subscription(world):
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(minutes=40)
    await world.found("reward")
    world.source.waiting = [make_paper()]
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == []


async def test_votes_that_come_later_still_match(world):
    await world.found("upvotes:>=20")
    world.source.waiting = [make_paper(source="huggingface", upvotes=1)]
    await world.morning()
    assert world.cards() == []

    world.clock.advance(days=1)
    world.source.waiting = [make_paper(source="huggingface", upvotes=21)]
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_an_imported_paper_is_news_when_a_source_announces_it(world):
    await world.store.write(lambda tx: tx.papers.store([make_paper()], now=world.clock.now()))
    world.clock.advance(hours=1)
    await world.found("reward")
    world.source.waiting = [make_paper()]
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_new_version_of_an_old_paper_is_no_news(world):
    await world.found("reward")
    await world.store.write(lambda tx: tx.papers.store([make_paper()], now=world.clock.now()))
    world.source.updates = [make_paper(abstract="A new version.")]
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == []


async def test_a_second_source_is_news_for_those_who_subscribed_since_the_first(world):
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(days=1)
    await world.found("source:huggingface reward")
    world.clock.advance(days=20)
    world.source.waiting = [make_paper(source="huggingface", upvotes=3)]
    await world.morning()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_clock_that_steps_back_loses_nothing(world):
    await world.found("reward")
    world.clock.advance(hours=-1)
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=5)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_votes_on_a_paper_announced_before_the_subscription_post_nothing(world):
    world.source.waiting = [make_paper(upvotes=1)]
    await world.tick()
    world.clock.advance(hours=1)
    await world.found("reward")
    world.source.waiting = [make_paper(upvotes=50)]
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == []


async def test_votes_after_two_weeks_are_history(world):
    await world.found("upvotes:>=20")
    world.source.waiting = [make_paper(upvotes=1)]
    await world.tick()
    world.clock.advance(days=15)
    world.source.waiting = [make_paper(upvotes=50)]
    await world.tick()
    world.clock.advance(days=1)
    await world.tick()
    assert world.cards() == []
