"""What other bots are known to get wrong; `tests.proofs.test_failure_classes` lists the rest."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.links import Url
from bot.domain.papers import PaperKey
from tests.fakes import THAT_DAY, make_paper
from tests.world import World

TITLE = "Reward hacking in language models"


async def test_five_at_once_post_once(world):
    for name in ("first", "second"):
        await world.found("reward", name=name)
    world.source.waiting = [make_paper()]
    await world.tick()
    world.clock.advance(hours=3)
    await asyncio.gather(*(world.digester.digest() for _ in range(5)))
    await asyncio.gather(*(world.deliverer.deliver() for _ in range(5)))
    assert world.cards("first") == world.cards("second") == [TITLE]


def with_listing(paper, **changes):
    return replace(paper, listings=tuple(replace(one, **changes) for one in paper.listings))


GUISES = {
    "the same again": lambda paper: paper,
    "another day": lambda paper: with_listing(paper, announced=THAT_DAY + timedelta(days=3)),
    "another address": lambda paper: with_listing(
        paper, url=Url("https://arxiv.org/abs/2607.00001v2?utm_source=feed")
    ),
    "another title": lambda paper: replace(paper, title="Reward hacking, revised"),
    "a title of other letters": lambda paper: replace(paper, title=TITLE.upper() + "  "),
    "another abstract": lambda paper: replace(paper, abstract="Now we also mend the reward."),
    "a name more": lambda paper: replace(paper, keys=(*paper.keys, PaperKey("doi:10.1000/7"))),
    "other authors": lambda paper: replace(paper, authors=("Bo Sample", "Ada Example")),
}


@pytest.mark.parametrize("guise", GUISES)
async def test_a_paper_that_comes_again_in_another_guise_is_no_news(world, guise):
    await world.found("reward")
    paper = make_paper()
    world.source.waiting = [paper]
    await world.morning()
    for _ in range(3):
        world.source.waiting = [make_paper("2607.00009", "On kites"), GUISES[guise](paper)]
        world.clock.advance(days=1)
        await world.tick()
    assert len(world.cards()) == 1


async def test_a_database_that_is_new_posts_no_history(world, tmp_path):
    """Where the file was not kept, what sources still list was announced before we were told of."""
    (tmp_path / "new").mkdir()
    again = World(tmp_path / "new", clock=world.clock, chat=world.chat)
    again.source.waiting = [make_paper(f"2607.{n:05}", f"Reward {n}") for n in range(50)]
    await again.collector.collect()
    await again.found("reward")
    again.clock.advance(hours=3)
    await again.tick()
    assert again.cards() == []
    await again.store.close()
