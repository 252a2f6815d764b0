"""`show`, `why` and `trending`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DestinationBroken, MessageRejected, RateLimited
from tests.bot.services.asking import (
    DIRECT,
    RIVAL,
    answer,
    buttons,
    buttons_of,
    collected,
    everything,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import LAB

REWARD = make_paper()
ID = "2607.00001"


async def why(world, paper=ID, **where):
    return await answer(world, f"why {paper}", **where)


async def post_reward(world):
    world.source.waiting = [REWARD]
    await world.morning()


async def test_a_posted_paper_says_when_what_it_matched_and_leads_to_its_post(world):
    await world.found("reward")
    await post_reward(world)
    reply = await world.say(f"why {ID}")
    said = shown(reply.message)
    assert "It was posted here in the digest of 09:00." in said
    assert "1 reward – matched reward in the title" in said
    [link] = [
        span
        for b in reply.message.blocks
        for span in getattr(b, "spans", ())
        if span.text == "See the post"
    ]
    assert link.url == "https://chat.example/nlp/1"


async def test_the_post_of_a_card_in_a_thread_is_asked_for_with_its_thread(world):
    await world.found("reward")
    world.source.waiting = [REWARD, make_paper("2607.00002", "Reward again")]
    await world.morning()
    asked = []

    async def link(channel, post, *, thread):
        asked.append((channel.channel, post, thread))

    world.chat.link = link
    await why(world)
    assert asked == [("nlp", "2", "1")]


async def test_where_the_platform_has_no_link_there_is_none(world):
    await world.found("reward")
    await post_reward(world)

    async def nowhere(channel, post, *, thread):
        return None

    world.chat.link = nowhere
    assert "See the post" not in await why(world)


async def test_a_paper_that_waits_says_when_it_comes(world):
    await world.found("reward")
    world.source.waiting = [REWARD]
    await world.tick()
    said = await why(world)
    assert "has not been posted yet. Next digest: today 09:00" in said
    assert "See the post" not in said


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "reward -language",
            ["no subscription of this channel matches", "has language in the title"],
        ),
        ("reward diffusion", ["without diffusion"]),
        ("upvotes:>=20", ["upvotes:>=20 is not known"]),
    ],
)
async def test_a_paper_that_does_not_match_names_what_is_in_the_way(world, query, expected):
    await world.found(query)
    await post_reward(world)
    said = await why(world)
    assert all(words in said for words in expected), said


async def test_of_several_subscriptions_each_says_its_own(world):
    await world.found("reward", "robots", "reward -language")
    await post_reward(world)
    said = await why(world)
    assert "1 reward – matched reward in the title" in said
    assert "2 robots – no: without robots" in said
    assert "3 reward -language – no: has language in the title" in said


async def test_a_paper_announced_before_the_subscription_says_so(world):
    await world.found("diffusion")
    await post_reward(world)
    await world.say("subscribe reward")
    assert "before this channel subscribed" in await why(world)


async def test_an_imported_paper_says_that_it_is_never_posted(world):
    await world.found("reward")
    await stored(world, REWARD)
    assert "only imported or looked up" in await why(world)


async def test_a_channel_without_subscriptions_says_so(world):
    await stored(world, REWARD)
    assert "has no subscriptions" in await why(world)


async def test_a_paper_over_the_cap_says_so(world):
    await world.found("reward")
    await world.say("settings cap 1")
    world.source.waiting = [make_paper("2607.00002", "Reward reward reward"), REWARD]
    await world.morning()
    [posted] = world.cards()
    over = "2607.00002" if posted == REWARD.title else ID
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
async def test_a_post_that_did_not_arrive_says_why_and_leads_nowhere(world, outcome, expected):
    await world.found("reward")
    world.source.waiting = [REWARD]
    await world.tick()
    world.chat.outcomes.append(outcome)
    world.clock.advance(hours=3)
    await world.tick()
    said = await why(world)
    assert expected in said
    assert "See the post" not in said


async def test_a_paper_nobody_knows_is_asked_back(world):
    await world.found("reward")
    assert "I know no paper called" in await why(world, "nonsense-title")


async def test_another_workspace_learns_nothing(world):
    await world.found("reward")
    await post_reward(world)
    said = await why(world, workspace=RIVAL)
    assert "posted here" not in said
    assert "has no subscriptions" in said
    assert "#nlp" not in await answer(world, f"show {ID}", workspace=RIVAL)


# One paper in full.


async def test_show_gives_the_abstract_the_places_and_who_saved_it(world):
    await world.found("reward")
    await post_reward(world)
    await world.say(f"save {ID} #fun for Thursday")
    message = (await world.say(f"show {ID}", name="other")).message
    said = shown(message)
    assert REWARD.abstract in said
    assert "Listed by arXiv on 13 July 2026." in said
    assert "In the digest of #nlp (09:00)." in said
    assert "Saved by Anna (to-read) #fun – for Thursday." in said
    assert [b.verb for b in buttons_of(message)] == ["toggle", "similar", "share"]
    assert "Saved ✓" in await buttons(world, f"show {ID}")


async def test_show_names_papers_like_it_and_that_it_was_not_posted(world):
    await stored(world, REWARD, make_paper("2607.00002", "Reward hacking in robots"))
    said = await answer(world, f"show {ID}")
    assert "In no digest of this workspace yet." in said
    assert "Papers like it\nReward hacking in robots" in said


@pytest.mark.parametrize(
    "name", [ID, f"https://arxiv.org/abs/{ID}v3", "reward hacking in language models", f"<{ID}>"]
)
async def test_show_takes_ids_links_and_titles(world, name):
    await stored(world, REWARD)
    assert (await answer(world, f"show {name}")).startswith("Reward hacking in language models")


async def test_a_private_channel_is_not_named_elsewhere(world):
    for name, known in (("open", {}), ("secret", {"private": True}), ("d-anna", DIRECT)):
        where = {"name": name, **known}
        await world.say("subscribe reward", **where)
    await post_reward(world)
    assert len({ref.channel for ref, _, _ in world.chat.posts}) == 3
    assert "In the digest of #open (09:00)." in await answer(world, f"show {ID}", name="open")
    assert "secret" not in await answer(world, f"show {ID}", name="open")
    said = await answer(world, f"show {ID}", name="secret", private=True)
    assert "In the digest of #open (09:00), #secret (09:00)." in said
    own = await answer(world, f"show {ID}", **DIRECT)
    assert "#d-anna" in own
    assert "secret" not in own


async def test_a_channel_that_becomes_private_is_named_no_more(world):
    await world.say("subscribe reward", name="open")
    await post_reward(world)
    assert "#open" in await answer(world, f"show {ID}")
    await world.say("list", name="open", private=True)
    assert "#open" not in await answer(world, f"show {ID}")


async def test_looking_at_a_paper_changes_nothing(world):
    await world.found("reward")
    await post_reward(world)
    await world.say("help")
    before = everything(world)
    for text in (f"show {ID}", f"why {ID}", f"abstract {ID}", f"similar {ID}", "trending"):
        await world.say(text)
    assert everything(world) == before


# What many look at.


async def test_trending_orders_by_upvotes_and_sets_apart_what_was_saved(world):
    papers = [replace(make_paper(f"2607.0000{n}", f"Paper {n}"), upvotes=n) for n in range(1, 4)]
    old = replace(make_paper("2601.00009", "Old"), upvotes=99)
    old = replace(old, listings=(replace(old.listings[0], announced=None),))
    await stored(world, *papers, old)
    await world.say("save 2607.00001")
    said = await answer(world, "trending")
    assert said.index("Paper 3") < said.index("Paper 2") < said.index("Saved here")
    assert "Old" not in said
    assert "Saved here" not in await answer(world, "trending month", workspace=RIVAL)


@pytest.mark.parametrize(("window", "days"), [("day", 1), ("week", 7), ("MONTH", 30)])
async def test_a_window_looks_back_so_many_days(world, window, days):
    day = world.clock.now().date()
    for n, back in enumerate((days, days + 1)):
        paper = make_paper(f"2607.0000{n}", f"Paper {back}", day=day - timedelta(back))
        await stored(world, replace(paper, upvotes=5))
    said = await answer(world, f"trending {window}")
    assert f"Paper {days} " in said
    assert f"Paper {days + 1} " not in said


async def test_what_was_saved_long_ago_is_not_trending(world):
    await stored(world, REWARD)
    await world.say(f"save {ID}")
    world.clock.advance(days=8)
    assert "none was saved" in await answer(world, "trending week")
    assert "Saved here in the last month" in await answer(world, "trending month")


async def test_trending_in_a_channel_with_its_own_list_shows_that_one(world):
    await stored(world, REWARD)
    await world.say(f"save {ID}")
    await world.say("settings list channel", name="vlm")
    assert "Saved here" not in await answer(world, "trending", name="vlm")


async def test_trending_without_votes_says_so(world):
    assert "No paper of the last day" in await answer(world, "trending day")


async def test_trending_of_another_time_is_refused_with_an_example(world):
    assert "/papers trending week" in await answer(world, "trending year")


async def test_what_was_posted_under_a_joined_id_is_still_found(world):
    await world.found("reward")
    await post_reward(world)
    places = await world.store.read(lambda tx: tx.matches.placements(LAB, REWARD.keys[-1]))
    assert [place.channel_name for place in places] == ["nlp"]


async def test_a_paper_that_an_edit_dropped_says_what_became_of_it(world):
    await world.found("reward")
    await collected(world, REWARD)
    await world.say("edit 1 robots")
    assert "no subscription of this channel matches" in await why(world)
