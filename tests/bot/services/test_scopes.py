"""Which papers a channel wants at all: sources, categories, least upvotes."""

from dataclasses import replace

import pytest

from bot.domain.messages import PaperCard
from bot.domain.scopes import EVERYTHING
from tests.bot.services.asking import (
    answer,
    buttons,
    channel,
    collected,
    everything,
    pending,
    queries,
    shown,
)
from tests.fakes import FakeSource, make_paper
from tests.world import channel_ref


def of_arxiv(n: int, title: str, *categories: str, **known):
    return make_paper(f"2607.{n:05}", title, categories=categories, **known)


CL = of_arxiv(1, "Reward of language", "cs.CL")
RO = of_arxiv(2, "Reward of robots", "cs.RO", "cs.AI")
STAT = of_arxiv(3, "Reward of statistics", "stat.ML")
HF = replace(of_arxiv(4, "Reward of hugging", "cs.CL", source="huggingface"), upvotes=9)


@pytest.mark.parametrize(
    ("settings", "posted"),
    [
        ("sources arxiv", [CL, RO, STAT]),
        ("sources hf", [HF]),
        ("sources huggingface, arxiv", [HF, CL, RO, STAT]),
        ("categories cs.CL", [HF, CL]),
        ("categories cs.*", [HF, CL, RO]),
        ("categories cs.RO, stat.*", [RO, STAT]),
        ("upvotes 5", [HF]),
        ("sources arxiv categories cs.CL", [CL]),
        ("sources arxiv upvotes 1", []),
        ("sources any categories any upvotes 0", [HF, CL, RO, STAT]),
    ],
)
async def test_only_papers_in_the_scope_are_matched_and_posted(world, settings, posted):
    await world.found("reward")
    await world.say(f"settings {settings}")
    await collected(world, CL, RO, STAT, HF)
    assert sorted(await pending(world)) == sorted(p.title for p in posted)
    assert [b.title for b in await previewed(world)] == [c.title for c in await by_rank(world)]
    world.clock.advance(hours=3)
    await world.tick()
    assert sorted(world.cards()) == sorted(p.title for p in posted)


async def previewed(world):
    blocks = (await world.say("preview reward")).message.blocks
    return [block for block in blocks if isinstance(block, PaperCard)]


async def by_rank(world):
    """The next digest's cards, in order."""
    planned = await world.digester.preview(channel_ref())
    blocks = [b for message in planned.messages for b in message.blocks] if planned else []
    return [block for block in blocks if isinstance(block, PaperCard)]


async def test_the_scope_of_one_channel_is_not_that_of_another(world):
    await world.found("reward")
    await world.found("reward", name="vlm")
    await world.say("settings sources huggingface", name="vlm")
    await collected(world, CL, HF)
    assert len(await pending(world)) == 2
    assert await pending(world, "vlm") == [HF.title]


async def test_the_list_and_the_confirmation_count_within_the_scope(world):
    await collected(world, CL, RO, STAT, HF)
    await world.say("settings categories stat.*")
    assert "It matches 1 paper of the last 7 days." in await answer(world, "subscribe reward")
    said = await answer(world, "list")
    assert "Of all papers only those come that match (cat:stat.*)." in said
    assert "1 | reward | Anna | 13 July | 1" in said


async def test_why_names_the_scope_that_kept_a_paper_away(world):
    await world.found("reward")
    await world.say("settings sources huggingface upvotes 5")
    await collected(world, CL)
    said = await answer(world, "why 2607.00001")
    assert "no subscription of this channel matches" in said
    assert "without source:huggingface" in said


async def test_the_reasons_on_a_card_are_the_querys_own(world):
    await world.found("reward")
    await world.say("settings categories cs.* sources arxiv")
    await collected(world, CL)
    world.clock.advance(hours=3)
    await world.tick()
    [card] = [b for _, m, _ in world.chat.posts for b in m.blocks if isinstance(b, PaperCard)]
    assert "".join(span.text for span in card.why) == "matched reward in the title"


