"""Posts whose outcome is not known, and how they are found again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.discord import Discord
from bot.domain.errors import DeliveryUnknown, MessageRejected
from tests.adapters.chat.discord.conftest import ONE, TWO, find, options, post, posted
from tests.standins.discord_state import HISTORY

MESSAGES = "/channels/*/messages"

# Unknown outcomes


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(
    "fault",
    [
        {"drop": True},
        {"status": 500, "data": {"code": 0}},
        {"status": 502, "data": b"<html>bad gateway</html>"},
        {"status": 503, "data": {"code": 130000}},
        {"status": 200, "data": b"{half"},
        {"status": 200, "data": {"channel_id": "1", "id": "2"}},
        {"status": 200, "data": {}},
        {"status": 200, "data": [1]},
        {"status": 400, "data": {"code": 999999}},
        {"status": 403, "data": b"<html>"},
        {"status": 301, "headers": {"Location": "https://evil.example/"}},
    ],
)
async def test_what_may_have_arrived_is_looked_for(standin, chat, papers, fault, commit):
    standin.fail("POST", MESSAGES, commit=commit, **fault)
    with pytest.raises(DeliveryUnknown):
        await post(chat, papers)
    assert await find(chat, papers) == (posted(standin, papers)[0] if commit else None)


async def test_an_answer_that_does_not_come_is_unknown(standin, papers):
    chat = Discord(options(standin, request_timeout_s=0.1))
    standin.fail("POST", MESSAGES, hang_s=0.2)
    with pytest.raises(DeliveryUnknown, match="no answer"):
        await post(chat, papers)
    await chat.aclose()
    await asyncio.sleep(0.15)


async def test_an_answer_for_another_channel_is_unknown(standin, chat, papers):
    standin.fail("POST", MESSAGES, edit=lambda data: data | {"channel_id": "12345"})
    with pytest.raises(DeliveryUnknown, match="another channel"):
        await post(chat, papers)


# Reading back


async def test_a_post_is_found_among_others(standin, chat, papers):
    wanted = await post(chat, papers)
    await post(chat, papers, delivery=TWO)
    for _ in range(205):
        standin.state.post(papers.channel, {"content": "chatter"})
    assert await find(chat, papers) == wanted
    assert await find(chat, papers, delivery=TWO) != wanted


async def test_a_copy_by_somebody_else_is_no_post_of_ours(standin, chat, papers):
    await post(chat, papers)
    standin.state.messages[papers.channel][0]["author"] = {"id": "666"}
    assert await find(chat, papers) is None


async def test_an_older_post_is_not_looked_at(standin, chat, papers):
    await post(chat, papers)
    later = datetime.now(UTC) + timedelta(seconds=5)
    assert await chat.find(papers, delivery=ONE, thread=None, since=later) is None


async def test_a_reply_is_found_in_its_thread(standin, chat, papers):
    parent = await post(chat, papers)
    reply = await post(chat, papers, delivery=TWO, thread=parent)
    assert await find(chat, papers, delivery=TWO, thread=parent) == reply


async def test_a_channel_that_hides_its_history_is_not_read_as_empty(standin, chat, papers):
    await post(chat, papers)
    standin.state.deny(papers.channel, HISTORY)
    with pytest.raises(MessageRejected, match="Read Message History"):
        await find(chat, papers)


@pytest.mark.parametrize("data", [[{"id": "x"}], {"a": 1}, [7], None])
async def test_a_history_that_cannot_be_read_says_so(standin, chat, papers, data):
    standin.fail("GET", MESSAGES, status=200, data=data)
    with pytest.raises(DeliveryUnknown):
        await find(chat, papers)


async def test_a_history_without_end_is_given_up(standin, chat, papers):
    page = [{"id": str(i), "author": {"id": "1"}} for i in range(100)]
    standin.fail("GET", MESSAGES, status=200, data=page, times=99)
    with pytest.raises(DeliveryUnknown, match="too many"):
        await find(chat, papers)
