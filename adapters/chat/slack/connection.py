"""Slack as one thing: posts, listens, is checked."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

from adapters.chat.slack import check
from adapters.chat.slack.calls import PATIENCE_S
from adapters.chat.slack.chat import SlackPosts
from adapters.chat.slack.clients import Http, Identity, OneToken, Tokens
from adapters.chat.slack.errors import TOKEN_EXPIRED
from adapters.chat.slack.inbox import Inbox
from adapters.chat.slack.installations import (
    Installations,
    InstalledTokens,
    SealedStates,
    sealer,
)
from adapters.chat.slack.listening import Listening
from adapters.chat.slack.options import INSTALL_PATH, SlackOptions
from adapters.chat.slack.socket_mode import Periods, connected, watch
from adapters.chat.slack.tasks import Tasks
from adapters.chat.slack.web import oauth_flow, serving
from bot.domain.channels import Channel, WorkspaceId
from bot.domain.errors import ConfigError, DeliveryError, WorkspaceBroken
from bot.domain.findings import Finding
from bot.ports.chat import Desk
from bot.ports.clock import Clock
from bot.ports.storage import Store

logger = logging.getLogger(__name__)


class Slack(SlackPosts):
    """A `ChatAdapter` and a `ChatConnection`."""

    for_one = False

    def __init__(
        self,
        options: SlackOptions,
        *,
        store: Store,
        clock: Clock,
        periods: Periods | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`store` keeps what came, and the tokens of workspaces that install the app themselves."""
        self._options = options
        self._clock = clock
        self._periods = periods or Periods()
        self._patience_s = patience_s
        self._inbox = Inbox(store, clock)
        self._working: set[WorkspaceId] = set()
        self._http = Http(api_url=options.api_url, timeout_s=options.request_timeout_s)
        self._installations: Installations | None = None
        self._states: SealedStates | None = None
        tokens: Tokens
        if options.by_installation:
            fernet = sealer(options.token_key or "")
            self._installations = Installations(store, fernet)
            self._states = SealedStates(fernet, clock)
            tokens = InstalledTokens(
                self._installations,
                self._http,
                client_id=options.client_id or "",
                client_secret=options.client_secret or "",
            )
        else:
            tokens = OneToken(self._http, options.bot_token or "")
        super().__init__(tokens)

    async def serve(self, desk: Desk, ready: Callable[[str], None]) -> None:
        self._options.check()
        async with AsyncExitStack() as stack:
            self._working.clear()
            who = await self._introduce(desk)
            tasks = await stack.enter_async_context(Tasks())
            check_connection = await self._open(stack, desk, tasks)
            ready(who)
            await watch(check_connection, partial(self._ask_again, desk), self._periods)

    def findings(self, channels: Sequence[Channel]) -> AsyncIterator[Finding]:
        return check.findings(self._options, self._tokens, self._http, self._clock, channels)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _open(self, stack: AsyncExitStack, desk: Desk, tasks: Tasks) -> Callable[[], None]:
        """Begin to listen; gives how to see whether we still do."""
        options = self._options
        incoming = Listening(
            desk,
            self,
            self._tokens,
            self._http,
            tasks,
            inbox=self._inbox,
            patience_s=self._patience_s,
        )
        oauth = None
        if self._installations and self._states:
            oauth = oauth_flow(
                options, self._installations, self._states, self._http, desk.connected
            )
        if options.over_http or oauth:
            secret = options.signing_secret
            events = incoming.app(signing_secret=secret) if options.over_http else None
            await stack.enter_async_context(serving(options, events=events, oauth=oauth))
        if options.app_token:
            pulse = await stack.enter_async_context(
                connected(incoming.app(), options.app_token, self._http, self._periods)
            )
            return pulse.check
        return lambda: None

    async def _introduce(self, desk: Desk) -> str:
        """Who we are, by Slack's own word; the desk hears which workspaces work.

        Raises:
            ConfigError: the one token there is is refused.
            DeliveryError: Slack does not answer for it.
        """
        workspaces = await self._workspaces()
        if not workspaces:
            return f"no workspace yet: open {self._options.public_url}{INSTALL_PATH}"
        names = [str(who) for w in workspaces if (who := await self._meet(w, desk))]
        return " and ".join(names) or "no workspace for which Slack answers now"

    async def _ask_again(self, desk: Desk) -> None:
        for workspace in await self._workspaces():
            await self._meet(workspace, desk)

    async def _workspaces(self) -> list[WorkspaceId]:
        try:
            return await self._tokens.workspaces()
        except WorkspaceBroken as error:
            raise _refused(error) from error

    async def _meet(self, workspace: WorkspaceId, desk: Desk) -> Identity | None:
        """Who we are in a workspace; the desk hears when it begins to work, or to work again."""
        identity = await self._identity(workspace, desk)
        if identity is None:
            self._working.discard(workspace)
        elif workspace not in self._working:
            self._working.add(workspace)
            await desk.connected(workspace)
        return identity

    async def _identity(self, workspace: WorkspaceId, desk: Desk) -> Identity | None:
        """Who we are in a workspace; None where that cannot be told, which harms no other."""
        try:
            return await self._asked(workspace)
        except WorkspaceBroken as error:
            await desk.cut_off(workspace, error.code)
            if self._installations is None:
                raise _refused(error) from error
        except DeliveryError as error:
            logger.warning("Slack does not say whether %s works: %s", workspace, error.code)
        return None

    async def _asked(self, workspace: WorkspaceId) -> Identity:
        """Who we are, asked once more where the token had expired and there is a new one."""
        try:
            return await (await self._tokens.client(workspace)).ask()
        except WorkspaceBroken as error:
            if error.code != TOKEN_EXPIRED or not await self._tokens.refresh(workspace):
                raise
        return await (await self._tokens.client(workspace)).ask()


def _refused(error: DeliveryError) -> ConfigError:
    return ConfigError(
        f"Slack refuses PAPERLARK_SLACK__BOT_TOKEN ({error.code}). {check.HOW_TO_REINSTALL}"
    )
