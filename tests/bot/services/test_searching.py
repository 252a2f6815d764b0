"""`search`, `preview`, `similar`, `share`, and the pages behind them."""

import pytest

from bot.domain.messages import PaperCard
from tests.bot.services.asking import (
    BO,
    DIRECT,
    answer,
    buttons,
    buttons_of,
    collected,
    everything,
    queries,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import text_of


def rewards(count: int):
    return [make_paper(f"2607.{n:05}", f"Reward {n}") for n in range(count)]


async def test_search_shows_exact_matches_then_the_nearest(world):
    await stored(
        world,
        make_paper(),
        make_paper("2607.00002", "Hacking the reward of a robot"),
        make_paper("2607.00003", "Cooking"),
    )
    said = await answer(world, 'search "reward hacking"')
    exact, _, nearest = said.partition("Nearest others")
    assert "Reward hacking in language models" in exact
    assert "Hacking the reward of a robot" in nearest
    assert "Cooking" not in said


async def test_preview_shows_the_last_seven_days_and_changes_nothing(world):
    await stored(world, make_paper(), make_paper("2606.00001", "Reward of June", day=None))
    await world.say("help")
    before = everything(world)
    assert "The last 7 days would have posted 1 paper" in await answer(world, "preview reward")
    assert everything(world) == before


@pytest.mark.parametrize(
    "text", ["2607.00001", "https://arxiv.org/abs/2607.00001v2", "arXiv:2607.00001", "<2607.00001>"]
)
async def test_searching_an_id_or_address_shows_that_paper(world, text):
    await stored(world, make_paper(), make_paper("2607.00002", "Another 2607.00001"))
    (block,) = (await world.say(f"search {text}")).message.blocks
    assert block.title == "Reward hacking in language models"


async def test_searching_an_unknown_id_fetches_it_or_says_that_nobody_knows_it(world):
    said = await answer(world, "search https://arxiv.org/abs/2501.00077v1")
    assert said.startswith("I know no paper “https://arxiv.org/abs/2501.00077v1”, nor does arXiv.")
    world.lookup.papers = {"arxiv:2501.00077": make_paper("2501.00077", "An older paper")}
    assert "An older paper" in await answer(world, "search https://arxiv.org/abs/2501.00077v1")


async def test_cards_of_a_search_say_why_and_who_saved(world):
    await stored(world, make_paper())
    await world.say("save 2607.00001")
    for verb in ("search", "preview"):
        card = (await world.say(f"{verb} reward")).message.blocks[1]
        assert "".join(span.text for span in card.why) == "matched reward in the title"
        assert card.buttons[0].label == "Saved ✓"
        assert card.buttons[-1].verb == "share"


@pytest.mark.parametrize("verb", ["search", "preview"])
async def test_all_that_matches_can_be_paged_through(world, verb):
    await collected(world, *rewards(31))
    titles, text = set(), f"{verb} reward"
    assert "31 papers" in await answer(world, text)
    while text:
        said = await answer(world, text)
        titles |= {
            f"Reward {n}" for n in range(31) if f"Reward {n}\n" in said or f"Reward {n} ·" in said
        }
        text = (await buttons(world, text)).get("Show more")
    assert len(titles) == 31


async def test_results_are_turned_back_and_sorted_the_other_way(world):
    day = world.clock.now().date()
    papers = [
        make_paper(f"2607.{n:05}", f"Reward {n}", day=day.replace(day=n + 1)) for n in range(12)
    ]
    await stored(world, *papers)
    pressed = await buttons(world, "search reward")
    assert pressed["Newest first"] == "newest 0 reward"
    said = await answer(world, pressed["Newest first"])
    assert said.startswith("1 to 12 of 12 papers that match reward.\nReward 11 ·")
    turned = await buttons(world, "newest 5 reward")
    assert turned["Back"] == "newest 0 reward"
    assert turned["Best first"] == "results 0 reward"
    assert "Newest first" in await buttons(world, "results 0 reward")


async def test_what_is_over_a_hundred_is_not_counted(world):
    await stored(world, *rewards(120))
    assert "The best 5 of more than 100 papers that match" in await answer(world, "search reward")
    assert "6 to 20 of more than 105 papers" in await answer(world, "results 5 reward")


async def test_results_beyond_the_last_are_none(world):
    await stored(world, make_paper())
    assert "No further paper matches" in await answer(world, "results 5 reward")
    assert "1 to 1 of 1 paper" in await answer(world, "results reward")


@pytest.mark.parametrize("text", ["99999999 reward", "-5 reward", "٣ reward", "9999 reward"])
async def test_a_page_that_no_button_says_is_a_sentence(world, text):
    await stored(world, make_paper())
    for verb in ("results", "newest", "recent"):
        assert "went wrong" not in await answer(world, f"{verb} {text}")


async def test_what_a_search_finds_can_be_subscribed_to(world):
    await stored(world, make_paper())
    await world.say((await buttons(world, "search reward"))["Subscribe to this"])
    assert await queries(world) == {1: "reward"}


async def test_what_a_search_of_some_days_finds_cannot_be_subscribed_to(world):
    await stored(world, make_paper())
    assert "Subscribe to this" not in await buttons(world, "search reward last:7d")


async def test_a_pasted_title_is_found_and_has_no_buttons_for_queries(world):
    await stored(world, make_paper(title="CLIP: rewards, and what they are good for"))
    said = await answer(world, "search CLIP: rewards, and what they are good for")
    assert "1 paper matches" in said
    assert "read as plain words" in said
    assert "Subscribe to this" not in await buttons(
        world, "search CLIP: rewards, and what they are good for"
    )


async def test_an_empty_search_gets_an_example(world):
    assert "/papers search title:diffusion last:30d" in await answer(world, "search")


async def test_an_archive_without_papers_says_so(world):
    assert "No paper has been collected yet" in await answer(world, "search reward")


# Papers like one, and papers shown to others.


async def test_similar_papers_are_cards_of_others(world):
    await stored(
        world,
        make_paper(),
        make_paper("2607.00002", "Reward hacking in robots"),
        make_paper("2607.00003", "Cooking with gas"),
    )
    message = (await world.say("similar 2607.00001")).message
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    assert [card.title for card in cards] == ["Reward hacking in robots"]
    assert message.fallback == "Like Reward hacking in language models:"


async def test_where_nothing_is_like_it_that_is_said(world):
    await stored(world, make_paper("2607.00001", "Zebras"), make_paper("2607.00002", "Cooking"))
    assert "The archive has nothing like Zebras." in await answer(world, "similar 2607.00001")


async def test_sharing_shows_the_card_to_the_channel(world):
    await stored(world, make_paper())
    before = everything(world, but=("channel",))
    reply = await world.say("share 2607.00001", user=BO)
    assert shown(reply.message) == "Shown to #nlp: Reward hacking in language models"
    start, card = reply.notice.blocks
    assert "".join(span.text for span in start.spans) == "Bo shared a paper:"
    assert card.title == "Reward hacking in language models"
    assert [b.verb for b in buttons_of(reply.notice)] == ["toggle", "abstract", "similar", "share"]
    assert everything(world, but=("channel",)) == before


@pytest.mark.parametrize(
    "named",
    ["2607.00001", "<https://arxiv.org/abs/2607.00001>,", "https://arxiv.org/abs/2607.00001"],
)
async def test_a_word_to_the_others_is_shared_with_the_paper(world, named):
    await stored(world, make_paper())
    reply = await world.say(f"share {named} for  the *journal* <!here> club", user=BO)
    said = shown(reply.notice)
    assert said.startswith("Bo shared a paper:\n“for the *journal* <!here> club”\nReward hacking")


async def test_the_words_of_a_title_are_no_comment(world):
    await stored(world, make_paper())
    reply = await world.say("share reward hacking in language models")
    assert shown(reply.notice).startswith("Anna shared a paper:\nReward hacking")


async def test_in_a_direct_message_there_is_nobody_to_share_with(world):
    await stored(world, make_paper())
    reply = await world.say("share 2607.00001", **DIRECT)
    assert shown(reply.message).startswith("Nobody else is here to see Reward hacking")
    assert reply.notice is None


async def test_an_abstract_is_for_the_caller_alone_and_offers_the_rest(world):
    await stored(world, make_paper())
    reply = await world.say("abstract 2607.00001")
    assert "We show what goes wrong and how to mend it." in text_of(reply.message)
    assert [b.verb for b in buttons_of(reply.message)] == ["toggle", "similar", "reject"]
    assert reply.notice is None
    await world.say("save 2607.00001")
    assert "Saved ✓" in await buttons(world, "abstract 2607.00001")


@pytest.mark.parametrize("text", ["more", "more x", "more 77 5", "more 1 99999999999", "more ١ ٢"])
async def test_more_of_no_digest(world, text):
    assert "There is no more of that digest." in await answer(world, text)


async def test_more_of_a_digest_is_paged_and_of_another_channel_refused(world):
    await world.found("reward")
    world.source.waiting = rewards(40)
    await world.morning()
    [pressed] = [
        f"{b.verb} {b.argument}"
        for _, m, _ in world.chat.posts
        for b in buttons_of(m)
        if b.verb == "more"
    ]
    assert pressed == "more 1 20"
    said = await answer(world, pressed)
    assert "15 more papers of this digest" in said
    assert (await buttons(world, pressed)) == {"Show 5 more": "more 1 35"}
    assert "Reward" not in await answer(world, pressed, name="elsewhere")
