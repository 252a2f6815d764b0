from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.slack.connection import Slack
from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    RateLimited,
    WorkspaceBroken,
)
from bot.domain.links import Url
from bot.domain.messages import Message, Picture
from tests.adapters.chat.fakes import says
from tests.adapters.chat.samples import CARDS, PARENT, THREAD
from tests.adapters.chat.slack.conftest import adapter, channel_ref
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import Fault, other_team

DELIVERY = DeliveryId("0123456789abcdef01234567")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PICTURE = Picture(url=Url("https://cdn.example.org/x.png"), alt="A robot")
WITH_PICTURE = Message(fallback="One", blocks=(replace(CARDS[0], picture=PICTURE),))


async def post(slack: Slack, message: Message = PARENT, *, channel: str = "C1", thread=None) -> str:
    return await slack.post(channel_ref(channel), message, delivery=DELIVERY, thread=thread)


async def find(slack: Slack, *, channel: str = "C1", thread=None, since=LONG_AGO) -> str | None:
    return await slack.find(channel_ref(channel), delivery=DELIVERY, thread=thread, since=since)


async def refusal(slack: Slack, **where: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await post(slack, **where)
    return caught.value


async def test_a_post_arrives_once_with_its_marks(standin, slack):
    ts = await post(slack)
    (message,) = standin.messages()
    assert message["ts"] == ts
    assert message["metadata"] == {
        "event_type": "paperlark_delivery",
        "event_payload": {"id": DELIVERY},
    }
    assert message["blocks"][0]["block_id"] == DELIVERY
    assert message["text"] == PARENT.fallback


async def test_a_post_shows_no_previews_and_its_text_is_no_markup(standin, slack):
    await post(slack, says("<!channel> *x*"))
    (call,) = standin.called("chat.postMessage")
    assert (call["unfurl_links"], call["unfurl_media"], call["mrkdwn"]) == (False, False, False)
    assert call["text"] == "&lt;!channel&gt; *x*"


async def test_a_reply_stands_in_the_thread(standin, slack):
    parent = await post(slack)
    await post(slack, THREAD, thread=parent)
    assert standin.messages()[1]["thread_ts"] == parent


async def test_who_we_are_is_asked_once(standin, slack):
    await post(slack)
    await post(slack)
    assert len(standin.called("auth.test")) == 1


@pytest.mark.parametrize(
    ("channel", "kind", "code"),
    [
        ("C404", DestinationBroken, "channel_not_found"),
        ("C9", DestinationBroken, "is_archived"),
        ("C2", DestinationBroken, "not_in_channel"),
        ("G1", DestinationBroken, "channel_not_found"),
    ],
)
async def test_channels_that_cannot_be_posted_to(slack, channel, kind, code):
    error = await refusal(slack, channel=channel)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault(status=429, error="ratelimited"), RateLimited, "ratelimited"),
        (Fault(error="rate_limited"), RateLimited, "rate_limited"),
        (Fault(error="token_revoked"), WorkspaceBroken, "token_revoked"),
        (Fault(error="token_expired"), WorkspaceBroken, "token_expired"),
        (Fault(error="missing_scope"), WorkspaceBroken, "missing_scope"),
        (Fault(error="invalid_blocks"), MessageRejected, "invalid_blocks"),
        (Fault(error="fatal_error"), DeliveryUnknown, "fatal_error"),
        (Fault(error="brand_new_code"), DeliveryUnknown, "brand_new_code"),
        (Fault(status=503, error="is_archived"), DeliveryUnknown, "is_archived"),
        (Fault(status=500, body=""), DeliveryUnknown, "HTTP 500"),
        (Fault(body="<html>Down for a moment</html>"), DeliveryUnknown, "unreadable answer"),
        (Fault(body="ok", content_type="text/plain"), DeliveryUnknown, "unreadable answer"),
        (Fault(body="{", content_type="application/json"), DeliveryUnknown, "unreadable answer"),
        (Fault(body="[]", content_type="application/json"), DeliveryUnknown, "unreadable answer"),
        (Fault(drop=True), DeliveryUnknown, "ServerDisconnectedError"),
        (Fault(drop=True, commit=True), DeliveryUnknown, "ServerDisconnectedError"),
        (Fault(wrong_channel=True), DeliveryUnknown, "answered for another channel"),
    ],
    ids=lambda value: repr(value)[:60] if isinstance(value, Fault) else "",
)
async def test_what_goes_wrong_is_told_apart_and_never_sent_again(
    standin, slack, fault, kind, code
):
    standin.fail("chat.postMessage", fault)
    error = await refusal(slack)
    assert (type(error), error.code) == (kind, code)
    assert len(standin.called("chat.postMessage")) == 1


async def test_what_is_not_answered_in_time_may_have_arrived(standin):
    async with adapter(standin, request_timeout_s=0.2) as slack:
        standin.fail("chat.postMessage", Fault(hang=True, commit=True))
        error = await refusal(slack)
    assert (type(error), error.code) == (DeliveryUnknown, "no answer in time")
    assert len(standin.messages()) == 1


async def test_how_long_to_wait_is_what_slack_says(standin, slack):
    standin.fail("chat.postMessage", Fault(status=429, headers={"Retry-After": "30"}))
    assert (await refusal(slack)).retry_after == timedelta(seconds=30)


async def test_a_server_that_is_not_there_got_nothing(standin, slack):
    await slack._tokens.client(channel_ref().workspace)
    await standin.stop()
    assert type(await refusal(slack)) is RateLimited


