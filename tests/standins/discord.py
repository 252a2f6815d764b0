"""A Discord on loopback: web API and gateway, stateful, strict, and faulty when told to be.

`uv run python -m tests.standins.discord --port 8900` runs one by hand.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
from fnmatch import fnmatch
from typing import Any

from aiohttp import web

from tests.standins import discord_payloads as payloads
from tests.standins.discord_gateway import Gateway
from tests.standins.discord_people import FORM, People
from tests.standins.discord_requests import Fault, Given, Sent
from tests.standins.discord_rules import problems
from tests.standins.discord_state import EVERYTHING, HISTORY, Json, Refused, State

PREFIX = "/api/v10"


class StandIn(People):
    def __init__(self, *, token: str = "discord-token") -> None:
        self.token = token
        self.state = State()
        self.gateway = Gateway(self.state, token)
        self.sent: list[Sent] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.given: dict[str, Given] = {}
        self.uploads: dict[str, bytes] = {}
        """Files that people sent, by path."""
        self.limits: dict[str, str] = {}
        """Headers on every answer, such as those of a rate limit's bucket."""
        self.endpoint: str | None = None
        self._ids = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.url = self.origin = ""

    async def start(self, port: int = 0) -> "StandIn":
        app = web.Application()
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/uploads/{path:.*}", self._upload)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        where = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.origin = f"http://{where}"
        self.url, self.gateway.url = self.origin + PREFIX, f"ws://{where}/gateway"
        return self

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def fail(self, method: str, path: str, **how: Any) -> Fault:
        self.faults.append(Fault(method, path, **how))
        return self.faults[-1]

    def asked(self, method: str, path: str) -> list[Sent]:
        return [s for s in self.sent if s.method == method and fnmatch(s.path, path)]

    # The web API

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        data, files = await _read(request)
        sent = Sent(request.method, path, data, dict(request.headers), files)
        self.sent.append(sent)
        fault = next((f for f in self.faults if f.hits(sent)), None)
        if fault is None:
            return self._answer(*self._done(sent, request))
        fault.times -= 1
        status, data = self._done(sent, request) if fault.commit or fault.edit else (0, None)
        await asyncio.sleep(fault.hang_s)
        if fault.drop:
            request.transport.abort()
            return web.Response()
        if fault.edit:
            return self._answer(status, fault.edit(data))
        if fault.status is None:
            return self._answer(*self._done(sent, request))
        return self._answer(fault.status, fault.data, fault.headers)

    async def _upload(self, request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        if request.path not in self.uploads:
            raise web.HTTPNotFound
        return web.Response(body=self.uploads[request.path])

    def _answer(self, status: int, data: Any, headers: Json | None = None) -> web.Response:
        """Exactly this content type: discord.py takes nothing else for JSON."""
        if data is None:
            return web.Response(status=status, headers=headers)
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        kind = {"Content-Type": "text/html" if isinstance(data, bytes) else "application/json"}
        return web.Response(status=status, body=body, headers=kind | self.limits | (headers or {}))

    def _done(self, sent: Sent, request: web.Request) -> tuple[int, Any]:
        unsigned = sent.path.startswith(("/interactions/", "/webhooks/"))
        if not unsigned and sent.headers.get("Authorization") != f"Bot {self.token}":
            return 401, {"message": "401: Unauthorized", "code": 0}
        if sent.data is not None and (wrong := problems(sent.method, sent.path, sent.data)):
            self.violations += wrong
            return 400, {"message": "Invalid Form Body", "code": 50035, "errors": wrong}
        try:
            return self._route(sent, dict(request.query))
        except Refused as error:
            return error.status, {"message": str(error), "code": error.code}

    def _route(self, sent: Sent, query: dict[str, str]) -> tuple[int, Any]:  # noqa: C901 -- a table of routes
        state, data = self.state, sent.data
        match [sent.method, *sent.path.strip("/").split("/")]:
            case ["GET", "users", "@me"]:
                return 200, state.bot
            case ["GET", "users", "@me", "guilds"]:
                return 200, [
                    g | {"permissions": str(g["permissions"])} for g in state.guilds.values()
                ]
            case ["POST", "users", "@me", "channels"]:
                return 200, state.open_dm(data["recipient_id"])
            case ["GET", "gateway", "bot"]:
                return 200, self._gateway_facts()
            case ["GET", "applications", "@me"] | ["GET", "oauth2", "applications", "@me"]:
                return 200, payloads.application(state.application_id, endpoint=self.endpoint)
            case ["GET", "applications", _, "commands"]:
                return 200, state.commands
            case ["PUT", "applications", _, "commands"]:
                state.commands = [
                    payloads.registered(c, state.snowflake(), state.application_id) for c in data
                ]
                return 200, state.commands
            case ["GET", "guilds", _, "members", id_]:
                return 200, {"user": payloads.user(id_, "member"), "roles": []}
            case ["POST", "interactions", _, token, "callback"]:
                return self._acknowledge(token, data)
            case ["PATCH" | "POST", "webhooks", _, token, *_]:
                return self._followup(token, sent)
            case [method, "channels", id_, *rest]:
                return self._in_channel(method, id_, rest, data, query)
        raise Refused(404, 0, "404: Not Found")

    def _in_channel(
        self, method: str, id_: str, rest: list[str], data: Any, query: dict[str, str]
    ) -> tuple[int, Any]:
        state, channel = self.state, self.state.channel(id_)
        match [method, *rest]:
            case ["GET"]:
                state.require(channel, 0)
                return 200, channel
            case ["PATCH"]:
                channel["thread_metadata"] |= data
                return 200, channel
            case ["POST", "messages"]:
                posted = state.post(id_, data)
                return 200, posted | {k: v for k, v in data.items() if k == "nonce"}
            case ["GET", "messages"]:
                after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
                return 200, state.history(id_, after=after, limit=limit)
            case ["GET", "messages", message]:
                state.require(channel, HISTORY)
                return 200, state.message(id_, message)
            case ["PATCH", "messages", message]:
                return 200, state.edit(id_, message, data)
            case ["POST", "messages", message, "threads"]:
                return 201, state.start_thread(id_, message, data)
        raise Refused(404, 0, "404: Not Found")

    def _acknowledge(self, token: str, data: Json) -> tuple[int, Any]:
        given = self.given.get(token)
        if given is None:
            raise Refused(404, 10062, "Unknown interaction")
        if given.callback:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if data["type"] == 9 and given.kind == FORM:
            raise Refused(400, 50035, "no window after a window")
        given.callback = data
        given.acknowledged.set()
        if data["type"] != 5:
            given.answered.set()
        return 204, None

    def _followup(self, token: str, sent: Sent) -> tuple[int, Any]:
        given = self.given.get(token)
        if given is None or given.callback is None:
            raise Refused(401 if given is None else 404, 50027 if given is None else 10015)
        given.answers.append(sent.data)
        given.files |= sent.files
        given.answered.set()
        return 200, sent.data | {"id": self.state.snowflake(), "author": self.state.bot}

    def _gateway_facts(self) -> Json:
        starts = max(self.gateway.session_starts, 0)
        limit = {"total": 1000, "remaining": starts, "reset_after": 600_000, "max_concurrency": 1}
        return {
            "url": self.gateway.url,
            "shards": self.gateway.shards,
            "session_start_limit": limit,
        }


async def _read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request, and its files by the names that it gives them."""
    if not request.content_type.startswith("multipart/"):
        return json.loads(await request.text() or "null"), {}
    form = dict(await request.post())
    data = json.loads(form.pop("payload_json"))
    named = {a["id"]: a["filename"] for a in data["attachments"]}
    files = {key.removeprefix("files[").removesuffix("]"): field for key, field in form.items()}
    assert {n: field.filename for n, field in files.items()} == named
    return data, {field.filename: field.file.read() for field in files.values()}


async def _main(port: int) -> None:
    standin = await StandIn().start(port)
    guild = standin.state.add_guild(permissions=EVERYTHING)
    channel = standin.state.add_channel(guild, "papers")
    print(f"PAPERLARK_DISCORD__API_URL={standin.url} PAPERLARK_DISCORD__TOKEN={standin.token}")
    print(f"#papers is {channel['id']}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args().port))
