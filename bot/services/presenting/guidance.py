"""What helps people along: help, welcome, and what was wrong with what they typed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.channels import Channel, Editors
from bot.domain.command_table import FORM, Topic
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.messages import (
    Actions,
    Block,
    Bullets,
    Button,
    Heading,
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
from bot.domain.shortening import cut
from bot.services.naming import UnknownPaper
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import title_link
from bot.services.presenting.wording import COMMAND, flat, sentence

EXAMPLE_QUERY = '"world model" OR "video diffusion" -survey'
POINTER = "▸"
AROUND_POINTER_CHARS = 60
LABEL_TITLE_MAX_CHARS = 50  # a button's label has at most 75 on Slack (platforms.md A2)


class CommandHelp(Protocol):
    """A command as help shows it; `usage` and `example` are without `/papers`."""

    @property
    def usage(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def example(self) -> str: ...
    @property
    def topic(self) -> Topic: ...
    @property
    def forms(self) -> tuple[tuple[str, str], ...]: ...


def help_overview(commands: Iterable[CommandHelp]) -> Message:
    """All commands, by what they are about."""
    text = "Paperlark posts new papers that match what this channel subscribed to."
    by_topic: dict[str, list[CommandHelp]] = {}
    for command in commands:
        by_topic.setdefault(command.topic, []).append(command)
    blocks: list[Block] = [Paragraph(spans=(plain(text),))]
    for topic in Topic:
        blocks += [Heading(text=topic.value), _overview(by_topic.get(topic, ()))]
    more = Note(spans=(plain("More on one of them: "), code(f"{COMMAND} help subscribe")))
    return Message(fallback=text, blocks=(*blocks, more))


def no_such_command(typed: str) -> Message:
    """Where nothing is near what was typed."""
    spans = (plain("There is no command "), code(typed), plain("."))
    return Message(
        fallback=flat(spans),
        blocks=(
            Paragraph(spans=spans),
            Note(
                spans=(plain("To follow a topic: "), code(f"{COMMAND} subscribe {EXAMPLE_QUERY}"))
            ),
            Actions(buttons=(Button(label="All commands", verb="help"),)),
        ),
    )


def _overview(commands: Iterable[CommandHelp]) -> Table:
    rows = tuple((_usage(command), (plain(command.summary),)) for command in commands)
    return Table(head=("Command", "What it does"), rows=rows, lead=("", "–"))


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
        Button(label="Subscribe…", verb=FORM, argument="subscribe", primary=True),
        Button(label="What is popular", verb="trending", argument="week"),
        Button(label="All commands", verb="help"),
    )
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(strong("Hello, I am Paperlark."), plain(f" {text}"))),
            Bullets(items=(subscribe,)),
            Note(spans=(plain(f"{_first_digest(channel, now)} {_WHO_MAY[channel.editors]}"),)),
            Actions(buttons=buttons),
        ),
    )


def _first_digest(channel: Channel, now: datetime) -> str:
    """When digests come, once there is something to post."""
    return next_digest(channel, now=now).replace("Next digest", "Digests come once you subscribe")


_WHO_MAY = {
    Editors.ANYONE: "Anyone here can change that.",
    Editors.LISTED: "Some here can change that.",
    Editors.ADMINS: "Who manages the channel can change that, and let others do so.",
}


def nothing_collected() -> Message:
    text = "No paper has been collected yet, so there is nothing to search."
    how = (code(f"{COMMAND} status"), plain(" says when the sources are asked."))
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)), Note(spans=how)))


def error(problem: UserError) -> Message:
    """What was wrong, where in the query, and one example of the right form."""
    reason = _with_commands(sentence(str(problem)))
    blocks: list[Block] = [Paragraph(spans=reason)]
    if isinstance(problem, QuerySyntaxError) and problem.query:
        blocks.append(Paragraph(spans=(code(marked(problem.query, problem.position)),)))
    if isinstance(problem, UnknownPaper) and problem.near:
        blocks.append(Note(spans=(plain("Did you mean one of these?"),)))
        blocks.append(Bullets(items=tuple(_meant(problem, p) for p in problem.near)))
        if problem.verb in ("save", "show", "similar", "share", "why"):
            blocks.append(Actions(buttons=tuple(_choose(problem.verb, p) for p in problem.near)))
    if problem.example:
        blocks.append(Note(spans=(plain("Example: "), code(problem.example))))
    return Message(fallback=flat(reason), blocks=tuple(blocks))


def type_it(command: str) -> Message:
    """For a command too long for a form to carry."""
    text = "That is too long for a form; type it: "
    typed = f"{COMMAND} {command} …"
    return Message(fallback=text + typed, blocks=(Paragraph(spans=(plain(text), code(typed))),))


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


def _meant(problem: UnknownPaper, paper: Paper) -> Spans:
    typed = f"{COMMAND} {problem.command(paper.short_id)}"
    return code(typed), plain(" – "), title_link(paper)


def _choose(verb: str, paper: Paper) -> Button:
    label = f"{verb.capitalize()}: {cut(paper.title, LABEL_TITLE_MAX_CHARS)}"
    return Button(label=label, verb=verb, argument=paper.short_id)


def _step(usage: str, what: str) -> Spans:
    return (code(f"{COMMAND} {usage}"), plain(f" – {what}"))
