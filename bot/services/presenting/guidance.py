"""What helps people along: help, welcome, and what was wrong with what they typed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.channels import Channel
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.messages import (
    Actions,
    Block,
    Bullets,
    Button,
    Message,
    Note,
    Paragraph,
    Spans,
    Table,
    code,
    plain,
    strong,
)
from bot.domain.papers import Paper
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import title_link
from bot.services.presenting.wording import COMMAND, flat, sentence
from bot.services.saving import UnknownPaper

EXAMPLE_QUERY = '"world model" OR "video diffusion" -survey'
POINTER = "▸"
AROUND_POINTER_CHARS = 60


class CommandHelp(Protocol):
    """A command as help shows it; `usage` and `example` are without `/papers`."""

    @property
    def usage(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def example(self) -> str: ...
    @property
    def forms(self) -> tuple[tuple[str, str], ...]: ...


def help_overview(commands: Iterable[CommandHelp], *, start: str = "") -> Message:
    """`start` is said in place of what Paperlark is."""
    text = start or "Paperlark posts new papers that match what this channel subscribed to."
    rows = tuple((_usage(command), (plain(command.summary),)) for command in commands)
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(plain(text),)),
            Table(head=("Command", "What it does"), rows=rows, lead=("", "–")),
            Note(spans=(plain("More on one of them: "), code(f"{COMMAND} help subscribe"))),
        ),
    )


def help_command(command: CommandHelp) -> Message:
    """One command, with what its argument may be."""
    spans = (*_usage(command), plain(f" – {command.summary}"))
    rows = tuple(((code(form),), (plain(meaning),)) for form, meaning in command.forms)
    return Message(
        fallback=flat(spans),
        blocks=(
            Paragraph(spans=spans),
            *([Table(head=("You write", "It means"), rows=rows, lead=("", "–"))] if rows else []),
            Note(spans=(plain("Example: "), code(f"{COMMAND} {command.example}"))),
        ),
    )


def welcome() -> Message:
    """For a channel without subscriptions."""
    text = "This channel has no subscriptions yet, so nothing is posted here."
    steps = (
        _step(f"subscribe {EXAMPLE_QUERY}", "post new papers that match"),
        _step(f"search {EXAMPLE_QUERY}", "look through the papers collected so far"),
        _step("help", "everything else"),
    )
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)), Bullets(items=steps)))


def greeting(channel: Channel, *, now: datetime) -> Message:
    """The first thing said in a channel that Paperlark was added to."""
    text = "I post new papers that match what this channel subscribes to."
    subscribe = _step(f"subscribe {EXAMPLE_QUERY}", "or anything else that you follow")
    buttons = (
        Button(label="See an example", verb="preview", argument="upvotes:>=20"),
        Button(label="All commands", verb="help"),
    )
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(strong("Hello, I am Paperlark."), plain(f" {text}"))),
            Bullets(items=(subscribe,)),
            Note(spans=(plain(f"{next_digest(channel, now=now)} Anyone here can change that."),)),
            Actions(buttons=buttons),
        ),
    )


def nothing_collected() -> Message:
    text = "No paper has been collected yet, so there is nothing to search."
    how = (code(f"{COMMAND} status"), plain(" says when the sources are asked."))
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)), Note(spans=how)))


def stale_button() -> Message:
    text = "That button is too old, and what it stood for is not known any more."
    how = (plain("Type it instead: "), code(f"{COMMAND} help"))
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)), Note(spans=how)))


def error(problem: UserError, *, query: str = "") -> Message:
    """What was wrong, where in the query, and one example of the right form."""
    reason = _with_commands(sentence(str(problem)))
    blocks: list[Block] = [Paragraph(spans=reason)]
    if isinstance(problem, QuerySyntaxError) and query:
        blocks.append(Paragraph(spans=(code(marked(query, problem.position)),)))
    if isinstance(problem, UnknownPaper) and problem.near:
        blocks.append(Note(spans=(plain("Did you mean one of these?"),)))
        blocks.append(Bullets(items=tuple(_meant(problem.verb, p) for p in problem.near)))
    if problem.example:
        blocks.append(Note(spans=(plain("Example: "), code(problem.example))))
    return Message(fallback=flat(reason), blocks=tuple(blocks))


def unexpected() -> Message:
    """Our own fault; details are in the log, never in the chat."""
    text = "Something went wrong here, not with what you typed. Nothing was changed; try again."
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))


def marked(query: str, position: int) -> str:
    """The query with a pointer before the place, and not much around it."""
    at = min(max(position, 0), len(query))
    before, after = query[:at], query[at:]
    if len(before) > AROUND_POINTER_CHARS:
        before = "…" + before[-AROUND_POINTER_CHARS:]
    if len(after) > AROUND_POINTER_CHARS:
        after = after[:AROUND_POINTER_CHARS] + "…"
    return f"{before}{POINTER}{after}"


def _with_commands(text: str) -> Spans:
    """What stands between backticks is a command."""
    parts = enumerate(text.split("`"))
    return tuple(code(part) if n % 2 else plain(part) for n, part in parts if part)


def _usage(command: CommandHelp) -> Spans:
    return (code(f"{COMMAND} {command.usage}"),)


def _meant(verb: str, paper: Paper) -> Spans:
    return (code(f"{COMMAND} {verb} {paper.short_id}"), plain(" – "), title_link(paper))


def _step(usage: str, what: str) -> Spans:
    return (code(f"{COMMAND} {usage}"), plain(f" – {what}"))
