"""One polite HTTP client for all sources: paced, bounded, and it waits when told to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from adapters.sources.wire import conditional, inflater, user_agent, validator_of, waiting_time
from bot.domain.errors import SourceUnavailable
from bot.ports.clock import Clock

BODY_MAX_BYTES = 10 * 1024 * 1024  # decoded; arXiv's largest feed, 2,000 items, has about 5 MB
REDIRECTS_MAX = 3
PATIENCE = timedelta(seconds=10)  # of somebody in a chat who waits for an answer
BACK_OFF_GROWTH_MAX = 8

_REFUSALS = (403, 429, 503)  # "not now": the next request would only make it worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` is 200, 304 (then there is no body) or 400."""

    status: int
    body: bytes = b""
    validator: str | None = None
    """The ETag or Last-Modified time to ask with next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a source wants to be asked; one request at a time goes without saying."""

    interval: timedelta = timedelta(seconds=0.25)
    """Between the starts of two requests, whatever hosts they go to."""
    back_off: timedelta = timedelta(minutes=5)
    """After a refusal that names no time; doubles with every further one, up to eightfold."""
    time_limit: timedelta = timedelta(minutes=1)
    """Of one request, to the end of its answer."""


class PoliteClient:
    """The connections and the memory of all lanes; it remembers no answers and no cookies."""

    def __init__(
        self,
        *,
        version: str,
        contact: str | None,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.clock = clock
        self._lanes: dict[str, Lane] = {}
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            # One retry, for connections that could not be made: nothing was asked yet.
            transport=transport or httpx.AsyncHTTPTransport(retries=1, trust_env=False),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=10.0),  # the rest is for `Manners.time_limit`
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": user_agent(version, contact), "Accept-Encoding": "gzip"},
        )

    def lane(self, source: str, manners: Manners) -> "Lane":
        """The way to a source; the same one whoever asks for it."""
        if source not in self._lanes:
            self._lanes[source] = Lane(source, manners, self._http, self.clock, self._sleep)
        return self._lanes[source]

    async def aclose(self) -> None:
        await self._http.aclose()


@dataclass(slots=True)
class Lane:
    """All requests to one source: one after another, spaced, none before its time."""

    source: str
    manners: Manners
    _http: httpx.AsyncClient
    _clock: Clock
    _sleep: Callable[[float], Awaitable[None]]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last_start: datetime | None = None
    _closed_until: datetime | None = None
    _refusals: int = 0

    async def get(self, url: str, *, validator: str | None = None) -> Answer:
        """Ask once.

        Raises:
            SourceUnavailable: no usable answer, or the source asked to wait and it is too early.
        """
        request = self._http.build_request("GET", url, headers=conditional(validator))
        return self._with_old_validator(await self._send(request), validator)

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> bytes:
        """The body of the answer, whose status was 200.

        Raises:
            SourceUnavailable: as for `get`.
        """
        answer = await self._send(
            self._http.build_request("POST", url, content=body, headers=headers)
        )
        if answer.status != 200:
            raise self._unavailable(f"answers HTTP {answer.status}")
        return answer.body

    async def ask(self, url: str) -> Answer:
        """`get` for somebody who waits for the answer: soon or not at all.

        Raises:
            SourceUnavailable: as for `get`, or its turn and its answer would take too long.
        """
        self._refuse_if_too_early()
        if (wait := self._wait()) > PATIENCE:
            raise self._unavailable("was asked a moment ago", retry_after=wait)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self.get(url)
        except TimeoutError as error:
            raise self._unavailable("did not answer in time") from error

    async def _send(self, request: httpx.Request) -> Answer:
        async with self._turn:
            self._refuse_if_too_early()
            for _ in range(REDIRECTS_MAX + 1):
                outcome = await self._once(request)
                if isinstance(outcome, Answer):
                    self._refusals = 0
                    return outcome
                request = outcome
            raise self._unavailable("redirects in circles")

    async def _once(self, request: httpx.Request) -> Answer | httpx.Request:
        """One request; what it gave, or where it was sent on to."""
        await self._pace()
        try:
            async with asyncio.timeout(self.manners.time_limit.total_seconds()):
                response = await self._http.send(request, stream=True)
                try:
                    return await self._outcome(response)
                finally:
                    await response.aclose()
        except (httpx.TimeoutException, TimeoutError) as error:
            raise self._unavailable("did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unavailable(_in_words(error)) from error

    async def _outcome(self, response: httpx.Response) -> Answer | httpx.Request:
        if response.next_request is not None:
            return self._redirect(response.request, response.next_request)
        if response.status_code in (200, 304, 400):
            return Answer(
                status=response.status_code,
                body=await self._body(response),
                validator=validator_of(response.headers),
            )
        raise self._refusal(response)

    def _redirect(self, sent: httpx.Request, following: httpx.Request) -> httpx.Request:
        if sent.url.scheme == "https" and following.url.scheme != "https":
            raise self._unavailable("redirects to an address that is not encrypted")
        return following

    async def _body(self, response: httpx.Response) -> bytes:
        inflate = inflater(response.headers.get("content-encoding", ""))
        body = bytearray()
        async for raw in response.aiter_raw():
            for piece in inflate.pieces(raw):
                body += piece
                if len(body) > BODY_MAX_BYTES:
                    raise self._unavailable("sends more than 10 MB")
        if not inflate.complete:
            raise self._unavailable("broke off in the middle of its answer")
        return bytes(body)

    def _refusal(self, response: httpx.Response) -> SourceUnavailable:
        status, now = response.status_code, self._clock.now()
        wait = waiting_time(response, now)
        if status in _REFUSALS and wait is None:
            growth = min(2**self._refusals, BACK_OFF_GROWTH_MAX)
            wait = self.manners.back_off * growth
            self._refusals += 1
        if wait is not None:
            self._closed_until = now + wait
        return self._unavailable(f"answers HTTP {status}", retry_after=wait)

    def _refuse_if_too_early(self) -> None:
        now = self._clock.now()
        if self._closed_until is not None and now < self._closed_until:
            wait = self._closed_until - now
            raise self._unavailable(
                f"asked not to be asked again before {self._closed_until:%H:%M} UTC",
                retry_after=wait,
            )

    async def _pace(self) -> None:
        if (wait := self._wait()) > timedelta(0):
            await self._sleep(wait.total_seconds())
        self._last_start = self._clock.now()

    def _wait(self) -> timedelta:
        """Until the next request may start."""
        if self._last_start is None:
            return timedelta(0)
        due = self._last_start + self.manners.interval
        # The wall clock may jump; never wait longer than the interval.
        return max(timedelta(0), min(due - self._clock.now(), self.manners.interval))

    def _with_old_validator(self, answer: Answer, asked: str | None) -> Answer:
        if answer.status != 304:
            return answer
        if asked is None:
            raise self._unavailable("says that nothing changed, though it was asked for everything")
        return Answer(status=304, validator=answer.validator or asked)

    def _unavailable(
        self, reason: str, *, retry_after: timedelta | None = None
    ) -> SourceUnavailable:
        return SourceUnavailable(self.source, reason, retry_after=retry_after)


def _in_words(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        refused = "CERTIFICATE" in str(error).upper()
        return "shows a certificate that is not trusted" if refused else "cannot be reached"
    if isinstance(error, httpx.DecodingError):
        return "sends a broken answer"
    return "broke the connection"
