"""One paper in full, and the papers that many look at."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.messages import Block, Bullets, Heading, Message, Note, PaperCard, Paragraph, plain
from bot.domain.papers import Paper
from bot.domain.shortening import cut
from bot.ports.storage import Placement
from bot.services.presenting.cards import line, title
from bot.services.presenting.lists import ABSTRACT_MAX_CHARS
from bot.services.presenting.wording import COMMAND, moment

PLACES_SHOWN = 5


def shown(
    paper: Paper, card: PaperCard, places: Sequence[Placement], *, zone: str, now: datetime
) -> Message:
    """The card, the whole abstract, and where in the workspace it was posted."""
    posted = [_place(place, zone, now) for place in places if place.planned_at]
    where = f"Posted in {', '.join(posted[:PLACES_SHOWN])}." if posted else ""
    abstract = cut(paper.abstract, ABSTRACT_MAX_CHARS)
    blocks: list[Block] = [card]
    if abstract:
        blocks.append(Paragraph(spans=(plain(abstract),)))
    if where:
        blocks.append(Note(spans=(plain(where),)))
    return Message(fallback=title(paper), blocks=tuple(blocks))


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


def _place(place: Placement, zone: str, now: datetime) -> str:
    at = moment(place.planned_at or now, now=now, zone=zone)
    return f"#{place.channel_name.removeprefix('#')} ({at})"
