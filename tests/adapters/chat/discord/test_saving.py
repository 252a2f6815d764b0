"""Papers saved from messages: by the message's own menu, by a bookmark under a post of ours."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryId
from bot.domain.messages import Message, Paragraph, plain
from bot.domain.paper_links import papers_named
from bot.domain.people import Standing
from bot.ports.chat import Edit
from tests.adapters.chat.discord.conftest import TWO, post
from tests.adapters.chat.discord.reading import read_body
from tests.adapters.chat.discord.serving import answered, serving, until
from tests.adapters.chat.samples import THREAD
from tests.standins import discord_payloads as payloads
from tests.standins.discord_state import HISTORY

pytestmark = pytest.mark.usefixtures("_no_pauses")

MENU = "Save paper"
PAPER = "https://arxiv.org/abs/2506.21539"
CHANGED = Message(fallback="x", blocks=(Paragraph(spans=(plain("Saved by Anna"),)),))


def written(standin, channel, text, **more):
    """A message of somebody else's."""
    id_ = standin.state.snowflake()
    message = payloads.message(id_, channel, payloads.user("8", "Ben"), {})
    standin.state.messages[channel].append(message | {"content": text} | more)
    return standin.state.messages[channel][-1]


# The menu of a message


async def test_the_menu_of_any_message_brings_all_that_it_says(standin, chat, desk, papers):
    message = written(standin, papers.channel, f"look at {PAPER}", embeds=[{"title": "WorldVLA"}])
    async with serving(standin, chat, desk):
        given = await answered(await standin.choose(papers.channel, MENU, message))
    assert given.callback == {"type": 5, "data": {"flags": 64}}
    (call,) = desk.calls
    assert (call.text, call.channel, call.pressed) == ("pick", papers, None)
    assert call.attachment == f"look at {PAPER}\nWorldVLA"


async def test_that_of_a_post_of_ours_names_the_post(standin, chat, desk, papers):
    parent = await post(chat, papers, message=THREAD)
    message = standin.state.message(papers.channel, parent)
    async with serving(standin, chat, desk):
        await answered(await standin.choose(papers.channel, MENU, message))
    assert desk.calls[0].pressed == parent
    assert "arxiv:2506.21539" in papers_named(desk.calls[0].attachment)


async def test_an_answer_of_ours_to_one_person_is_no_post(standin, chat, desk, papers):
    message = payloads.message("5", papers.channel, standin.state.bot, {"flags": 64})
    async with serving(standin, chat, desk):
        await answered(await standin.choose(papers.channel, MENU, message))
    assert desk.calls[0].pressed is None


async def test_it_works_in_direct_messages_too(standin, chat, desk):
    dm = standin.state.open_dm("7")
    message = written(standin, dm["id"], PAPER)
    async with serving(standin, chat, desk):
        await answered(await standin.choose(dm["id"], MENU, message))
    assert (desk.calls[0].personal, desk.calls[0].attachment) == (True, PAPER)


async def test_a_menu_of_another_version_is_answered_politely(standin, chat, desk, papers):
    message = written(standin, papers.channel, PAPER)
    async with serving(standin, chat, desk):
        given = await answered(await standin.choose(papers.channel, "Save all", message))
    assert "another version" in read_body(given.callback["data"]).words


# Bookmarks


@pytest.fixture
async def digest(chat, papers):
    """The ids of a post, and of one in its thread."""
    parent = await post(chat, papers)
    return parent, await post(chat, papers, delivery=TWO, thread=parent, message=THREAD)


async def bookmarked(standin, chat, desk, place, id_, *, told=0, **how):
    """The calls after a reaction, and after all that it leads to: so many direct messages."""
    async with serving(standin, chat, desk):
        if place != standin.papers["id"]:
            await standin.gateway.dispatch("THREAD_CREATE", standin.state.channels[place])
        await standin.react(place, id_, **how)
        await answered(await standin.slash(standin.papers["id"], "list"))
        await until(lambda: len(standin.state.messages.get("87", ())) >= told)
        await asyncio.sleep(0.05)
    return [call for call in desk.calls if call.text != "list"]


async def test_a_bookmark_brings_the_text_of_the_post(standin, chat, desk, papers, digest):
    parent, reply = digest
    (call,) = await bookmarked(standin, chat, desk, parent, reply)
    assert (call.text, call.channel, call.channel_name) == ("pick", papers, "papers")
    assert (call.pressed, call.user.id, call.user.name) == (reply, "7", "Anna")
    assert (call.private, call.personal) == (False, False)
    assert "arxiv:2506.21539" in papers_named(call.attachment)
    assert await call.standing(papers) == Standing(member=True, admin=False)


