"""The reading list: save, take off, mark, tags and notes, whose list it is, and undo."""

import asyncio
import re

import pytest

from bot.domain.papers import PaperKey
from bot.domain.reading_list import Progress
from tests.bot.services.asking import (
    BO,
    DIRECT,
    answer,
    buttons,
    buttons_of,
    changes,
    collected,
    everything,
    saved,
    shown,
    stored,
)
from tests.fakes import make_paper
from tests.world import ANNA

ID, OTHER = "2607.00001", "2607.00002"


@pytest.fixture
async def two(world):
    """An archive of two papers."""
    await stored(world, make_paper(), make_paper(OTHER, "Cooking with gas"))
    return world


async def test_save_list_and_take_off_again(two):
    said = await answer(two, f"save {ID}v2 #reading #Fun for Thursday")
    assert said == (
        "Saved to the reading list: Reward hacking in language models · "
        "#reading #fun · for Thursday"
    )
    assert "Already on the reading list" in await answer(two, f"save https://arxiv.org/abs/{ID}")
    assert "saved by Anna on 13 July" in await answer(two, "saved")
    assert "Removed from the reading list" in await answer(two, f"unsave {ID}")
    assert "not on the reading list" in await answer(two, f"unsave {ID}")
    assert await saved(two) == []
    assert await changes(two) == [
        "Anna took “Reward hacking in language models” off the list",
        "Anna saved “Reward hacking in language models”",
    ]


async def test_saving_again_adds_tags_and_a_note_and_says_by_whom(two):
    await two.say(f"save {ID} #reading first note")
    said = await answer(two, f"save {ID} #urgent #reading second note", user=BO)
    assert "Changed on the reading list" in said
    assert "saved by Anna · #reading #urgent · second note" in said
    [item] = await saved(two)
    assert (item.saved_by, item.tags, item.note) == (ANNA, ("reading", "urgent"), "second note")
    assert len(await changes(two)) == 2


async def test_saving_again_without_a_word_changes_nothing(two):
    await two.say(f"save {ID} #reading a note")
    before = everything(two)
    for text in (f"save {ID}", f"save {ID} #reading", f"save {ID} #reading a note"):
        assert "Already on the reading list" in await answer(two, text, user=BO)
    assert everything(two) == before


async def test_what_is_saved_is_no_noise_in_the_channel(two):
    for text in (f"save {ID}", f"mark {ID} read", f"toggle {OTHER}", f"unsave {ID}"):
        assert (await two.say(text)).notice is None


@pytest.mark.parametrize(
    ("text", "tags", "note"),
    [
        ("#a #b note", ("a", "b"), "note"),
        ("note #a more #b", ("a", "b"), "note more"),
        ("#A #a", ("a",), ""),
        ("#模型 #rl-hf #x_y", ("模型", "rl-hf", "x_y"), ""),
        ("#", (), "#"),
        ("C# and C++", (), "C# and C++"),
        ("  spaced   out  ", (), "spaced out"),
        (" ".join(f"#t{n}" for n in range(30)), tuple(f"t{n}" for n in range(20)), ""),
        ("x" * 900, (), "x" * 500),
    ],
)
async def test_tags_and_note_are_told_apart(two, text, tags, note):
    await two.say(f"save {ID} {text}")
    [item] = await saved(two)
    assert (item.tags, item.note) == (tags, note)


@pytest.mark.parametrize(
    ("text", "tags", "note"),
    [
        ("=", (), ""),
        ("= #c", ("c",), ""),
        ("= other", (), "other"),
        ("=#c other", ("c",), "other"),
        ("other = #c", ("a", "b", "c"), "other ="),
    ],
)
async def test_behind_an_equals_sign_stands_all_there_is_to_be(two, text, tags, note):
    await two.say(f"save {ID} #a #b note")
    await two.say(f"mark {ID} reading")
    said = await answer(two, f"save {ID} {text}", user=BO)
    assert "Changed on the reading list" in said
    [item] = await saved(two)
    assert (item.tags, item.note, item.saved_by) == (tags, note, ANNA)
    assert item.progress is Progress.READING


async def test_what_was_not_saved_is_saved_with_it(two):
    await two.say(f"save {ID} = #a note")
    [item] = await saved(two)
    assert (item.tags, item.note) == (("a",), "note")


async def test_an_unknown_paper_is_fetched_when_saved(world):
    paper = make_paper("2501.00077", "An older paper")
    world.lookup.papers = {PaperKey("arxiv:2501.00077"): paper}
    assert "An older paper" in await answer(world, "save 2501.00077")
    assert "An older paper" in await answer(world, "saved")


