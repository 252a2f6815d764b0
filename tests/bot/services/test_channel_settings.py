"""`settings`: the grammar, what each setting takes, and undo."""

from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from bot.domain.channels import Channel, Editors, Layout, UserRef
from bot.domain.errors import UserError
from bot.domain.reading_list import list_of
from bot.services.channel_settings import CAP_MAX, UPVOTES_MAX, changed_settings, given
from tests.bot.services.asking import (
    answer,
    buttons,
    changes,
    channel,
    everything,
    shown,
)
from tests.fakes import MONDAY, make_paper
from tests.world import ANNA, channel_ref

PLAIN = Channel(ref=channel_ref(), name="nlp", created_at=MONDAY, owner=ANNA)


def changed(text: str, *, by: UserRef = ANNA, of: Channel = PLAIN) -> Channel:
    return changed_settings(of, text, by=by)


async def test_settings_are_shown_with_their_meaning_and_forms(world):
    said = await answer(world, "settings")
    assert "layout | thread | thread: one post; flat: all in the channel" in said
    assert "editors | anyone | who may change all this" in said
    assert "/papers settings layout flat cap 10" in said
    assert await buttons(world, "settings") == {
        "How it looks…": "form settings look",
        "Which papers…": "form settings papers",
        "Who may…": "form settings people",
    }


async def test_a_change_is_kept_and_only_what_changed_is_said(world):
    reply = await world.say("settings layout compact cap=5 pictures off empty-note no")
    after = await channel(world)
    assert (after.layout, after.cap, after.empty_note) == (Layout.COMPACT, 5, False)
    told = "set layout to compact, cap to 5, empty-note to off"
    assert reply.message.fallback == f"Done: {told}."
    assert reply.notice.fallback == f"Anna {told}."
    assert await changes(world) == [f"Anna {told}"]


async def test_what_is_set_so_already_is_no_change(world):
    await world.say("settings")
    before = everything(world)
    reply = await world.say("settings layout thread cap 20 zone UTC editors anyone sources any")
    assert "It is set so already" in shown(reply.message)
    assert reply.notice is None
    assert everything(world) == before


@pytest.mark.parametrize(
    "text",
    [
        "layout flat cap 7 pictures on empty-note off zone Asia/Tokyo",
        "sources huggingface, arxiv categories cs.CL, stat.* upvotes 5",
        "list channel guests on",
        "editors admins",
        "editors <@U1|Bo Example>, <@U2>",
    ],
)
async def test_undo_sets_everything_back(world, text):
    await world.say("settings")
    before = await channel(world)
    pressed = await buttons(world, f"settings {text}")
    assert await channel(world) != before
    await world.say(pressed["Undo"])
    assert replace(await channel(world), scope_since=before.scope_since) == before


