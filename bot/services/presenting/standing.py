"""Why a paper stands where it does in its digest, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.domain.ranking import Merit, Trait
from bot.domain.shortening import cut
from bot.services.presenting.wording import counted, source_name

NAME_MAX_CHARS = 60
SAID_FROM = 0.2
"""Bits: less moves a paper past hardly any other."""
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")
_PREPOSITIONS = {"author": "by", "cat": "in", "source": "from", "org": "from"}
_WHERE = {
    "title": "matched in the title",
    "abstract": "matched in the abstract",
    "author": "matched by its authors",
    "org": "matched by its organisation",
    "venue": "matched by its venue",
}


def standing(place: int, of: int, merits: Iterable[Merit]) -> str:
    """`Third of 14: ▲ 42, matched in the title, you saved papers on reward models`, as a sentence."""
    weighty = [merit for merit in merits if abs(merit.weight) >= SAID_FROM]
    weighty.sort(key=lambda merit: (-merit.weight, merit.trait))
    said = filter(None, (_PHRASES[merit.trait](merit) for merit in weighty))
    why = ", ".join(said)
    return f"{_ordinal(place)} of {of:,}{': ' if why else ''}{why}."


def _ordinal(place: int) -> str:
    return _ORDINALS[place - 1] if place <= len(_ORDINALS) else f"Number {place:,}"


def _match(merit: Merit) -> str:
    return _WHERE.get(merit.what[0], "") if merit.what else ""


def _subscriptions(merit: Merit) -> str:
    number = int(merit.what[0])
    return f"matched {number} subscriptions" if number > 1 else ""


def _votes(merit: Merit) -> str:
    number = int(merit.what[0])
    return f"▲ {number:,}" if merit.weight > 0 else f"only {counted(number, 'upvote')}"


def _comments(merit: Merit) -> str:
    return counted(int(merit.what[0]), "comment") if merit.weight > 0 else ""


def _taste(merit: Merit) -> str:
    likes = _papers(merit.what)
    return f"you saved {likes}" if merit.weight > 0 else f"{likes} are seldom saved here"


def _papers(likes: Sequence[str]) -> str:
    """`papers on reward models and by Ada Example`."""
    phrases = [_like(like) for like in likes]
    return " ".join(["papers", " and ".join(phrases) or "like it"])


def _like(like: str) -> str:
    kind, _, name = like.partition(":")
    if not name:
        return f"on {cut(like, NAME_MAX_CHARS)}"
    shown = source_name(name) if kind == "source" else cut(name, NAME_MAX_CHARS)
    return f"{_PREPOSITIONS[kind]} {shown}"


def _age(merit: Merit) -> str:
    return f"{counted(int(merit.what[0]), 'day')} older than the newest"


_PHRASES: Mapping[Trait, Callable[[Merit], str]] = {
    Trait.MATCH: _match,
    Trait.SUBSCRIPTIONS: _subscriptions,
    Trait.VOTES: _votes,
    Trait.COMMENTS: _comments,
    Trait.TASTE: _taste,
    Trait.AGE: _age,
}
