"""Papers and their identity: many sources, one paper, one card."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NewType
from urllib.parse import unquote

from bot.domain import links
from bot.domain.links import Url

PaperKey = NewType("PaperKey", str)
"""One name of a paper, `scheme:value`: `arxiv:2401.01234`, `doi:10.1038/x`, `title:<hash>`."""

PaperId = NewType("PaperId", str)
"""The key under which the archive holds a paper; it stays when better keys become known."""

# Strongest first; a paper is called by the strongest key known when it was first seen.
KEY_SCHEMES = ("arxiv", "doi", "openreview", "pmid")
TITLE_KEY_MIN_CHARS = 25  # shorter titles ("Editorial", "Erratum") repeat

_ARXIV_NEW = re.compile(r"(\d{4}\.\d{4,5})(v\d+)?", re.ASCII)
_ARXIV_OLD = re.compile(r"([a-z-]+)(?:\.[a-z-]{2})?/(\d{7})(v\d+)?", re.ASCII)
_ARXIV_PREFIX = re.compile(
    r"(oai:arxiv\.org:|arxiv:|https?://(www\.|export\.)?arxiv\.org/(abs|pdf|html)/"
    r"|https?://huggingface\.co/papers/|(https?://doi\.org/|doi:)?10\.48550/arxiv\.)"
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[\x21-\x7e]{1,240})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One or two sentences that say what a paper does, and who wrote them."""

    text: str
    maker: str
    """As shown to people: `Hugging Face`, `abstract`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """That a source listed the paper: under which name, and on which of its days."""

    source: str
    source_id: str
    """The id as the source writes it."""
    announced: date | None = None
    url: Url | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work as known from all its sources. `None` means unknown, never zero.

    Texts are readable Unicode: no LaTeX, no line breaks, no control characters.
    """

    id: PaperId
    keys: tuple[PaperKey, ...]
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    organization: str | None = None
    categories: tuple[str, ...] = ()
    venue: str | None = None
    published: datetime | None = None
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    code_url: Url | None = None
    project_url: Url | None = None
    thumbnail_url: Url | None = None
    summary: Summary | None = None
    """A summary that came with the paper."""
    written: Summary | None = None
    """One that a language model wrote for us."""
    listings: tuple[Listing, ...] = ()

    @property
    def announced(self) -> date | None:
        """The first day on which any source listed it."""
        return min((x.announced for x in self.listings if x.announced), default=None)

    @property
    def date(self) -> date | None:
        """The day people would give it: announced, else published (UTC)."""
        if self.announced:
            return self.announced
        return self.published.astimezone(UTC).date() if self.published else None

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x.source for x in self.listings))

    @property
    def short_id(self) -> str:
        """What people type and see: the id without its scheme."""
        return self.id.partition(":")[2]

    @property
    def url(self) -> Url | None:
        """Where its title leads: built from its strongest id, else the address it came with."""
        for key in sorted(self.keys, key=strength):
            scheme, _, value = key.partition(":")
            if build := _KEY_URLS.get(scheme):
                return build(value)
        return next((x.url for x in self.listings if x.url), None)


_KEY_URLS = {
    "arxiv": links.arxiv_url,
    "doi": links.doi_url,
    "openreview": links.openreview_url,
    "pmid": links.pubmed_url,
}


class Novelty(StrEnum):
    """What storing a paper did to the archive."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def strength(key: PaperKey) -> int:
    """Rank of a key's scheme, 0 the strongest; titles last."""
    scheme = key.partition(":")[0]
    if scheme in KEY_SCHEMES:
        return KEY_SCHEMES.index(scheme)
    return len(KEY_SCHEMES) + (scheme == "title")


def arxiv_key(text: str) -> PaperKey | None:
    """The arXiv id in an id, address or DOI, without its version; kept as text."""
    bare = _ARXIV_PREFIX.sub("", text.strip().lower(), count=1)
    bare = re.split(r"[?#]", bare)[0].removesuffix(".pdf")
    if found := _ARXIV_NEW.fullmatch(bare):
        return PaperKey(f"arxiv:{found[1]}")
    if found := _ARXIV_OLD.fullmatch(bare):
        return PaperKey(f"arxiv:{found[1]}/{found[2]}")
    return None


