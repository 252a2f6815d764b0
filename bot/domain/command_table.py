"""The commands, once.

The parser, the help, Discord's command tree, Slack's manifest, the shortcuts,
the page and the README are made from this table.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.command_parts import (
    DATES,
    EXAMPLE_PAPER,
    FILTER,
    FILTERS,
    FORMATS,
    ON_OFF,
    PAPER,
    PROGRESS,
    QUERIES,
    QUERY,
    SAVED,
    SCHEDULES,
    SETTINGS,
    SUBSCRIPTION,
    Command,
    Option,
    Suggests,
    Topic,
)
from bot.domain.people import Right

__all__ = [
    "ALIASES",
    "AT",
    "BOOKMARK",
    "BUTTONS",
    "COMMANDS",
    "EXAMPLE_PAPER",
    "FORM",
    "KEPT",
    "MESSAGE_ACTIONS",
    "ON_OFF",
    "SCHEDULES",
    "SETTINGS",
    "Command",
    "Option",
    "Suggests",
    "Topic",
    "right_to",
]

COMMANDS: tuple[Command, ...] = (
    Command(
        topic=Topic.FOLLOW,
        name="subscribe",
        usage="subscribe QUERY",
        summary="post new papers that match",
        example='subscribe "reward hacking" OR rlhf -survey',
        right=Right.CHANGE,
        options=(QUERY,),
        forms=QUERIES,
    ),
    Command(
        topic=Topic.FOLLOW,
        name="unsubscribe",
        usage="unsubscribe NUMBER|QUERY",
        summary="stop one subscription, or several",
        example="unsubscribe 2",
        right=Right.CHANGE,
        options=(SUBSCRIPTION,),
        forms=(
            ("2", "the one with that number in the list"),
            ("2 5-7", "several"),
            ("rlhf OR dpo", "the one with that query"),
            ("all", "all of this channel; asks first"),
        ),
    ),
    Command(
        topic=Topic.FOLLOW,
        name="edit",
        usage="edit NUMBER QUERY",
        summary="give a subscription another query",
        example='edit 2 "reward hacking" -survey',
        right=Right.CHANGE,
        options=(SUBSCRIPTION, replace(QUERY, summary="what it is to ask for", required=False)),
        forms=QUERIES,
    ),
    Command(
        topic=Topic.FOLLOW,
        name="list",
        usage="list",
        summary="what this channel is subscribed to",
        example="list",
    ),
    Command(
        topic=Topic.FOLLOW,
        name="preview",
        usage="preview QUERY",
        summary="what the last 7 days would have posted",
        example='preview "world model" upvotes:>=10',
        options=(QUERY,),
        forms=QUERIES,
    ),
    Command(
        topic=Topic.FOLLOW,
        name="import",
        usage="import",
        summary="subscribe to all queries of a file, one a line",
        example="import",
        right=Right.CHANGE,
        options=(Option(name="file", summary="as export subscriptions writes it", file=True),),
    ),
    Command(
        topic=Topic.FIND,
        name="search",
        usage="search QUERY",
        summary="look through all papers collected",
        example="search title:diffusion video last:30d",
        options=(QUERY,),
        forms=QUERIES + DATES,
    ),
    Command(
        topic=Topic.FIND,
        name="show",
        usage="show PAPER",
        summary="a paper in full, and where it was posted",
        example=f"show {EXAMPLE_PAPER}",
        options=(PAPER,),
    ),
    Command(
        topic=Topic.FIND,
        name="similar",
        usage="similar PAPER",
        summary="papers like this one",
        example=f"similar {EXAMPLE_PAPER}",
        options=(PAPER,),
    ),
    Command(
        topic=Topic.FIND,
        name="trending",
        usage="trending [day|week|month]",
        summary="the papers with the most upvotes, and what the team saved",
        example="trending week",
        options=(Option(name="window", summary="of which time", choices=("day", "week", "month")),),
    ),
    Command(
        topic=Topic.FIND,
        name="why",
        usage="why PAPER",
        summary="why a paper was or was not posted here",
        example=f"why {EXAMPLE_PAPER}",
        options=(PAPER,),
    ),
    Command(
        topic=Topic.KEEP,
        name="save",
        usage="save PAPER [#tags] [note]",
        summary="put a paper on the team's list",
        example=f"save {EXAMPLE_PAPER} #reading for Thursday",
        right=Right.SAVE,
        options=(
            PAPER,
            Option(name="tags", summary="#reading #urgent", suggests=Suggests.TAG),
            Option(name="note", summary="a note for the others"),
        ),
        forms=(
            (
                "2401.01234 #later",
                "adds the tag to those it has; a note takes the place of its note",
            ),
            ("2401.01234 = #later", "this tag alone, and no note"),
            ("2401.01234 2402.05678", "several papers"),
        ),
    ),
    Command(
        topic=Topic.KEEP,
        name="unsave",
        usage="unsave PAPER",
        summary="take it off the list",
        example=f"unsave {EXAMPLE_PAPER}",
        right=Right.SAVE,
        options=(SAVED,),
    ),
    Command(
        topic=Topic.KEEP,
        name="mark",
        usage="mark PAPER to-read|reading|read",
        summary="say how far you are with a saved paper",
        example=f"mark {EXAMPLE_PAPER} reading",
        right=Right.SAVE,
        options=(
            SAVED,
            Option(name="progress", summary="how far", required=True, choices=PROGRESS),
        ),
    ),
    Command(
        topic=Topic.KEEP,
        name="saved",
        usage="saved [FILTER]",
        summary="the list of saved papers",
        example="saved #reading is:to-read",
        options=(FILTER,),
        forms=FILTERS,
    ),
    Command(
        topic=Topic.KEEP,
        name="share",
        usage="share PAPER [comment]",
        summary="show a paper to the channel, with a word of yours",
        example=f"share {EXAMPLE_PAPER} for the journal club",
        right=Right.SPEAK,
        options=(PAPER, Option(name="comment", summary="a word of yours to the others")),
    ),
    Command(
        topic=Topic.KEEP,
        name="export",
        usage="export [FORMAT] [FILTER]",
        summary="the list, or the subscriptions, as a file",
        example="export bibtex #reading",
        options=(
            Option(name="format", summary="of which kind", choices=FORMATS),
            FILTER,
        ),
        forms=(
            ("bibtex", "also ris, csl-json, csv, markdown"),
            ("subscriptions", "a text file with one query a line; import reads it"),
            ("csv is:read", "of the list only what the filter lets through"),
        ),
    ),
    Command(
        topic=Topic.CHANNEL,
        name="schedule",
        usage="schedule [WHEN]",
        summary="when the digest comes",
        example="schedule 09:00 Europe/Paris weekdays",
        right=Right.CHANGE,
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
        topic=Topic.CHANNEL,
        name="settings",
        usage="settings [NAME VALUE]",
        summary="how digests look, which papers come, and who may change that",
        example="settings layout flat cap 10",
        right=Right.CHANGE,
        options=SETTINGS,
        forms=tuple((o.before + ("|".join(o.choices) or "…"), o.summary) for o in SETTINGS),
    ),
    Command(
        topic=Topic.CHANNEL,
        name="changes",
        usage="changes",
        summary="who changed what in this channel",
        example="changes",
    ),
    Command(
        topic=Topic.CHANNEL,
        name="status",
        usage="status",
        summary="what runs, what waits, what failed",
        example="status",
    ),
    Command(
        topic=Topic.CHANNEL,
        name="held",
        usage="held [resend|drop NUMBER]",
        summary="posts that wait for a person, who decides",
        example="held resend 1",
        right=Right.CHANGE,
        options=(
            Option(name="do", summary="send it again, or let it be", choices=("resend", "drop")),
            Option(name="post", summary="its number"),
        ),
        forms=(
            ("resend 1", "send it again: it does not stand in the channel"),
            ("drop 1", "let it be: it stands there already, or nobody needs it"),
        ),
    ),
    Command(
        topic=Topic.CHANNEL,
        name="help",
        usage="help [COMMAND]",
        summary="all of this, or one command in detail",
        example="help subscribe",
        options=(Option(name="command", summary="which one", suggests=Suggests.COMMAND),),
    ),
)

BUTTONS: Mapping[str, Right] = {
    "abstract": Right.LOOK,
    "accept": Right.SAVE,
    "anyway": Right.CHANGE,
    "more": Right.LOOK,
    "newest": Right.LOOK,
    "page": Right.LOOK,
    "pick": Right.SAVE,
    "recent": Right.LOOK,
    "reject": Right.SAVE,
    "restore": Right.CHANGE,
    "results": Right.LOOK,
    "toggle": Right.SAVE,
}
"""What only buttons and shortcuts say, and the right it takes."""

KEPT, AT, FORM = "kept", "at", "form"
"""What stands before a command: it lies under a key; it is for another channel; it is to be
asked for in a form."""

MESSAGE_ACTIONS: Mapping[str, str] = {"Save paper": "pick"}
"""What a message's own menu offers, and the command that gets the message's text with it."""
BOOKMARK = "bookmark"
"""The emoji that saves the paper of a message, by the name both platforms have for it."""

ALIASES = {
    **dict.fromkeys(("sub", "add"), "subscribe"),
    **dict.fromkeys(("unsub", "remove", "delete", "stop"), "unsubscribe"),
    "find": "search",
    "?": "help",
    "": "help",
}


def right_to(verb: str) -> Right:
    """What it takes to use a verb with an argument; an unknown one changes nothing."""
    known = next((c.right for c in COMMANDS if c.name == verb), None)
    return known or BUTTONS.get(verb, Right.LOOK)
