"""Answers that list: subscriptions, what a search found, the reading list, an abstract."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.domain.channels import Channel
from bot.domain.command_table import FORM
from bot.domain.errors import QuerySyntaxError
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
    plain,
    strong,
)
from bot.domain.papers import Paper
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Query
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.services.presenting.answers import next_digest
from bot.services.presenting.cards import byline, card_buttons, line, title, title_link
from bot.services.presenting.guidance import welcome
from bot.services.presenting.meaning import slip_note
from bot.services.presenting.posts import MORE_PAGE
from bot.services.presenting.wording import (
    COMMAND,
    NOT_ALL,
    READ_AS_WORDS,
    counted,
    counted_to,
    flat,
    local_date,
    since_date,
    source_name,
)
from bot.services.searching import Found
from bot.services.subscribing import BROAD_A_DAY, RECENT_COUNT_MAX, Listed

ABSTRACT_MAX_CHARS = 2_500  # one text block on Slack holds 3,000

_NONE = "No paper matches"
_OTHER_ORDER = {"results": ("Newest first", "newest"), "newest": ("Best first", "results")}


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
    scope = channel.scope.text
    only = (plain(" Of all papers only those come that match "), code(scope), plain("."))
    return Message(
        fallback=text,
        blocks=(
            Paragraph(
                spans=(
                    plain(f"{text} {next_digest(channel, now=now)}"),
                    *(only if scope else ()),
                )
            ),
            table,
            *_doubtful(rows),
            Note(
                spans=(
                    plain("Change one: "),
                    code(f"{COMMAND} edit {rows[0].subscription.number}"),
                    plain(" · Remove some: "),
                    code(f"{COMMAND} unsubscribe {rows[0].subscription.number}"),
                )
            ),
            Actions(
                buttons=(
                    Button(label="Add…", verb=FORM, argument="subscribe", primary=True),
                    *_remove_silent(rows),
                    Button(label="Who changed what", verb="changes"),
                    Button(label="Export", verb="export", argument="subscriptions"),
                    Button(label="Import…", verb=FORM, argument="import"),
                )
            ),
        ),
    )


def _doubtful(rows: Sequence[Listed]) -> tuple[Note, ...]:
    """Which of them bring nothing, or more than anybody reads."""
    notes = []
    if silent := _numbers(row for row in rows if not row.monthly):
        notes.append(f"Matched no paper of the last 30 days: {silent}.")
    if broad := _numbers(row for row in rows if row.broad):
        notes.append(f"Over {BROAD_A_DAY} papers a day: {broad}.")
    return tuple(Note(spans=(plain(text),)) for text in notes)


def _remove_silent(rows: Sequence[Listed]) -> tuple[Button, ...]:
    silent = [row for row in rows if not row.monthly]
    if len(silent) < 2:  # one is as quickly removed by its number
        return ()
    numbers = " ".join(str(row.subscription.number) for row in silent)
    label = f"Remove the {len(silent)} without papers"
    return (Button(label=label, verb="unsubscribe", argument=numbers),)


def _numbers(rows: Iterable[Listed]) -> str:
    return ", ".join(str(row.subscription.number) for row in rows)


def found_by_id(cards: Sequence[PaperCard]) -> Message:
    return Message(fallback=cards[0].title, blocks=tuple(cards))


def search_results(
    query: str,
    cards: Sequence[PaperCard],
    *,
    nearest: Sequence[Paper],
    count: int,
    count_max: int,
    answered: Sequence[str] = (),
    silent: Sequence[str] = (),
    as_words: bool = False,
    whole: bool = True,
) -> Message:
    """The best of `count` exact matches; then, set apart, the nearest others as a list.

    Where the archive knew too little, the sources' own search was asked: some have `answered`,
    others stayed `silent`. With `as_words` the text is no query. If it is not `whole`, more of
    the archive may match.
    """
    start = (plain(f"{_best(len(cards), count, count_max)} "), _echo(query), plain("."))
    blocks: list[Block] = [Paragraph(spans=start), *_not_all(whole), *cards]
    if as_words:
        blocks.append(Note(spans=(plain(READ_AS_WORDS),)))
    if answered or silent:
        blocks.append(Note(spans=(plain(_elsewhere(answered, silent)),)))
    if nearest:
        items = tuple(line(paper, dated=True) for paper in nearest)
        note = Note(spans=(plain("Close to your words, but no exact match."),))
        blocks += [Heading(text="Nearest others"), note, Bullets(items=items)]
    if not cards:
        blocks += _hint("" if as_words else query, found_near=bool(nearest))
    if cards and not as_words:  # the buttons take queries
        newest = Button(label="Newest first", verb="newest", argument=f"0 {query}")
        get = Button(label="Subscribe to this", verb="subscribe", argument=query)
        more = _more_button("results", query, start=len(cards), count=count)
        several = (newest,) if count > 1 else ()
        lasting = (get,) if _is_subscription(query) else ()
        if buttons := (*more, *several, *lasting):
            blocks.append(Actions(buttons=buttons))
    return Message(fallback=flat(start), blocks=tuple(blocks))


def _not_all(whole: bool) -> tuple[Note, ...]:
    return () if whole else (Note(spans=(plain(NOT_ALL),)),)


def _elsewhere(answered: Sequence[str], silent: Sequence[str]) -> str:
    little = "The archive knows little of this"
    mute = f"that of {_names(silent)} gave no answer"
    if not answered:
        return f"{little}, and {_names(silent)} gave no answer when asked."
    asked = f"{little}, so the search of {_names(answered)} was asked as well"
    return f"{asked}; {mute}." if silent else f"{asked}."


def _names(sources: Sequence[str]) -> str:
    return " and ".join(map(source_name, sources))


def _hint(query: str, *, found_near: bool) -> tuple[Note, ...]:
    """What finds more."""
    if slip := slip_note(query, f"{COMMAND} search"):
        return (Note(spans=slip),)
    fewer = (plain("Fewer words, or OR between them, find more."),)
    return () if found_near else (Note(spans=fewer),)


def _is_subscription(text: str) -> bool:
    """Dates are for searches only."""
    try:
        parse_subscription(text)
    except QuerySyntaxError:
        return False
    return True


def similar_to(paper: Paper, cards: Sequence[PaperCard]) -> Message:
    if not cards:
        spans = (plain("The archive has nothing like "), title_link(paper), plain("."))
        return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans),))
    spans = (plain("Like "), title_link(paper), plain(":"))
    return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans), *cards))


def preview(query: Query, cards: Sequence[PaperCard], *, count: int, whole: bool = True) -> Message:
    """The best of the `count` papers that the last seven days would have posted."""
    found = counted_to(count, RECENT_COUNT_MAX, "paper") if count else "no paper"
    posted = plain(f"The last 7 days would have posted {found} for ")
    start = (posted, _echo(query.text), plain("."))
    best = Note(spans=(plain(f"The best {len(cards)}:"),))
    get = Button(label="Subscribe to this", verb="subscribe", argument=query.text)
    more = _more_button("recent", query.text, start=len(cards), count=count)
    return Message(
        fallback=flat(start),
        blocks=(
            Paragraph(spans=start),
            *_not_all(whole),
            *([best] if count > len(cards) else []),
            *cards,
            Actions(buttons=(*more, get)),
        ),
    )


def more_results(
    verb: str,
    query: Query,
    found: Sequence[Found],
    *,
    start: int,
    count_max: int,
    whole: bool = True,
) -> Message:
    """A page of what was found from `start` on, as titles, and the button for the next."""
    page = found[start : start + MORE_PAGE]
    if not page:
        spans = (plain("No further paper matches "), _echo(query.text), plain("."))
        return Message(fallback=flat(spans), blocks=(Paragraph(spans=spans), *_not_all(whole)))
    end = start + len(page)
    text = f"{start + 1:,} to {end:,} of {counted_to(len(found), count_max, 'paper')}"
    spans = (plain(f"{text} that match "), _echo(query.text), plain("."))
    items = tuple(line(f.paper, dated=True) for f in page)
    more = _turning(verb, query.text, start=start, end=end, count=len(found))
    return Message(
        fallback=flat(spans),
        blocks=(Paragraph(spans=spans), *_not_all(whole), Bullets(items=items), *more),
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


def _echo(query: str) -> Span:
    return code(cut(query, ECHO_MAX_CHARS))


def _best(shown: int, count: int, count_max: int) -> str:
    """`The best 5 of 31 papers that match`, `3 papers match`, `No paper matches`."""
    if count > shown:
        return f"The best {shown} of {counted_to(count, count_max, 'paper')} that match"
    return f"{counted(count, 'paper')} {'matches' if count == 1 else 'match'}" if count else _NONE


def _turning(verb: str, query: str, *, start: int, end: int, count: int) -> tuple[Actions, ...]:
    """To the page before and the next one, and to the other order."""
    before = Button(label="Back", verb=verb, argument=f"{max(start - MORE_PAGE, 0)} {query}")
    other = _OTHER_ORDER.get(verb)
    buttons = (
        *((before,) if start > 0 else ()),
        *_more_button(verb, query, start=end, count=count),
        *((Button(label=other[0], verb=other[1], argument=f"0 {query}"),) if other else ()),
    )
    return (Actions(buttons=buttons),) if buttons else ()


def _more_button(verb: str, query: str, *, start: int, count: int) -> tuple[Button, ...]:
    """`VERB START QUERY`, while there is more than was shown."""
    button = Button(label="Show more", verb=verb, argument=f"{start} {query}")
    return (button,) if count > start else ()
