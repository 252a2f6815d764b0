"""The page's addresses: what each shows, and how a command goes in."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.chat.web.guard import Guard, add_headers
from adapters.chat.web.page import (
    About,
    Answer,
    Live,
    Page,
    Room,
    Templates,
    Thread,
    threaded,
)
from bot.domain.channels import UserRef
from bot.domain.messages import Message, Note, Paragraph, code, plain
from bot.ports.chat import CommandCall, Desk
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction

YOU = UserRef(id="you", name="You")
BODY_MAX_BYTES = 64 * 1024
FORM_MAX_FIELDS = 8
TEXT_MAX_CHARS = 1_000
POSTS_SHOWN = 100
POST_ID = re.compile(r"[0-9]{1,18}")

_STATIC = Path(__file__).parent / "static"


class Site:
    def __init__(self, store: Store, about: About, clock: Clock, desk: Desk, *, host: str) -> None:
        self._store = store
        self._about = about
        self._clock = clock
        self._desk = desk
        self._guard = Guard(host)
        self._templates = Templates()

    def app(self) -> web.Application:
        app = web.Application(
            middlewares=[self._error_pages, self._guard.middleware],
            client_max_size=BODY_MAX_BYTES,
        )
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", self._home)
        app.router.add_get("/healthz", _healthz)
        app.router.add_get("/c/{channel}", self._channel)
        app.router.add_get("/c/{channel}/posts", self._posts)
        app.router.add_post("/c/{channel}/command", self._command)
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
        form = await _form(request)
        if not self._guard.knows(form.get("token", "")):
            raise web.HTTPForbidden(text="This page is older than the bot. Load it again.")
        _, room = await self._rooms_of(request)
        text = _command_text(form)
        message = await self._ask(room, text)
        _, room = await self._rooms_of(request)  # the command may have changed the zone
        answer = Answer(
            command=text if len(text) <= TEXT_MAX_CHARS else f"{text[:40]}…",
            message=message,
            at=self._clock.now().astimezone(room.zone),
            place=request.query.get("at"),
        )
        if "fragment" in form:
            return _html(self._templates.answer(answer, await self._live(room)))
        return _html(await self._page(request, answer))

    async def _ask(self, room: Room, text: str) -> Message:
        if len(text) > TEXT_MAX_CHARS:
            return _TOO_LONG
        ref = room.channel.ref
        call = CommandCall(channel=ref, channel_name=room.channel.name, user=YOU, text=text)
        reply = await self._desk.command(call)
        if notice := reply.notice:
            await self._store.write(
                lambda tx: tx.web_posts.add(
                    ref, notice, delivery=None, thread=None, now=self._clock.now()
                )
            )
        return reply.message

    async def _page(self, request: web.Request, answer: Answer | None = None) -> str:
        rooms, room = await self._rooms_of(request)
        threads = await self._threads(room)
        placed = answer and any(answer.place in t.places for t in threads)
        page = Page(
            workspace=self._about.name,
            rooms=rooms,
            room=room,
            threads=threads,
            live=await self._live(room, answer if placed else None),
            commands=self._about.commands,
            token=self._guard.token,
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
        workspace = room.channel.ref.workspace
        items = await self._store.read(lambda tx: tx.reading_list.list(workspace))
        saved = frozenset(item.paper.short_id for item in items)
        return Live(action=f"{room.path}/command", saved=saved, answer=answer)

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


_TOO_LONG_TEXT = f"That is over {TEXT_MAX_CHARS} characters, so it was not read."
_TOO_LONG = Message(
    fallback=_TOO_LONG_TEXT,
    blocks=(
        Paragraph(spans=(plain(_TOO_LONG_TEXT),)),
        Note(spans=(plain("A query has a few words, for example "), code("search diffusion"))),
    ),
)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _form(request: web.Request) -> dict[str, str]:
    body = (await request.read()).decode(errors="replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FORM_MAX_FIELDS))
    except ValueError as error:
        raise web.HTTPBadRequest(text="That is not this page's form.") from error


def _command_text(form: dict[str, str]) -> str:
    """What was typed, with or without `/papers`, or the command of the pressed button."""
    return form.get("text", "").strip().removeprefix("/papers").strip()


def _html(text: str, *, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=headers)
