"""The commands, once: the parser, the help, the page and the README are made from this table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb as people know it; `usage` and `example` are without `/papers`."""

    name: str
    usage: str
    summary: str
    example: str
    forms: tuple[tuple[str, str], ...] = ()
    """What its argument may be, and what each form means."""


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

COMMANDS: tuple[Command, ...] = (
    Command(
        name="subscribe",
        usage="subscribe QUERY",
        summary="post new papers that match",
        example='subscribe "reward hacking" OR rlhf -survey',
        forms=QUERIES,
    ),
    Command(
        name="unsubscribe",
        usage="unsubscribe NUMBER|QUERY",
        summary="stop one subscription",
        example="unsubscribe 2",
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
        forms=QUERIES,
    ),
    Command(
        name="search",
        usage="search QUERY",
        summary="look through all papers collected",
        example="search title:diffusion video last:30d",
        forms=QUERIES + DATES,
    ),
    Command(
        name="save",
        usage="save PAPER [#tags] [note]",
        summary="put a paper on the team's list",
        example=f"save {EXAMPLE_PAPER} #reading for Thursday",
    ),
    Command(
        name="unsave",
        usage="unsave PAPER",
        summary="take it off the list",
        example=f"unsave {EXAMPLE_PAPER}",
    ),
    Command(
        name="saved",
        usage="saved [words]",
        summary="the team's list",
        example="saved #reading",
    ),
    Command(
        name="schedule",
        usage="schedule [WHEN]",
        summary="when the digest comes",
        example="schedule 09:00 Europe/Paris weekdays",
        forms=SCHEDULES,
    ),
    Command(
        name="settings",
        usage="settings [NAME VALUE]",
        summary="how digests look: layout, cap, empty-note",
        example="settings layout flat cap 10",
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
    ),
)

ALIASES = {"sub": "subscribe", "unsub": "unsubscribe", "find": "search", "?": "help", "": "help"}
