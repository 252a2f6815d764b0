"""Answers that list: subscriptions, what a search found, the reading list, an abstract."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.domain.channels import Channel
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
    Span,
    Spans,
    Table,
    code,
    link,
    muted,
    plain,
    strong,
)
from bot.domain.papers import Paper
from bot.domain.queries import Query
from bot.domain.reading_list import SavedPaper
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import byline, card_buttons, line, title, title_link
from bot.services.presenting.guidance import EXAMPLE_QUERY, welcome
from bot.services.presenting.posts import MORE_PAGE
from bot.services.presenting.wording import (
    COMMAND,
    counted,
    counted_to,
    flat,
    local_date,
    since_date,
)
from bot.services.searching import Found
from bot.services.subscribing import RECENT_COUNT_MAX, Listed

NOTE_MAX_CHARS = 150
ABSTRACT_MAX_CHARS = 2_500  # one text block on Slack holds 3,000
SAVED_SHOWN = 30

_NONE = "No paper matches"


def subscriptions(rows: Sequence[Listed], channel: Channel, *, now: datetime) -> Message:
    if not rows:
        return welcome()
    zone = channel.schedule.zone
    today = local_date(now, zone)
    text = f"This channel has {counted(len(rows), 'subscription')}."
    table = Table(
        head=("#", "Query", "By", "Since", "Last 7 days"),
        lead=("", "", "by", "since", "last 7 days:"),
        rows=tuple(_row(row, zone, today) for row in rows),
    )
    return Message(
        fallback=text,
        blocks=(
            Paragraph(spans=(plain(f"{text} {next_digest(channel, now=now)}"),)),
            table,
            Note(
                spans=(
                    plain("Add one: "),
                    code(f"{COMMAND} subscribe {EXAMPLE_QUERY}"),
                    plain(" · Remove one: "),
                    code(f"{COMMAND} unsubscribe {rows[0].subscription.number}"),
                )
            ),
        ),
    )


def found_by_id(cards: Sequence[PaperCard]) -> Message:
    return Message(fallback=cards[0].title, blocks=tuple(cards))


def search_results(
    query: str,
    cards: Sequence[PaperCard],
    *,
    nearest: Sequence[Paper],
    count: int,
    count_max: int,
) -> Message:
    """The best of `count` exact matches; then, set apart, the nearest others as a list."""
    start = (plain(f"{_best(len(cards), count, count_max)} "), _echo(query), plain("."))
    blocks: list[Block] = [Paragraph(spans=start), *cards]
    blocks += _show_more("results", query, start=len(cards), count=count)
    if nearest:
        items = tuple(line(paper, dated=True) for paper in nearest)
        note = Note(spans=(plain("Close to your words, but no exact match."),))
        blocks += [Heading(text="Nearest others"), note, Bullets(items=items)]
    elif not cards:
        blocks.append(Note(spans=(plain("Fewer words, or OR between them, find more."),)))
    return Message(fallback=flat(start), blocks=tuple(blocks))


def preview(query: Query, cards: Sequence[PaperCard], *, count: int) -> Message:
    """The best of the `count` papers that the last seven days would have posted."""
    found = counted_to(count, RECENT_COUNT_MAX, "paper") if count else "no paper"
    posted = plain(f"The last 7 days would have posted {found} for ")
    start = (posted, _echo(query.text), plain("."))
    best = Note(spans=(plain(f"The best {len(cards)}:"),))
    get = Button(label="Subscribe", verb="subscribe", argument=query.text)
    more = _more_button("recent", query.text, start=len(cards), count=count)
    return Message(
        fallback=flat(start),
        blocks=(
            Paragraph(spans=start),
            *([best] if count > len(cards) else []),
            *cards,
            Actions(buttons=(*more, get)),
        ),
    )


def more_results(
    verb: str, query: Query, found: Sequence[Found], *, start: int, count_max: int
) -> Message:
    """A page of what was found from `start` on, as titles, and the button for the next."""
    page = found[start : start + MORE_PAGE]
    if not page:
        spans = (plain("No further paper matches "), _echo(query.text), plain("."))
        return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans),))
    end = start + len(page)
    text = f"{start + 1:,} to {end:,} of {counted_to(len(found), count_max, 'paper')}"
    spans = (plain(f"{text} that match "), _echo(query.text), plain("."))
    items = tuple(line(f.paper, dated=True) for f in page)
    more = _show_more(verb, query.text, start=end, count=len(found))
    return Message(
        fallback=flat(spans), blocks=(Paragraph(spans=spans), Bullets(items=items), *more)
    )


def saved_list(
    items: Sequence[SavedPaper], *, count: int, words: str, example: str, zone: str, now: datetime
) -> Message:
    """What of the `count` saved papers has the words; `example` is a paper's id."""
    if not count:
        how = f"{COMMAND} save {example} #tag a note"
        return _empty((plain("The reading list is empty."),), "Save a paper: ", how)
    if not items:
        rest = plain(f"; {counted(count, 'paper')} {'is' if count == 1 else 'are'} saved.")
        return _empty(
            (plain("No saved paper matches "), _echo(words), rest), "", f"{COMMAND} saved"
        )
    today = local_date(now, zone)
    text = f"{counted(len(items), 'paper')} on the reading list"
    shown = items[:SAVED_SHOWN]
    rows = tuple(_saved(item, local_date(item.saved_at, zone), today) for item in shown)
    newest = f"The newest {len(shown)}. Words find others: "
    narrow = Note(spans=(plain(newest), code(f"{COMMAND} saved WORDS")))
    return Message(
        fallback=text,
        blocks=(
            Heading(text=f"{text} for {cut(words, ECHO_MAX_CHARS)}" if words else text),
            Bullets(items=rows),
            *([narrow] if len(items) > len(shown) else []),
        ),
    )


