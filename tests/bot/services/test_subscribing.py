"""`subscribe` and `list`: what they say, when they ask first, how many there can be."""

from datetime import timedelta

import pytest

from bot.domain.messages import Table
from bot.services.subscribing import SUBSCRIPTIONS_MAX, WORKSPACE_MAX
from tests.bot.services.asking import (
    BO,
    RIVAL,
    answer,
    buttons,
    changes,
    collected,
    follow,
    pending,
    queries,
    shown,
)
from tests.fakes import make_paper


def models(count: int):
    return [make_paper(f"2607.{n:05}", f"Model {n}") for n in range(count)]


async def table(world) -> Table:
    blocks = (await world.say("list")).message.blocks
    return next(block for block in blocks if isinstance(block, Table))


async def test_subscribe_says_meaning_recent_matches_next_digest_and_undo(world):
    await collected(world, make_paper())
    reply = await world.say('subscribe "reward hacking" -survey')
    said = shown(reply.message)
    assert '"reward hacking" -survey' in said
    assert "but not survey, anywhere in title or abstract" in said
    assert "1 paper of the last 7 days" in said
    assert "09:00" in said
    assert [b.label for b in reply.message.blocks[-1].buttons] == ["See them", "Change…", "Undo"]


async def test_what_undo_types_undoes(world):
    undo = await buttons(world, "subscribe reward")
    assert undo["Undo"] == "unsubscribe 1"
    again = await buttons(world, undo["Undo"])
    assert again["Undo"] == "anyway reward"
    await world.say(again["Undo"])
    assert await queries(world) == {2: "reward"}


async def test_what_never_matched_is_told_and_what_only_long_ago(world):
    day = world.clock.now().date()
    await collected(
        world,
        make_paper("2606.00001", "Reward of June", day=day - timedelta(20)),
        make_paper("2605.00001", "Policy of May", day=day - timedelta(50)),
    )
    assert "No paper of the last 7 days matches, but some of the last 30 do." in await answer(
        world, "subscribe reward"
    )
    said = await answer(world, "subscribe policy")
    assert "No paper of the last 30 days matches" in said
    assert "/papers search policy" in said
    assert "No paper collected so far matches" in await answer(world, "subscribe robots")


@pytest.mark.parametrize("text", ["subscribe policy", "edit 1 policy"])
async def test_others_can_write_while_it_is_looked_up_what_a_subscription_brings(
    world, monkeypatch, text
):
    await world.say("subscribe reward")
    write = world.store.write

    def without_papers(work):
        def change(tx):
            del tx.papers
            return work(tx)

        return write(change)

    monkeypatch.setattr(world.store, "write", without_papers)
    assert "No paper collected so far matches" in await answer(world, text)


async def test_several_bare_words_are_offered_as_a_phrase(world):
    assert '/papers subscribe "sparse autoencoder"' in await answer(
        world, "subscribe sparse autoencoder"
    )
    assert "phrase" not in await answer(world, "subscribe autoencoder")


async def test_what_would_flood_the_channel_asks_first(world):
    await collected(world, *models(351))
    reply = await world.say("subscribe model")
    assert "over 50 a day" in shown(reply.message)
    assert "Nothing was changed yet." in shown(reply.message)
    assert reply.notice is None
    assert await queries(world) == {}
    pressed = await buttons(world, "subscribe model")
    assert pressed == {
        "Change…": "form subscribe model",
        "See them": "preview model",
        "Subscribe all the same": "anyway model",
    }


async def test_who_wants_the_flood_gets_it(world):
    await collected(world, *models(351))
    reply = await world.say("anyway model")
    assert "Subscribed this channel" in shown(reply.message)
    assert "That is broad" in shown(reply.message)
    assert reply.notice
    assert await queries(world) == {1: "model"}
    assert "Over 50 papers a day: 1." in await answer(world, "list")


async def test_undo_brings_a_flood_back_without_asking(world):
    await collected(world, *models(351))
    await world.say("anyway model")
    await world.say((await buttons(world, "unsubscribe 1"))["Undo"])
    assert await queries(world) == {2: "model"}


async def test_fifty_a_day_is_no_flood_yet(world):
    await collected(world, *models(351))
    assert "broad" not in await answer(world, "subscribe model -1")  # 350 of them


async def test_a_flood_that_is_subscribed_to_already_is_not_asked_about_again(world):
    await world.say("subscribe model")
    await collected(world, *models(351))
    assert "already subscribed" in await answer(world, "subscribe model")


async def test_history_is_offered_and_never_posted(world):
    await collected(world, make_paper())
    assert (await buttons(world, "subscribe reward"))["See them"] == "preview reward"
    assert await pending(world) == []


async def test_the_list_counts_as_the_confirmation_did(world):
    await collected(world, make_paper())
    await world.say("subscribe reward")
    assert (await table(world)).rows[0][-1][0].text == "1"


async def test_later_the_list_counts_what_was_recorded(world):
    await world.say("subscribe reward")
    world.clock.advance(days=8)
    await collected(world, make_paper(day=world.clock.now().date()))
    assert (await table(world)).rows[0][-1][0].text == "1"
    world.clock.advance(days=8)
    assert (await table(world)).rows[0][-1][0].text == "0"


