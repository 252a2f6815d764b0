"""Reading lists: what somebody typed to save a paper, and which saved ones are meant."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.errors import UserError
from bot.domain.matching import analyse, explain
from bot.domain.paper_links import paper_key
from bot.domain.parsing import parse_search
from bot.domain.queries import Query
from bot.domain.reading_list import Progress, SavedPaper

NOTE_MAX_CHARS = 500
TAGS_MAX = 20
PAGE = 5
EXAMPLE = "/papers saved #reading is:to-read"

_TAG = re.compile(r"#([\w-]{1,40})")
_TERM = re.compile(r"(#|is:|by:|sort:)(\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """`save PAPER [=] [#tags] [note]` taken apart."""

    paper: str
    others: tuple[str, ...] = ()
    """Further papers, named directly behind the first."""
    tags: tuple[str, ...] = ()
    note: str = ""
    exact: bool = False
    """Whether these take the place of what tags and note there are, also where there is nothing."""


def read_save(text: str) -> SaveRequest:
    """What somebody typed after `save`: a paper, or several, then tags with `#`, then a note."""
    papers, rest = _papers(text)
    exact, rest = rest.lstrip().startswith("="), rest.lstrip().removeprefix("=")
    tags = tuple(dict.fromkeys(_TAG.findall(rest.lower())))[:TAGS_MAX]
    note = " ".join(_TAG.sub("", rest).split())[:NOTE_MAX_CHARS].strip()
    return SaveRequest(paper=papers[0], others=tuple(papers[1:]), tags=tags, note=note, exact=exact)


def write_save(saved: SavedPaper) -> str:
    """What `read_save` reads as this: the argument of the command that saves it just so."""
    tags = (f"#{tag}" for tag in saved.tags)
    return " ".join(filter(None, (saved.paper.short_id, "=", *tags, saved.note)))


def _papers(text: str) -> tuple[list[str], str]:
    """The papers named at the beginning, one at least, and the rest."""
    first, rest = _first_word(text)
    papers = [first]
    while paper_key(papers[-1]):
        word, after = _first_word(rest)
        if not paper_key(word):
            break
        papers.append(word)
        rest = after
    return papers, rest


def _first_word(text: str) -> tuple[str, str]:
    """It without what a sentence or a platform puts around it, and the rest."""
    word, _, rest = text.strip().partition(" ")
    return word.strip("<>,;"), rest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """`#reading is:to-read by:anna sort:oldest diffusion` taken apart."""

    tags: tuple[str, ...] = ()
    progress: Progress | None = None
    by: str = ""
    sort: str = "newest"
    words: str = ""
    query: Query | None = None


def read_filter(text: str, *, example: str = EXAMPLE) -> ListFilter:
    """Which saved papers are meant, and in which order; the `example` is for what is wrong.

    Raises:
        UserError: a part of it means nothing, or the rest is no query.
    """
    wanted = ListFilter()
    rest = []
    for word in text.split():
        term = _TERM.fullmatch(word)
        if term is None:
            rest.append(word)
        else:
            wanted = _with_term(wanted, term[1].lower(), term[2].casefold(), example)
    words = " ".join(rest)
    return replace(wanted, words=words, query=parse_search(words) if words else None)


def filtered(items: Iterable[SavedPaper], wanted: ListFilter, *, today: date) -> list[SavedPaper]:
    """Those that are meant, in the order that is meant; `items` come newest first."""
    found = [item for item in items if _is_meant(item, wanted, today)]
    return _SORTS[wanted.sort](found)


def with_words(items: Iterable[SavedPaper], typed: str) -> list[SavedPaper]:
    """Those that have each of the words in title, tags, note or the name of who saved them."""
    each = typed.casefold().split()
    return [item for item in items if all(word in _text(item) for word in each)]


def tags_of(items: Iterable[SavedPaper]) -> list[str]:
    """All tags, the most used first."""
    counts: dict[str, int] = {}
    for tag in (tag for item in items for tag in item.tags):
        counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def _with_term(wanted: ListFilter, kind: str, value: str, example: str) -> ListFilter:
    if kind == "#" and value:
        return replace(wanted, tags=(*wanted.tags, value))
    if kind == "is:" and value in set(Progress):
        return replace(wanted, progress=Progress(value))
    if kind == "by:" and value:
        return replace(wanted, by=value.removeprefix("@"))
    if kind == "sort:" and value in _SORTS:
        return replace(wanted, sort=value)
    forms = {
        "#": "A tag is a word behind #.",
        "is:": "“is:” takes to-read, reading or read.",
        "by:": "“by:” takes a name.",
        "sort:": f"“sort:” takes {', '.join(_SORTS)}.",
    }
    raise UserError(forms[kind], example=example)


def _is_meant(item: SavedPaper, wanted: ListFilter, today: date) -> bool:
    names = f"{item.saved_by.name} {item.progress_by.name if item.progress_by else ''}".casefold()
    return (
        set(wanted.tags) <= {tag.casefold() for tag in item.tags}
        and wanted.progress in (None, item.progress)
        and wanted.by in names
        and _has_words(item, wanted, today)
    )


def _has_words(item: SavedPaper, wanted: ListFilter, today: date) -> bool:
    """In the paper, as a query; or in what the team wrote to it."""
    if wanted.query is None:
        return True
    if explain(wanted.query, analyse(item.paper), today=today) is not None:
        return True
    return bool(with_words([item], wanted.words))


def _text(item: SavedPaper) -> str:
    tags = " ".join(f"#{tag}" for tag in item.tags)
    return f"{item.paper.title} {tags} {item.note} {item.saved_by.name}".casefold()


_SORTS: dict[str, Callable[[list[SavedPaper]], list[SavedPaper]]] = {
    "newest": list,
    "oldest": lambda items: items[::-1],
    "title": lambda items: sorted(items, key=lambda item: item.paper.title.casefold()),
    "votes": lambda items: sorted(items, key=lambda item: -(item.paper.upvotes or 0)),
}