@pytest.mark.parametrize("rest", ["", "nonsense", "9999.99999"])
@pytest.mark.parametrize("verb", ["save", "unsave", "abstract", "show", "similar", "share", "why"])
async def test_a_paper_that_nobody_knows_gets_an_example_that_works(world, verb, rest):
    assert f"/papers {verb} 2401.01234" in await answer(world, f"{verb} {rest}")
    await collected(world, make_paper())
    said = await answer(world, f"{verb} {rest}")
    assert f"/papers {verb} {ID}" in said
    assert "Give its arXiv id, DOI or link." in said
    assert "Example: " not in await answer(world, f"{verb} {ID}")


async def test_words_in_place_of_an_id_are_answered_with_titles_to_choose(two):
    said = await answer(two, "save that paper on reward hacking")
    assert "Did you mean" in said
    assert f"/papers save {ID}" in said
    assert OTHER not in said
    pressed = await buttons(two, "save that paper on reward hacking")
    assert pressed == {"Save: Reward hacking in language models": f"save {ID}"}
    assert "Did you mean" not in await answer(two, "unsave hacking")
    await two.say(f"save {ID}")
    assert f"/papers unsave {ID}" in await answer(two, "unsave hacking")


async def test_the_whole_title_names_a_paper(two):
    assert "Saved" in await answer(two, "save reward hacking in language models")


# A card's button.


async def test_a_press_saves_and_another_by_the_same_person_takes_it_off(two):
    assert "Saved to the reading list" in await answer(two, f"toggle {ID}")
    assert len(await saved(two)) == 1
    two.clock.advance(seconds=3)
    assert "Removed from the reading list" in await answer(two, f"toggle {ID}")
    assert await saved(two) == []


async def test_a_double_click_does_it_once_either_way(two):
    await two.say(f"toggle {ID}")
    assert "Already on the reading list" in await answer(two, f"toggle {ID}")
    assert len(await saved(two)) == 1
    two.clock.advance(seconds=3)
    await two.say(f"toggle {ID}")
    assert "not on the reading list" in await answer(two, f"toggle {ID}")
    assert await saved(two) == []


async def test_what_somebody_else_saved_stays_and_says_who(two):
    await two.say(f"toggle {ID}")
    before = everything(two)
    said = await answer(two, f"toggle {ID}", user=BO)
    assert "Already on the reading list" in said
    assert "saved by Anna" in said
    assert everything(two) == before
    assert (await buttons(two, f"toggle {ID}", user=BO))["Remove"] == f"unsave {ID}"


async def test_two_who_press_at_once_save_it_once(two):
    replies = await asyncio.gather(
        *(two.say(f"toggle {ID}", user=who) for who in (ANNA, BO)),
    )
    starts = sorted(shown(reply.message).partition(":")[0] for reply in replies)
    assert starts == ["Already on the reading list", "Saved to the reading list"]
    assert len(await saved(two)) == 1


# How far the team is.


@pytest.mark.parametrize(
    ("progress", "said", "by"),
    [("reading", "being read by Bo", BO), ("read", "read by Bo", BO), ("to-read", "to read", None)],
)
async def test_a_mark_says_who_and_has_an_undo(two, progress, said, by):
    await two.say(f"save {ID}")
    assert said in await answer(two, f"mark {ID} {progress.upper()}", user=BO)
    [item] = await saved(two)
    assert (item.progress, item.progress_by) == (Progress(progress), by)
    assert (await changes(two))[0] == (
        f"Bo marked “Reward hacking in language models” as {progress}"
    )


async def test_undo_of_a_mark_sets_it_back(two):
    await two.say(f"save {ID}")
    await two.say(f"mark {ID} reading", user=BO)
    undo = await buttons(two, f"mark {ID} read")
    assert undo == {"Undo": f"mark {ID} reading"}
    await two.say(undo["Undo"])
    assert (await saved(two))[0].progress is Progress.READING
    assert await buttons(two, f"mark {ID} reading") == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("mark", "Mark which paper as to-read, reading or read?"),
        ("mark read", "Mark which paper as to-read, reading or read?"),
        (f"mark {ID}", "Mark which paper as to-read, reading or read?"),
        (f"mark {ID} done", "“done” is none of to-read, reading and read."),
        (f"mark {ID} read soon", "“soon” is none of to-read, reading and read."),
        ("mark nothing known reading", "I know no paper called “nothing known”."),
    ],
)
async def test_what_is_no_mark_gets_an_example_that_works(two, text, wrong):
    await two.say(f"save {ID}")
    said = await answer(two, text)
    assert wrong in said
    assert re.search("/papers mark 2607.0000[12] reading", said)


async def test_a_title_that_may_be_meant_is_marked_as_was_typed(two):
    await two.say(f"save {ID}")
    assert f"/papers mark {ID} read – Reward" in await answer(two, "mark hacking read")


