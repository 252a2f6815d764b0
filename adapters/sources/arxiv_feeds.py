"""What arXiv sends, read: the daily announcement (RSS 2.0 or Atom) and the query API's Atom.

Elements are matched by namespace, never by prefix: older answers declare
prefixes on each element.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.ElementTree import fromstring

from adapters.sources.clean import NAME_MAX_CHARS, TITLE_MAX_CHARS, plain_names, plain_text
from adapters.sources.reading import moment, read_entries, refuse_web_page
from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.domain.links import arxiv_url
from bot.domain.papers import Listing, Paper, PaperId, arxiv_key, doi_key, paper_keys

NAME = "arxiv"
ITEMS_MAX = 2_000  # arxiv-docs, source/help/rss.md; what is beyond is left out without a word
EASTERN = ZoneInfo("America/New_York")

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

_PREAMBLE = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*")
_AFFILIATION = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)(?=\s*(?:,|$))")
_TAG = re.compile(r"<[^<>]*>")
_HEAD_PARTS = {"skipDays", "skipHours", "image", "textInput", f"{_ATOM}author"}
_NEWS = {"new": True, "cross": True, "replace": False, "replace-cross": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The feed of one day."""

    day: date
    """By arXiv's own calendar: US Eastern."""
    skipped: bool
    """Whether arXiv never announces on this weekday."""
    size: int
    new: tuple[Paper, ...]
    updates: tuple[Paper, ...]
    unreadable: tuple[str, ...]

    @property
    def cut(self) -> bool:
        """Whether papers may be missing, and not the oldest: arXiv's limit cuts new ones too."""
        return self.size >= ITEMS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    size: int
    total: int
    papers: tuple[Paper, ...]
    unreadable: tuple[str, ...]


def parse_announcement(body: bytes) -> Announcement:
    """Raises SourceFormatChanged or SourceUnavailable if it is no announcement of arXiv's."""
    root = _xml(body)
    if root.tag == "rss" and (channel := root.find("channel")) is not None:
        head, items = channel, channel.findall("item")
    elif root.tag == f"{_ATOM}feed" and root.find(f"{_SEARCH}totalResults") is None:
        head, items = root, root.findall(f"{_ATOM}entry")
    else:
        raise SourceFormatChanged(NAME, "answers with something that is not its daily feed")
    day = _head_day(head)
    skips = {x.text for x in head.iterfind("skipDays/day")} or {"Saturday", "Sunday"}
    _must_be_arxiv(head, items)
    found = read_entries(NAME, items, lambda item: _announced(item, day), _name)
    return Announcement(
        day=day,
        skipped=f"{day:%A}" in skips,
        size=len(items),
        new=tuple(paper for paper, news in found.read if news),
        updates=tuple(paper for paper, news in found.read if not news),
        unreadable=found.unreadable,
    )


def parse_results(body: bytes) -> ResultPage:
    """Raises SourceFormatChanged or SourceUnavailable if it is no page of results."""
    root = _xml(body)
    total = _text(root, f"{_SEARCH}totalResults")
    if root.tag != f"{_ATOM}feed" or not re.fullmatch(r"\d{1,9}", total, re.ASCII):
        raise SourceFormatChanged(NAME, "answers with something that is not a page of results")
    entries = root.findall(f"{_ATOM}entry")
    if error := _error_sentence(entries):
        raise SourceUnavailable(NAME, f"refuses the question: {error}")
    found = read_entries(NAME, entries, _result, _name)
    return ResultPage(
        size=len(entries), total=int(total), papers=found.read, unreadable=found.unreadable
    )


def refusal(body: bytes) -> str:
    """What an answer with status 400 says, in one line of its own words."""
    try:
        root = _xml(body)
        said = _error_sentence(root.findall(f"{_ATOM}entry")) or _text(root, "channel/description")
    except (SourceFormatChanged, SourceUnavailable):
        said = _TAG.sub(" ", body[:5_000].decode("utf-8", "replace"))
    return plain_text(said, limit=300, entities=True) or "no reason given"


def split_authors(text: str) -> list[str]:
    """`Ann Lee (MIT, Boston), Bo Ek` as two names; arxiv-feed writes affiliations in brackets."""
    return re.split(r",\s+", _AFFILIATION.sub("", text))


def _xml(body: bytes) -> Element:
    refuse_web_page(NAME, body)
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # defusedxml's are ValueErrors
        raise SourceFormatChanged(NAME, "answers with broken or forbidden XML") from error
    return root


