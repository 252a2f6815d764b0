"""Forms: filled in with what is known, within the limits, and harmless as they are."""

import pytest

from bot.domain.channels import Editors, UserRef
from bot.domain.command_table import COMMANDS
from bot.domain.forms import (
    FIELDS_MAX,
    LABEL_MAX_CHARS,
    TITLE_MAX_CHARS,
    VALUE_MAX_CHARS,
    Form,
    completed,
)
from bot.services.forming import QUERY_MAX_CHARS
from bot.services.reading_lists import TAGS_MAX
from bot.services.reception import COMMAND_MAX_CHARS
from bot.services.subscribing import SUBSCRIPTIONS_MAX
from tests.bot.services.asking import (
    BO,
    answer,
    as_guest,
    call,
    channel,
    everything,
    queries,
    saved,
    shown,
    stored,
)
from tests.fakes import as_member, make_paper

HINT_MAX_CHARS = 100  # of a placeholder on Discord (platforms.md B2)


async def form(world, text, **known) -> Form:
    made = await world.desk.form(call(text, **known))
    assert isinstance(made, Form), shown(made.message)
    return made


def values(made: Form) -> dict[str, str]:
    return {field.name: field.value for field in made.fields}


def tags_of(ending: str) -> str:
    return " ".join(f"#{n:02}{ending}" for n in range(20))


@pytest.fixture
async def full(world):
    """A channel in which as much is set as can be."""
    await stored(world, make_paper())
    people = [f"<@{'9' * 36}{n:04}|{'N' * 80}>" for n in range(6)]
    for text in (
        f"subscribe {'x' * QUERY_MAX_CHARS}",
        "settings layout compact cap 50 pictures on empty-note off guests on list channel",
        "settings zone America/Argentina/ComodRivadavia upvotes 9999",
        "settings sources huggingface, arxiv",
        f"settings categories {' '.join('c' * 17 + chr(97 + n) for n in range(20))}",
        f"settings editors {' '.join(people)}",
        f"save 2607.00001 {tags_of('t' * 35)}",
        f"save 2607.00001 {tags_of('u' * 35)}",
        f"save 2607.00001 {'note ' * 180}",
        "schedule monday tuesday thursday saturday sunday 23:59 America/Argentina/ComodRivadavia",
    ):
        said = await answer(world, text)
        assert said.startswith(("Subscribed", "Done", "Saved", "Changed", "Digests")), said
    return world


EVERY = (
    "form edit 1",
    "form import",
    "form save 2607.00001",
    "form schedule",
    "form search reward",
    "form settings look",
    "form settings papers",
    "form settings people",
    "form subscribe reward",
)


@pytest.mark.parametrize("text", EVERY)
async def test_a_form_has_options_of_its_command_within_the_limits_of_platforms(full, text):
    made = await form(full, text)
    verb = made.command.partition(" ")[0]
    options = {o.name: o for c in COMMANDS if c.name == verb for o in c.options}
    assert 1 <= len(made.title) <= TITLE_MAX_CHARS
    assert 1 <= len(made.submit) <= TITLE_MAX_CHARS
    assert 1 <= len(made.fields) <= FIELDS_MAX
    assert len({field.name for field in made.fields}) == len(made.fields)
    for field in made.fields:
        assert 1 <= len(field.label) <= LABEL_MAX_CHARS
        assert len(field.hint) <= HINT_MAX_CHARS
        assert len(field.value) <= field.max_chars <= VALUE_MAX_CHARS
        assert not field.choices or field.value in field.choices
        assert not (field.file and field.value)
        assert field.choices in ((), options[field.name].choices)
        assert field.file == options[field.name].file


@pytest.mark.parametrize("text", [t for t in EVERY if "import" not in t and "subscribe" not in t])
@pytest.mark.parametrize("by", [UserRef(id="u1", name="Anna"), BO], ids=["owner", "admin"])
async def test_a_form_sent_as_it_came_changes_nothing(full, text, by):
    made = await form(full, text, user=by)
    before = everything(full)
    command = completed(made.command, values(made))
    assert len(command) <= COMMAND_MAX_CHARS
    reply = await full.say(command, user=by, elsewhere=True)
    assert "went wrong" not in shown(reply.message)
    assert reply.notice is None
    assert everything(full) == before


@pytest.mark.parametrize("text", EVERY)
async def test_a_form_of_a_fresh_channel_is_sent_without_harm(world, text):
    await stored(world, make_paper())
    await world.say("subscribe robots")
    made = await form(world, text)
    before = await channel(world)
    command = completed(made.command, values(made))
    assert "went wrong" not in await answer(world, command, elsewhere=True)
    assert await channel(world) == before


async def test_a_form_is_filled_in_with_what_is_set(world):
    await world.say("settings layout flat cap 7 pictures on zone Tokyo categories cs.CL, stat.*")
    look, papers, people = [
        values(await form(world, f"form settings {part}")) for part in ("look", "papers", "people")
    ]
    assert look == {
        "layout": "flat",
        "cap": "7",
        "pictures": "on",
        "empty-note": "on",
        "zone": "Asia/Tokyo",
    }
    assert papers == {
        "sources": "any",
        "categories": "cs.CL, stat.*",
        "upvotes": "0",
        "rising": "50",
    }
    assert people == {"editors": "anyone", "guests": "off", "list": "team"}


