"""Digests as posts: what a channel reads, cut to what its platform holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.channels import Layout
from bot.domain.deliveries import DigestId
from bot.domain.digests import Digest, SourceHealth
from bot.domain.fitting import Room, split, total
from bot.domain.messages import (
    Actions,
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
from bot.domain.papers import Paper, PaperId, Summary
from bot.domain.ranking import Matched
from bot.domain.shortening import cut
from bot.ports.chat import ChatCapabilities
from bot.ports.storage import PlannedPost
from bot.services.presenting.cards import all_reasons, card, line, title, title_link, votes
from bot.services.presenting.wording import (
    counted,
    day_range,
    local_date,
    moment,
    source_name,
    weekday_date,
)

TOP_TITLES = 5  # as many as a phone shows without scrolling
FALLBACK_TITLES = 2
FALLBACK_TITLE_MAX_CHARS = 100
WHY_MAX_CHARS = 100
MORE_PAGE = 15
"""Titles in one answer to `more`."""

Blocks = tuple[Block, ...]


def digest_posts(
    digest: Digest,
    *,
    digest_id: DigestId,
    layout: Layout,
    capabilities: ChatCapabilities,
    summaries: Mapping[PaperId, Summary],
    saved_by: Mapping[PaperId, str],
    pictures: bool = False,
) -> list[PlannedPost]:
    """The posts of a digest in their order, the parent first.

    A single paper needs no thread: it is one post, its card under the heading.
    """
    if digest.quiet:
        return [PlannedPost(message=quiet_note(digest))]

    head, end = _head(digest), _more(digest, digest_id)
    if layout is Layout.COMPACT:
        titles = Bullets(items=tuple(line(matched.paper) for matched in digest.cards))
        return _planned(_messages(digest, (*head, titles), end, capabilities))
    cards = tuple(
        _card(matched, summaries, saved_by, pictures=pictures) for matched in digest.cards
    )
    if layout is Layout.FLAT or not capabilities.threads or len(digest.papers) == 1:
        return _planned(_messages(digest, (*head, *cards), end, capabilities))
    parent = Message(fallback=_fallback(digest), blocks=head + _top(digest, head, capabilities))
    first, *others = _messages(digest, cards, end, capabilities)
    # Discord names the thread after its first reply.
    first = replace(first, fallback=f"{_heading(digest)}: {first.fallback}")
    return [PlannedPost(message=parent), *_planned([first, *others], threaded=True)]


def quiet_note(digest: Digest) -> Message:
    """Why there is nothing: no announcement, nothing matched, or no answer from a source."""
    lines = [*_quiet_facts(digest), *(_failure(digest, source) for source in digest.failing)]
    start = f"{weekday_date(digest.day)} · no new papers"
    return Message(
        fallback=f"{start}. {lines[0]}",
        blocks=(
            Paragraph(spans=(strong(start),)),
            *(Note(spans=(plain(text),)) for text in lines),
        ),
    )


def rising_note(paper: Paper) -> Message:
    """`Rising: TITLE has 57 upvotes now`, the title a link."""
    votes_now = f" has {counted(paper.upvotes or 0, 'upvote')} now."
    return Message(
        fallback=f"Rising: {cut(title(paper), FALLBACK_TITLE_MAX_CHARS)}{votes_now}",
        blocks=(Paragraph(spans=(strong("Rising: "), title_link(paper), plain(votes_now))),),
    )


def more_papers(papers: Sequence[Paper], *, digest_id: DigestId, start: int) -> Message:
    """The first page of a digest's papers from the position `start` on, and the next's button."""
    page = papers[:MORE_PAGE]
    rest = len(papers) - len(page)
    if not page:
        return no_more()
    text = f"{counted(len(page), 'more paper')} of this digest"
    blocks: Blocks = (Heading(text=text), Bullets(items=tuple(line(paper) for paper in page)))
    return Message(fallback=text, blocks=blocks + _more_button(digest_id, start + len(page), rest))


def no_more() -> Message:
    text = "There is no more of that digest."
    return Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),))


def _heading(digest: Digest) -> str:
    return f"{weekday_date(digest.day)} · {counted(len(digest.papers), 'new paper')}"


def _messages(
    digest: Digest, blocks: Blocks, end: Blocks, capabilities: ChatCapabilities
) -> list[Message]:
    """The blocks as messages, cut between papers; `end` closes the last."""
    taken = total(end, capabilities.size)
    room = capabilities.room
    left = Room(chars=room.chars - taken.chars, parts=room.parts - taken.parts)
    *others, last = split(blocks, size=capabilities.size, room=left)
    return [
        Message(fallback=_said(digest, several), blocks=several)
        for several in (*others, last + end)
    ]


def _planned(messages: Sequence[Message], *, threaded: bool = False) -> list[PlannedPost]:
    return [PlannedPost(message=message, threaded=threaded) for message in messages]


def _card(
    matched: Matched,
    summaries: Mapping[PaperId, Summary],
    saved_by: Mapping[PaperId, str],
    *,
    pictures: bool,
) -> Block:
    return card(
        matched.paper,
        reasons=all_reasons(matched.reasons),
        summary=summaries.get(matched.paper.id),
        saved_by=saved_by.get(matched.paper.id),
        pictures=pictures,
    )


def _head(digest: Digest) -> Blocks:
    """Date and count, what it covers, and which sources did not deliver."""
    heading = _heading(digest)
    notes = [_return(digest, source) for source in digest.returned if _tells_more(digest, source)]
    notes += [_failure(digest, source) for source in digest.failing]
    if covers := digest.covers:
        days = day_range(covers.first, covers.last)
        notes.insert(0, f"Covers {counted(covers.days, 'day')}, {days}.")
    return (Heading(text=heading), *(Note(spans=(plain(text),)) for text in notes))


def _top(digest: Digest, head: Blocks, capabilities: ChatCapabilities) -> Blocks:
    """As many of the first titles as fit under the heading."""
    tops = (_titles_of(digest, count) for count in range(TOP_TITLES, 0, -1))
    fit = (top for top in tops if capabilities.room.holds(total(head + top, capabilities.size)))
    return next(fit, ())


def _titles_of(digest: Digest, count: int) -> Blocks:
    items = tuple((title_link(m.paper), *votes(m.paper)) for m in digest.cards[:count])
    rest = len(digest.papers) - len(items)
    note = Note(spans=(plain(f"And {rest:,} more in the thread."),))
    return (Bullets(items=items), *([note] if rest else []))


def _more(digest: Digest, digest_id: DigestId) -> Blocks:
    return _more_button(digest_id, len(digest.cards), len(digest.more))


def _more_button(digest_id: DigestId, start: int, rest: int) -> Blocks:
    """`more DIGEST START`: the channel's cap may be another by the time it is pressed."""
    if not rest:
        return ()
    button = Button(label=f"Show {rest:,} more", verb="more", argument=f"{digest_id} {start}")
    return (Actions(buttons=(button,)),)


