"""What is shown under a link to a paper that somebody posts."""

from dataclasses import replace

import pytest

from bot.domain.messages import PaperCard
from bot.domain.papers import doi_key, paper_keys
from tests.bot.services.asking import (
    BO,
    RIVAL,
    buttons_of,
    call,
    collected,
    everything,
    shown,
    stored,
)
from tests.fakes import capabilities, make_paper
from tests.world import LAB, text_of

URL = "https://arxiv.org/abs/2607.00001"
OTHER = "https://huggingface.co/papers/2607.00002"


@pytest.fixture
async def two(world):
    await stored(world, make_paper(), make_paper("2607.00002", "Cooking with gas"))
    return world


async def unfurl(world, *urls, **known):
    return await world.desk.unfurl(call("", **known), urls)


async def test_a_known_paper_is_shown_as_a_card(two):
    found = await unfurl(two, URL)
    assert list(found) == [URL]
    [card] = found[URL].blocks
    assert isinstance(card, PaperCard)
    assert card.title == "Reward hacking in language models"
    assert [b.verb for b in buttons_of(found[URL])] == ["toggle", "abstract", "similar", "share"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/2607.00001",
        "https://arxiv.org/list/cs.CL",
        "https://arxiv.org/abs/9999.99999",
        "javascript:alert(1)",
        "https://[::1",
        "",
        "x" * 20_000,
    ],
)
async def test_links_to_anything_else_get_nothing_and_nobody_is_asked(two, url):
    assert await unfurl(two, url) == {}
    assert two.lookup.asked == []


async def test_of_two_links_each_is_shown_and_of_three_none(two):
    assert set(await unfurl(two, URL, OTHER)) == {URL, OTHER}
    two.clock.advance(minutes=31)
    assert await unfurl(two, URL, OTHER, "https://example.org/") == {}
    assert set(await unfurl(two, URL, URL, URL)) == {URL}


async def test_two_links_to_one_paper_are_shown_once(two):
    found = await unfurl(two, URL, "https://arxiv.org/pdf/2607.00001v2")
    assert list(found) == [URL]


async def test_nothing_is_shown_twice_within_half_an_hour(two):
    assert await unfurl(two, URL)
    two.clock.advance(minutes=29)
    assert await unfurl(two, URL) == {}
    two.clock.advance(minutes=2)
    assert await unfurl(two, URL)


async def test_another_channel_or_workspace_is_another_place(two):
    assert await unfurl(two, URL)
    assert await unfurl(two, URL, name="vlm")
    assert await unfurl(two, URL, workspace=RIVAL)


async def test_a_paper_that_was_posted_there_says_when_and_not_right_after(world):
    await world.found("reward")
    await collected(world, make_paper())
    assert "Already in this channel" not in text_of((await unfurl(world, URL))[URL])
    world.clock.advance(hours=3)
    await world.tick()
    assert await unfurl(world, URL) == {}
    world.clock.advance(minutes=31)
    assert "Already in this channel’s digest of 09:00." in shown((await unfurl(world, URL))[URL])
    assert "Already in this channel" not in shown((await unfurl(world, URL, name="vlm"))[URL])


async def test_who_saved_it_is_said_by_the_channels_own_list(two):
    await two.say("save 2607.00001", user=BO)
    assert "saved by Bo" in shown((await unfurl(two, URL))[URL])
    await two.say("settings list channel", name="vlm")
    assert "saved by" not in shown((await unfurl(two, URL, name="vlm"))[URL])
    assert "saved by" not in shown((await unfurl(two, URL, workspace=RIVAL))[URL])


async def test_a_link_changes_nothing(two):
    before = everything(two)
    await unfurl(two, URL, name="never-heard-of", workspace=LAB)
    assert everything(two) == before


async def test_what_its_buttons_cannot_hold_is_kept(world):
    world.chat.capabilities = replace(capabilities(10, 3_800), button_max_chars=90)
    doi = "10.1000/" + "x" * 120
    keys = paper_keys(doi_key(doi), title="Reward", authors=())
    await stored(world, replace(make_paper(), id=keys[0], keys=keys))
    [message] = (await unfurl(world, f"https://doi.org/{doi}")).values()
    assert {b.verb for b in buttons_of(message)} == {"kept"}