def abstract(paper: Paper, *, saved: bool = False) -> Message:
    """The whole abstract, on request."""
    shown = cut(paper.abstract, ABSTRACT_MAX_CHARS) or "No source has given an abstract."
    buttons = [b for b in card_buttons(paper, saved=saved) if b.verb != "abstract"]
    blocks: list[Block] = [Paragraph(spans=(strong(title(paper)),))]
    if authors := byline(paper):
        blocks.append(Note(spans=(plain(authors),)))
    blocks.append(Paragraph(spans=(plain(shown),)))
    if paper.url:
        blocks.append(Note(spans=(link("Read the paper", title_link(paper).url),)))
    if buttons:
        blocks.append(Actions(buttons=tuple(buttons)))
    return Message(fallback=title(paper), blocks=tuple(blocks))


def _row(row: Listed, zone: str, today: date) -> tuple[Spans, ...]:
    subscription = row.subscription
    since = local_date(subscription.created_at, zone)
    return (
        (plain(str(subscription.number)),),
        (code(subscription.query.text),),
        (plain(subscription.created_by.name),),
        (plain(since_date(since, today=today)),),
        (plain(_weekly(row.weekly)),),
    )


def _weekly(count: int) -> str:
    return f"{count:,}" if count <= RECENT_COUNT_MAX else f"over {RECENT_COUNT_MAX:,}"


def _saved(item: SavedPaper, day: date, today: date) -> Spans:
    """`TITLE · Anna, 13 July · #tag · note`."""
    who = f"{item.saved_by.name}, {since_date(day, today=today)}"
    tags = " ".join(f"#{tag}" for tag in item.tags)
    return (
        title_link(item.paper),
        *_small(filter(None, (who, tags, cut(item.note, NOTE_MAX_CHARS)))),
    )


def _small(texts: Iterable[str]) -> Spans:
    return tuple(muted(f" · {text}") for text in texts)


def _echo(query: str) -> Span:
    return code(cut(query, ECHO_MAX_CHARS))


def _best(shown: int, count: int, count_max: int) -> str:
    """`The best 5 of 31 papers that match`, `3 papers match`, `No paper matches`."""
    if count > shown:
        return f"The best {shown} of {counted_to(count, count_max, 'paper')} that match"
    return f"{counted(count, 'paper')} {'matches' if count == 1 else 'match'}" if count else _NONE


def _show_more(verb: str, query: str, *, start: int, count: int) -> tuple[Actions, ...]:
    buttons = _more_button(verb, query, start=start, count=count)
    return (Actions(buttons=buttons),) if buttons else ()


def _more_button(verb: str, query: str, *, start: int, count: int) -> tuple[Button, ...]:
    """`VERB START QUERY`, while there is more than was shown."""
    button = Button(label="Show more", verb=verb, argument=f"{start} {query}")
    return (button,) if count > start else ()


def _empty(spans: Spans, how: str, command: str) -> Message:
    note = Note(spans=(*([plain(how)] if how else []), code(command)))
    return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans), note))
