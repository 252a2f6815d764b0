"""The public address, for those who have one: Slack's calls, and workspaces that install the app."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urljoin

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.chat.door import Door
from adapters.chat.slack.clients import Http, library_logger
from adapters.chat.slack.installations import Installations, SealedStates, workspace_of
from adapters.chat.slack.options import INSTALL_PATH, SlackOptions
from bot.domain.channels import WorkspaceId
from bot.domain.errors import ConfigError

logger = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
REDIRECT_PATH = "/slack/oauth_redirect"
BODY_MAX_BYTES = 1 << 20  # Slack's largest payloads hold a view of 250 kB (platforms.md A1)
GOODBYE_S = 0.5

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")

Handler = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
Installed = Callable[[WorkspaceId], Awaitable[None]]


@asynccontextmanager
async def serving(
    options: SlackOptions, *, events: AsyncApp | None, oauth: AsyncOAuthFlow | None
) -> AsyncIterator[int]:
    """The server, running; gives its port.

    Raises:
        ConfigError: it cannot listen there.
    """
    door = Door(_site(events, oauth), goodbye_s=GOODBYE_S)
    try:
        try:
            port = await door.open(options.http_host, options.http_port)
        except OSError as error:
            where = f"{options.http_host}, port {options.http_port}"
            raise ConfigError(
                f"Slack's door cannot listen on {where}: {error.strerror or error};"
                " see PAPERLARK_SLACK__HTTP_HOST and PAPERLARK_SLACK__HTTP_PORT."
            ) from error
        yield port
    finally:
        await door.close()


def oauth_flow(
    options: SlackOptions,
    installations: Installations,
    states: SealedStates,
    http: Http,
    installed: Installed,
) -> AsyncOAuthFlow:
    """How a workspace installs the app; `installed` hears of each that did."""
    settings = AsyncOAuthSettings(
        client_id=options.client_id,
        client_secret=options.client_secret,
        scopes=options.required_scopes,
        user_scopes=(),
        redirect_uri=f"{(options.public_url or '').rstrip('/')}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,  # Slack's own page says what it is about
        redirect_uri_path=REDIRECT_PATH,
        installation_store=installations,
        state_store=states,
        authorization_url=urljoin(options.api_url, "/oauth/v2/authorize"),
        logger=library_logger(),
    )
    settings.callback_options = _callbacks(installed)
    return AsyncOAuthFlow(client=http.web(), logger=library_logger(), settings=settings)


def _callbacks(installed: Installed) -> AsyncCallbackOptions:
    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        if args.installation.team_id is None:
            return _page(400, "Please install it in one workspace, not in a whole organisation.")
        await installed(workspace_of(args.installation))
        return _page(
            200, "Paperlark is installed. In Slack, go to a channel and type /papers subscribe."
        )

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        status = args.suggested_status_code
        return _page(status, f"Paperlark was not installed ({args.reason}). Please try again.")

    return AsyncCallbackOptions(success, failure)


def _page(status: int, text: str) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {"Content-Type": "text/plain; charset=utf-8"}
    return BoltResponse(status=status, body=text, headers=headers)


def _site(events: AsyncApp | None, oauth: AsyncOAuthFlow | None) -> web.Application:
    site = web.Application(client_max_size=BODY_MAX_BYTES)
    if events is not None:
        site.router.add_post(EVENTS_PATH, _signed(_bridge(events.async_dispatch)))
    if oauth is not None:
        site.router.add_get(INSTALL_PATH, _bridge(oauth.handle_installation))
        site.router.add_get(REDIRECT_PATH, _bridge(oauth.handle_callback))
    return site


WebHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _bridge(handle: Handler) -> WebHandler:
    async def answer(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except ValueError as error:  # no text, no JSON
            raise web.HTTPBadRequest from error
        except (AttributeError, LookupError, TypeError) as error:
            # Bolt fails to read it; acknowledged, or Slack would send it again.
            logger.warning("Slack sent what cannot be read: %r", error)
            return web.Response()
        return await to_aiohttp_response(await handle(asked))

    return answer


def _signed(handle: WebHandler) -> WebHandler:
    """Bolt checks the signature, but fails over one that is none (reliability.md 4)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise web.HTTPUnauthorized
        return await handle(request)

    return answer