@pytest.mark.parametrize("text", ["form settings", "form settings nonsense"])
async def test_settings_without_a_part_are_how_it_looks(world, text):
    assert (await form(world, text)).title == "How digests look"


@pytest.mark.parametrize(
    ("schedule", "value"),
    [
        ("weekly Mon 08:30 Tokyo", "weekly on Monday 08:30 Asia/Tokyo"),
        ("instant", "instant"),
        ("off", "off"),
    ],
)
async def test_the_form_of_a_schedule_says_it_as_it_is_typed(world, schedule, value):
    await world.say(f"schedule {schedule}")
    before = await channel(world)
    made = await form(world, "form schedule")
    assert values(made) == {"when": value}
    await world.say(completed(made.command, values(made)))
    assert await channel(world) == before


async def test_what_is_typed_into_a_form_is_done(world):
    await world.found("reward")
    made = await form(world, "form edit 1")
    assert (made.title, made.command, values(made)) == (
        "Subscription 1",
        "edit 1",
        {"query": "reward"},
    )
    await world.say(completed(made.command, {"query": " robots\n-survey "}))
    assert await queries(world) == {1: "robots -survey"}


async def test_what_was_typed_before_and_was_no_query_is_kept_in_the_form(world):
    await world.found("reward")
    assert values(await form(world, "form edit 1 robots (")) == {"query": "robots ("}
    long = "x" * 500
    assert values(await form(world, f"form subscribe {long}")) == {"query": "x" * 256}


async def test_a_note_of_several_lines_becomes_one(world):
    await stored(world, make_paper())
    made = await form(world, "form save 2607.00001")
    await world.say(completed(made.command, {"tags": "#a #b", "note": "first\nsecond\r\n third"}))
    [item] = await saved(world)
    assert (item.tags, item.note) == (("a", "b"), "first second third")


async def test_a_field_that_is_emptied_empties_what_it_stands_for(world):
    await stored(world, make_paper())
    await world.say("save 2607.00001 #a #b a note")
    made = await form(world, "form save 2607.00001")
    assert values(made) == {"tags": "#a #b", "note": "a note"}
    await world.say(completed(made.command, {"tags": "#b", "note": ""}))
    [item] = await saved(world)
    assert (item.tags, item.note) == (("b",), "")


async def test_tags_that_do_not_fit_are_not_lost(world):
    await stored(world, make_paper())
    for n in range(3):
        await world.say(f"save 2607.00001 {tags_of(chr(97 + n) * 10)}")
    made = await form(world, "form save 2607.00001")
    await world.say(completed(made.command, {"tags": "#new"}))
    [item] = await saved(world)
    assert len(item.tags) > TAGS_MAX
    assert item.tags[-1] == "new"


async def test_a_file_that_is_chosen_is_imported(world):
    made = await form(world, "form import")
    assert made.fields[0].file
    await world.say(completed(made.command, {}), attachment="reward\nrobots")
    assert list((await queries(world)).values()) == ["reward", "robots"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("form", "There is no form for that."),
        ("form list", "There is no form for that."),
        ("form nonsense", "There is no form for that."),
        ("form form edit 1", "There is no form for that."),
        ("form edit", "Which one? Give its number"),
        ("form edit 9", "no subscription 9"),
        ("form edit 1-2", "One at a time"),
        ("form edit 2-1", "One at a time"),
        ("form edit all", "One at a time"),
        ("form save", "Which paper?"),
        ("form save nonsense", "I know no paper called “nonsense”."),
        (f"form {'x' * 1_000}", "longer than 1,000 characters"),
        ("list", "There is no form for that."),
        ("", "There is no form for that."),
    ],
)
async def test_a_form_that_there_is_not_is_a_sentence(world, text, said):
    await world.found("reward", "robots")
    answer = await world.desk.form(call(text))
    assert not isinstance(answer, Form)
    assert said in shown(answer.message)


async def test_a_form_asks_nobody_but_the_archive(world):
    answer = await world.desk.form(call("form save 2501.00077"))
    assert "I know no paper" in shown(answer.message)
    assert world.lookup.asked == []


@pytest.mark.parametrize("text", [t for t in EVERY if "search" not in t])
async def test_a_form_for_a_change_is_not_opened_for_who_may_not(world, text):
    await stored(world, make_paper())
    await world.found("reward")
    before = everything(world)
    answer = await world.desk.form(call(text, standing=as_guest))
    assert "Guests can look" in shown(answer.message)
    assert everything(world) == before


async def test_a_form_that_was_opened_gives_no_right(world):
    await world.found("reward")
    made = await form(world, "form settings people", standing=as_member, user=BO)
    before = await channel(world)
    sent = completed(made.command, {"editors": "admins"})
    said = await answer(world, sent, standing=as_guest, user=BO, elsewhere=True)
    assert "Guests can look" in said
    assert await channel(world) == before
    assert before.editors is Editors.ANYONE


def test_a_channel_full_of_subscriptions_fits_what_is_numbered():
    assert len(f"Subscription {SUBSCRIPTIONS_MAX * 10_000}") <= TITLE_MAX_CHARS
