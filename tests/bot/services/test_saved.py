"""`saved`: the filter language and the pages of the list."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import UserRef
from bot.domain.errors import UserError
from bot.domain.messages import PaperCard
from bot.domain.reading_list import ListRef, Progress, SavedPaper
from bot.services.reading_lists import PAGE, filtered, read_filter, read_save, write_save
from tests.bot.services.asking import BO, answer, buttons, stored
from tests.fakes import MONDAY, THAT_DAY, make_paper
from tests.world import ANNA, LAB


def item(n: int, title: str, *, by=ANNA, note="", tags=(), progress=Progress.TO_READ, **known):
    paper = make_paper(f"2607.{n:05}", title, **known)
    reader = None if progress is Progress.TO_READ else BO
    return SavedPaper(
        paper=paper,
        saved_by=by,
        saved_at=MONDAY + timedelta(hours=n),
        note=note,
        tags=tags,
        progress=progress,
        progress_by=reader,
    )


ITEMS = [
    item(4, "zebra stripes", categories=("cs.CV",), upvotes=5, by=UserRef(id="u3", name="Änne")),
    item(3, "Robots that cook", tags=("fun",), progress=Progress.READ, upvotes=50),
    item(2, "Reward of language", tags=("reading", "fun"), progress=Progress.READING, by=BO),
    item(1, "Attention again", tags=("Reading",), note="for the seminar on Thursday"),
]


def meant(text: str) -> list[int]:
    found = filtered(ITEMS, read_filter(text), today=THAT_DAY)
    return [int(i.paper.short_id[-1]) for i in found]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("#fun", [3, 2]),
        ("#reading", [2, 1]),
        ("#READING #fun", [2]),
        ("#none", []),
        ("is:to-read", [4, 1]),
        ("is:reading", [2]),
        ("IS:Read", [3]),
        ("by:anna", [3, 1]),
        ("by:@Anna", [3, 1]),
        ("by:bo", [3, 2]),
        ("by:ÄNNE", [4]),
        ("by:nobody", []),
        ("sort:oldest", [1, 2, 3, 4]),
        ("sort:title", [1, 2, 3, 4]),
        ("sort:votes", [3, 4, 2, 1]),
        ("sort:newest", [4, 3, 2, 1]),
        ("reward", [2]),
        ("robots OR attention", [3, 1]),
        ("-robots reward", [2]),
        ("cat:cs.CV", [4]),
        ("upvotes:>=5 sort:votes", [3, 4]),
        ("seminar", [1]),
        ("Thursday seminar", [1]),
        ("fun", [3, 2]),
        ("zebra", [4]),
        ("ZEBRA", [4]),
        ("#fun is:read by:bo robots sort:title", [3]),
        ("last:1d", [4, 3, 2, 1]),
    ],
)
def test_a_filter_means(text, numbers):
    assert meant(text) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#", "A tag is a word behind #."),
        ("is:", "“is:” takes to-read, reading or read."),
        ("is:done", "“is:” takes to-read, reading or read."),
        ("by:", "“by:” takes a name."),
        ("sort:", "“sort:” takes newest, oldest, title, votes."),
        ("sort:best", "“sort:” takes newest, oldest, title, votes."),
        ("(", "This bracket is not closed."),
        ("foo:bar", "There is no field"),
        ("-survey", "An exclusion needs something to find"),
        ("x" * 300, "at most 256 characters"),
    ],
)
async def test_what_is_no_filter_is_refused_in_words(world, text, said):
    await stored(world, make_paper())
    await world.say("save 2607.00001")
    for verb in ("saved", "page 0", "export csv"):
        reply = await world.say(f"{verb} {text}")
        assert said.lower() in reply.message.fallback.lower()
        assert reply.files == ()


async def test_an_empty_list_says_how_to_fill_it(world):
    assert "The reading list is empty." in await answer(world, "saved")
    await stored(world, make_paper())
    assert "/papers save 2607.00001 #tag a note" in await answer(world, "saved #x")


async def test_a_filter_that_lets_nothing_through_says_how_many_there_are(world):
    await stored(world, make_paper())
    await world.say("save 2607.00001")
    said = await answer(world, "saved nothing-like-it")
    assert "No saved paper matches nothing-like-it; 1 paper is saved." in said


@pytest.fixture
async def twelve(world):
    papers = [make_paper(f"2607.{n:05}", f"Paper {n:02}") for n in range(12)]
    await stored(world, *papers)

    def save(tx):
        for n, paper in enumerate(papers):
            known = SavedPaper(
                paper=paper,
                saved_by=ANNA,
                saved_at=MONDAY + timedelta(minutes=n),
                tags=("even",) if n % 2 == 0 else (),
            )
            tx.reading_list.save(ListRef(workspace=LAB), known)

    await world.store.write(save)
    return world


async def titles(world, text):
    blocks = (await world.say(text)).message.blocks
    return [block.title for block in blocks if isinstance(block, PaperCard)]


async def test_the_list_is_turned_page_by_page_and_back(twelve):
    seen, text = [], "saved"
    while True:
        seen += await titles(twelve, text)
        pressed = await buttons(twelve, text)
        if "Next" not in pressed:
            break
        text = pressed["Next"]
    assert seen == [f"Paper {n:02}" for n in reversed(range(12))]
    assert pressed["Back"] == "page 5"
    assert await titles(twelve, "page 5") == [f"Paper {n:02}" for n in (6, 5, 4, 3, 2)]
    assert (await buttons(twelve, "page 5"))["Back"] == "page 0"


async def test_the_pages_of_a_filter_keep_it(twelve):
    said = await answer(twelve, "saved #even sort:oldest")
    assert said.startswith("The reading list, #even sort:oldest: 1 to 5 of 6 papers")
    pressed = await buttons(twelve, "saved #even sort:oldest")
    assert pressed["Next"] == "page 5 #even sort:oldest"
    assert await titles(twelve, pressed["Next"]) == ["Paper 10"]


async def test_a_page_past_the_end_is_the_last(twelve):
    for text in ("page 12", "page 999999", "page 15"):
        assert await titles(twelve, text) == ["Paper 01", "Paper 00"]
    assert (await answer(twelve, "page 40")).startswith("The reading list: 11 to 12 of 12 papers")


@pytest.mark.parametrize("text", ["page", "page x", "page -5", "page 99999999999", "page ½"])
async def test_a_page_that_no_button_says_is_the_first_or_a_sentence(twelve, text):
    said = await answer(twelve, text)
    assert said.startswith(("The reading list: 1 to 5", "No saved paper matches", "“-”", "An excl"))


async def test_the_list_leads_to_its_parts_and_out_of_it(twelve):
    pressed = await buttons(twelve, "saved")
    assert pressed["Show: to read"] == "saved is:to-read"
    assert pressed["Show: being read"] == "saved is:reading"
    assert pressed["Export…"] == "export"
    assert "Show: to read" not in await buttons(twelve, "saved #even")
    assert len(await titles(twelve, "saved")) == PAGE


async def test_each_saved_paper_has_its_next_steps(world):
    await stored(world, make_paper())
    await world.say("save 2607.00001 #fun a note")
    assert list(await buttons(world, "saved"))[:4] == [
        "Reading it",
        "Mark as read",
        "Tags and note…",
        "Remove",
    ]
    await world.say((await buttons(world, "saved"))["Reading it"])
    assert list(await buttons(world, "saved"))[:2] == ["Mark as read", "Put back"]
    said = await answer(world, "saved")
    assert "being read by Anna · #fun · saved by Anna on 13 July" in said
    assert "a note" in said


words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40)


@given(
    tags=st.lists(st.from_regex(r"[\w-]{1,10}", fullmatch=True), max_size=5),
    note=words,
)
def test_what_undo_types_saves_the_same_again(tags, note):
    first = read_save(" ".join(["2607.00001", *(f"#{tag}" for tag in tags), note]))
    kept = replace(ITEMS[0], tags=first.tags, note=first.note)
    again = read_save(write_save(kept))
    assert (again.paper, again.tags, again.note) == ("2607.00004", first.tags, first.note)


@given(st.text(max_size=200))
def test_any_text_is_a_filter_or_a_sentence(text):
    try:
        wanted = read_filter(text)
    except UserError:
        return
    found = filtered(ITEMS, wanted, today=THAT_DAY)
    assert {i.paper.id for i in found} <= {i.paper.id for i in ITEMS}