async def test_when_who_we_are_cannot_be_told_nothing_is_posted(standin, slack):
    standin.fail("auth.test", Fault(drop=True))
    assert type(await refusal(slack)) is RateLimited
    assert standin.called("chat.postMessage") == []


async def test_the_token_of_one_workspace_posts_in_no_other(standin, slack):
    elsewhere = channel_ref(workspace=WorkspaceId("slack:T2"))
    with pytest.raises(WorkspaceBroken):
        await slack.post(elsewhere, PARENT, delivery=DELIVERY, thread=None)
    assert standin.called("chat.postMessage") == []


async def test_a_picture_that_slack_refuses_changes_nothing(standin, slack):
    standin.fail("chat.postMessage", Fault(error="invalid_blocks"))
    await post(slack, WITH_PICTURE)
    (message,) = standin.messages()
    assert "accessory" not in str(message["blocks"])
    assert CARDS[0].tldr in str(message["blocks"])


async def test_a_post_of_unknown_outcome_is_not_tried_without_its_picture(standin, slack):
    standin.fail("chat.postMessage", Fault(error="fatal_error", commit=True))
    with pytest.raises(DeliveryUnknown):
        await post(slack, WITH_PICTURE)
    assert len(standin.messages()) == 1


async def test_a_post_whose_answer_was_lost_is_found_again(standin, slack):
    standin.fail("chat.postMessage", Fault(drop=True, commit=True))
    await refusal(slack)
    assert await find(slack) == standin.messages()[0]["ts"]


async def test_a_post_is_found_by_its_block_where_metadata_is_lost(standin, slack):
    ts = await post(slack)
    standin.messages()[0].pop("metadata")
    assert await find(slack) == ts


async def test_a_reply_is_found_in_its_thread(slack):
    parent = await slack.post(channel_ref(), PARENT, delivery=DeliveryId("f" * 24), thread=None)
    reply = await post(slack, THREAD, thread=parent)
    assert await find(slack, thread=parent) == reply
    assert await find(slack) is None


async def test_a_reply_whose_parent_was_deleted_stands_in_the_channel(standin, slack):
    gone = await slack.post(channel_ref(), PARENT, delivery=DeliveryId("f" * 24), thread=None)
    standin.messages().clear()
    reply = await post(slack, THREAD, thread=gone)
    assert [m["ts"] for m in standin.messages()] == [reply]
    assert "thread_ts" not in standin.messages()[0]
    assert await find(slack, thread=gone) == reply


async def test_a_reply_that_stands_in_the_channel_is_found_although_there_is_a_thread(slack):
    parent = await slack.post(channel_ref(), PARENT, delivery=DeliveryId("f" * 24), thread=None)
    reply = await post(slack)
    assert await find(slack, thread=parent) == reply


@pytest.mark.parametrize(
    ("code", "kind"), [("missing_scope", MessageRejected), ("token_revoked", WorkspaceBroken)]
)
async def test_without_the_right_to_read_it_will_never_be_known(standin, slack, code, kind):
    standin.fail("conversations.history", Fault(error=code))
    with pytest.raises(kind, match=code):
        await find(slack)


async def test_what_did_not_arrive_is_not_found(slack):
    await slack.post(channel_ref(), PARENT, delivery=DeliveryId("f" * 24), thread=None)
    assert await find(slack) is None


async def test_what_is_older_is_not_looked_at(slack):
    await post(slack)
    assert await find(slack, since=datetime.now(UTC) + timedelta(hours=1)) is None


async def test_a_channel_is_read_to_its_end(standin, slack):
    ts = await post(slack)
    later = float(ts)
    standin.messages().extend({"ts": f"{later + n:.6f}", "text": "x"} for n in range(1, 450))
    assert await find(slack) == ts
    assert len(standin.called("conversations.history")) == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault(error="missing_scope"),
        Fault(status=500),
        Fault(body='{"ok": true}', content_type="application/json"),
        Fault(
            body='{"ok": true, "messages": [], "has_more": true}', content_type="application/json"
        ),
        Fault(drop=True),
    ],
)
async def test_a_channel_that_cannot_be_read_is_no_empty_channel(standin, slack, fault):
    standin.fail("conversations.history", fault, fault)  # aiohttp asks twice for what only reads
    with pytest.raises(DeliveryError):
        await find(slack)


async def test_one_person_is_told(standin, slack):
    await slack.tell(channel_ref().workspace, UserRef(id="U1", name="anna"), says("It stopped"))
    assert standin.messages("D1")[0]["text"] == "It stopped"


async def test_somebody_unknown_cannot_be_told(slack):
    with pytest.raises(DestinationBroken):
        await slack.tell(channel_ref().workspace, UserRef(id="U404", name=""), says("x"))


async def test_two_workspaces_are_kept_apart():
    async with SlackStandIn(other_team()) as standin:
        async with adapter(standin, bot_token="xoxb-other") as slack:
            elsewhere = channel_ref(workspace=WorkspaceId("slack:T2"))
            await slack.post(elsewhere, PARENT, delivery=DELIVERY, thread=None)
        assert len(standin.messages("C1", "T2")) == 1


async def test_no_token_shows_in_a_repr(slack):
    client = await slack._tokens.client(channel_ref().workspace)
    said = repr([slack, slack._options, slack._tokens, client])
    assert "xoxb" not in said
    assert "xapp" not in said
