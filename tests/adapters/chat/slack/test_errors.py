import asyncio
from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.errors import (
    CODES,
    WAIT_UNNAMED,
    asked,
    delivery_error,
    not_yet,
    refusal,
    waiting_time,
)
from bot.domain.errors import DeliveryError, DeliveryUnknown, MessageRejected, RateLimited
from tests.shared import needs_shared
from tests.standins.slack_rules import methods

POSTING = ("chat.postMessage", "chat.postEphemeral")
EVERYWHERE = "ratelimited request_timeout fatal_error internal_error service_unavailable"


@needs_shared
@pytest.mark.parametrize("method", POSTING)
def test_every_code_of_a_posting_method_is_in_a_class(method):
    known = {code for codes in CODES.values() for code in codes}
    assert set(methods()[method]["errors"]) | set(EVERYWHERE.split()) <= known


def test_no_code_is_in_two_classes():
    every = [code for codes in CODES.values() for code in codes]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(("kind", "code"), [(k, c) for k, codes in CODES.items() for c in codes])
def test_each_code_raises_its_class(kind, code):
    error = refusal(200, {"ok": False, "error": code}, {})
    assert (type(error), error.code) == (kind, code)


@given(st.integers(100, 599), st.none() | st.text() | st.dictionaries(st.text(), st.text()))
def test_any_answer_means_something(status, data):
    assert isinstance(refusal(status, data, {}), DeliveryError)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_never_a_definite_refusal(status):
    assert type(refusal(status, {"error": "is_archived"}, {})) is DeliveryUnknown


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("0", 0), ("99999999999", 86_400), ("٣", 30), ("soon", 30)]
)
def test_how_long_to_wait(header, seconds):
    assert waiting_time({"Retry-After": header}) == timedelta(seconds=seconds)


def test_without_a_time_there_is_one_anyway():
    assert refusal(429, None, {}).retry_after == WAIT_UNNAMED


def test_a_workspace_over_its_limit_is_left_alone_for_long():
    error = refusal(200, {"error": "message_limit_exceeded"}, {})
    assert error.retry_after == timedelta(hours=1)


KEY = aiohttp.client_reqrep.ConnectionKey("slack.com", 443, True, True, None, None, None)
DOWN = OSError(111, "refused")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ClientConnectorError(KEY, DOWN), RateLimited),
        (aiohttp.ClientConnectorDNSError(KEY, DOWN), RateLimited),
        (aiohttp.ConnectionTimeoutError(), RateLimited),
        (aiohttp.SocketTimeoutError(), DeliveryUnknown),
        (aiohttp.ServerTimeoutError(), DeliveryUnknown),
        (aiohttp.ServerDisconnectedError(), DeliveryUnknown),
        (aiohttp.ClientOSError(104, "reset"), DeliveryUnknown),
        (aiohttp.ClientPayloadError(), DeliveryUnknown),
        (TimeoutError(), DeliveryUnknown),
        (ValueError("whatever"), DeliveryUnknown),
        (MessageRejected("no_text"), MessageRejected),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_only_what_certainly_did_not_leave_is_definite(error, kind):
    assert type(delivery_error(error)) is kind


def test_of_what_was_only_a_question_nothing_is_unknown():
    assert type(not_yet(DeliveryUnknown("HTTP 500"))) is RateLimited
    assert type(not_yet(MessageRejected("no_text"))) is MessageRejected


async def test_a_call_that_is_given_up_is_given_up():
    async def forever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asked(forever()), 0.01)
