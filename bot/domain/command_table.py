"""The commands, once.

The parser, the help, Discord's command tree, Slack's manifest, the page and
the README are made from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Suggests(StrEnum):
    """What is offered while somebody types an option."""

    COMMAND = "command"
    PAPER = "paper"
    SAVED = "saved"
    SCHEDULE = "schedule"
    SUBSCRIPTION = "subscription"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb as people know it; `usage` and `example` are without `/papers`."""

    name: str
    usage: str
    summary: str
    example: str
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
)

QUERY = Option(name="query", summary='for example "world model" OR rlhf -survey', required=True)
PAPER = Option(
    name="paper",
    summary="its arXiv id, DOI, link, or words of its title",
    required=True,
    suggests=Suggests.PAPER,
)

ON_OFF = ("on", "off")

COMMANDS: tuple[Command, ...] = (
    Command(
        name="subscribe",
        usage="subscribe QUERY",
        summary="post new papers that match",
        example='subscribe "reward hacking" OR rlhf -survey',
        options=(QUERY,),
        forms=QUERIES,
    ),
    Command(
        name="unsubscribe",
        usage="unsubscribe NUMBER|QUERY",
        summary="stop one subscription",
        example="unsubscribe 2",
        options=(
            Option(
                name="subscription",
                summary="its number or its query",
                required=True,
                suggests=Suggests.SUBSCRIPTION,
            ),
        ),
    ),
    Command(
        name="list",
        usage="list",
        summary="what this channel is subscribed to",
        example="list",
    ),
    Command(
        name="preview",
        usage="preview QUERY",
        summary="what the last 7 days would have posted",
        example='preview "world model" upvotes:>=10',
        options=(QUERY,),
        forms=QUERIES,
    ),
    Command(
        name="search",
        usage="search QUERY",
        summary="look through all papers collected",
        example="search title:diffusion video last:30d",
        options=(QUERY,),
        forms=QUERIES + DATES,
    ),
    Command(
        name="show",
        usage="show PAPER",
        summary="a paper in full, and where it was posted",
        example=f"show {EXAMPLE_PAPER}",
        options=(PAPER,),
    ),
    Command(
        name="save",
        usage="save PAPER [#tags] [note]",
        summary="put a paper on the team's list",
        example=f"save {EXAMPLE_PAPER} #reading for Thursday",
        options=(
            PAPER,
            Option(name="note", summary="a note, with tags if you like: #reading for Thursday"),
        ),
    ),
    Command(
        name="unsave",
        usage="unsave PAPER",
        summary="take it off the list",
        example=f"unsave {EXAMPLE_PAPER}",
        options=(replace(PAPER, suggests=Suggests.SAVED),),
    ),
    Command(
        name="saved",
        usage="saved [words]",
        summary="the team's list",
        example="saved #reading",
        options=(Option(name="words", summary="only those with these words: #reading"),),
    ),
    Command(
        name="why",
        usage="why PAPER",
        summary="why a paper was or was not posted here",
        example=f"why {EXAMPLE_PAPER}",
        options=(PAPER,),
    ),
    Command(
        name="trending",
        usage="trending [day|week|month]",
        summary="the papers with the most upvotes, and what the team saved",
        example="trending week",
        options=(Option(name="window", summary="of which time", choices=("day", "week", "month")),),
    ),
    Command(
        name="schedule",
        usage="schedule [WHEN]",
        summary="when the digest comes",
        example="schedule 09:00 Europe/Paris weekdays",
        options=(
            Option(
                name="when",
                summary="a time, a zone, days; or instant, or off",
                suggests=Suggests.SCHEDULE,
            ),
        ),
        forms=SCHEDULES,
    ),
    Command(
        name="settings",
        usage="settings [NAME VALUE]",
        summary="how digests look: layout, cap, pictures, empty-note",
        example="settings layout flat cap 10",
        options=(
            Option(
                name="layout",
                summary="thread: one post; flat: all in the channel; compact: titles",
                before="layout ",
                choices=("thread", "flat", "compact"),
            ),
            Option(name="cap", summary="papers shown at once, 1 to 50", before="cap "),
            Option(
                name="pictures",
                summary="a picture beside each paper that has one",
                before="pictures ",
                choices=ON_OFF,
            ),
            Option(
                name="empty-note",
                summary="whether a day without papers says why",
                before="empty-note ",
                choices=ON_OFF,
            ),
        ),
    ),
    Command(
        name="status",
        usage="status",
        summary="what runs, what waits, what failed",
        example="status",
    ),
    Command(
        name="help",
        usage="help [COMMAND]",
        summary="all of this, or one command in detail",
        example="help subscribe",
        options=(Option(name="command", summary="which one", suggests=Suggests.COMMAND),),
    ),
)

ALIASES = {"sub": "subscribe", "unsub": "unsubscribe", "find": "search", "?": "help", "": "help"}
