"""One paper in full, and the papers that many look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channels import Channel, UserRef
from bot.domain.messages import (
    Block,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    PaperCard,
    Paragraph,
    plain,
    strong,
)
from bot.domain.papers import Paper
from bot.domain.reading_list import SavedPaper
from bot.domain.shortening import cut
from bot.domain.source_names import IMPORTED
from bot.ports.storage import Placement
from bot.services.presenting.answers import said
from bot.services.presenting.cards import line, title, title_link
from bot.services.presenting.lists import ABSTRACT_MAX_CHARS
from bot.services.presenting.wording import COMMAND, full_date, moment, source_name

PLACES_SHOWN = 5
REASONS = {
    "off-topic": "Off topic",
    "known": "Known already",
    "weak": "Not sound",
    "minor": "Too small a step",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is around a paper here."""

    item: SavedPaper | None
    """Set if it is on the reading list."""
    places: Sequence[Placement]
    near: Sequence[Paper]
    """Papers like it."""


def shown(
    paper: Paper, card: PaperCard, around: Surroundings, *, zone: str, now: datetime
) -> Message:
    """The card, the whole abstract, when it was listed and posted, and papers like it."""
    abstract = cut(paper.abstract, ABSTRACT_MAX_CHARS)
    notes = [*_listed(paper), *_posted(around.places, zone, now), *_on_the_list(around.item)]
    near = tuple(line(other, dated=True) for other in around.near)
    blocks: list[Block] = [card]
    if abstract:
        blocks.append(Paragraph(spans=(plain(abstract),)))
    blocks += [Note(spans=(plain(text),)) for text in notes]
    if near:
        blocks += [Heading(text="Papers like it"), Bullets(items=near)]
    return Message(fallback=title(paper), blocks=tuple(blocks))


def unfurled(card: PaperCard, posted: datetime | None, *, zone: str, now: datetime) -> Message:
    """What stands under a link to a paper, and whether it was posted in that channel before."""
    before: tuple[Block, ...] = ()
    if posted:
        text = f"Already in this channel’s digest of {moment(posted, now=now, zone=zone)}."
        before = (Note(spans=(plain(text),)),)
    return Message(fallback=card.title, blocks=(card, *before))


def shared(paper: Paper, channel: Channel) -> Message:
    return said([plain(f"Shown to #{channel.name.removeprefix('#')}: "), title_link(paper)])


def shared_by(by: UserRef, card: PaperCard, *, comment: str = "") -> Message:
    """What the channel sees."""
    start = Paragraph(spans=(strong(by.name), plain(" shared a paper:")))
    said_too = (Paragraph(spans=(plain(f"“{comment}”"),)),) if comment else ()
    fallback = f"{by.name} shared a paper: {card.title}"
    return Message(fallback=fallback, blocks=(start, *said_too, card))


def nobody_else(paper: Paper) -> Message:
    return said([plain("Nobody else is here to see "), title_link(paper), plain(".")])


def rejected(paper: Paper, reason: str) -> Message:
    """Thanks, and asks why if that was not said."""
    id_ = paper.short_id
    undo = Button(label="Undo", verb="accept", argument=id_)
    if reason:
        return said(
            [plain("Noted: "), title_link(paper), plain(f" – {REASONS[reason].lower()}.")],
            buttons=[undo],
        )
    whys = [
        Button(label=label, verb="reject", argument=f"{id_} {name}")
        for name, label in REASONS.items()
    ]
    return said(
        [plain("Noted: nothing for this channel: "), title_link(paper), plain(".")],
        [plain("Papers like it come further down in the next digests. Why is it not for you?")],
        buttons=[*whys, undo],
    )


def accepted(paper: Paper) -> Message:
    return said([plain("Taken back: "), title_link(paper), plain(" counts as before.")])


def trending(window: str, votes: Sequence[Paper], saved: Sequence[Paper]) -> Message:
    """The papers of a window with the most upvotes, and those that this team saved."""
    if not votes and not saved:
        text = f"No paper of the last {window} has upvotes yet, and none was saved."
        return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))
    text = f"Papers of the last {window}"
    blocks: list[Block] = []
    if votes:
        items = tuple(line(paper, dated=True) for paper in votes)
        blocks += [Heading(text=f"{text} with the most upvotes"), Bullets(items=items)]
    if saved:
        items = tuple(line(paper, dated=True) for paper in saved)
        blocks += [Heading(text=f"Saved here in the last {window}"), Bullets(items=items)]
    how = plain(f"Others: {COMMAND} trending day, week or month")
    return Message(fallback=text, blocks=(*blocks, Note(spans=(how,))))


def _listed(paper: Paper) -> list[str]:
    """`Listed by arXiv on 13 July 2026 and by Hugging Face on 14 July 2026.`."""
    places = [
        f"by {source_name(x.source)}" + (f" on {full_date(x.announced)}" if x.announced else "")
        for x in paper.listings
        if x.source != IMPORTED
    ]
    return [f"Listed {' and '.join(places)}."] if places else []


def _posted(places: Sequence[Placement], zone: str, now: datetime) -> list[str]:
    posted = [_place(place, zone, now) for place in places if place.planned_at]
    if not posted:
        return ["In no digest of this workspace yet."]
    rest = len(posted) - PLACES_SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return [f"In the digest of {', '.join(posted[:PLACES_SHOWN])}{more}."]


def _on_the_list(item: SavedPaper | None) -> list[str]:
    if item is None:
        return []
    tags = "".join(f" #{tag}" for tag in item.tags)
    note = f" – {item.note}" if item.note else ""
    return [f"Saved by {item.saved_by.name} ({item.progress.value}){tags}{note}."]


def _place(place: Placement, zone: str, now: datetime) -> str:
    at = moment(place.planned_at or now, now=now, zone=zone)
    return f"#{place.channel_name.removeprefix('#')} ({at})"
