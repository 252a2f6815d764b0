import asyncio
import logging

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.chat.slack.inbox import Inbox, Seen
from adapters.chat.slack.listening import Listening
from adapters.chat.slack.socket_mode import _Handler
from bot.domain.channels import UserRef
from bot.domain.messages import Actions, Button, Message
from tests.adapters.chat.fakes import says
from tests.adapters.chat.samples import CARDS, EVERYTHING, THREAD
from tests.adapters.chat.slack.conftest import LAB, FakeStore, SystemClock, channel_ref
from tests.adapters.chat.slack.test_posting import DELIVERY
from tests.standins.slack_state import Fault


async def posted(bolted, standin, *, thread=None):
    message = Message(fallback="One", blocks=(CARDS[0],))
    await bolted.slack.post(channel_ref(), message, delivery=DELIVERY, thread=thread)
    return standin.messages()[-1]


def texts(standin, *, user="U1"):
    return [e.body["text"] for e in standin.ephemeral if e.user == user]


async def test_a_command_is_answered_to_the_caller_alone(standin, bolted):
    assert await standin.slash("C1", "U1", "list") == 200
    (call,) = bolted.desk.calls
    assert (call.channel, call.channel_name, call.text) == (channel_ref(), "nlp", "list")
    assert call.user == UserRef(id="U1", name="u1")
    (answer,) = standin.ephemeral
    assert (answer.user, answer.by_url) == ("U1", True)
    assert answer.body["response_type"] == "ephemeral"
    assert answer.body["replace_original"] is False
    assert standin.messages() == []


async def test_the_command_may_have_any_name(standin, bolted):
    await standin.slash("C1", "U1", "list", command="/lab-papers")
    assert [call.text for call in bolted.desk.calls] == ["list"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("subscribe a &amp; b", "subscribe a & b"),
        ("subscribe upvotes:&gt;=20", "subscribe upvotes:>=20"),
        ("save &amp;lt;", "save &lt;"),
        (
            "save <https://arxiv.org/abs/2401.1|arxiv.org/abs/2401.1>",
            "save https://arxiv.org/abs/2401.1",
        ),
        ("save <https://arxiv.org/abs/2401.1>", "save https://arxiv.org/abs/2401.1"),
        ("save <https://e.org/?a=1&amp;b=2>", "save https://e.org/?a=1&b=2"),
        ("", ""),
    ],
)
async def test_text_comes_out_of_slacks_escaping_once(standin, bolted, typed, meant):
    await standin.slash("C1", "U1", typed, raw=True)
    assert [call.text for call in bolted.desk.calls] == [meant]


async def test_a_change_is_said_in_the_channel(standin, bolted):
    bolted.desk.notice = says("anna subscribed to x")
    await standin.slash("C1", "U1", "subscribe x")
    assert [m["text"] for m in standin.messages()] == ["anna subscribed to x"]


async def test_a_public_channel_is_joined_for_its_notice(standin, bolted):
    bolted.desk.notice = says("anna subscribed to x")
    await standin.slash("C2", "U1", "subscribe x")
    assert "UBOT" in standin.team.rooms["C2"].members
    assert len(standin.messages("C2")) == 1
    assert texts(standin) == ["Done"]


async def test_where_we_cannot_be_the_caller_hears_how_to_invite_us(standin, bolted):
    bolted.desk.notice = says("anna subscribed to x")
    await standin.slash("G1", "U1", "subscribe x")
    assert [m["text"] for m in standin.messages("G1")] == ["anna subscribed to x"]
    assert "/invite @paperlark" in texts(standin)[-1]


async def test_without_the_right_to_join_the_caller_hears_it_too(standin, bolted):
    standin.team.scopes = "chat:write,commands"
    bolted.desk.notice = says("anna subscribed to x")
    await standin.slash("C2", "U1", "subscribe x")
    assert "/invite @paperlark" in texts(standin)[-1]


async def test_a_private_channel_is_asked_for_its_name(standin, bolted):
    await standin.slash("G2", "U1", "list")
    await standin.slash("G2", "U1", "list")
    assert [call.channel_name for call in bolted.desk.calls] == ["lab", "lab"]
    assert len(standin.called("conversations.info")) == 1


async def test_a_private_channel_that_we_cannot_see_keeps_slacks_word(standin, bolted):
    await standin.slash("G1", "U1", "list")
    assert [call.channel_name for call in bolted.desk.calls] == ["privategroup"]


async def test_a_long_answer_comes_in_parts_the_last_ones_another_way(standin, bolted):
    bolted.desk.message = Message(fallback="Many", blocks=CARDS * 26)
    await standin.slash("C1", "U1", "search x")
    assert len(standin.ephemeral) > 5
    assert [e.by_url for e in standin.ephemeral][:6] == [True] * 5 + [False]


async def test_an_answer_whose_address_fails_comes_another_way(standin, bolted):
    standin.fail("response_url", Fault(status=500))
    await standin.slash("C1", "U1", "list")
    assert [(e.body["text"], e.by_url) for e in standin.ephemeral] == [("Done", False)]


