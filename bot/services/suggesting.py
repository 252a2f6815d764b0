"""What may be meant while somebody types an option of a command."""

from bot.domain.command_table import COMMANDS, SCHEDULES, Suggests
from bot.domain.papers import Paper
from bot.domain.reading_list import SavedPaper, list_of
from bot.domain.shortening import cut
from bot.domain.zones import zones_like
from bot.ports.chat import CommandCall, Suggestion
from bot.ports.storage import Store, Transaction
from bot.services.reading_lists import tags_of, with_words
from bot.services.searching import titled

SHOWN = 25  # Discord's limit
LABEL_MAX_CHARS = 100  # likewise; its values have the same limit
TITLES_SOUGHT = 10

_FILTERS = ("is:to-read", "is:reading", "is:read", "sort:newest", "sort:oldest", "sort:title")


class Suggestions:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def suggest(self, call: CommandCall, *, option: str) -> list[Suggestion]:
        """At most 25, best first; none for an option that is free text."""
        verb, _, typed = call.text.partition(" ")
        kind = _kind(verb, option)
        if kind is None:
            return []
        typed = typed.strip()
        found = await self._store.read(lambda tx: _find(tx, kind, call, typed))
        fitting = (s for s in found if len(s.value) <= LABEL_MAX_CHARS)
        return [s for _, s in zip(range(SHOWN), fitting, strict=False)]


def _kind(verb: str, option: str) -> Suggests | None:
    options = next((c.options for c in COMMANDS if c.name == verb), ())
    return next((o.suggests for o in options if o.name == option), None)


def _find(tx: Transaction, kind: Suggests, call: CommandCall, typed: str) -> list[Suggestion]:
    match kind:
        case Suggests.COMMAND:
            wanted = typed.lower()
            return [_suggestion(c.name, c.name, c.summary) for c in COMMANDS if wanted in c.name]
        case Suggests.SUBSCRIPTION:
            return _subscriptions(tx, call, typed)
        case Suggests.SAVED:
            return [_paper(item.paper) for item in with_words(_saved(tx, call), typed)]
        case Suggests.TAG:
            return _tags(tx, call, typed)
        case Suggests.ZONE:
            return [Suggestion(label=zone, value=zone) for zone in zones_like(typed)]
        case Suggests.PAPER:
            return [_paper(paper) for paper in titled(tx, typed, limit=TITLES_SOUGHT)]
        case Suggests.SCHEDULE:
            return _schedules(typed)


def _saved(tx: Transaction, call: CommandCall) -> list[SavedPaper]:
    channel = tx.channels.get(call.channel)
    return tx.reading_list.list(list_of(channel)) if channel else []


def _tags(tx: Transaction, call: CommandCall, typed: str) -> list[Suggestion]:
    """The last word that is typed, completed; what stands before it stays."""
    before, _, last = typed.rpartition(" ")
    start = f"{before} " if before else ""
    known = [f"{start}#{tag}" for tag in tags_of(_saved(tx, call)) if _begins(f"#{tag}", last)]
    forms = [f"{start}{form}" for form in _FILTERS if last and form.startswith(last)]
    given = [typed] if typed else []
    return [Suggestion(label=cut(v, LABEL_MAX_CHARS), value=v) for v in [*known, *forms, *given]]


def _begins(tag: str, typed: str) -> bool:
    return tag.startswith(typed.casefold()) or tag[1:].startswith(typed.casefold())


def _subscriptions(tx: Transaction, call: CommandCall, typed: str) -> list[Suggestion]:
    known = tx.subscriptions.of_channel(call.channel)
    wanted = typed.casefold()
    return [
        _suggestion(str(s.number), str(s.number), s.query.text)
        for s in known
        if wanted in f"{s.number} {s.query.text}".casefold()
    ]


def _schedules(typed: str) -> list[Suggestion]:
    """The examples that begin so; else what is typed, its last word completed to a time zone."""
    known = [_suggestion(form, form, meaning) for form, meaning in SCHEDULES]
    if begun := [s for s in known if typed.casefold() in s.value.casefold()]:
        return begun
    before, _, last = typed.rpartition(" ")
    zones = [f"{before} {zone}".strip() for zone in zones_like(last)] if len(last) > 1 else []
    return [Suggestion(label=cut(v, LABEL_MAX_CHARS), value=v) for v in [typed, *zones]]


def _paper(paper: Paper) -> Suggestion:
    return Suggestion(label=cut(paper.title, LABEL_MAX_CHARS), value=paper.short_id)


def _suggestion(value: str, name: str, meaning: str) -> Suggestion:
    return Suggestion(label=cut(f"{name} – {meaning}", LABEL_MAX_CHARS), value=value)
