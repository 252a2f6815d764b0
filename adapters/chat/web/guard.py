"""What every request must pass, and what every response carries.

Reliability notes, section 4: the page listens on loopback, but any site open
in the same browser can send requests there, and a name it controls can be
made to mean 127.0.0.1 (DNS rebinding).
"""

import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Where nothing is secret and nothing can be changed: whoever watches over us asks by any name."""
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Server": "paperlark",
}


class Guard:
    """Host allow-list, same-origin posts and the form token of one running site."""

    def __init__(self, host: str) -> None:
        self._hosts = LOCAL_HOSTS | {host.lower().strip("[]")}
        self.token = secrets.token_urlsafe()

    def knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_known = host_name(request.headers.get("Host", "")) in self._hosts
        if not is_known and request.path not in PATHS:
            raise web.HTTPMisdirectedRequest(text="This page answers to its own address only.")
        if request.method not in ("GET", "HEAD") and not same_origin(request):
            raise web.HTTPForbidden(text="Another site asked for this, so nothing was done.")
        return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def host_name(header: str) -> str | None:
    """The name in a Host header or an origin, without the port; None if it is none."""
    try:
        return urlsplit(header if "//" in header else f"//{header}").hostname
    except ValueError:
        return None


def same_origin(request: web.Request) -> bool:
    """Whether our own page sent this, as far as the browser says; the token decides the rest.

    Fetch metadata comes first: under `no-referrer` browsers send `Origin: null` with our form.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.headers['Host']}"
