"""The page's addresses: what each shows, and how a command goes in."""

import re
from dataclasses import replace
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.chat.web.answers import Answer
from adapters.chat.web.asking import TEXT_MAX_CHARS, Asking
from adapters.chat.web.downloads import Downloads
from adapters.chat.web.forms import text_of
from adapters.chat.web.guard import Guard, add_headers
from adapters.chat.web.page import About, Live, Page, Templates
from adapters.chat.web.rooms import Room
from adapters.chat.web.sent import BODY_MAX_BYTES, read_command, read_form
from adapters.chat.web.threads import POSTS_SHOWN, Thread, threaded
from bot.domain.reading_list import list_of
from bot.ports.chat import Desk
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction

POST_ID = re.compile(r"[0-9]{1,18}")
PLACE = re.compile(r"[0-9]{1,18}-[0-9]{1,4}")

_STATIC = Path(__file__).parent / "static"


class Site:
    def __init__(self, store: Store, about: About, clock: Clock, desk: Desk, *, host: str) -> None:
        self._store = store
        self._about = about
        self._clock = clock
        self._guard = Guard(host)
        self._templates = Templates()
        self._downloads = Downloads()
        self._asking = Asking(store, desk, clock, self._downloads, about.workspace)

    def app(self) -> web.Application:
        app = web.Application(
            middlewares=[self._error_pages, self._guard.middleware],
            client_max_size=BODY_MAX_BYTES,
        )
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", self._home)
        app.router.add_get("/c/{channel}", self._channel)
        app.router.add_get("/c/{channel}/posts", self._posts)
        app.router.add_post("/c/{channel}/command", self._command)
        app.router.add_post("/c/{channel}/form", self._form)
        app.router.add_get("/files/{key}", self._downloads.serve)
        app.router.add_static("/static", _STATIC)
        return app

    async def _home(self, _: web.Request) -> web.Response:
        rooms = await self._store.read(self._rooms)
        if not rooms:
            raise web.HTTPNotFound(text="This workspace has no channels yet.")
        raise web.HTTPFound(f"{rooms[0].path}#newest")

    async def _channel(self, request: web.Request) -> web.Response:
        return _html(await self._page(request))

    async def _posts(self, request: web.Request) -> web.Response:
        """The header's line and the posts that changed after `?after=ID`, whole.

        204 when none did and the line still is `?about=LINE`.
        """
        after = request.query.get("after", "0")
        if not POST_ID.fullmatch(after):
            raise web.HTTPBadRequest(text="after= takes the number of a post.")
        _, room = await self._rooms_of(request)
        ref, known = room.channel.ref, int(after)
        fresh = await self._store.read(lambda tx: tx.web_posts.list(ref, limit=1, after=known))
        if not fresh and request.query.get("about", room.about) == room.about:
            return web.Response(status=204)
        threads = [t for t in await self._threads(room) if t.newest > known]
        newest = str(max((t.newest for t in threads), default=known))
        html = self._templates.update(room, threads, await self._live(room))
        return _html(html, headers={"X-Newest": newest})

    async def _command(self, request: web.Request) -> web.Response:
        sent = await read_command(request)
        self._check(sent.get("token", ""))
        _, room = await self._rooms_of(request)
        text = _command_text(sent)
        answer = await self._asking.command(room, text, place=_place(request))
        return await self._answered(request, answer, alone="fragment" in sent)

    async def _form(self, request: web.Request) -> web.Response:
        sent = await read_form(request)
        self._check(text_of(sent, "token"))
        _, room = await self._rooms_of(request)
        answer = await self._asking.form(room, sent, place=_place(request))
        if answer is None:
            raise web.HTTPGone(text="This form is not open any more. Ask for it again.")
        return await self._answered(request, answer, alone="fragment" in sent)

    def _check(self, token: str) -> None:
        if not self._guard.knows(token):
            raise web.HTTPForbidden(text="This page is older than the bot. Load it again.")

    async def _answered(self, request: web.Request, answer: Answer, *, alone: bool) -> web.Response:
        """The answer alone, for the script, or the page with it."""
        _, room = await self._rooms_of(request)  # the command may have changed the zone
        answer = replace(answer, at=answer.at.astimezone(room.zone))
        if alone:
            return _html(self._templates.answer(answer, await self._live(room)))
        return _html(await self._page(request, answer))

    async def _page(self, request: web.Request, answer: Answer | None = None) -> str:
        rooms, room = await self._rooms_of(request)
        threads = await self._threads(room)
        placed = answer and any(answer.place in t.places for t in threads)
        if answer and not placed:
            answer = replace(answer, place=None)
        page = Page(
            workspace=self._about.name,
            rooms=rooms,
            room=room,
            threads=threads,
            live=await self._live(room, answer if placed else None),
            commands=self._about.commands,
            banner=self._about.banner,
            answer=None if placed else answer,
            text_max_chars=TEXT_MAX_CHARS,
        )
        return self._templates.page(page)

    async def _threads(self, room: Room) -> list[Thread]:
        ref = room.channel.ref
        posts = await self._store.read(lambda tx: tx.web_posts.list(ref, limit=POSTS_SHOWN))
        return threaded(posts, zone=room.zone, now=self._clock.now())

    async def _live(self, room: Room, answer: Answer | None = None) -> Live:
        list_ = list_of(room.channel)
        savers = await self._store.read(lambda tx: tx.reading_list.savers(list_))
        saved = {paper.partition(":")[2]: who.name for paper, who in savers.items()}
        return Live(path=room.path, token=self._guard.token, saved=saved, answer=answer)

    async def _rooms_of(self, request: web.Request) -> tuple[list[Room], Room]:
        """All channels, and the one that the address names."""
        rooms = await self._store.read(self._rooms)
        for room in rooms:
            if room.channel.ref.channel == request.match_info["channel"]:
                return rooms, room
        raise web.HTTPNotFound(text="There is no such channel here.")

    def _rooms(self, tx: Transaction) -> list[Room]:
        return [
            Room(channel=c, subscriptions=len(tx.subscriptions.of_channel(c.ref)))
            for c in tx.channels.of_workspace(self._about.workspace)
        ]

    @web.middleware
    async def _error_pages(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPClientError as error:
            said = error.text or ""
            usual = said == f"{error.status}: {error.reason}"
            error.text = self._templates.error(error.reason, "" if usual else said)
            error.content_type = "text/html"
            raise


def _place(request: web.Request) -> str | None:
    """Where the button is that was pressed."""
    place = request.query.get("at", "")
    return place if PLACE.fullmatch(place) else None


def _command_text(form: dict[str, str]) -> str:
    """What was typed, with or without `/papers`, or the command of the pressed button."""
    return form.get("text", "").strip().removeprefix("/papers").strip()


def _html(text: str, *, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=headers)
