"""`unsubscribe`: by number, by range, by query, all at once; and back again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import Subscription, SubscriptionId
from bot.domain.errors import UserError
from bot.domain.parsing import parse_subscription
from bot.services.subscribing import chosen
from tests.bot.services.asking import (
    answer,
    buttons,
    changes,
    collected,
    everything,
    follow,
    queries,
    shown,
)
from tests.fakes import MONDAY, make_paper
from tests.world import ANNA, channel_ref

SEVEN = ("one", "two", "three", "four", "five", "six", "seven")


@pytest.fixture
async def seven(world):
    await follow(world, *SEVEN)
    return world


@pytest.mark.parametrize("wanted", ["1", "#1", "rlhf", " RLHF ", '"rlhf"', "all"])
async def test_a_number_or_the_query_names_one(world, wanted):
    await world.say("subscribe rlhf")
    assert "Unsubscribed" in await answer(world, f"unsubscribe {wanted}")
    assert "no subscriptions yet" in await answer(world, "list")


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ("2 4", [1, 3, 5, 6, 7]),
        ("2,4; 6", [1, 3, 5, 7]),
        ("2-4", [1, 5, 6, 7]),
        ("4-2", [1, 5, 6, 7]),
        ("#2 – #4", [1, 5, 6, 7]),
        ("1 3-5 7", [2, 6]),
        ("2 2 2-3 3", [1, 4, 5, 6, 7]),
        ("1-7", []),
        ("007", [1, 2, 3, 4, 5, 6]),
    ],
)
async def test_several_go_at_once_by_their_numbers(seven, wanted, left):
    reply = await seven.say(f"unsubscribe {wanted}")
    assert list(await queries(seven)) == left
    assert "Unsubscribed" in shown(reply.message)
    assert "Anna unsubscribed this channel from" in shown(reply.notice)


@pytest.mark.parametrize("wanted", ["2 9", "2-9", "0", "0-3", "9-12", "2 999999", "5-999999"])
async def test_one_that_is_missing_keeps_all(seven, wanted):
    before = everything(seven)
    reply = await seven.say(f"unsubscribe {wanted}")
    assert "This channel has no subscription" in shown(reply.message)
    assert reply.notice is None
    assert everything(seven) == before


async def test_several_are_named_in_the_answer_and_a_few_in_the_channel(seven):
    reply = await seven.say("unsubscribe 1-5")
    assert [b.kind for b in reply.message.blocks] == ["paragraph", "bullets", "actions"]
    assert "from 5 queries: one, two, three and 2 more." in reply.notice.fallback
    assert (await changes(seven))[0].endswith("5 queries: one, two, three and 2 more")


async def test_undo_brings_several_back(seven):
    pressed = await buttons(seven, "unsubscribe 2-4")
    assert pressed["Undo"] == 'restore ["two", "three", "four"]'
    reply = await seven.say(pressed["Undo"])
    assert "Subscribed this channel to 3 queries." in shown(reply.message)
    assert "Anna subscribed this channel to 3 queries: two, three, four." in reply.notice.fallback
    assert sorted((await queries(seven)).values()) == sorted(SEVEN)


async def test_undo_of_what_is_back_already_changes_nothing(seven):
    undo = (await buttons(seven, "unsubscribe 2-4"))["Undo"]
    redo = (await buttons(seven, undo))["Undo"]
    before = everything(seven)
    again = await seven.say(undo)
    assert "0 queries. 3 were subscribed to already." in shown(again.message)
    assert again.notice is None
    assert everything(seven) == before
    assert redo == "unsubscribe 8 9 10"
    await seven.say(redo)
    assert list(await queries(seven)) == [1, 5, 6, 7]


async def test_all_asks_first(seven):
    before = everything(seven)
    reply = await seven.say("unsubscribe ALL")
    assert "This channel has 7 subscriptions. Remove them all?" in shown(reply.message)
    assert reply.notice is None
    assert everything(seven) == before
    pressed = await buttons(seven, "unsubscribe all")
    assert pressed == {"Remove all 7": "unsubscribe 1 2 3 4 5 6 7"}
    await seven.say(pressed["Remove all 7"])
    assert await queries(seven) == {}


async def test_a_query_that_is_the_word_all_goes_alone(world):
    await world.found("all", "other")
    assert "Unsubscribed" in await answer(world, "unsubscribe all")
    assert await queries(world) == {2: "other"}


@pytest.mark.parametrize("wanted", ["", "7", "#x", "something else", "all of them", "-", "1-"])
async def test_what_is_not_there_gets_an_example_that_works(world, wanted):
    await world.say("subscribe rlhf")
    before = everything(world)
    said = await answer(world, f"unsubscribe {wanted}")
    assert "Example: " in said
    assert everything(world) == before


async def test_a_channel_without_subscriptions_has_none_to_remove(world):
    for wanted in ("all", "1", "1-3", "rlhf"):
        said = await answer(world, f"unsubscribe {wanted}")
        assert "This channel has no subscription" in said


async def test_subscriptions_with_the_word_are_named(world):
    await world.found('"reward hacking"', "robots", "reward model")
    said = await answer(world, "unsubscribe reward")
    assert '1 "reward hacking", 3 reward model' in said
    assert "robots" not in said


async def test_a_query_of_digits_goes_by_its_number_or_as_it_was_typed(world):
    await world.found("first", "2048")
    reply = await world.say("unsubscribe 2048")
    assert reply.message.fallback == "Unsubscribed this channel from 2048."
    assert await queries(world) == {1: "first"}


async def test_what_only_it_had_matched_is_dropped(world):
    await world.found("reward", "language")
    await collected(world, make_paper(), make_paper("2607.00002", "Reward shaping"))
    await world.say("unsubscribe 1")
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


@pytest.mark.parametrize(
    "text",
    [
        "restore",
        "restore x",
        'restore "abc"',
        'restore {"a": 1}',
        "restore 5",
        "restore null",
        "restore []",
        "restore [1]",
        'restore ["a", null]',
        'restore [["a"]]',
        'restore ["ok", "("]',
        f"restore {'[' * 990}",
        f"restore {'[' * 450}{']' * 450}",
    ],
)
async def test_a_restore_that_no_button_says_is_too_old(seven, text):
    before = everything(seven)
    said = await answer(seven, text)
    assert "That button is too old." in said
    assert everything(seven) == before


def known(count: int) -> list[Subscription]:
    return [
        Subscription(
            id=SubscriptionId(n),
            number=n,
            channel=channel_ref(),
            query=parse_subscription(f"word{n}"),
            created_by=ANNA,
            created_at=MONDAY,
            meant_since=MONDAY,
        )
        for n in range(1, count + 1)
    ]


@given(
    count=st.integers(0, 12),
    ranges=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=6),
    separator=st.sampled_from([" ", ",", ", ", ";", " , "]),
)
def test_numbers_choose_just_those_or_nothing(count, ranges, separator):
    wanted = {n for ends in ranges for n in range(min(ends), max(ends) + 1)}
    text = separator.join(f"{a}-{b}" if a != b else str(a) for a, b in ranges)
    if wanted <= set(range(1, count + 1)):
        assert {s.number for s in chosen(known(count), text)} == wanted
    else:
        with pytest.raises(UserError, match="o subscription"):
            chosen(known(count), text)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_whatever_undo_carries_is_read_back(texts):
    assert json.loads(json.dumps(texts, ensure_ascii=False)) == texts


@pytest.mark.parametrize("verb", ["remove", "delete", "stop", "unsub"])
async def test_the_usual_words_for_it_do(world, verb):
    await world.found("reward")
    assert "Unsubscribed" in await answer(world, f"{verb} 1")


async def test_what_is_no_number_is_said_back_in_quotes(world):
    await world.found("reward")
    said = await answer(world, "unsubscribe nothing like this")
    assert "no subscription “nothing like this”." in said
    assert "no subscription 99." in await answer(world, "unsubscribe 99")
