"""The reading list, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.command_table import FORM
from bot.domain.messages import (
    Actions,
    Block,
    Button,
    Heading,
    Message,
    PaperCard,
    code,
    plain,
    strong,
)
from bot.domain.reading_list import Progress, SavedPaper
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.answers import said
from bot.services.presenting.cards import byline, card_url, facts, title
from bot.services.presenting.saving import progress_of
from bot.services.presenting.wording import COMMAND, counted, local_date, since_date
from bot.services.reading_lists import PAGE

NOTE_MAX_CHARS = 300
_STEPS = {
    Progress.TO_READ: (("Reading it", Progress.READING), ("Mark as read", Progress.READ)),
    Progress.READING: (("Mark as read", Progress.READ), ("Put back", Progress.TO_READ)),
    Progress.READ: (("Put back", Progress.TO_READ),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Where a page of the list stands."""

    start: int
    count: int
    """Of the papers that the filter lets through."""
    of: int
    """Of all papers on the list."""
    filter: str


def saved_list(
    items: Sequence[SavedPaper],
    page: ListPage,
    *,
    own: bool,
    example: str,
    zone: str,
    now: datetime,
) -> Message:
    """A page of the list as small cards; `example` is a paper's id."""
    name = "This channel’s reading list" if own else "The reading list"
    if not page.of:
        how = f"{COMMAND} save {example} #tag a note"
        return said([plain(f"{name} is empty.")], notes=[[plain("Save a paper: "), code(how)]])
    if not page.count:
        rest = plain(f"; {counted(page.of, 'paper')} {'is' if page.of == 1 else 'are'} saved.")
        none = [plain("No saved paper matches "), code(cut(page.filter, ECHO_MAX_CHARS)), rest]
        return said(none, notes=[[code(f"{COMMAND} saved")]])
    cards = tuple(_item(item, zone, now) for item in items)
    text = _counts(page, len(items))
    heading = f"{name}: {text}" if not page.filter else f"{name}, {page.filter}: {text}"
    return Message(
        fallback=heading,
        blocks=(
            Heading(text=cut(heading, 140)),
            *cards,
            *_turning(page, len(items)),
        ),
    )


def _item(item: SavedPaper, zone: str, now: datetime) -> PaperCard:
    """A saved paper with how far the team is, and the next steps."""
    paper, id_ = item.paper, item.paper.short_id
    today = local_date(now, zone)
    day = since_date(local_date(item.saved_at, zone), today=today)
    tags = " ".join(f"#{tag}" for tag in item.tags)
    steps = tuple(
        Button(label=label, verb="mark", argument=f"{id_} {progress.value}")
        for label, progress in _STEPS[item.progress]
    )
    return PaperCard(
        paper_id=paper.id,
        title=title(paper),
        url=card_url(paper),
        byline=byline(paper),
        tldr=cut(item.note, NOTE_MAX_CHARS),
        facts=(
            strong(progress_of(item)),
            *([plain(tags)] if tags else []),
            plain(f"saved by {item.saved_by.name} on {day}"),
            *facts(paper),
        ),
        buttons=(
            *steps,
            Button(label="Tags and note…", verb=FORM, argument=f"save {id_}"),
            Button(label="Remove", verb="unsave", argument=id_),
        ),
    )


def _counts(page: ListPage, shown: int) -> str:
    if shown == page.count:
        return counted(page.count, "paper")
    return f"{page.start + 1:,} to {page.start + shown:,} of {counted(page.count, 'paper')}"


def _turning(page: ListPage, shown: int) -> tuple[Block, ...]:
    """To the other pages, to parts of the list, and out of it."""
    end, text = page.start + shown, page.filter
    before = max(page.start - PAGE, 0)
    turns = [
        *([Button(label="Back", verb="page", argument=f"{before} {text}")] if page.start else []),
        *(
            [Button(label="Next", verb="page", argument=f"{end} {text}")]
            if end < page.count
            else []
        ),
    ]
    parts = [
        Button(label=label, verb="saved", argument=f"is:{progress.value}")
        for label, progress in (
            ("Show: to read", Progress.TO_READ),
            ("Show: being read", Progress.READING),
            ("Show: read", Progress.READ),
        )
        if not text
    ]
    export = Button(label="Export…", verb="export")
    return (Actions(buttons=(*turns, *parts, export)),)
