import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord import commands
from bot.domain.command_table import COMMANDS
from tests.standins.discord_payloads import registered
from tests.standins.discord_rules import command_problems, problems

(OURS,) = commands.registration()


def called(verb, **values):
    options = [{"name": n, "type": 3, "value": v} for n, v in values.items()]
    return {"name": "papers", "options": [{"name": verb, "type": 1, "options": options}]}


def test_discord_takes_our_commands():
    assert command_problems(OURS) == []
    assert problems("PUT", "/applications/1/commands", [OURS]) == []


def test_all_text_of_them_is_within_discords_limit():
    def texts(value):
        if isinstance(value, dict):
            return sum(texts(v) for k, v in value.items() if k != "type")
        return sum(map(texts, value)) if isinstance(value, list) else len(str(value))

    assert texts(OURS) <= 8_000
    assert len(OURS["options"]) <= 25


def test_every_command_of_the_table_is_one():
    assert [o["name"] for o in OURS["options"]] == [c.name for c in COMMANDS]


def test_they_are_for_servers_only():
    assert (OURS["contexts"], OURS["integration_types"]) == ([0], [0])


def test_choices_are_chosen_and_suggestions_suggested():
    options = {o["name"]: o for c in OURS["options"] for o in c["options"]}
    assert [c["value"] for c in options["layout"]["choices"]] == ["thread", "flat", "compact"]
    assert options["paper"]["autocomplete"] is True
    assert "autocomplete" not in options["query"]


def test_what_discord_adds_is_no_difference():
    assert commands.registered([registered(OURS, "1", "2")])
    without_false = copy.deepcopy(OURS)
    for command in without_false["options"]:
        for option in command["options"]:
            if not option["required"]:
                del option["required"]
    assert commands.registered([without_false])


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(description="other"),
        lambda c: c["options"].pop(),
        lambda c: c["options"][0]["options"][0].update(required=False),
        lambda c: c["options"].reverse(),
        lambda c: c.update(contexts=None),
        lambda c: c["options"][0]["options"][0].update(autocomplete=True),
    ],
)
def test_any_other_difference_is_one(change):
    theirs = copy.deepcopy(OURS)
    change(theirs)
    assert not commands.registered([theirs])


@pytest.mark.parametrize("found", [[], None, {}, [None], [OURS, OURS], "x"])
def test_what_is_not_registered_is_not(found):
    assert not commands.registered(found)


def test_options_are_typed_out_in_the_order_of_the_table():
    assert commands.typed(called("save", note="#reading x", paper="1")) == "save 1 #reading x"
    assert (
        commands.typed(called("settings", cap="7", layout="flat")) == "settings layout flat cap 7"
    )
    assert commands.typed(called("list")) == "list"


def test_a_command_that_is_not_ours_is_none():
    assert commands.typed(called("dance")) is None
    assert commands.typed({"name": "other", "options": []}) is None
    assert commands.typed({"name": "papers"}) is None


@pytest.mark.parametrize("odd", [5, "x", True, {"a": 1}, [None], [[]], [{"options": 7}]])
def test_options_of_no_known_form_are_no_command(odd):
    inner = {"name": "papers", "options": [{"name": "list", "options": odd}]}
    for data in ({"name": "papers", "options": odd}, inner):
        assert commands.typed(data) is None
        assert commands.unfinished(data) is None


def test_the_option_that_is_being_typed_is_found():
    data = called("unsubscribe", subscription="diff")
    data["options"][0]["options"][0]["focused"] = True
    assert commands.unfinished(data) == ("unsubscribe diff", "subscription")
    assert commands.unfinished(called("unsubscribe", subscription="diff")) is None


@given(st.sampled_from(COMMANDS), st.text(max_size=30))
def test_what_is_typed_into_an_option_comes_through(command, text):
    for option in command.options:
        data = called(command.name, **{option.name: text})
        if text.strip():
            assert commands.typed(data) == f"{command.name} {option.before}{text.strip()}"
