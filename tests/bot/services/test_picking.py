"""`pick`: a message's own menu, or the bookmark, saves the paper in it."""

import pytest

from bot.domain.errors import SourceUnavailable
from bot.domain.messages import PaperCard
from bot.domain.papers import PaperKey
from tests.bot.services.asking import (
    BO,
    answer,
    as_guest,
    buttons_of,
    everything,
    pressed,
    saved,
    shown,
    stored,
)
from tests.fakes import make_paper

ONE, TWO = make_paper(), make_paper("2607.00002", "Cooking with gas")


async def pick(world, message, **known):
    return await world.say("pick", attachment=message, **known)


async def ids(world):
    return [item.paper.short_id for item in await saved(world)]


@pytest.mark.parametrize(
    "message",
    [
        "look: https://arxiv.org/abs/2607.00001v2, nice",
        "<https://arxiv.org/pdf/2607.00001.pdf|the paper>",
        "(see arXiv:2607.00001)",
        "https://huggingface.co/papers/2607.00001?utm=x#discussion",
        "https://doi.org/10.48550/arXiv.2607.00001",
        "https://www.alphaxiv.org/abs/2607.00001v1",
        "twice https://arxiv.org/abs/2607.00001 and https://arxiv.org/html/2607.00001v1",
    ],
)
async def test_the_one_paper_of_a_message_is_saved(world, message):
    await stored(world, ONE)
    reply = await pick(world, message)
    assert "Saved to the reading list: Reward hacking" in shown(reply.message)
    assert reply.edit is None
    assert await ids(world) == ["2607.00001"]


async def test_of_several_one_is_chosen_by_its_button(world):
    await stored(world, ONE, TWO)
    await world.say("save 2607.00002", user=BO)
    before = everything(world)
    reply = await pick(world, "https://arxiv.org/abs/2607.00002 https://arxiv.org/abs/2607.00001")
    assert everything(world) == before
    assert shown(reply.message).startswith("That message has 2 papers. Which one?")
    cards = [block for block in reply.message.blocks if isinstance(block, PaperCard)]
    assert [card.title for card in cards] == [TWO.title, ONE.title]
    assert "saved by Bo" in shown(reply.message)
    said = [pressed(b) for b in buttons_of(reply.message)]
    assert said == ["toggle 2607.00002", "toggle 2607.00001"]
    await world.say(said[1])
    assert set(await ids(world)) == {"2607.00001", "2607.00002"}


async def test_an_unknown_paper_is_fetched(world):
    new = make_paper("2501.00077", "An older paper")
    world.lookup.papers = {PaperKey("arxiv:2501.00077"): new}
    assert "An older paper" in shown(
        (await pick(world, "https://arxiv.org/abs/2501.00077")).message
    )
    assert await ids(world) == ["2501.00077"]
    assert world.lookup.asked == ["arxiv:2501.00077"]


async def test_of_several_only_the_unknown_are_asked_for(world):
    await stored(world, ONE)
    await pick(world, "https://arxiv.org/abs/2607.00001 arXiv:2501.00077 doi:10.1038/x")
    assert world.lookup.asked == ["arxiv:2501.00077", "doi:10.1038/x"]


async def test_a_source_that_does_not_answer_is_named(world):
    async def fails(keys):
        raise SourceUnavailable("arxiv", "timed out")

    world.lookup.lookup = fails
    said = shown((await pick(world, "https://arxiv.org/abs/2501.00077")).message)
    assert "arXiv does not answer just now (timed out)" in said
    assert await ids(world) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no link here",
        "https://example.org/abs/2607.00001",
        "https://arxiv.org/list/cs.CL/recent",
        "https://arxiv.org/abs/9999.99999",
        "https://[::1",
        "http://" + "a" * 20_000,
        "arxiv:" * 3_000,
        "\x00\ud83d\u202e" * 50,
    ],
)
async def test_a_message_without_a_paper_is_told_what_it_needs(world, message):
    await stored(world, ONE)
    said = shown((await pick(world, message)).message)
    assert said.startswith("I find no paper in that message: it needs a link")
    assert await ids(world) == []


async def posted(world):
    await world.found("reward", "cooking")
    world.source.waiting = [ONE, TWO]
    await world.morning()
    return [str(n) for n, _ in enumerate(world.chat.posts, start=1)]


async def test_of_a_post_of_ours_it_is_the_cards(world):
    parent, thread = await posted(world)
    reply = await pick(world, "See https://arxiv.org/abs/2607.99999", pressed=thread)
    assert shown(reply.message).startswith("That message has 2 papers.")
    assert world.lookup.asked == []
    reply = await pick(world, "https://arxiv.org/abs/2607.00001", pressed=parent)
    assert await ids(world) == ["2607.00001"]


async def test_a_post_of_ours_with_one_card_is_saved_and_says_so_itself(world):
    await world.found("reward")
    world.source.waiting = [ONE]
    await world.morning()
    reply = await pick(world, "", pressed="1", user=BO)
    assert await ids(world) == ["2607.00001"]
    assert "saved by Bo" in shown(reply.edit.message)


async def test_whatever_a_message_holds_takes_the_right_to_save(world):
    await world.found("reward")
    world.source.waiting = [ONE]
    await world.morning()
    before = everything(world)
    for message in ("", "https://arxiv.org/abs/2607.00001"):
        for post in (None, "1"):
            reply = await pick(world, message, pressed=post, standing=as_guest)
            assert "Guests can look" in shown(reply.message)
    assert everything(world) == before


async def test_another_channels_post_is_no_post_of_ours(world):
    await posted(world)
    assert "I find no paper" in await answer(world, "pick", pressed="2", name="elsewhere")