async def test_an_answer_that_cannot_be_given_is_no_failure(standin, bolted):
    standin.fail("response_url", Fault(drop=True))
    standin.fail("chat.postEphemeral", Fault(error="user_not_in_channel"))
    assert await standin.slash("C1", "U1", "list") == 200
    assert standin.ephemeral == []


async def test_an_empty_answer_is_an_answer(standin, bolted):
    bolted.desk.message = Message(fallback="")
    await standin.slash("C1", "U1", "list")
    assert len(standin.ephemeral) == 1


async def test_every_kind_of_answer_is_taken(standin, bolted):
    bolted.desk.message = EVERYTHING
    await standin.slash("C1", "U1", "help")
    assert len(standin.ephemeral) == 1


async def test_who_waits_is_told_so(standin, bolted):
    async def slowly() -> None:
        await asyncio.sleep(0.1)

    bolted.desk.before_answer = slowly
    await standin.slash("C1", "U1", "search x")
    assert texts(standin) == ["This takes a moment.", "Done"]


async def test_a_command_that_comes_twice_is_done_once(standin, bolted):
    await standin.slash("C1", "U1", "save 1", trigger="t1")
    await standin.slash("C1", "U1", "save 1", trigger="t1")
    assert len(bolted.desk.calls) == 1


async def test_a_button_means_its_command(standin, bolted):
    message = await posted(bolted, standin)
    assert await standin.press(message, "Save", user="U2") == 200
    (call,) = bolted.desk.calls
    assert (call.text, call.user.id, call.channel) == ("save 2506.21539", "U2", channel_ref())
    assert texts(standin, user="U2") == ["Done"]


async def test_the_answer_to_a_button_in_a_thread_stands_in_the_thread(standin, bolted):
    parent = await posted(bolted, standin)
    reply = await posted(bolted, standin, thread=parent["ts"])
    await standin.press(reply, "Abstract")
    await standin.press(parent, "Abstract")
    assert [e.thread for e in standin.ephemeral] == [parent["ts"], None]


async def test_a_button_of_another_version_is_answered_kindly(standin, bolted):
    message = await posted(bolted, standin)
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if "value" in element:
                element["value"] = "v0:zap"
    await standin.press(message, "Save")
    assert bolted.desk.calls == []
    assert "another version" in texts(standin)[0]


async def test_a_button_that_is_a_link_is_no_command(standin, bolted):
    message = await posted(bolted, standin)
    message["blocks"][-1]["elements"][0]["url"] = "https://arxiv.org"
    await standin.press(message, "Save")
    assert bolted.desk.calls == []
    assert standin.ephemeral == []


async def test_a_button_pressed_once_and_sent_twice_is_done_once(standin, bolted):
    message = await posted(bolted, standin)
    await standin.press(message, "Save", trigger="t1")
    await standin.press(message, "Save", trigger="t1")
    assert len(bolted.desk.calls) == 1


async def test_buttons_of_an_answer_work_too(standin, bolted):
    button = Button(label="Undo", verb="unsubscribe", argument="2")
    bolted.desk.message = Message(fallback="x", blocks=(Actions(buttons=(button,)),))
    await standin.slash("C1", "U1", "subscribe x")
    answer = {"ts": "1.1", "blocks": standin.ephemeral[0].body["blocks"]}
    await standin.press(answer, "Undo")
    assert bolted.desk.calls[-1].text == "unsubscribe 2"


async def test_people_of_another_workspace_change_nothing(standin, bolted):
    """In a shared channel they can see our buttons."""
    payload = {
        "team_id": "T9",
        "channel_id": "C1",
        "user_id": "U9",
        "command": "/papers",
        "text": "list",
        "response_url": standin.answer_url({"team": "T1", "channel": "C1", "user": "U9"}),
    }
    await standin.route("slash_commands", payload)
    assert bolted.desk.calls == []
    assert "not installed" in texts(standin, user="U9")[0]


async def test_nothing_is_done_while_slack_does_not_say_who_we_are(standin, bolted):
    standin.fail("auth.test", Fault(drop=True))
    await standin.slash("C1", "U1", "list")
    assert bolted.desk.calls == []
    assert "Please try again" in texts(standin)[0]


async def test_the_bot_greets_where_it_was_added(standin, bolted):
    bolted.desk.greeting = says("Hello")
    await standin.join("C2", inviter="U2")
    assert bolted.desk.came == [(channel_ref("C2"), "open", UserRef(id="U2", name="U2"))]
    assert [m["text"] for m in standin.messages("C2")] == ["Hello"]


async def test_others_who_join_are_none_of_our_business(standin, bolted):
    await standin.join("C1", user="U2")
    assert bolted.desk.came == []


@pytest.mark.parametrize(
    ("verb", "channel", "code"),
    [
        ("kick", "C1", "not_in_channel"),
        ("kick", "G2", "not_in_channel"),
        ("archive", "C1", "is_archived"),
        ("archive", "G2", "is_archived"),
        ("delete", "C1", "channel_not_found"),
        ("delete", "G2", "channel_not_found"),
    ],
)
async def test_where_we_cannot_post_any_more_the_desk_hears_it(
    standin, bolted, verb, channel, code
):
    await getattr(standin, verb)(channel)
    assert bolted.desk.went == [(channel_ref(channel), code)]