@pytest.mark.parametrize("sep", [" ", ", ", "; "])
async def test_several_papers_are_saved_at_once(two, sep):
    said = await answer(two, f"save {ID}{sep}https://arxiv.org/abs/{OTHER}v2")
    assert said.startswith("2 papers on the reading list now:")
    assert {item.paper.short_id for item in await saved(two)} == {ID, OTHER}
    assert all(item.note == "" for item in await saved(two))


@pytest.mark.parametrize("rest", ["#fun", "for Thursday", "= #fun"])
async def test_tags_and_a_note_go_to_one_paper(two, rest):
    await two.say("saved")
    before = everything(two)
    assert "That names 2 papers" in await answer(two, f"save {ID} {OTHER} {rest}")
    assert "I know no paper" in await answer(two, f"save {ID} 9999.99999")
    assert everything(two) == before


async def test_a_sentence_around_a_link_is_no_part_of_it(two):
    said = await answer(two, f"save <https://arxiv.org/abs/{ID}>, please read")
    assert said.endswith("please read")
    assert (await saved(two))[0].paper.short_id == ID


async def test_undo_of_a_change_brings_a_colleagues_note_back(two):
    await two.say(f"save {ID} #reading of Anna")
    undo = await buttons(two, f"save {ID} #urgent of Bo", user=BO)
    assert set(undo) == {"Undo", "Remove", "Tags and note…"}
    assert undo["Undo"] == f"save {ID} = #reading of Anna"
    assert (await changes(two))[0] == (
        "Bo changed tags or note of “Reward hacking in language models”"
    )
    await two.say(undo["Undo"], user=BO)
    [item] = await saved(two)
    assert (item.tags, item.note) == (("reading",), "of Anna")


async def test_only_what_is_on_the_list_can_be_marked(two):
    before = everything(two)
    assert "not on the reading list" in await answer(two, f"mark {ID} read")
    after = everything(two, but=("channel",))
    assert after == {name: rows for name, rows in before.items() if name != "channel"}


async def test_a_mark_takes_words_of_a_saved_papers_title(two):
    await two.say(f"save {ID}")
    assert f"/papers mark {ID}" in await answer(two, "mark reward read")
    assert "read by Anna" in await answer(two, "mark reward hacking in language models read")


# Undo.


async def test_what_undo_of_a_removal_types_saves_it_as_it_was(two):
    await two.say(f"save {ID} #reading #fun for Thursday")
    undo = await buttons(two, f"unsave {ID}")
    assert undo == {"Undo": f"save {ID} = #reading #fun for Thursday"}
    await two.say(undo["Undo"])
    [item] = await saved(two)
    assert (item.tags, item.note) == (("reading", "fun"), "for Thursday")


async def test_undo_of_saving_takes_it_off(two):
    undo = await buttons(two, f"save {ID}")
    assert undo["Undo"] == f"unsave {ID}"
    await two.say(undo["Undo"])
    assert await saved(two) == []


async def test_what_was_there_already_offers_to_remove_it(two):
    await two.say(f"save {ID}")
    assert set(await buttons(two, f"save {ID}")) == {"Remove", "Tags and note…"}


# Whose list.


async def test_a_list_belongs_to_the_workspace(two):
    await two.say(f"save {ID}", name="nlp")
    assert "Reward hacking" in await answer(two, "saved", name="vlm")


async def test_a_channel_may_have_a_list_of_its_own(two):
    await two.say(f"save {ID}")
    await two.say("settings list channel", name="vlm")
    await two.say(f"save {OTHER}", name="vlm")
    assert [item.paper.short_id for item in await saved(two)] == [ID]
    assert [item.paper.short_id for item in await saved(two, "vlm")] == [OTHER]
    said = await answer(two, "saved", name="vlm")
    assert said.startswith("This channel’s reading list: 1 paper")
    assert "Cooking" not in await answer(two, "saved")
    assert f"Example: /papers unsave {OTHER}" in await answer(two, "unsave x", name="vlm")


async def test_what_is_saved_in_a_direct_message_is_ones_own(two):
    await two.say(f"save {ID}", **DIRECT)
    assert await saved(two) == []
    assert [item.paper.short_id for item in await saved(two, "d-anna")] == [ID]
    assert "is empty" in await answer(two, "saved")
    assert "Reward hacking" in await answer(two, "saved", **DIRECT)


async def test_what_is_saved_shows_on_cards_of_searches_and_shows(two):
    await two.say(f"save {ID}")
    for text in ("search reward", f"show {ID}", "similar 2607.00002"):
        labels = [b.label for b in buttons_of((await two.say(text)).message)]
        assert ("Saved ✓" in labels) is (text != "similar 2607.00002")
    [card] = [
        block for block in (await two.say("search reward")).message.blocks if block.kind == "card"
    ]
    assert card.facts[-1].text == "saved by Anna"
