"""What may be meant while somebody types an option of a command."""

from bot.domain.command_table import COMMANDS, SCHEDULES, Suggests
from bot.domain.papers import Paper
from bot.domain.shortening import cut
from bot.ports.chat import CommandCall, Suggestion
from bot.ports.storage import Store, Transaction
from bot.services.saving import with_words
from bot.services.searching import titled

SHOWN = 25  # Discord's limit
LABEL_MAX_CHARS = 100  # likewise; its values have the same limit
TITLES_SOUGHT = 10


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
            return [_suggestion(c.name, c.name, c.summary) for c in COMMANDS if typed in c.name]
        case Suggests.SUBSCRIPTION:
            return _subscriptions(tx, call, typed)
        case Suggests.SAVED:
            items = with_words(tx.reading_list.list(call.channel.workspace), typed)
            return [_paper(item.paper) for item in items]
        case Suggests.PAPER:
            return [_paper(paper) for paper in titled(tx, typed, limit=TITLES_SOUGHT)]
        case Suggests.SCHEDULE:
            return _schedules(typed)


def _subscriptions(tx: Transaction, call: CommandCall, typed: str) -> list[Suggestion]:
    known = tx.subscriptions.of_channel(call.channel)
    wanted = typed.casefold()
    return [
        _suggestion(str(s.number), str(s.number), s.query.text)
        for s in known
        if wanted in f"{s.number} {s.query.text}".casefold()
    ]


def _schedules(typed: str) -> list[Suggestion]:
    """What is typed, where it is more than a start of an example; then the examples."""
    known = [_suggestion(form, form, meaning) for form, meaning in SCHEDULES]
    begun = [s for s in known if typed.casefold() in s.value.casefold()]
    return begun or [Suggestion(label=cut(typed, LABEL_MAX_CHARS), value=typed)]


def _paper(paper: Paper) -> Suggestion:
    return Suggestion(label=cut(paper.title, LABEL_MAX_CHARS), value=paper.short_id)


def _suggestion(value: str, name: str, meaning: str) -> Suggestion:
    return Suggestion(label=cut(f"{name} – {meaning}", LABEL_MAX_CHARS), value=value)
