"""One request to Discord at a time: sent once, its answer read for what it means.

Nothing is ever repeated here, as discord.py would do five times; that is for
those who know whether a request may be repeated.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import aiohttp

from adapters.chat.discord.errors import refusal
from bot.domain.errors import DeliveryUnknown, RateLimited, WorkspaceBroken

REFUSED_FOR_S = 600.0
"""After a 401, which may have been an error of theirs: Discord counts over ten minutes (B4)."""
ODD_TOKEN = "the token holds a character that is in none"  # noqa: S105 -- a code


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
    ) -> Answer:
        """The answer, whatever its status.

        Raises:
            RateLimited: nothing was sent.
            WorkspaceBroken: nothing can be, with this token.
            DeliveryUnknown: it was, and no answer came.
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
    ) -> Answer:
        if signed and not re.fullmatch(r"[!-~]+", self._token):
            raise WorkspaceBroken(ODD_TOKEN)
        headers = {"Authorization": f"Bot {self._token}"} if signed else {}
        url = self._base_url + path
        try:
            async with self._http().request(
                method, url, json=data, params=params, headers=headers, allow_redirects=False
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

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
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
        self, request: Requester, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._request = request
        self._monotonic = monotonic
        self._closed_until = 0.0
        self._refused_until: float | None = None

    async def gateway(self) -> Any:
        """About the gateway: asked even after a 401, which may have been an error of theirs."""
        self._refused_until = None
        return await self.get("/gateway/bot")

    async def get(self, path: str, **params: str) -> Any:
        return (await self.answer("GET", path, params=params)).data

    async def send(self, method: str, path: str, data: Any, *, signed: bool = True) -> Any:
        return (await self.answer(method, path, data=data, signed=signed)).data

    async def answer(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> Answer:
        """One request and its answer, which is a success.

        Raises:
            DeliveryError: any other outcome, by its class.
        """
        if signed:
            self._refuse_if_closed()
        answer = await self._request(method, path, data=data, params=params or {}, signed=signed)
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


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