def doi_key(text: str) -> PaperKey | None:
    """The DOI in a DOI or resolver address: bare, lower case. arXiv's own DOIs give arXiv keys."""
    found = _DOI.fullmatch(unquote(text.strip().lower()))
    if not found:
        return None
    return arxiv_key(found[1]) or PaperKey(f"doi:{found[1].rstrip('.,;')}")


def title_key(title: str, authors: tuple[str, ...]) -> PaperKey | None:
    """A key for works without ids: the normalised title with the first author's family name."""
    letters = _letters(title)
    if len(letters) < TITLE_KEY_MIN_CHARS or not authors:
        return None
    first = authors[0]
    family = first.partition(",")[0] if "," in first else first.rsplit(maxsplit=1)[-1]
    digest = hashlib.sha256(f"{letters}|{_letters(family)}".encode()).hexdigest()
    return PaperKey(f"title:{digest[:24]}")


def paper_keys(
    *known: PaperKey | None, title: str, authors: tuple[str, ...]
) -> tuple[PaperKey, ...]:
    """All keys of a paper, strongest first, the title's last.

    Raises:
        ValueError: if nothing identifies it, not even its title.
    """
    keys = [*known, title_key(title, authors)]
    found = sorted(dict.fromkeys(k for k in keys if k), key=strength)
    if not found:
        raise ValueError("a paper without an id needs a title of 25 letters and an author")
    return tuple(found)


def same_paper(a: Iterable[PaperKey], b: Iterable[PaperKey]) -> bool:
    """Whether two sets of keys name one paper.

    An arXiv id never equals another arXiv id: two entries may name one DOI.
    Otherwise a shared strong key decides; a shared title joins them only if
    no scheme gives them two different ids.
    """
    ids_a, ids_b = _ids(a), _ids(b)
    clash = {s for s in ids_a.keys() & ids_b.keys() if ids_a[s].isdisjoint(ids_b[s])}
    shared = set(a) & set(b)
    if any(not k.startswith("title:") for k in shared):
        return "arxiv" not in clash
    return bool(shared) and not clash


def merge(known: Paper, seen: Paper) -> Paper:
    """What is known of a paper after another sighting of it.

    Counts and links: the newest known value. Texts: those of the first
    sighting, until the same source or arXiv, the origin, says otherwise.
    """
    origin = {x.source for x in seen.listings}
    rewrite = "arxiv" in origin or origin >= set(known.sources)
    texts = {
        "title": seen.title if rewrite and seen.title else known.title,
        "abstract": seen.abstract
        if (rewrite or not known.abstract) and seen.abstract
        else known.abstract,
        "authors": seen.authors
        if (rewrite or not known.authors) and seen.authors
        else known.authors,
    }
    return replace(
        known,
        title=str(texts["title"]),
        abstract=str(texts["abstract"]),
        authors=tuple(texts["authors"]),
        keys=tuple(sorted(dict.fromkeys(known.keys + seen.keys), key=strength)),
        organization=seen.organization or known.organization,
        categories=tuple(dict.fromkeys(known.categories + seen.categories)),
        venue=seen.venue or known.venue,
        published=known.published or seen.published,
        upvotes=known.upvotes if seen.upvotes is None else seen.upvotes,
        comments=known.comments if seen.comments is None else seen.comments,
        stars=known.stars if seen.stars is None else seen.stars,
        code_url=seen.code_url or known.code_url,
        project_url=seen.project_url or known.project_url,
        thumbnail_url=seen.thumbnail_url or known.thumbnail_url,
        summary=seen.summary or known.summary,
        listings=_merge_listings(known.listings, seen.listings),
    )


def _merge_listings(known: tuple[Listing, ...], seen: tuple[Listing, ...]) -> tuple[Listing, ...]:
    """One listing a source, with the first day on which it listed the paper."""
    merged = {x.source: x for x in known}
    for listing in seen:
        before = merged.get(listing.source)
        days = [d for d in (before and before.announced, listing.announced) if d]
        merged[listing.source] = replace(
            before or listing,
            announced=min(days, default=None),
            url=(before and before.url) or listing.url,
        )
    return tuple(merged.values())


def _ids(keys: Iterable[PaperKey]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = {}
    for key in keys:
        scheme, _, value = key.partition(":")
        if scheme != "title":
            ids.setdefault(scheme, set()).add(value)
    return ids


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())