def _quiet_facts(digest: Digest) -> list[str]:
    facts = [f"{source_name(s.name)}: {s.note.rstrip('.')}." for s in digest.sources if s.note]
    since = moment(digest.since, now=digest.at, zone=digest.zone)
    if digest.collected == 1:
        facts.insert(0, f"The one paper collected since {since} did not match.")
    elif digest.collected:
        facts.insert(0, f"None of the {digest.collected:,} papers collected since {since} matched.")
    elif not facts and not digest.failing:
        facts.append(f"No source has listed a new paper since {since}.")
    return facts


def _tells_more(digest: Digest, source: SourceHealth) -> bool:
    """Whether its silence began before the days that the digest covers."""
    return digest.covers is None or _first_day(digest, source) < digest.covers.first


def _first_day(digest: Digest, source: SourceHealth) -> date:
    return local_date(source.away_since or digest.at, digest.zone)


def _return(digest: Digest, source: SourceHealth) -> str:
    """Which days the papers of a source that was silent for days are from."""
    days = day_range(_first_day(digest, source), digest.day)
    return f"{source_name(source.name)} answers again; its papers cover {days}."


def _failure(digest: Digest, source: SourceHealth) -> str:
    """What keeps a source's papers away, and that they will come."""
    since = moment(source.failing_since or digest.at, now=digest.at, zone=digest.zone)
    why = f" ({cut(source.why, WHY_MAX_CHARS)})" if source.why else ""
    again = "soon"
    if source.next_try_at and source.next_try_at > digest.at:
        at = moment(source.next_try_at, now=digest.at, zone=digest.zone)
        again = f"at {at}" if at[0].isdigit() else at
    return (
        f"{source_name(source.name)} has not answered since {since}{why}; "
        f"it is asked again {again}, nothing is lost."
    )


def _fallback(digest: Digest) -> str:
    return f"{counted(len(digest.papers), 'new paper')}: {_titles(_papers_of(digest))}"


def _said(digest: Digest, blocks: Blocks) -> str:
    """The notification of a message with these blocks."""
    if any(isinstance(block, Heading) for block in blocks):
        return _fallback(digest)
    cards = [block.title for block in blocks if isinstance(block, PaperCard)]
    lines = [item[0].text for block in blocks if isinstance(block, Bullets) for item in block.items]
    return _titles(cards + lines)


def _papers_of(digest: Digest) -> list[str]:
    return [title(matched.paper) for matched in digest.papers]


def _titles(several: Sequence[str]) -> str:
    """`TITLE; TITLE; and 5 more`."""
    shown = [cut(text, FALLBACK_TITLE_MAX_CHARS) for text in several[:FALLBACK_TITLES]]
    rest = len(several) - len(shown)
    return "; ".join([*shown, f"and {rest:,} more"] if rest else shown)
