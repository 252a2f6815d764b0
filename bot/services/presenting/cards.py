"""One paper as a card, or as a line of a list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.links import Url, arxiv_url, huggingface_url
from bot.domain.messages import Button, PaperCard, Picture, Span, Spans, link, muted, plain, strong
from bot.domain.papers import Listing, Paper, Summary
from bot.domain.shortening import cut
from bot.services.presenting.wording import counted, full_date, joined, source_name

TITLE_MAX_CHARS = 300
BYLINE_MAX_CHARS = 200
TLDR_MAX_CHARS = 300
TERM_MAX_CHARS = 60
LINK_MAX_CHARS = 500  # Discord's limit for a link button is 512; a longer one is no paper's page
ALT_TITLE_MAX_CHARS = 100
AUTHORS_SHOWN = 3
TERMS_SHOWN = 4
SOURCES_SHOWN = 4

_WHERE = {
    "title": " in the title",
    "abstract": " in the abstract",
    "author": " among the authors",
    "org": " in the organisation",
    "venue": " in the venue",
}
_QUOTES = '="“”„‟«»″＂'


def card(
    paper: Paper,
    *,
    reasons: Iterable[Reason] = (),
    summary: Summary | None = None,
    saved_by: str | None = None,
    dated: bool = False,
    pictures: bool = False,
) -> PaperCard:
    """The card; `dated` where papers of many days stand side by side."""
    summary = summary or paper.summary
    return PaperCard(
        paper_id=paper.id,
        title=title(paper),
        url=_shown_link(paper.url),
        byline=byline(paper),
        tldr=cut(summary.text, TLDR_MAX_CHARS) if summary else "",
        tldr_maker=summary.maker if summary else "",
        why=why(reasons),
        facts=facts(paper, saved_by=saved_by, dated=dated),
        buttons=card_buttons(paper, saved=saved_by is not None),
        picture=_picture(paper) if pictures else None,
    )


def line(paper: Paper, *, dated: bool = False) -> Spans:
    """A linked title and its facts: an item of a list."""
    items = (title_link(paper), *facts(paper, dated=dated))
    return joined(((item,) for item in items), muted(" · "))


def title(paper: Paper) -> str:
    return cut(paper.title, TITLE_MAX_CHARS) or paper.short_id


def title_link(paper: Paper) -> Span:
    return link(title(paper), _shown_link(paper.url))


def byline(paper: Paper) -> str:
    """`A, B, C and 4 more · Organisation`."""
    shown = ", ".join(paper.authors[:AUTHORS_SHOWN])
    rest = len(paper.authors) - AUTHORS_SHOWN
    authors = f"{shown} and {rest} more" if rest > 0 else shown
    return cut(" · ".join(filter(None, (authors, paper.organization))), BYLINE_MAX_CHARS)


def facts(paper: Paper, *, saved_by: str | None = None, dated: bool = False) -> Spans:
    """Votes, comments, stars, places; what is unknown or none is left out."""
    return (
        *([plain(f"▲ {paper.upvotes:,}")] if paper.upvotes else []),
        *([plain(counted(paper.comments, "comment"))] if paper.comments else []),
        *_code(paper),
        *([link("project", url)] if (url := _shown_link(paper.project_url)) else []),
        *[_source(paper, listing) for listing in paper.listings[:SOURCES_SHOWN]],
        *([plain(cut(paper.venue, TERM_MAX_CHARS))] if paper.venue else []),
        *([plain(full_date(paper.date))] if dated and paper.date else []),
        *([plain(f"saved by {cut(saved_by, TERM_MAX_CHARS)}")] if saved_by else []),
    )


def votes(paper: Paper) -> Spans:
    return (muted(f" · ▲ {paper.upvotes:,}"),) if paper.upvotes else ()


def why(reasons: Iterable[Reason]) -> Spans:
    """`matched A and B in the title, C in the abstract`: each term once, where it counts most."""
    found = _placed(reasons)
    if not found:
        return ()
    groups = groupby(found[:TERMS_SHOWN], key=lambda placed: placed[0])
    phrases = [(*_terms(term for _, term in group), plain(place)) for place, group in groups]
    rest = len(found) - TERMS_SHOWN
    more = (plain(f" and {rest} more"),) if rest > 0 else ()
    spans = (plain("matched "), *joined(phrases, plain(", ")), *more)
    return tuple(span for span in spans if span.text)


def all_reasons(reasons: Mapping[SubscriptionId, Sequence[Reason]]) -> list[Reason]:
    return [reason for several in reasons.values() for reason in several]


def card_buttons(paper: Paper, *, saved: bool) -> tuple[Button, ...]:
    """`Saved ✓` takes the paper off the list again."""
    id_ = paper.short_id
    save = Button(label="Save", verb="save", argument=id_, primary=True)
    unsave = Button(label="Saved ✓", verb="unsave", argument=id_)
    abstract = Button(label="Abstract", verb="abstract", argument=id_)
    return (unsave if saved else save, *((abstract,) if paper.abstract else ()))


def _placed(reasons: Iterable[Reason]) -> list[tuple[str, str]]:
    """Places in words and terms as people know them, titles first, facts last."""
    places = list(_WHERE)
    ranked = sorted(reasons, key=lambda r: places.index(r.field) if r.field in _WHERE else 99)
    found: dict[str, tuple[str, str]] = {}
    for reason in ranked:
        named = reason.field in _WHERE
        term = re.sub(r"^\w+:(?=\S)", "", reason.term).strip(_QUOTES) if named else reason.term
        found.setdefault(term.casefold(), (_WHERE.get(reason.field, ""), term))
    return list(found.values())


def _terms(terms: Iterable[str]) -> Spans:
    return joined(((strong(cut(term, TERM_MAX_CHARS)),) for term in terms), plain(" and "))


def _code(paper: Paper) -> Spans:
    url = _shown_link(paper.code_url)
    if paper.stars:
        return (link(f"★ {paper.stars:,}", url),)
    return (link("code", url),) if url else ()


def _source(paper: Paper, listing: Listing) -> Span:
    name = source_name(listing.source)
    if listing.source == "arxiv" and paper.categories:
        name = f"{name} {paper.categories[0]}"
    return link(name, _shown_link(listing.url or _built_url(paper, listing)))


def _built_url(paper: Paper, listing: Listing) -> Url | None:
    """Where a source that gave no address shows the paper."""
    arxiv = next((k.partition(":")[2] for k in paper.keys if k.startswith("arxiv:")), None)
    build = {"arxiv": arxiv_url, "huggingface": huggingface_url}.get(listing.source)
    return build(arxiv) if build and arxiv else None


def _picture(paper: Paper) -> Picture | None:
    url = _shown_link(paper.thumbnail_url)
    alt = f"Picture for {cut(paper.title, ALT_TITLE_MAX_CHARS)}"
    return Picture(url=url, alt=alt) if url else None


def _shown_link(url: Url | None) -> Url | None:
    return url if url and len(url) <= LINK_MAX_CHARS else None
