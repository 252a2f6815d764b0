"""One request to Discord at a time: sent once, its answer read for what it means.

Nothing is ever repeated here, as discord.py would do five times; that is for
those who know whether a request may be repeated.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import aiohttp

from adapters.chat.discord.errors import refusal
from adapters.chat.discord.turns import Turns
from bot.domain.errors import DeliveryUnknown, RateLimited, WorkspaceBroken
from bot.domain.files import File

REFUSED_FOR_S = 600.0
"""After a 401, which may have been an error of theirs: Discord counts over ten minutes (B4)."""
ODD_TOKEN = "the token holds a character that is in none"  # noqa: S105 -- a code
UPLOADS = ("https://cdn.discordapp.com", "https://media.discordapp.net")
"""Where Discord keeps what people send (its reference, CDN; `url` and `proxy_url` of a file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    """The body where it is JSON, else None."""


class Requester(Protocol):
    """How a request reaches Discord; `signed` with the token or, for interactions, without."""

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        signed: bool = True,
        files: Sequence[File] = (),
    ) -> Answer:
        """The answer, whatever its status.

        Raises:
            RateLimited: nothing was sent.
            WorkspaceBroken: nothing can be, with this token.
            DeliveryUnknown: it was, and no answer came.
        """
        ...

    async def download(self, url: str, *, most: int) -> bytes:
        """A file that somebody sent; of a larger one not much more than `most` bytes.

        Raises:
            DeliveryError: it lies elsewhere than at Discord, or was not to be had.
        """
        ...

    async def aclose(self) -> None: ...


class HttpRequester:
    def __init__(self, base_url: str, *, token: str, timeout_s: float, version: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token.strip()
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=timeout_s / 2)
        # Discord asks for this form (its reference, User Agent).
        self._agent = f"DiscordBot (paperlark, {version})"
        self._session: aiohttp.ClientSession | None = None

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        signed: bool = True,
        files: Sequence[File] = (),
    ) -> Answer:
        if signed and not re.fullmatch(r"[!-~]+", self._token):
            raise WorkspaceBroken(ODD_TOKEN)
        headers = {"Authorization": f"Bot {self._token}"} if signed else {}
        url = self._base_url + path
        content: Any = {"data": _form(data, files)} if files else {"json": data}
        try:
            async with self._http().request(
                method, url, params=params, headers=headers, allow_redirects=False, **content
            ) as response:
                return Answer(
                    status=response.status,
                    headers=response.headers,
                    data=_json(await response.read()),
                )
        # In this order: what definitely was not sent is a subclass of what may have been.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RateLimited(f"no connection: {type(error).__name__}") from error
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise DeliveryUnknown(f"no answer: {type(error).__name__}") from error

    async def download(self, url: str, *, most: int) -> bytes:
        if _origin(url) not in (*UPLOADS, _origin(self._base_url)):
            raise DeliveryUnknown("a file that does not lie at Discord")
        content = b""
        try:
            async with self._http().get(url, allow_redirects=False) as response:
                if response.status != 200:
                    raise DeliveryUnknown(f"HTTP {response.status}")
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > most:
                        break
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryUnknown(f"no answer: {type(error).__name__}") from error
        return content

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # A connection for each request, as for Slack: what is not sent when its time is
                # over, because the process stood still, is then given up before it leaves.
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
                timeout=self._timeout,
                headers={"User-Agent": self._agent},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


class DiscordApi:
    """Requests that know when not to be sent: while Discord asks to wait, and after a 401."""

    def __init__(
        self,
        request: Requester,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
    ) -> None:
        self._request = request
        self._monotonic = monotonic
        self.turns = turns or Turns(monotonic=monotonic)
        """Taken by what makes digests; what answers people is little and does not wait."""
        self._closed_until = 0.0
        self._refused_until: float | None = None

    async def gateway(self) -> Any:
        """About the gateway: asked even after a 401, which may have been an error of theirs."""
        self._refused_until = None
        return await self.get("/gateway/bot")

    async def get(self, path: str, **params: str) -> Any:
        return (await self.answer("GET", path, params=params)).data

    async def send(
        self,
        method: str,
        path: str,
        data: Any,
        *,
        signed: bool = True,
        files: Sequence[File] = (),
    ) -> Any:
        return (await self.answer(method, path, data=data, signed=signed, files=files)).data

    async def download(self, url: str, *, most: int) -> bytes:
        return await self._request.download(url, most=most)

    async def answer(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        signed: bool = True,
        files: Sequence[File] = (),
    ) -> Answer:
        """One request and its answer, which is a success.

        Raises:
            DeliveryError: any other outcome, by its class.
        """
        if signed:
            self._refuse_if_closed()
        answer = await self._request(
            method, path, data=data, params=params or {}, signed=signed, files=files
        )
        if signed:
            refused = answer.status == 401
            self._refused_until = self._monotonic() + REFUSED_FOR_S if refused else None
        if 200 <= answer.status < 300:
            return answer
        error = refusal(answer.status, answer.data, answer.headers)
        if isinstance(error, RateLimited) and answer.status == 429 and _for_all(answer):
            wait = error.retry_after or timedelta()
            self._closed_until = self._monotonic() + wait.total_seconds()
        raise error

    async def aclose(self) -> None:
        await self._request.aclose()

    def _refuse_if_closed(self) -> None:
        """10,000 refused requests in ten minutes would close Discord to this address (B4)."""
        now = self._monotonic()
        if self._refused_until is not None and now < self._refused_until:
            raise WorkspaceBroken("401")
        left = self._closed_until - now
        if left > 0:
            raise RateLimited("429", retry_after=timedelta(seconds=left))
        if self._refused_until is not None:
            self._refused_until = now + REFUSED_FOR_S  # this one request tries; others wait for it


def _for_all(answer: Answer) -> bool:
    """Whether a 429 is for the whole bot; without JSON it comes from the network before Discord."""
    if not isinstance(answer.data, dict):
        return True
    return bool(answer.data.get("global")) or answer.headers.get("X-RateLimit-Scope") == "global"


def _origin(url: str) -> str:
    """Scheme, host and port as they are written."""
    found = re.match(r"https?://[^/?#]*", url)
    return found[0] if found else ""


def _form(data: Any, files: Sequence[File]) -> aiohttp.FormData:
    """Files with the message that they belong to (Discord's reference, Uploading Files)."""
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(data), content_type="application/json")
    for number, file in enumerate(files):
        form.add_field(
            f"files[{number}]", file.content, filename=file.name, content_type=file.media_type
        )
    return form


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
