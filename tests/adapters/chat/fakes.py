"""What the page needs of the world: a clock, an archive in dictionaries, a command handler."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

from bot.domain.channels import Channel, ChannelRef, WorkspaceId
from bot.domain.messages import Message, Paragraph, plain
from bot.domain.schedules import Schedule
from bot.ports.chat import CommandCall, Reply
from bot.ports.storage import WebPost

NOW = datetime(2026, 7, 13, 9, 12, tzinfo=UTC)
WORKSPACE = WorkspaceId("web:lab")


def channel_ref(name: str, workspace: WorkspaceId = WORKSPACE) -> ChannelRef:
    return ChannelRef(platform="web", workspace=workspace, channel=name)


def channel(name: str, **changes: object) -> Channel:
    schedule = Schedule(zone="Europe/Paris")
    given = {"ref": channel_ref(name), "name": name, "schedule": schedule, "created_at": NOW}
    return Channel(**(given | changes))


class FixedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


class FakeWebPosts:
    def __init__(self) -> None:
        self.rows: list[WebPost] = []
        self._by_delivery: dict[str, WebPost] = {}

    def add(self, channel, message, *, delivery, thread, now) -> WebPost:
        if delivery in self._by_delivery:
            return self._by_delivery[delivery]
        number = len(self.rows) + 1
        post = WebPost(id=number, channel=channel, posted_at=now, message=message, thread=thread)
        self.rows.append(post)
        if delivery is not None:
            self._by_delivery[delivery] = post
        return post

    def list(self, channel, *, limit, after=0) -> list[WebPost]:
        return [p for p in self.rows if p.channel == channel and p.id > after][-limit:]


class FakeChannels:
    def __init__(self, channels: list[Channel]) -> None:
        self.rows = {c.ref: c for c in channels}

    def get(self, ref) -> Channel | None:
        return self.rows.get(ref)

    def of_workspace(self, workspace) -> list[Channel]:
        return [c for c in self.rows.values() if c.ref.workspace == workspace]


class FakeSubscriptions:
    def __init__(self) -> None:
        self.rows: dict[ChannelRef, list[str]] = {}

    def of_channel(self, channel) -> list[str]:
        return self.rows.get(channel, [])


class FakeReadingList:
    """Short ids of saved papers."""

    def __init__(self) -> None:
        self.rows: dict[WorkspaceId, set[str]] = {}

    def list(self, workspace) -> list[SimpleNamespace]:
        ids = self.rows.get(workspace, set())
        return [SimpleNamespace(paper=SimpleNamespace(short_id=id_)) for id_ in ids]


class FakeStore:
    """The part of `Store` that the page uses."""

    def __init__(self, channels: list[Channel]) -> None:
        self.web_posts = FakeWebPosts()
        self.channels = FakeChannels(channels)
        self.subscriptions = FakeSubscriptions()
        self.reading_list = FakeReadingList()

    async def read(self, work: Callable):
        return work(self._transaction())

    async def write(self, work: Callable):
        return work(self._transaction())

    async def close(self) -> None: ...

    def _transaction(self) -> SimpleNamespace:
        return SimpleNamespace(
            web_posts=self.web_posts,
            channels=self.channels,
            subscriptions=self.subscriptions,
            reading_list=self.reading_list,
        )


class FakeCommands:
    """Answers every command with what it was asked, and remembers the calls.

    `save` and `unsave` change the reading list; `on_call` may change anything else.
    """

    def __init__(self, saved: FakeReadingList) -> None:
        self.calls: list[CommandCall] = []
        self.notice: Message | None = None
        self.on_call: Callable[[], None] = lambda: None
        self._saved = saved

    async def command(self, call: CommandCall) -> Reply:
        self.calls.append(call)
        self.on_call()
        verb, _, paper = call.text.partition(" ")
        if change := {"save": set.add, "unsave": set.discard}.get(verb):
            change(self._saved.rows.setdefault(call.channel.workspace, set()), paper)
        return Reply(message=says(f"You asked: {call.text}"), notice=self.notice)


def says(text: str) -> Message:
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))
