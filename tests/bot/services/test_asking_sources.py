"""Where the archive knows too little, the sources' own search is asked."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.services import asking_sources
from tests.bot.services.asking import answer, collected, shown, stored
from tests.fakes import make_paper
from tests.world import text_of


@dataclass
class FakeSearch:
    name: str = "arxiv"
    papers: tuple = ()
    fails: Exception | None = None
    takes_s: float = 0
    asked: list[str] = field(default_factory=list)

    async def search(self, words: str, *, limit: int):
        self.asked.append(words)
        await asyncio.sleep(self.takes_s)
        if self.fails:
            raise self.fails
        return self.papers[:limit]


FAR = make_paper("2501.00077", "Reward hacking of old", day=None)


@pytest.fixture
def arxiv(world):
    search = FakeSearch(papers=(FAR,))
    world.searches.append(search)
    return search


async def test_what_a_source_finds_is_shown_and_that_it_was_asked(world, arxiv):
    said = await answer(world, "search reward hacking")
    assert "Reward hacking of old" in said
    assert "The archive knows little of this, so the search of arXiv was asked as well." in said
    assert arxiv.asked == ["reward hacking"]


async def test_what_a_source_finds_is_in_the_archive_from_then_on(world, arxiv):
    await world.say("search reward hacking")
    assert "Saved" in await answer(world, "save 2501.00077")
    assert "Reward hacking of old" in await answer(world, "search title:reward")


async def test_what_does_not_match_exactly_is_set_apart(world, arxiv):
    arxiv.papers = (make_paper("2501.00078", "Something else entirely", day=None),)
    said = await answer(world, "search zebra stripes")
    exact, _, nearest = said.partition("Nearest others")
    assert "No paper matches zebra stripes." in exact
    assert "Something else entirely" in nearest


async def test_where_the_archive_knows_enough_nobody_is_asked(world, arxiv):
    await stored(world, *(make_paper(f"2607.{n:05}", f"Reward {n}") for n in range(3)))
    said = await answer(world, "search reward")
    assert arxiv.asked == []
    assert "was asked" not in said
    await world.say("search reward 2")
    assert arxiv.asked == ["reward 2"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"fails": SourceUnavailable("arxiv", "timed out")},
        {"fails": SourceFormatChanged("arxiv", "no feed")},
        {"fails": ValueError("a fault of ours")},
        {"takes_s": 5},
    ],
    ids=["unavailable", "changed", "fault", "slow"],
)
async def test_a_source_that_fails_or_is_slow_is_named_and_disturbs_nothing(
    world, arxiv, monkeypatch, trouble
):
    monkeypatch.setattr(asking_sources, "PATIENCE_S", 0.05)
    for name, value in trouble.items():
        setattr(arxiv, name, value)
    world.searches.append(FakeSearch(name="huggingface", papers=(FAR,)))
    await stored(world, make_paper())
    said = await answer(world, "search reward hacking")
    assert "Reward hacking in language models" in said
    assert "Reward hacking of old" in said
    assert "the search of Hugging Face was asked as well; that of arXiv gave no answer." in said


async def test_where_all_fail_the_archive_answers_alone(world, arxiv):
    arxiv.fails = SourceUnavailable("arxiv", "timed out")
    assert "No paper has been collected yet" in await answer(world, "search reward")
    await stored(world, make_paper())
    said = await answer(world, "search reward")
    assert "1 paper matches reward." in said
    assert "The archive knows little of this, and arXiv gave no answer when asked." in said


async def test_for_a_pasted_title_that_is_found_nobody_is_asked(world, arxiv):
    title = "CLIP: rewards, and what they are good for"
    await stored(world, make_paper(title=title))
    assert "1 paper matches" in await answer(world, f"search {title}")
    assert arxiv.asked == []


async def test_a_source_that_finds_nothing_was_asked_all_the_same(world, arxiv):
    arxiv.papers = ()
    await stored(world, make_paper())
    said = await answer(world, "search zebra")
    assert "No paper matches zebra." in said
    assert "the search of arXiv was asked as well" in said


async def test_several_are_asked_and_a_paper_of_both_is_shown_once(world, arxiv):
    world.searches.append(FakeSearch(name="huggingface", papers=(FAR,)))
    said = await answer(world, "search reward hacking")
    assert "the search of arXiv and Hugging Face was asked" in said
    assert said.count("Reward hacking of old") == 1


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ('"world model" OR rlhf -survey', ["world model rlhf"]),
        ("title:diffusion author:lecun upvotes:>=3 cat:cs.CL", ["diffusion lecun"]),
        (" ".join(f"w{n}" for n in range(20)), [" ".join(f"w{n}" for n in range(12))]),
        ("cat:cs.CL upvotes:>=3", []),
        ("foo:bar reward", []),
    ],
)
async def test_a_source_is_asked_for_plain_words(world, arxiv, query, asked):
    await world.say(f"search {query}")
    assert arxiv.asked == asked


async def test_what_was_found_so_is_never_posted(world, arxiv):
    await world.found("reward")
    await world.say("search reward hacking")
    await world.morning()
    assert world.cards() == []
    assert "was only imported or looked up" in await answer(world, "why 2501.00077")


async def test_once_a_source_announces_it_it_is(world, arxiv):
    await world.found("reward")
    await world.say("search reward hacking")
    await collected(world, make_paper("2501.00077", "Reward hacking of old"))
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == ["Reward hacking of old"]


async def test_nobody_but_a_search_asks_the_sources(world, arxiv):
    for text in (
        "preview zebra",
        "similar zebra",
        "saved zebra",
        "subscribe zebra",
        "newest zebra",
    ):
        await world.say(text)
    assert arxiv.asked == []
    reply = await world.say("search zebra", name="another")
    assert "canary" not in text_of(reply.message)
    assert shown(reply.message)
