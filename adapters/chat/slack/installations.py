"""Workspaces that installed the app by themselves: their tokens, sealed, and the way in."""

import asyncio
import base64
import hashlib
import json
from datetime import datetime
from logging import Logger

from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.chat.slack.clients import Client, Http, checked, library_logger
from adapters.chat.slack.errors import delivery_error, not_yet
from bot.domain.channels import WorkspaceId
from bot.domain.errors import WorkspaceBroken
from bot.ports.clock import Clock
from bot.ports.storage import Store

NOT_INSTALLED = "not installed"
STATE_TTL_S = 600
"""How long somebody may look at Slack's page that asks whether to install."""
REFRESH_BEFORE_MIN = 120
AT_ONCE_MIN = 10**9
"""Before expiry: whatever the time, now."""
_PLATFORM = "slack:"


def sealer(token_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(token_key.encode()).digest()))


class Installations(AsyncInstallationStore):
    """Sealed, one a workspace, under the workspace's name."""

    def __init__(self, store: Store, fernet: Fernet) -> None:
        self._store = store
        self._fernet = fernet

    @property
    def logger(self) -> Logger:
        return library_logger()

    async def async_save(self, installation: Installation) -> None:
        text = json.dumps(installation.to_dict_for_copying(), default=_plain)
        sealed = self._fernet.encrypt(text.encode()).decode()
        name = workspace_of(installation)
        await self._store.write(lambda tx: tx.secrets.set(name, sealed))

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        return await self.find(WorkspaceId(f"{_PLATFORM}{team_id or enterprise_id}"))

    async def find(self, workspace: WorkspaceId) -> Installation | None:
        sealed = await self._store.read(lambda tx: tx.secrets.get(workspace))
        if sealed is None:
            return None
        try:
            opened = self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise WorkspaceBroken("sealed with another PAPERLARK_SLACK__TOKEN_KEY") from None
        return Installation(**json.loads(opened))

    async def all(self) -> list[WorkspaceId]:
        names = await self._store.read(lambda tx: tx.secrets.list(_PLATFORM))
        return [WorkspaceId(name) for name in names]

    async def remove(self, workspace: WorkspaceId) -> None:
        await self._store.write(lambda tx: tx.secrets.remove(workspace))


class SealedStates(AsyncOAuthStateStore):
    """A state is a sealed date: it proves itself, so none has to be kept."""

    def __init__(self, fernet: Fernet, clock: Clock) -> None:
        self._fernet = fernet
        self._clock = clock

    @property
    def logger(self) -> Logger:
        return library_logger()

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self._fernet.encrypt_at_time(b"state", self._seconds()).decode()

    async def async_consume(self, state: str) -> bool:
        try:
            said = self._fernet.decrypt_at_time(state, STATE_TTL_S, self._seconds())
        except InvalidToken:
            return False
        return said == b"state"

    def _seconds(self) -> int:
        return int(self._clock.now().timestamp())


class InstalledTokens:
    """`Tokens` of all workspaces that installed the app; those that expire are renewed in time."""

    def __init__(
        self, installations: Installations, http: Http, *, client_id: str, client_secret: str
    ) -> None:
        self._installations = installations
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._clients: dict[WorkspaceId, tuple[str, Client]] = {}
        self._turn = asyncio.Lock()

    async def client(self, workspace: WorkspaceId) -> Client:
        async with self._turn:
            token = await self._token(workspace, REFRESH_BEFORE_MIN)
            known = self._clients.get(workspace)
            if known is None or known[0] != token:
                known = self._clients[workspace] = token, Client(web=self._http.web(token))
        return await checked(known[1], workspace)

    async def workspaces(self) -> list[WorkspaceId]:
        return await self._installations.all()

    async def refresh(self, workspace: WorkspaceId) -> bool:
        async with self._turn:
            known = self._clients.pop(workspace, None)
            try:
                return await self._token(workspace, AT_ONCE_MIN) != (known and known[0])
            except WorkspaceBroken:
                return False

    async def forget(self, workspace: WorkspaceId) -> None:
        self._clients.pop(workspace, None)
        await self._installations.remove(workspace)

    async def _token(self, workspace: WorkspaceId, minutes_before: int) -> str:
        """The workspace's token, renewed if it ends so soon.

        Raises:
            DeliveryError: there is none that works.
        """
        installation = await self._installations.find(workspace)
        if installation is None or not installation.bot_token:
            raise WorkspaceBroken(NOT_INSTALLED)
        renewed = await self._renewed(installation, minutes_before)
        if renewed is not None:
            await self._installations.async_save(renewed)
        return str((renewed or installation).bot_token)

    async def _renewed(
        self, installation: Installation, minutes_before: int
    ) -> Installation | None:
        rotator = AsyncTokenRotator(
            client_id=self._client_id, client_secret=self._client_secret, client=self._http.web()
        )
        try:
            return await rotator.perform_token_rotation(
                installation=installation, minutes_before_expiration=minutes_before
            )
        except Exception as error:
            raise not_yet(delivery_error(error)) from error


def workspace_of(installation: Installation) -> WorkspaceId:
    return WorkspaceId(f"{_PLATFORM}{installation.team_id or installation.enterprise_id}")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