async def test_the_list_names_what_brings_nothing_and_removes_it_at_one_press(world):
    await collected(world, make_paper())
    for query in ("reward", "robots", "cooking"):
        await world.say(f"subscribe {query}")
    assert "Matched no paper of the last 30 days: 2, 3." in await answer(world, "list")
    pressed = await buttons(world, "list")
    assert pressed["Remove the 2 without papers"] == "unsubscribe 2 3"
    await world.say(pressed["Remove the 2 without papers"])
    assert await queries(world) == {1: "reward"}
    assert "without papers" not in " ".join(await buttons(world, "list"))


async def test_the_list_says_who_subscribed_and_since_when(world):
    await world.say("subscribe reward", user=BO)
    row = (await table(world)).rows[0]
    assert [cell[0].text for cell in row[:4]] == ["1", "reward", "Bo", "13 July"]


async def test_a_change_is_also_said_in_the_channel_and_kept(world):
    reply = await world.say("subscribe reward")
    assert reply.notice
    assert reply.notice.fallback == "Anna subscribed this channel to reward."
    assert await changes(world) == ["Anna subscribed this channel to reward"]


async def test_a_failed_change_says_nothing_in_the_channel(world):
    assert (await world.say("subscribe (")).notice is None
    assert await changes(world) == []


async def test_subscribing_twice_changes_nothing(world):
    await world.say("subscribe dpo OR rlhf")
    reply = await world.say("subscribe rlhf | DPO")
    assert "already subscribed" in shown(reply.message)
    assert "number 1, by Anna since 13 July" in shown(reply.message)
    assert reply.notice is None
    assert await queries(world) == {1: "dpo OR rlhf"}
    assert len(await changes(world)) == 1


async def test_numbers_are_never_used_twice(world):
    await world.say("subscribe one")
    await world.say("unsubscribe 1")
    await world.say("subscribe two")
    assert await queries(world) == {2: "two"}


async def test_subscribe_alone_says_how(world):
    said = await answer(world, "subscribe")
    assert "Subscribe to what?" in said
    assert '/papers subscribe "reward hacking"' in said


async def test_a_wrong_query_is_shown_with_the_place_and_an_example(world):
    said = await answer(world, "subscribe diffusion foo:bar")
    assert "diffusion ▸foo:bar" in said
    assert "title:" in said


@pytest.mark.parametrize(
    "text",
    ["edit 1 diffusion foo:bar", "recent 0 diffusion foo:bar", "saved #x diffusion foo:bar"],
)
async def test_the_place_is_shown_in_the_query_whatever_stands_before_it(world, text):
    await world.say("subscribe reward")
    assert "diffusion ▸foo:bar" in await answer(world, text)


async def test_a_channel_has_at_most_a_hundred_subscriptions(world):
    await follow(world, *(f"w{n}" for n in range(SUBSCRIPTIONS_MAX)))
    said = await answer(world, "subscribe onemore")
    assert "This channel has 100 subscriptions" in said
    assert "/papers unsubscribe 1" in said
    assert len(await queries(world)) == SUBSCRIPTIONS_MAX


async def test_a_workspace_has_so_many_and_others_do_not_count(world, monkeypatch):
    assert WORKSPACE_MAX == 2_000
    monkeypatch.setattr("bot.services.subscribing.WORKSPACE_MAX", 6)
    for name in ("nlp", "vlm"):
        await follow(world, "one", "two", "three", name=name)
    said = await answer(world, "subscribe onemore", name="another")
    assert "All channels together have 6 subscriptions" in said
    assert await queries(world, "another") == {}
    assert "Subscribed" in await answer(world, "subscribe onemore", workspace=RIVAL)


async def test_a_category_is_named_as_such_and_collected_from_now_on(world):
    said = await answer(world, "subscribe protein cat:q-bio.BM")
    assert "protein, in category q-bio.BM; words anywhere" in said
    assert "No paper collected so far matches. New papers in q-bio.BM are collected from" in said
    assert "spelled" not in said
    assert "from now on" not in await answer(world, "subscribe protein cat:cs.AI")
    assert "New papers in stat.* are collected" in await answer(world, "edit 1 cat:stat.*")


async def test_a_category_that_arxiv_cannot_have_is_told(world):
    said = await answer(world, "subscribe protein cat:xx.YY")
    assert "arXiv has no category xx.YY; only papers from elsewhere can match." in said
    assert "from now on" not in said
    assert "arXiv has no category foo" in await answer(world, "settings categories foo cs.CL")
    assert "arXiv" not in await answer(world, "settings categories cs.CL")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rlhf or dpo", "rlhf OR dpo"),
        ("author:yann lecun", 'author:"yann lecun"'),
        ("cat:cs.LG,cs.CV", "cat:cs.LG,cat:cs.CV"),
    ],
)
async def test_what_may_be_meant_otherwise_is_offered(world, typed, meant):
    assert f"Did you mean /papers edit 1 {meant}?" in await answer(world, f"subscribe {typed}")
    assert "Did you mean" not in await answer(world, f"edit 1 {meant}")
    assert f"Did you mean /papers edit 1 {meant}?" in await answer(world, f"edit 1 {typed}")
    await collected(world, make_paper())
    assert f"Did you mean /papers search {meant}?" in await answer(world, f"search {typed}")


async def test_a_flood_may_be_a_slip_too(world):
    await collected(world, *(make_paper(f"2607.{n:05}", f"Model {n} of cs.CV") for n in range(351)))
    assert "Did you mean /papers subscribe model cat:cs.CV?" in await answer(
        world, "subscribe model cs.CV"
    )


async def test_a_category_alone_is_not_misspelt(world):
    assert "No paper collected so far matches. Next digest" in await answer(
        world, "subscribe cat:cs.AI"
    )
