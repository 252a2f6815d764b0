"""Messages and pages as HTML. Every value passes `printable`, then Jinja's escaping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adapters.chat.printable import printable
from bot.domain.channels import Channel, WorkspaceId
from bot.domain.command_table import Command
from bot.domain.links import safe_url
from bot.domain.messages import Button, Message, PaperCard
from bot.domain.schedules import Cadence
from bot.ports.storage import WebPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """A button that stays pressed: the verb that releases it, and its label until then."""

    back: str
    label: str


TOGGLES = {"save": Toggle(back="unsave", label="Saved ✓")}
"""By the verb that presses them."""
_TOGGLING = {*TOGGLES, *(toggle.back for toggle in TOGGLES.values())}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of itself."""

    workspace: WorkspaceId
    name: str
    commands: Sequence[Command]
    banner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel in the sidebar."""

    channel: Channel
    subscriptions: int

    @property
    def name(self) -> str:
        return self.channel.name.removeprefix("#")

    @property
    def path(self) -> str:
        return f"/c/{quote(self.channel.ref.channel, safe='')}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.channel.schedule.zone)

    @property
    def about(self) -> str:
        """What stands beside the channel's name: `2 subscriptions · next digest Tue 14 Jul, …`."""
        noun = "subscription" if self.subscriptions == 1 else "subscriptions"
        return f"{self.subscriptions or 'no'} {noun} · {self._next_digest}"

    @property
    def _next_digest(self) -> str:
        """When the next digest comes, as the channel's people tell time."""
        at = self.channel.next_run_at
        if self.channel.schedule.cadence is Cadence.INSTANT:
            return "papers come as they arrive"
        if at is None:
            return "digests are off"
        local = at.astimezone(self.zone)
        return f"next digest {local:%a} {local.day} {local:%b}, {local:%H:%M} {self.zone.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A post with what was posted under it."""

    post: WebPost
    replies: tuple[WebPost, ...]
    at: datetime
    """In the channel's zone."""
    day: str | None
    """The day's name on the first post of a day."""
    latest: bool
    """Whether it is the newest post that has replies; the page opens that one."""

    @property
    def papers(self) -> int:
        return sum(isinstance(b, PaperCard) for r in self.replies for b in r.message.blocks)

    @property
    def newest(self) -> int:
        return max((self.post.id, *(r.id for r in self.replies)))

    @property
    def places(self) -> set[str]:
        """The blocks whose buttons an answer can stand under: `POST-BLOCK`, blocks from 0."""
        posts = (self.post, *self.replies)
        return {f"{post.id}-{n}" for post in posts for n in range(len(post.message.blocks))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Paperlark says to one person, and to which command."""

    command: str
    message: Message
    at: datetime
    """In the channel's zone."""
    place: str | None = None
    """Where the button is that was pressed; None where it stands at the channel's end."""

    @property
    def brief(self) -> bool:
        """Whether one line says it all beside a button that shows the change itself."""
        return self.command.partition(" ")[0] in _TOGGLING


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What a message's buttons depend on outside it."""

    action: str = ""
    """The address that takes commands; buttons add their place to it."""
    saved: frozenset[str] = frozenset()
    """Short ids of the papers on the reading list."""
    answer: Answer | None = None
    """The answer to a button, shown at its place."""

    def toggle(self, button: Button) -> Toggle | None:
        return TOGGLES.get(button.verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    workspace: str
    rooms: Sequence[Room]
    room: Room
    threads: Sequence[Thread]
    live: Live
    commands: Sequence[Command]
    token: str
    banner: str | None = None
    answer: Answer | None = None
    """At the channel's end; one to a button is in `live`."""
    text_max_chars: int

    @property
    def newest(self) -> int:
        return max((t.newest for t in self.threads), default=0)


class Templates:
    """The packaged templates, filled."""

    def __init__(self) -> None:
        self._env = Environment(
            loader=PackageLoader("adapters.chat.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters["safe_url"] = safe_url
        self._macros = self._env.get_template("messages.html.j2").module

    def page(self, page: Page) -> str:
        return self._env.get_template("page.html.j2").render(page=page)

    def error(self, title: str, detail: str) -> str:
        return self._env.get_template("error.html.j2").render(title=title, detail=detail)

    def message(self, message: Message) -> Markup:
        return self._macro("message")(message, Live())

    def update(self, room: Room, threads: Sequence[Thread], live: Live) -> Markup:
        """What is new on a page, each part with the id of what it replaces."""
        return self._macro("about")(room) + self.threads(threads, live)

    def threads(self, threads: Sequence[Thread], live: Live) -> Markup:
        return self._macro("threads")(threads, live)

    def answer(self, answer: Answer, live: Live) -> Markup:
        return self._macro("answer")(answer, live)

    def _macro(self, name: str) -> Callable[..., Markup]:
        macro: Callable[..., Markup] = getattr(self._macros, name)
        return macro


def threaded(posts: Sequence[WebPost], *, zone: ZoneInfo, now: datetime) -> list[Thread]:
    """Posts, oldest first, with their replies; a reply to a post not among them stands alone."""
    known = {p.id for p in posts}
    replies: dict[int, list[WebPost]] = {}
    for post in posts:
        if post.thread in known:
            replies.setdefault(post.thread, []).append(post)
    latest = max(replies, default=None)
    threads, today, last = [], now.astimezone(zone).date(), None
    for post in (p for p in posts if p.thread not in known):
        at = post.posted_at.astimezone(zone)
        threads.append(
            Thread(
                post=post,
                replies=tuple(replies.get(post.id, ())),
                at=at,
                day=None if at.date() == last else day_name(at.date(), today),
                latest=post.id == latest,
            )
        )
        last = at.date()
    return threads


def day_name(day: date, today: date) -> str:
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Markup) else printable(str(value))