@pytest.mark.parametrize(
    "text",
    [
        "layout flat cap 7 upvotes 3",
        "cap 7 upvotes 3 layout flat",
        "LAYOUT=flat Cap=7 upVotes = 3",
        "cap 9 layout compact upvotes 3 layout FLAT cap 7",
        "layout=flat cap=7 upvotes=3",
    ],
)
def test_settings_come_in_any_order_case_and_with_or_without_a_sign(text):
    after = changed(text)
    assert (after.layout, after.cap, after.scope.upvotes) == (Layout.FLAT, 7, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layout", "Layout needs a value."),
        ("layout cap 7", "Layout needs a value."),
        ("layout flat cap", "Cap needs a value."),
        ("=", "There is no setting"),
        ("= = =", "There is no setting"),
        ("layout wide", "A layout is thread, flat or compact."),
        ("cap 0", "A cap is a number from 1 to 50."),
        ("cap many", "A cap is a number"),
        ("cap 51", "A cap is a number"),
        ("cap 7.5", "A cap is a number"),
        ("cap -1", "A cap is a number"),
        ("cap ٣", "A cap is a number"),
        ("cap 0000000000000007", "A cap is a number"),
        ("upvotes 10000", "Upvotes is a number from 0 to 9,999."),
        ("upvotes 0000000000000000010000", "Upvotes is a number from 0 to 9,999."),
        ("empty-note maybe", "The empty-note is on or off."),
        ("pictures 3", "Pictures are on or off."),
        ("guests some", "Guests are on or off."),
        ("size 3", "There is no setting size. They are layout, cap,"),
        ("flat", "There is no setting flat."),
        ("3 cap", "There is no setting 3."),
        ("x" * 500, f"There is no setting {'x' * 40}."),
        (
            "zone Mars/Olympus",
            "“Mars/Olympus” is no time zone that I know. Name a city, such as Europe/Paris.\n"
            "Example: /papers settings zone Europe/Paris",
        ),
        ("list mine", "The list is team or channel."),
        ("editors everybody", "Say who may change this channel"),
        ("editors @anna", "Say who may change this channel"),
        ("editors <@U1> and others", "Say who may change this channel"),
        ("sources 4chan", "letters only"),
        ("sources arxiv hugging-face", "letters only"),
        ("categories !!", "This is no category."),
        (f"editors {' '.join(f'<@U{n}>' for n in range(21))}", "more than 20 people"),
        (f"sources {'s' * 401}", "more than 400 characters"),
        (f"sources {' '.join(f's{chr(97 + n)}' for n in range(21))}", "more than 20"),
    ],
)
async def test_what_is_no_setting_changes_nothing(world, text, said):
    await world.say("settings")
    before = everything(world)
    reply = await world.say(f"settings {text}")
    assert said in shown(reply.message)
    assert reply.notice is None
    assert everything(world) == before


async def test_one_bad_setting_of_several_changes_none(world):
    await world.say("settings")
    before = everything(world)
    assert "A cap is a number" in await answer(world, "settings layout flat cap many")
    assert everything(world) == before


# What settings do.


async def test_a_flat_channel_gets_its_cards_outside_a_thread(world):
    await world.found("reward")
    await world.say("settings layout flat")
    world.source.waiting = [make_paper(), make_paper("2607.00002", "More reward")]
    await world.morning()
    assert [thread for _, _, thread in world.chat.posts] == [None]
    assert len(world.cards()) == 2


async def test_a_channel_that_wants_no_empty_note_gets_none(world):
    await world.found("reward")
    await world.say("settings empty-note off")
    world.clock.advance(hours=3)
    await world.tick()
    assert world.chat.posts == []


async def test_another_zone_moves_the_next_digest(world):
    await world.say("settings")
    before = (await channel(world)).next_run_at
    await world.say("settings zone Tokyo")
    after = await channel(world)
    assert after.schedule.zone == "Asia/Tokyo"
    assert after.next_run_at != before
    assert "Asia/Tokyo" in await answer(world, "schedule")


async def test_a_channel_with_a_list_of_its_own_saves_there(world):
    await world.say("settings list channel")
    assert list_of(await channel(world)).channel == "nlp"
    await world.say("settings list team")
    assert list_of(await channel(world)).channel == ""


WORDS = st.sampled_from(
    [
        "layout",
        "cap",
        "pictures",
        "empty-note",
        "zone",
        "sources",
        "categories",
        "upvotes",
        "list",
        "editors",
        "guests",
        "flat",
        "7",
        "=",
        "on",
        "off",
        "any",
        "arxiv",
        "cs.*",
        "<@U1|Bo>",
        "<@U2>",
        "anyone",
        "team",
        "٣",
        "00000000009",
        "stat.*",
        "x",
    ]
)


@for_all(st.lists(WORDS, max_size=9).map(" ".join) | st.text(max_size=60))
def test_any_text_is_settings_or_a_sentence(text):
    try:
        names = [name for name, _ in given(text)]
        after = changed(text)
    except UserError:
        return
    assert names
    assert 1 <= after.cap <= CAP_MAX
    assert 0 <= after.scope.upvotes <= UPVOTES_MAX
    assert after.editors is Editors.LISTED or not after.listed