async def test_a_channel_that_is_back_is_joined_again(standin, bolted):
    await standin.archive("C1", back=True)
    assert bolted.desk.came == [(channel_ref("C1"), "nlp", None)]


async def test_a_channel_that_is_back_without_us_is_not(standin, bolted):
    await standin.archive("C2", back=True)
    assert bolted.desk.came == []


@pytest.mark.parametrize("verb", ["uninstall", "revoke"])
async def test_when_the_app_is_removed_the_desk_hears_it(standin, bolted, verb):
    standin.team.refused = "token_revoked"
    await getattr(standin, verb)()
    assert bolted.desk.cut == [(LAB, "token_revoked")]


async def test_that_the_app_was_removed_is_believed_when_the_token_says_so(standin, bolted):
    await standin.event({"type": "app_uninstalled"})
    standin.fail("auth.test", *[Fault(status=500)] * 3)
    await standin.event({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}})
    assert bolted.desk.cut == []


ODD_EVENTS = [
    {"event": {"type": "channel_left"}},
    {"event": {"type": "channel_left", "channel": ["C1"]}},
    {"event": {"type": "channel_left", "channel": "C1"}, "event_id": ["Ev1"]},
    {"event": {"type": "channel_left", "channel": "C1"}, "authorizations": {"a": 1}},
    {"event": {"type": "member_joined_channel", "channel": {"id": "C1"}}},
]


@pytest.mark.parametrize("odd", ODD_EVENTS)
async def test_an_event_that_cannot_be_read_is_acknowledged_and_logged_in_a_line(
    bolted, caplog, odd
):
    assert await acknowledged(bolted, {"type": "event_callback", "team_id": "T1", **odd})
    assert_a_line(caplog)


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "v1:list"}]},
        {
            "type": "block_actions",
            "actions": [{"type": "button", "action_id": "v1:list"}],
            "user": {"id": ["U1"]},
            "channel": {"id": "C1"},
        },
        {"command": "/papers", "user_id": "U1"},
        {"command": "/papers", "user_id": 7, "channel_id": "C1"},
    ],
)
async def test_a_doing_that_cannot_be_read_is_acknowledged_and_logged_in_a_line(
    bolted, caplog, odd
):
    assert await acknowledged(bolted, {"team": {"id": "T1"}, "team_id": "T1", **odd})
    assert bolted.desk.calls == []
    assert_a_line(caplog)


async def acknowledged(bolted, body) -> bool:
    """Whether Slack hears that it arrived, over a socket."""
    slack, tasks, socket = bolted.slack, bolted.tasks, Socket()
    inbox = Inbox(FakeStore(), SystemClock())
    listening = Listening(bolted.desk, slack, slack._tokens, slack._http, tasks, inbox=inbox)
    handler = _Handler(listening.app(), "xapp-good")
    given = SocketModeRequest(type="interactive", envelope_id="1", payload=body)
    await handler.handle(socket, given)
    await tasks.settled()
    await handler.client.aiohttp_client_session.close()
    return socket.acknowledged == ["1"]


class Socket:
    def __init__(self):
        self.acknowledged = []
        self.logger = logging.getLogger("socket")

    async def send_socket_mode_response(self, response):
        self.acknowledged.append(response.envelope_id)


def assert_a_line(caplog):
    assert [r.getMessage() for r in caplog.records if "cannot be read" in r.getMessage()]
    assert "Traceback" not in caplog.text


async def test_a_persons_revoked_token_is_not_ours(standin, bolted):
    await standin.revoke(bot=False)
    assert bolted.desk.cut == []


async def test_an_event_that_comes_three_times_is_dealt_with_once(standin, bolted):
    event = {"type": "channel_left", "channel": "C1"}
    for _ in range(3):
        assert await standin.event(event, event_id="Ev1") == 200
    assert len(bolted.desk.went) == 1


@pytest.mark.parametrize("kind", ["message", "reaction_added", "channel_created"])
async def test_events_that_nobody_needs_are_acknowledged(standin, bolted, kind):
    assert await standin.event({"type": kind, "channel": "C1", "user": "U1"}) == 200


async def test_what_fails_after_the_acknowledgement_is_logged(standin, bolted, caplog):
    async def fail() -> None:
        raise RuntimeError("out of paper")

    bolted.desk.before_answer = fail
    assert await standin.slash("C1", "U1", "list") == 200
    assert "out of paper" in caplog.text


def test_what_was_seen_is_forgotten_in_the_end():
    seen = Seen(2)
    assert [seen.again(key) for key in ("a", "a", "b", "c", "a", None, None)] == [
        False,
        True,
        False,
        False,
        False,
        False,
        False,
    ]


async def test_thread_of_cards_is_taken(standin, bolted):
    bolted.desk.message = THREAD
    await standin.slash("C1", "U1", "preview x")
    assert len(standin.ephemeral) == 1
