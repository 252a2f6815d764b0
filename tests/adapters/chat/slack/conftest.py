import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.chat.slack import SlackOptions
from adapters.chat.slack.connection import Slack
from adapters.chat.slack.inbox import Inbox
from adapters.chat.slack.listening import Listening
from adapters.chat.slack.socket_mode import Periods
from adapters.chat.slack.tasks import Tasks
from bot.domain.channels import ChannelRef, UserRef, WorkspaceId
from bot.domain.errors import DeliveryError
from bot.domain.files import File
from bot.domain.forms import Form
from bot.domain.messages import Message
from bot.domain.people import Standing
from bot.ports.chat import CommandCall, Edit, Reply
from tests.adapters.chat.fakes import says
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import ALL_SCOPES

LAB = WorkspaceId("slack:T1")
QUICK = Periods(ping_s=0.05, look_s=0.01, silent_s=3, identity_s=0.05, connect_s=3, close_s=0.1)
SIGNING_SECRET = "signing-secret-of-the-tests"
TOKEN_KEY = "a key of the tests, long enough to seal with"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FakeStore:
    """Secrets in a dictionary, and what came from Slack."""

    secrets: dict[str, str] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)

    async def read(self, work: Callable[[Any], Any]) -> Any:
        return work(_Transaction(_Secrets(self.secrets), _Inbound(self.came)))

    write = read


@dataclass
class _Secrets:
    rows: dict[str, str]

    def get(self, name):
        return self.rows.get(name)

    def set(self, name, sealed):
        self.rows[name] = sealed

    def remove(self, name):
        self.rows.pop(name, None)

    def list(self, prefix):
        return sorted(name for name in self.rows if name.startswith(prefix))


@dataclass
class _Inbound:
    came: set[str]

    def is_first(self, platform, event, *, now):
        first = event not in self.came
        self.came.add(event)
        return first


@dataclass
class _Transaction:
    secrets: _Secrets
    inbound_events: _Inbound


@dataclass
class FakeDesk:
    """Remembers what it was told; answers as laid out."""

    message: Message = field(default_factory=lambda: says("Done"))
    notice: Message | None = None
    notice_in: ChannelRef | None = None
    files: tuple[File, ...] = ()
    edit: Edit | None = None
    asks: ChannelRef | None = None
    """Where it asks what the caller is; what it hears is in `standings`."""
    window: Form | Reply | None = None
    tab: Message = field(default_factory=lambda: says("Your channels"))
    cards: dict[str, Message] = field(default_factory=dict)
    """What it has to show under links."""
    standings: list[Standing | DeliveryError] = field(default_factory=list)
    wanted: list[CommandCall] = field(default_factory=list)
    """Forms."""
    homes: list[tuple[WorkspaceId, UserRef, list[str]]] = field(default_factory=list)
    links: list[tuple[CommandCall, list[str]]] = field(default_factory=list)
    greeting: Message | None = None
    before_answer: Callable[[], Awaitable[None]] | None = None
    calls: list[CommandCall] = field(default_factory=list)
    came: list[tuple[ChannelRef, str, UserRef | None]] = field(default_factory=list)
    went: list[tuple[ChannelRef, str]] = field(default_factory=list)
    works: list[WorkspaceId] = field(default_factory=list)
    cut: list[tuple[WorkspaceId, str]] = field(default_factory=list)

    async def command(self, call: CommandCall) -> Reply:
        self.calls.append(call)
        if self.before_answer:
            await self.before_answer()
        if self.asks:
            await self._hear(call, self.asks)
        return Reply(
            message=self.message,
            notice=self.notice,
            notice_in=self.notice_in,
            files=self.files,
            edit=self.edit,
        )

    async def _hear(self, call: CommandCall, channel: ChannelRef) -> None:
        try:
            self.standings.append(await call.standing(channel))
        except DeliveryError as error:
            self.standings.append(error)

    async def form(self, call: CommandCall) -> Form | Reply:
        self.wanted.append(call)
        return self.window or Reply(message=self.message)

    async def home(self, workspace, user, channels):
        self.homes.append((workspace, user, [ref.channel for ref in channels]))
        return self.tab

    async def unfurl(self, call, urls):
        self.links.append((call, list(urls)))
        return {url: self.cards[url] for url in urls if url in self.cards}

    async def suggest(self, call, *, option):
        return []

    async def joined(self, channel, name, *, by):
        self.came.append((channel, name, by))
        return self.greeting

    async def left(self, channel, code):
        self.went.append((channel, code))

    async def connected(self, workspace):
        self.works.append(workspace)

    async def cut_off(self, workspace, code):
        self.cut.append((workspace, code))


def channel_ref(channel: str = "C1", workspace: WorkspaceId = LAB) -> ChannelRef:
    return ChannelRef(platform="slack", workspace=workspace, channel=channel)


def options(standin: SlackStandIn, **changes: object) -> SlackOptions:
    given = {
        "api_url": standin.api_url,
        "request_timeout_s": 3,
        "required_scopes": tuple(ALL_SCOPES.split(",")),
        "bot_token": "xoxb-good",
        "app_token": "xapp-good",
        "http_port": 0,
    }
    return SlackOptions(**(given | changes))


@asynccontextmanager
async def adapter(standin: SlackStandIn, **changes: Any) -> AsyncIterator[Slack]:
    own = {k: changes.pop(k) for k in ("store", "clock", "periods", "patience_s") if k in changes}
    own = {"store": FakeStore(), "clock": SystemClock(), "periods": QUICK} | own
    slack = Slack(options(standin, **changes), **own)
    try:
        yield slack
    finally:
        await slack.aclose()


@dataclass
class Bolted:
    """The bolt app, reached by dispatching to it."""

    slack: Slack
    desk: FakeDesk
    tasks: Tasks


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SLACK_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
async def standin() -> AsyncIterator[SlackStandIn]:
    """Slack; at the end it must not have had to refuse any message as malformed."""
    async with SlackStandIn() as standin:
        yield standin
    assert standin.problems == []


@pytest.fixture
async def slack(standin: SlackStandIn) -> AsyncIterator[Slack]:
    async with adapter(standin) as slack:
        yield slack


@pytest.fixture
async def bolted(standin: SlackStandIn, slack: Slack) -> AsyncIterator[Bolted]:
    desk = FakeDesk()
    async with Tasks() as tasks:
        route_to(standin, slack, desk, tasks)
        yield Bolted(slack, desk, tasks)


def route_to(
    standin: SlackStandIn,
    slack: Slack,
    desk: Any,
    tasks: Tasks,
    *,
    patience_s: float = 0.05,
    store: FakeStore | None = None,
) -> None:
    """People's doings go straight to bolt; they are dealt with when a verb returns."""
    inbox = Inbox(store or FakeStore(), SystemClock())
    app = Listening(
        desk, slack, slack._tokens, slack._http, tasks, inbox=inbox, patience_s=patience_s
    ).app()

    async def dispatch(kind: str, payload: dict[str, Any]) -> int:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        await tasks.settled()
        return answer.status

    standin.route = dispatch
