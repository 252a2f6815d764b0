"""Forms: what a button with `form COMMAND` asks for, filled in with what is known."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.domain.channels import Channel, Editors, Layout
from bot.domain.command_table import ON_OFF
from bot.domain.errors import UserError
from bot.domain.forms import Field, Form
from bot.domain.queries import Query
from bot.domain.schedule_text import describe
from bot.domain.schedules import Cadence
from bot.services.calls import Call
from bot.services.channel_settings import CAP_MAX, PEOPLE_MAX_CHARS, SCOPE_MAX_CHARS
from bot.services.kit import Kit
from bot.services.naming import Naming
from bot.services.reading_lists import NOTE_MAX_CHARS, TAGS_MAX
from bot.services.subscribing import only

QUERY_MAX_CHARS = 256
TAGS_MAX_CHARS = 256


class Forms:
    def __init__(self, kit: Kit, naming: Naming) -> None:
        self._store = kit.store
        self._naming = naming
        self._of: Mapping[str, Callable[[Call], Awaitable[Form]]] = {
            "edit": self._edit,
            "import": _import,
            "save": self._save,
            "schedule": _schedule,
            "search": _search,
            "settings": _settings,
            "subscribe": _subscribe,
        }

    async def form(self, call: Call) -> Form:
        """The form for a command.

        Raises:
            UserError: the command has none.
        """
        if call.verb not in self._of:
            raise UserError("There is no form for that.", example=f"/papers help {call.verb}")
        return await self._of[call.verb](call)

    async def _edit(self, call: Call) -> Form:
        """`edit 2`, or `edit 2 QUERY` with what was typed before and was no query."""
        number, _, typed = call.text.partition(" ")
        known = await self._store.read(lambda tx: tx.subscriptions.of_channel(call.channel.ref))
        found = only(known, number)
        field = _query(typed or found.query.text)
        return Form(
            title=f"Subscription {found.number}", command=f"edit {found.number}", fields=(field,)
        )

    async def _save(self, call: Call) -> Form:
        paper = await self._naming.paper(call)
        item = await self._store.read(lambda tx: tx.reading_list.get(call.list, paper.id))
        tags = [f"#{tag}" for tag in item.tags] if item else []
        shown = _fitting(tags[:TAGS_MAX])
        # What is sent takes the place of what there is, so that it can be emptied; unless some of
        # it is not shown, and would be lost.
        whole = " =" if shown.split() == tags else ""
        return Form(
            title="Tags and note",
            command=f"save {paper.short_id}{whole}",
            fields=(
                Field(
                    name="tags",
                    label="Tags",
                    hint="#reading #urgent",
                    value=shown,
                    max_chars=TAGS_MAX_CHARS,
                ),
                Field(
                    name="note",
                    label="Note",
                    value=item.note if item else "",
                    lines=True,
                    max_chars=NOTE_MAX_CHARS,
                ),
            ),
        )


async def _subscribe(call: Call) -> Form:
    return Form(
        title="Subscribe", command="subscribe", fields=(_query(call.text),), submit="Subscribe"
    )


async def _search(call: Call) -> Form:
    return Form(title="Search", command="search", fields=(_query(call.text),), submit="Search")


async def _import(_: Call) -> Form:
    field = Field(
        name="file",
        label="File",
        hint="one query a line, as export subscriptions writes it",
        required=True,
        file=True,
    )
    return Form(title="Import subscriptions", command="import", fields=(field,), submit="Import")


async def _schedule(call: Call) -> Form:
    schedule = call.channel.schedule
    instant = schedule.cadence is Cadence.INSTANT
    field = Field(
        name="when",
        label="When",
        hint="09:00 Europe/Paris weekdays, instant, off",
        value="instant" if instant else describe(schedule),
        required=True,
    )
    return Form(title="Schedule", command="schedule", fields=(field,))


async def _settings(call: Call) -> Form:
    """`settings look`, `settings papers` or `settings people`: a form holds five fields."""
    return _SETTINGS.get(call.text, _look)(call.channel)


def _look(channel: Channel) -> Form:
    return Form(
        title="How digests look",
        command="settings",
        fields=(
            _choice("layout", "Layout", tuple(Layout), channel.layout),
            Field(
                name="cap",
                label="Papers shown at once",
                hint=f"1 to {CAP_MAX}",
                value=str(channel.cap),
                required=True,
                max_chars=2,
            ),
            _choice("pictures", "Pictures", ON_OFF, _on(value=channel.pictures)),
            _choice(
                "empty-note", "Say why when there is none", ON_OFF, _on(value=channel.empty_note)
            ),
            Field(
                name="zone",
                label="Time zone",
                hint="Europe/Paris",
                value=channel.schedule.zone,
                required=True,
                max_chars=60,
            ),
        ),
    )


def _papers(channel: Channel) -> Form:
    scope = channel.scope
    return Form(
        title="Which papers come",
        command="settings",
        fields=(
            Field(
                name="sources",
                label="Sources",
                hint="huggingface, arxiv; or any",
                value=", ".join(scope.sources) or "any",
                required=True,
                max_chars=SCOPE_MAX_CHARS,
            ),
            Field(
                name="categories",
                label="Categories",
                hint="cs.CL, stat.*; or any",
                value=", ".join(scope.categories) or "any",
                required=True,
                max_chars=SCOPE_MAX_CHARS,
            ),
            Field(
                name="upvotes",
                label="Least upvotes",
                hint="0 for all papers",
                value=str(scope.upvotes),
                required=True,
                max_chars=4,
            ),
            Field(
                name="rising",
                label="Upvotes at which a posted paper is noted",
                hint="in its thread, once; or off",
                value="off" if channel.rising is None else str(channel.rising),
                required=True,
                max_chars=4,
            ),
        ),
    )


def _people(channel: Channel) -> Form:
    listed = ", ".join(f"<@{person.id}>" for person in channel.listed)
    who = listed if channel.editors is Editors.LISTED else channel.editors.value
    return Form(
        title="Who may change it",
        command="settings",
        fields=(
            Field(
                name="editors",
                label="Who may change this channel",
                hint="anyone, admins",
                value=who,
                required=True,
                max_chars=PEOPLE_MAX_CHARS,
            ),
            _choice("guests", "Guests may, too", ON_OFF, _on(value=channel.guests)),
            _choice(
                "list",
                "Papers are saved to the list of",
                ("team", "channel"),
                "channel" if channel.own_list else "team",
            ),
        ),
    )


_SETTINGS: Mapping[str, Callable[[Channel], Form]] = {
    "look": _look,
    "papers": _papers,
    "people": _people,
}


def _query(value: str | Query) -> Field:
    return Field(
        name="query",
        label="Query",
        hint='"world model" OR rlhf -survey',
        value=str(value)[:QUERY_MAX_CHARS],
        required=True,
        max_chars=QUERY_MAX_CHARS,
    )


def _fitting(tags: Sequence[str]) -> str:
    """As many of them as the field holds."""
    starts = (" ".join(tags[:count]) for count in range(len(tags), -1, -1))
    return next(start for start in starts if len(start) <= TAGS_MAX_CHARS)


def _choice(name: str, label: str, choices: tuple[str, ...], value: str) -> Field:
    return Field(name=name, label=label, choices=choices, value=value, required=True)


def _on(*, value: bool) -> str:
    return "on" if value else "off"
