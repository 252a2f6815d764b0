"""Answers to what changes the reading list, and choices of papers and formats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.command_table import FORM
from bot.domain.messages import (
    Block,
    Button,
    Message,
    PaperCard,
    Paragraph,
    code,
    plain,
    strong,
)
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import Progress, SavedPaper
from bot.services.presenting.answers import said
from bot.services.presenting.cards import (
    byline,
    card_url,
    saved_button,
    saved_fact,
    title,
    title_link,
    with_saver,
)
from bot.services.presenting.wording import COMMAND, counted
from bot.services.reading_lists import write_save

_PROGRESS = {
    Progress.TO_READ: "to read",
    Progress.READING: "being read by {}",
    Progress.READ: "read by {}",
}


def saved(item: SavedPaper, *, before: SavedPaper | None) -> Message:
    """`before` is how it stood on the list, if it did."""
    start = "Changed" if before else "Saved"
    start = f"{start} {'on' if before else 'to'} the reading list: "
    start = "Already on the reading list: " if before == item else start
    who = [f"saved by {item.saved_by.name}"] if before else []
    tags = " ".join(f"#{tag}" for tag in item.tags)
    extra = [text for text in (*who, tags, item.note) if text]
    id_ = item.paper.short_id
    return said(
        [plain(start), title_link(item.paper), plain(f" · {' · '.join(extra)}" if extra else "")],
        buttons=[
            *_undo(item, before),
            Button(label="Remove" if before else "Undo", verb="unsave", argument=id_),
            Button(label="Tags and note…", verb=FORM, argument=f"save {id_}"),
        ],
    )


def _undo(item: SavedPaper, before: SavedPaper | None) -> tuple[Button, ...]:
    """To the tags and the note of before, which another may have written."""
    if before is None or before == item:
        return ()
    return (Button(label="Undo", verb="save", argument=write_save(before)),)


def removed(item: SavedPaper) -> Message:
    return said(
        [plain("Removed from the reading list: "), title_link(item.paper)],
        buttons=[Button(label="Undo", verb="save", argument=write_save(item))],
    )


def not_saved(paper: Paper) -> Message:
    return said([plain("That paper is not on the reading list: "), title_link(paper)])


def marked(item: SavedPaper, *, before: Progress) -> Message:
    undo = Button(label="Undo", verb="mark", argument=f"{item.paper.short_id} {before.value}")
    return said(
        [title_link(item.paper), plain(f": {progress_of(item)}.")],
        buttons=[undo] if before is not item.progress else [],
    )


def pick_one(papers: Sequence[Paper], savers: Mapping[PaperId, str]) -> Message:
    """Several papers of one message, each with its button."""
    return _chosen(f"That message has {counted(len(papers), 'paper')}. Which one?", papers, savers)


def saved_several(papers: Sequence[Paper], savers: Mapping[PaperId, str]) -> Message:
    """Each with the button that takes it off again."""
    return _chosen(f"{counted(len(papers), 'paper')} on the reading list now:", papers, savers)


def _chosen(text: str, papers: Sequence[Paper], savers: Mapping[PaperId, str]) -> Message:
    cards = tuple(
        PaperCard(
            paper_id=paper.id,
            title=title(paper),
            url=card_url(paper),
            byline=byline(paper),
            facts=saved_fact(savers.get(paper.id)),
            buttons=(saved_button(paper, saved=paper.id in savers),),
        )
        for paper in papers
    )
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)), *cards))


def choose_format(formats: Iterable[str]) -> Message:
    buttons = [
        Button(label=_FORMATS.get(name, name), verb="export", argument=name) for name in formats
    ]
    more = Button(label="Subscriptions", verb="export", argument="subscriptions")
    return said(
        [plain("The reading list as a file. Which kind?")],
        notes=[
            [plain("Only a part of it: "), code(f"{COMMAND} export bibtex #reading is:to-read")]
        ],
        buttons=[*buttons, more],
    )


def exported(name: str, count: int, *, what: str = "paper") -> Message:
    return said([strong(name), plain(f" holds {counted(count, what)}.")])


def with_savers(message: Message, savers: Mapping[PaperId, str]) -> Message:
    """The post with cards that say who saved their papers by now."""

    def fresh(block: Block) -> Block:
        if isinstance(block, PaperCard):
            return with_saver(block, savers.get(block.paper_id))
        return block

    return replace(message, blocks=tuple(map(fresh, message.blocks)))


_FORMATS = {
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL JSON",
    "csv": "CSV",
    "markdown": "Markdown",
}


def progress_of(item: SavedPaper) -> str:
    who = item.progress_by.name if item.progress_by else "somebody"
    return _PROGRESS[item.progress].format(who)