def _head_day(head: Element) -> date:
    if (day := _day(_text(head, "pubDate"))) is not None:
        return day
    built = moment(_text(head, f"{_ATOM}updated"))
    if built is None:
        raise SourceFormatChanged(NAME, "gives its daily feed no date")
    return built.astimezone(EASTERN).date()


def _day(text: str) -> date | None:
    """The day by the date's own offset: midnight Eastern of the day announced."""
    try:
        return parsedate_to_datetime(text).date() if "," in text else _iso_day(text)
    except (ValueError, OverflowError):
        return None


def _iso_day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _must_be_arxiv(head: Element, items: list[Element]) -> None:
    """What looks empty may be somebody else's feed, or hold papers under a new name."""
    title = _text(head, "title", f"{_ATOM}title")
    if title.startswith("Feed error"):
        said = plain_text(_text(head, "description", f"{_ATOM}subtitle"), limit=300)
        raise SourceUnavailable(NAME, f"refuses the categories: {said}")
    full = any(len(part) for part in head if part.tag not in _HEAD_PARTS)
    if not items and (full or "arxiv.org" not in title.lower()):
        raise SourceFormatChanged(NAME, "answers with something that is not its daily feed")


def _announced(item: Element, feed_day: date) -> tuple[Paper, bool]:
    news = _NEWS.get(_text(item, f"{_ARXIV}announce_type"))
    if news is None:
        raise ValueError("no announce type that is known")
    creators = (x.text or "" for x in item.iterfind(f"{_DC}creator"))
    paper = _paper(
        item,
        source_id=_text(item, "guid", "link", f"{_ATOM}id"),
        abstract=_PREAMBLE.sub("", _text(item, "description", f"{_ATOM}summary"), count=1),
        authors=[name for creator in creators for name in split_authors(creator)],
        # A new version is no announcement: the paper keeps the day it had.
        announced=(_day(_text(item, "pubDate", f"{_ATOM}published")) or feed_day) if news else None,
        published=None,  # the feed knows when it was announced, not when it was submitted
    )
    return paper, news


def _result(entry: Element) -> Paper:
    return _paper(
        entry,
        source_id=_text(entry, f"{_ATOM}id"),
        abstract=_text(entry, f"{_ATOM}summary"),
        authors=[_text(x, f"{_ATOM}name") for x in entry.iterfind(f"{_ATOM}author")],
        announced=None,  # the API knows when it was submitted, not when it was announced
        published=moment(_text(entry, f"{_ATOM}published")),
    )


def _paper(
    entry: Element,
    *,
    source_id: str,
    abstract: str,
    authors: Iterable[str],
    announced: date | None,
    published: datetime | None,
) -> Paper:
    key = arxiv_key(source_id)
    title = plain_text(_text(entry, "title", f"{_ATOM}title"), limit=TITLE_MAX_CHARS)
    if key is None or not title:
        raise ValueError("no arXiv id or no title")
    names = plain_names(authors)
    dois = _text(entry, f"{_ARXIV}DOI", f"{_ARXIV}doi").split()
    arxiv_id = key.partition(":")[2]
    venue = _text(entry, f"{_ARXIV}journal_reference", f"{_ARXIV}journal_ref")
    listing = Listing(source=NAME, source_id=arxiv_id, announced=announced, url=arxiv_url(arxiv_id))
    return Paper(
        id=PaperId(key),
        keys=paper_keys(key, *map(doi_key, dois), title=title, authors=names),
        title=title,
        abstract=plain_text(abstract),
        authors=names,
        categories=tuple(dict.fromkeys(_categories(entry))),
        venue=plain_text(venue, limit=NAME_MAX_CHARS) or None,
        published=published,
        listings=(listing,),
    )


def _categories(entry: Element) -> Iterable[str]:
    for element in (*entry.iterfind("category"), *entry.iterfind(f"{_ATOM}category")):
        name = (element.get("term") or element.text or "").strip()
        if re.fullmatch(r"[A-Za-z-]{2,20}(\.[A-Za-z-]{2,20})?", name):
            yield name


def _error_sentence(entries: list[Element]) -> str | None:
    for entry in entries:
        if "/api/errors" in _text(entry, f"{_ATOM}id"):
            return plain_text(_text(entry, f"{_ATOM}summary"), limit=300)
    return None


def _text(element: Element, *paths: str) -> str:
    """The text of the first of these children that has any."""
    for path in paths:
        child = element.find(path)
        if child is not None and (text := "".join(child.itertext()).strip()):
            return text
    return ""


def _name(entry: Element) -> str:
    key = arxiv_key(_text(entry, "guid", "link", f"{_ATOM}id"))
    return key or "a paper without an id"
