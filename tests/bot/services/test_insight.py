"""`show`, `why` and `trending`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DestinationBroken, MessageRejected, RateLimited
from bot.domain.messages import Actions, PaperCard
from tests.fakes import make_paper
from tests.world import LAB, text_of

REWARD = make_paper()
ID = "2607.00001"


async def why(world, paper=ID, **where):
    return text_of((await world.say(f"why {paper}", **where)).message)


async def post_reward(world):
    world.source.waiting = [REWARD]
    await world.morning()


async def test_a_posted_paper_says_when_and_what_it_matched(world):
    await world.found("reward")
    await post_reward(world)
    said = await why(world)
    assert "It was posted here in the digest of 09:00." in said
    assert "matched" in said


async def test_a_paper_that_waits_says_when_it_comes(world):
    await world.found("reward")
    world.source.waiting = [REWARD]
    await world.tick()
    assert "has not been posted yet. Next digest: 09:00" in await why(world)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("reward -language", ["no subscription of this channel matches", "has", "in the title"]),
        ("reward diffusion", ["without", "diffusion"]),
        ("upvotes:>=20", ["upvotes:>=20", "is not known"]),
    ],
)
async def test_a_paper_that_does_not_match_names_what_is_in_the_way(world, query, expected):
    await world.found(query)
    await post_reward(world)
    said = await why(world)
    assert all(words in said for words in expected), said


async def test_a_paper_announced_before_the_subscription_says_so(world):
    await world.found("diffusion")
    await post_reward(world)
    await world.say("subscribe reward")
    assert "before this channel subscribed" in await why(world)


async def test_an_imported_paper_says_that_it_is_never_posted(world):
    await world.found("reward")
    await world.store.write(lambda tx: tx.papers.store([REWARD], now=world.clock.now()))
    assert "only imported or looked up" in await why(world)


async def test_a_channel_without_subscriptions_says_so(world):
    await world.store.write(lambda tx: tx.papers.store([REWARD], now=world.clock.now()))
    assert "has no subscriptions" in await why(world)


async def test_a_paper_over_the_cap_says_so(world):
    await world.found("reward")
    await world.say("settings cap 1")
    world.source.waiting = [make_paper("2607.00002", "Reward reward reward"), REWARD]
    await world.morning()
    shown = [b.paper_id for _, m, _ in world.chat.posts for b in m.blocks if hasattr(b, "paper_id")]
    assert len(shown) == 1
    over = ID if ID not in shown[0] else "2607.00002"
    assert "among those that its last button shows" in await why(world, over)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (RateLimited("ratelimited", retry_after=timedelta(hours=1)), "Its post waits: ratelimited"),
        (MessageRejected("invalid_blocks"), "Its post was refused: invalid_blocks"),
        (TimeoutError("no answer"), "Its post is held"),
        (DestinationBroken("is_archived"), "Its post waits: is_archived"),
    ],
)
async def test_a_post_that_did_not_arrive_says_why(world, outcome, expected):
    await world.found("reward")
    world.source.waiting = [REWARD]
    await world.tick()
    world.chat.outcomes.append(outcome)
    world.clock.advance(hours=3)
    await world.tick()
    assert expected in await why(world)


async def test_a_paper_nobody_knows_is_asked_back(world):
    await world.found("reward")
    assert "I know no paper called" in await why(world, "nonsense-title")


async def test_another_workspace_learns_nothing(world):
    await world.found("reward")
    await post_reward(world)
    said = await why(world, workspace="web:rival")
    assert "posted here" not in said
    assert "has no subscriptions" in said
    elsewhere = text_of((await world.say(f"show {ID}", workspace="web:rival")).message)
    assert "#nlp" not in elsewhere


async def test_show_gives_the_abstract_the_places_and_who_saved_it(world):
    await world.found("reward")
    await post_reward(world)
    await world.say(f"save {ID}")
    message = (await world.say(f"show {ID}", name="other")).message
    said = text_of(message)
    assert REWARD.abstract in said
    assert "Posted in #nlp (09:00)." in said
    assert "saved by Anna" in said
    carriers = [b for b in message.blocks if isinstance(b, PaperCard | Actions)]
    assert [b.verb for c in carriers for b in c.buttons] == ["unsave"]


async def test_trending_orders_by_upvotes_and_sets_apart_what_was_saved(world):
    papers = [replace(make_paper(f"2607.0000{n}", f"Paper {n}"), upvotes=n) for n in range(1, 4)]
    old = replace(make_paper("2601.00009", "Old"), upvotes=99)
    old = replace(old, listings=(replace(old.listings[0], announced=None),))
    await world.store.write(lambda tx: tx.papers.store([*papers, old], now=world.clock.now()))
    await world.say("save 2607.00001")
    said = text_of((await world.say("trending")).message)
    assert said.index("Paper 3") < said.index("Paper 2") < said.index("Saved here")
    assert "Old" not in said
    nothing = text_of((await world.say("trending month", workspace="web:rival")).message)
    assert "Saved here" not in nothing


async def test_trending_without_votes_says_so(world):
    assert "No paper of the last day" in text_of((await world.say("trending day")).message)


async def test_trending_of_another_time_is_refused_with_an_example(world):
    said = text_of((await world.say("trending year")).message)
    assert "/papers trending week" in said


async def test_what_was_posted_under_a_joined_id_is_still_found(world):
    await world.found("reward")
    await post_reward(world)
    places = await world.store.read(lambda tx: tx.matches.placements(LAB, REWARD.keys[-1]))
    assert [place.channel_name for place in places] == ["nlp"]
