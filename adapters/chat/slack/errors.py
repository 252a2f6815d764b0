"""What Slack's refusals mean for what was to be posted, as data."""

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackTokenRotationError

from bot.domain.errors import (
    DeliveryError,
    DeliveryUnknown,
    DestinationBroken,
    MessageRejected,
    RateLimited,
    WorkspaceBroken,
)

MISSING_SCOPE = "missing_scope"
NOT_IN_CHANNEL = "not_in_channel"
RATE_LIMITED = "ratelimited"
THREAD_NOT_FOUND = "thread_not_found"
TOKEN_EXPIRED = "token_expired"  # noqa: S105 -- a code
UNREADABLE = "unreadable answer"
PICTURE_REFUSALS = ("invalid_blocks", "invalid_blocks_format", "invalid_attachments")
"""Refusals that may be about a picture: Slack fetches it before it takes a message."""

CODES: Mapping[type[DeliveryError], tuple[str, ...]] = {
    DestinationBroken: (
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "channel_is_limited_access",
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "messages_tab_disabled",
        NOT_IN_CHANNEL,
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
    ),
    WorkspaceBroken: (
        "access_denied",
        "accesslimited",
        "account_inactive",
        "app_access_restricted",
        "bad_client_secret",
        "bad_redirect_uri",
        "cannot_install_an_org_installed_app",
        "enterprise_is_restricted",
        "forbidden_team",
        "invalid_auth",
        "invalid_client_id",
        "invalid_code",
        "invalid_code_verifier",
        "invalid_grant_type",
        "invalid_refresh_token",
        MISSING_SCOPE,
        "no_permission",
        "no_scopes",
        "not_allowed_token_type",
        "not_authed",
        "oauth_authorization_url_mismatch",
        "pkce_not_allowed",
        "preview_feature_not_available",
        "team_access_not_granted",
        "team_not_found",
        TOKEN_EXPIRED,
        "token_revoked",
        "two_factor_setup_required",
        "user_email_unverified",
    ),
    RateLimited: (
        "message_limit_exceeded",
        "org_login_required",
        "rate_limited",
        RATE_LIMITED,
        "team_added_to_org",
    ),
    MessageRejected: (
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "draft_already_deleted",
        "draft_already_sent",
        "draft_has_conflict",
        "draft_not_found",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_post_type",
        "json_not_object",
        "markdown_text_conflict",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "method_deprecated",
        "missing_argument",
        "missing_file_data",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "send_on_behalf_not_allowed",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_lists_sharing_blocked",
        THREAD_NOT_FOUND,
        "too_many_attachments",
        "too_many_contact_cards",
        "unknown_method",
    ),
    DeliveryUnknown: (
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
    ),
}
"""By what can be done (platforms.md A6, reliability.md 1.2). Codes that are not here: unknown."""

_CLASS_OF = {code: kind for kind, codes in CODES.items() for code in codes}

_WAITS = {
    "message_limit_exceeded": timedelta(hours=1),
    "org_login_required": timedelta(minutes=10),
    "team_added_to_org": timedelta(minutes=10),
}
WAIT_UNNAMED = timedelta(seconds=30)
WAIT_UNREACHABLE = timedelta(seconds=30)
WAIT_MAX_S = 86_400

T = TypeVar("T")


async def asked(call: Awaitable[T]) -> T:
    """The answer to a call of the Web API.

    Raises:
        DeliveryError: whatever went wrong, by what can be done about it.
    """
    try:
        return await call
    except Exception as error:
        raise delivery_error(error) from error


def not_yet(error: DeliveryError) -> DeliveryError:
    """Of a call that posts nothing, and that a post was to follow: nothing was sent."""
    if not isinstance(error, DeliveryUnknown):
        return error
    return RateLimited(error.code, retry_after=WAIT_UNREACHABLE)


def delivery_error(error: Exception) -> DeliveryError:
    """What an exception out of slack_sdk or aiohttp means."""
    match error:
        case DeliveryError():
            return error
        case SlackTokenRotationError(api_error=inner):
            return delivery_error(inner)
        case SlackApiError(response=response):
            return refusal(*_parts(response))
        # Before the ambiguous ones, of which some are their parents (reliability.md 1.2).
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return RateLimited("cannot connect", retry_after=WAIT_UNREACHABLE)
        case aiohttp.InvalidURL():
            return WorkspaceBroken("the address of Slack's API is wrong")
        case TimeoutError():
            return DeliveryUnknown("no answer in time")
        case AttributeError() | TypeError():  # slack_sdk's, over a body that is no JSON object
            return DeliveryUnknown(UNREADABLE)
    return DeliveryUnknown(type(error).__name__)


def refusal(status: int, data: object, headers: Mapping[str, str]) -> DeliveryError:
    """What an answer that is no success means."""
    code = data.get("error") if isinstance(data, dict) else None
    if status == 429:
        return RateLimited(RATE_LIMITED, retry_after=waiting_time(headers))
    if status >= 500 or not isinstance(code, str) or not code:
        return DeliveryUnknown(code if isinstance(code, str) and code else _unclear(status))
    kind = _CLASS_OF.get(code, DeliveryUnknown)
    if kind is RateLimited:
        return RateLimited(code, retry_after=_WAITS.get(code) or waiting_time(headers))
    return kind(code)


def waiting_time(headers: Mapping[str, str]) -> timedelta:
    named = headers.get("Retry-After", "")
    if not (named.isascii() and named.isdecimal()):
        return WAIT_UNNAMED
    return timedelta(seconds=min(int(named[:9]), WAIT_MAX_S))


def _unclear(status: int) -> str:
    return UNREADABLE if status == 200 else f"HTTP {status}"


def _parts(response: Any) -> tuple[int, object, Mapping[str, str]]:
    """Status, data and headers: a `SlackResponse`, or where its body is no JSON, aiohttp's own."""
    if isinstance(response, aiohttp.ClientResponse):
        return response.status, None, response.headers
    return response.status_code, response.data, response.headers
