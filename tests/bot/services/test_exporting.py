"""`export`: the list as a file."""

import csv
import json
from io import StringIO

import pytest

from bot.domain.command_table import COMMANDS
from tests.bot.services.asking import answer, buttons, everything, shown, stored
from tests.fakes import make_paper

FORMATS = ("bibtex", "ris", "csl-json", "csv", "markdown")


@pytest.fixture
async def two(world):
    await stored(world, make_paper(), make_paper("2607.00002", "Cooking with gas"))
    await world.say("save 2607.00001 #fun")
    await world.say("save 2607.00002")
    return world


async def test_without_a_format_one_is_chosen_by_a_button(two):
    pressed = await buttons(two, "export")
    assert pressed == {
        "BibTeX": "export bibtex",
        "RIS": "export ris",
        "CSL JSON": "export csl-json",
        "CSV": "export csv",
        "Markdown": "export markdown",
        "Subscriptions": "export subscriptions",
    }
    assert "/papers export bibtex #reading is:to-read" in await answer(two, "export")


def test_the_table_offers_the_formats_that_there_are():
    option = next(c for c in COMMANDS if c.name == "export").options[0]
    assert option.choices == (*FORMATS, "subscriptions")


@pytest.mark.parametrize("format_", FORMATS)
async def test_each_format_is_a_file_for_the_caller_alone(two, format_):
    before = everything(two)
    reply = await two.say(f"export {format_.upper()}")
    [file] = reply.files
    assert reply.notice is None
    assert shown(reply.message) == f"{file.name} holds 2 papers."
    text = file.content.decode()
    assert "Reward hacking" in text
    assert "Cooking" in text
    assert everything(two) == before


@pytest.mark.parametrize(("typed", "ending"), [("csl", "json"), ("BIB", "bib"), ("md", "md")])
async def test_the_usual_short_names_do(two, typed, ending):
    [file] = (await two.say(f"export {typed}")).files
    assert file.name.endswith(f".{ending}")


async def test_a_filter_lets_only_some_into_the_file(two):
    [file] = (await two.say("export csl-json #fun")).files
    assert [work["title"] for work in json.loads(file.content)] == [make_paper().title]
    [file] = (await two.say("export csv sort:title")).files
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))
    titles = [next(v for k, v in row.items() if k.lower() == "title") for row in rows]
    assert titles == ["Cooking with gas", make_paper().title]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "export word",
            "There is no format “word”; there are bibtex, ris, csl-json, csv, markdown",
        ),
        ("export #fun", "There is no format “#fun”"),
        (f"export {'x' * 200}", f"There is no format “{'x' * 40}”;"),
        ("export csv #none", "No saved paper matches that."),
        (
            "export csv is:done",
            "“is:” takes to-read, reading or read.\n"
            "Example: /papers export csv #reading is:to-read",
        ),
    ],
)
async def test_what_cannot_be_exported_is_refused(two, text, said):
    reply = await two.say(text)
    assert said in shown(reply.message)
    assert reply.files == ()


async def test_an_empty_list_has_nothing_to_export(world):
    reply = await world.say("export bibtex")
    assert "No paper is saved yet." in shown(reply.message)
    assert reply.files == ()


async def test_a_channels_own_list_is_what_it_exports(two):
    await two.say("settings list channel")
    assert "No paper is saved yet." in await answer(two, "export ris")
    assert len((await two.say("export ris", name="vlm")).files) == 1
