"""What commands are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.people import Right


class Suggests(StrEnum):
    """What is offered while somebody types an option."""

    COMMAND = "command"
    PAPER = "paper"
    SAVED = "saved"
    SCHEDULE = "schedule"
    SUBSCRIPTION = "subscription"
    TAG = "tag"
    ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A part of a command's text that has a field of its own where a platform has such."""

    name: str
    summary: str
    required: bool = False
    before: str = ""
    """What stands before the value in the text: `layout `."""
    choices: tuple[str, ...] = ()
    suggests: Suggests | None = None
    file: bool = False
    """Whether it is a text file, which comes with the command rather than in it."""


class Topic(StrEnum):
    """What commands are about, in the order of the help."""

    FOLLOW = "Follow"
    FIND = "Find"
    KEEP = "Keep"
    CHANNEL = "This channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb as people know it; `usage` and `example` are without `/papers`."""

    name: str
    usage: str
    summary: str
    example: str
    topic: Topic
    right: Right = Right.LOOK
    """What it takes to give it an argument; by itself a command only shows."""
    options: tuple[Option, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    """What its argument may be, and what each form means."""

    def typed(self, values: Mapping[str, str]) -> str:
        """The command as somebody would type it who gives the options these values."""
        given = (o.before + values[o.name].strip() for o in self.options if values.get(o.name))
        return " ".join([self.name, *given])


EXAMPLE_PAPER = "2401.01234"
"""In help and errors a paper of the archive takes its place, where there is one."""

QUERIES = (
    ("diffusion video", "both words, in title or abstract"),
    ('"world model" -survey', "the phrase, without the word survey"),
    ("rlhf OR dpo, alignment", "any of them"),
    ("(agent OR robot*) title:planning", "grouped; words that start so; in the title"),
    ('author:"yann lecun" cat:cs.*', "that author, any cs category; also org: venue: source:"),
    ("has:code upvotes:>=20", "a repository, 20 votes or more; also has:project comments:>5"),
)
DATES = (("diffusion last:30d", "of the last 30 days; also after:2026-10-01 before:2026-11-01"),)
SCHEDULES = (
    ("09:00 Europe/Paris weekdays", "a time, a zone, days, in any order"),
    ("daily 17:30", "what is left out stays as it is"),
    ("weekly Mon 08:30", "once a week"),
    ("instant", "papers as they arrive"),
    ("off", "nothing; papers wait"),
    ("on", "again as before off"),
)

FILTERS = (
    ("#reading", "with that tag"),
    ("is:to-read", "nobody has begun it; also is:reading is:read"),
    ("by:anna", "saved or read by somebody"),
    ("diffusion cat:cs.CV", "any query, as in a search"),
    ("sort:oldest", "also sort:newest sort:title sort:votes"),
)
FORMATS = ("bibtex", "ris", "csl-json", "csv", "markdown", "subscriptions")
PROGRESS = ("to-read", "reading", "read")

QUERY = Option(name="query", summary='for example "world model" OR rlhf -survey', required=True)
PAPER = Option(
    name="paper",
    summary="its arXiv id, DOI, link, or words of its title",
    required=True,
    suggests=Suggests.PAPER,
)
SAVED = replace(PAPER, suggests=Suggests.SAVED)
SUBSCRIPTION = Option(
    name="subscription",
    summary="its number or its query",
    required=True,
    suggests=Suggests.SUBSCRIPTION,
)
FILTER = Option(
    name="filter",
    summary="only some: #reading is:to-read by:anna sort:oldest, or a query",
    suggests=Suggests.TAG,
)

ON_OFF = ("on", "off")


def _setting(name: str, summary: str, *choices: str, suggests: Suggests | None = None) -> Option:
    return Option(name=name, summary=summary, before=f"{name} ", choices=choices, suggests=suggests)


SETTINGS = (
    _setting(
        "layout",
        "thread: one post; flat: all in the channel; compact: titles",
        "thread",
        "flat",
        "compact",
    ),
    _setting("cap", "papers shown at once, 1 to 50"),
    _setting("rising", "upvotes from which on a posted paper is noted in its thread; or off"),
    _setting("pictures", "a picture beside each paper that has one", *ON_OFF),
    _setting("empty-note", "whether a day without papers says why", *ON_OFF),
    _setting("zone", "the time zone of its times, such as Europe/Paris", suggests=Suggests.ZONE),
    _setting("sources", "only papers from these: huggingface, arxiv; or any"),
    _setting("categories", "only papers of these: cs.CL, stat.*; or any"),
    _setting("upvotes", "only papers with so many upvotes; 0 for all"),
    _setting(
        "list", "where papers are saved: the team's list, or the channel's own", "team", "channel"
    ),
    _setting("editors", "who may change all this: anyone, admins, or @names"),
    _setting("guests", "whether guests may, too", *ON_OFF),
)