async def test_what_waits_and_is_not_wanted_any_more_does_not_come(world):
    await world.found("reward", "robots")
    await collected(world, CL, RO, STAT)
    assert len(await pending(world)) == 3
    reply = await world.say("settings categories stat.*, cs.RO")
    assert "set categories to stat.*, cs.RO" in reply.notice.fallback
    assert sorted(await pending(world)) == [RO.title, STAT.title]


async def test_what_is_wanted_still_waits_through_a_change_of_scope(world):
    await world.found("reward")
    await collected(world, CL, HF)
    await world.say("settings upvotes 1")
    await world.say("settings upvotes 0 categories cs.CL")
    assert await pending(world) == [HF.title]


@pytest.mark.parametrize("typed", ["hugingface", "arxiv, biorxiv", "HuggingFaces"])
async def test_a_source_that_does_not_exist_is_refused_and_nothing_changes(world, typed):
    await world.found("reward")
    said = await answer(world, f"settings sources {typed} upvotes 3")
    assert "There is no source" in said
    assert "there are: huggingface, arxiv." in said
    assert (await channel(world)).scope == EVERYTHING


async def test_a_scope_is_undone_as_any_setting(world):
    await world.found("reward")
    pressed = await buttons(
        world, "settings sources huggingface categories cs.CL, stat.* upvotes 3"
    )
    assert pressed["Undo"] == "settings sources any categories any upvotes 0"
    await world.say(pressed["Undo"])
    await collected(world, CL)
    assert await pending(world) == [CL.title]


async def test_a_paper_comes_once_it_has_the_votes(world):
    await world.found("reward")
    await world.say("settings upvotes 5")
    await collected(world, replace(CL, upvotes=1))
    assert await pending(world) == []
    world.source.updates = [replace(CL, upvotes=6)]
    await world.collector.collect(force=True)
    assert await pending(world) == [CL.title]


async def test_a_paper_of_two_sources_counts_for_both(world):
    await world.found("reward")
    await world.say("settings sources huggingface")
    await collected(world, CL)
    assert await pending(world) == []
    other = FakeSource(name="huggingface", waiting=[replace(CL, listings=HF.listings)])
    world.collector._sources = [other]
    await world.collector.collect(force=True)
    assert await pending(world) == [CL.title]


@pytest.mark.parametrize(
    "settings",
    [
        "categories " + ", ".join(f"math.{a}{b}" for a in "abcd" for b in "vwxyz"),
        "categories " + " ".join("c" * 12 + chr(97 + n) for n in range(20)),
        "sources " + " ".join("s" * 14 + chr(97 + n) for n in range(20)),
        "sources " + " ".join("s" * 10 + chr(97 + n) for n in range(10)) + " categories "
        "" + " ".join("c" * 10 + chr(97 + n) for n in range(10)) + " upvotes 9",
        f"categories {'c' * 250}",
    ],
)
async def test_a_scope_is_taken_whole_or_refused_and_never_silences_the_channel(world, settings):
    await world.found("reward")
    before = everything(world)
    reply = await world.say(f"settings {settings}")
    if reply.notice is None:
        assert everything(world) == before
    assert (await world.say("preview reward")).message.fallback.startswith("The last 7 days")
    assert "Subscribed" in await answer(world, "subscribe robots")
    for known in await world.store.read(lambda tx: tx.subscriptions.of_channel(channel_ref())):
        assert known.meaning
    assert await queries(world) == {1: "reward", 2: "robots"}


async def test_narrow_categories_are_asked_of_the_sources(world):
    await world.found("reward")
    await world.say("settings categories math.MG")
    await collected(world)
    assert "math.mg" in world.source.categories


async def test_a_form_fills_in_the_scope(world):
    await world.say("settings sources huggingface categories cs.CL upvotes 3")
    assert "sources | huggingface" in await answer(world, "settings")
    scope = (await channel(world)).scope
    assert scope.text == "(source:huggingface) (cat:cs.CL) (upvotes:>=3)"
    assert shown((await world.say("settings upvotes any")).message) == "Done: set upvotes to 0."