async def test_only_the_post_changes_if_it_does(standin, chat, desk, papers, digest):
    parent, reply = digest
    edit = Edit(post=reply, delivery=DeliveryId(TWO), message=CHANGED)
    desk.reply = replace(desk.reply, edit=edit)
    await bookmarked(standin, chat, desk, parent, reply)
    message = standin.state.message(parent, reply)
    assert read_body(message).words == "Saved by Anna"
    assert "87" not in standin.state.channels


async def test_what_changes_no_post_is_told_directly(standin, chat, desk, papers, digest):
    await bookmarked(standin, chat, desk, papers.channel, digest[0], told=1)
    assert [read_body(m).words for m in standin.state.messages["87"]] == ["done"]


async def test_a_notice_is_said_in_the_channel(standin, chat, desk, papers, digest):
    desk.notify()
    async with serving(standin, chat, desk):
        await standin.react(papers.channel, digest[0])
        await until(lambda: len(standin.state.messages[papers.channel]) == 2)


@pytest.mark.parametrize(
    "how",
    [
        {"emoji": "📑"},
        {"emoji": "bookmark"},
        {"emoji": "🔖", "custom": "12345"},
        {"bot": True},
        {"author": "8"},
    ],
)
async def test_no_other_reaction_is_one(standin, chat, desk, papers, digest, how):
    assert await bookmarked(standin, chat, desk, papers.channel, digest[0], **how) == []
    assert not standin.asked("GET", "/channels/*/messages/*")


async def test_a_message_of_somebody_else_is_left_alone(standin, chat, desk, papers):
    """Discord may not say who wrote it."""
    message = written(standin, papers.channel, PAPER)
    assert await bookmarked(standin, chat, desk, papers.channel, message["id"]) == []


async def test_a_bookmark_that_is_taken_away_does_nothing(standin, chat, desk, papers, digest):
    async with serving(standin, chat, desk):
        event = {"user_id": "7", "channel_id": papers.channel, "message_id": digest[0]}
        event |= {"guild_id": standin.papers["guild_id"], "type": 0}
        event |= {"emoji": {"id": None, "name": "🔖"}}
        await standin.gateway.dispatch("MESSAGE_REACTION_REMOVE", event)
        await answered(await standin.slash(papers.channel, "list"))
    assert [call.text for call in desk.calls] == ["list"]


@pytest.mark.parametrize("why", ["deleted", "unreadable", "unknown channel", "no direct messages"])
async def test_a_bookmark_that_leads_nowhere_harms_nothing(
    standin, chat, desk, papers, digest, why, caplog
):
    place, id_ = papers.channel, digest[0]
    if why == "deleted":
        standin.state.messages[place].clear()
    elif why == "unreadable":
        standin.state.deny(place, HISTORY)
    elif why == "no direct messages":
        standin.fail("POST", "/users/@me/channels", status=403, data={"code": 50278})
    async with serving(standin, chat, desk):
        if why == "unknown channel":
            guild = standin.state.guilds[standin.papers["guild_id"]]
            place = standin.state.add_channel(guild, "unknown")["id"]
        await standin.react(place, id_)
        await answered(await standin.slash(papers.channel, "list"))
        await until(lambda: desk.calls)
        await asyncio.sleep(0.05)
    assert "87" not in standin.state.channels
    assert "Traceback" not in caplog.text


async def test_the_rights_of_who_bookmarks_are_counted_in_the_channel(
    standin, chat, desk, papers, digest
):
    standin.state.hide(papers.channel)
    (call,) = await bookmarked(standin, chat, desk, papers.channel, digest[0])
    assert call.private is True
    assert await call.standing(papers) == Standing(mute=True)


async def test_a_bookmark_saves_once_however_long_the_answer(standin, chat, desk, papers, digest):
    long = tuple(Paragraph(spans=(plain(str(n)),)) for n in range(60))
    desk.reply = replace(desk.reply, message=Message(fallback="x", blocks=long))
    async with serving(standin, chat, desk):
        await standin.react(papers.channel, digest[0])
        await until(lambda: len(standin.state.messages.get("87", ())) == 2)
    assert len(desk.calls) == 1
