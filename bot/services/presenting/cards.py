"""One paper as a card, or as a line of a list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.links import Url, arxiv_url, huggingface_url
from bot.domain.messages import Button, PaperCard, Picture, Span, Spans, link, muted, plain, strong
from bot.domain.nearest import STOP_WORDS
from bot.domain.papers import Listing, Paper, Summary
from bot.domain.shortening import cut
from bot.domain.source_names import IMPORTED
from bot.domain.text import stems, words
from bot.services.presenting.wording import counted, full_date, joined, source_name

TITLE_MAX_CHARS = 300
BYLINE_MAX_CHARS = 200
TLDR_MAX_CHARS = 300
TERM_MAX_CHARS = 60
LINK_MAX_CHARS = 500  # Discord's limit for a link button is 512; a longer one is no paper's page
ALT_TITLE_MAX_CHARS = 100
AUTHORS_SHOWN = 3
TERMS_SHOWN = 3
SOURCES_SHOWN = 4

_WHERE = {
    "title": " in the title",
    "abstract": " in the abstract",
    "author": " among the authors",
    "org": " in the organisation",
    "venue": " in the venue",
}
SAVE_LABEL, SAVED_LABEL = "Save", "Saved ✓"
_SAVED_BY = "saved by "
_TOGGLES = frozenset({"toggle", "save", "unsave"})  # the latter two on posts of older versions
_QUOTES = '="“”„‟«»″＂'


def card(
    paper: Paper,
    *,
    reasons: Iterable[Reason] = (),
    summary: Summary | None = None,
    saved_by: str | None = None,
    dated: bool = False,
    pictures: bool = False,
    found: bool = False,
) -> PaperCard:
    """The card; `dated` where papers of many days stand side by side, `found` if asked for."""
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
        buttons=card_buttons(paper, saved=saved_by is not None, found=found),
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
        *_sources(paper),
        *([plain(cut(paper.venue, TERM_MAX_CHARS))] if paper.venue else []),
        *([plain(full_date(paper.date))] if dated and paper.date else []),
        *saved_fact(saved_by),
    )


def votes(paper: Paper) -> Spans:
    return (muted(f" · ▲ {paper.upvotes:,}"),) if paper.upvotes else ()


def why(reasons: Iterable[Reason]) -> Spans:
    """`matched A and B in the title, C in the abstract`: each term once, where it counts most.

    The little words of a pasted title are only counted.
    """
    found = _placed(reasons)
    if not found:
        return ()
    shown = ([placed for placed in found if not _says_little(placed[1])] or found)[:TERMS_SHOWN]
    groups = groupby(shown, key=lambda placed: placed[0])
    phrases = [(*_terms(term for _, term in group), plain(place)) for place, group in groups]
    rest = len(found) - len(shown)
    more = (plain(f" and {rest} more"),) if rest > 0 else ()
    spans = (plain("matched "), *joined(phrases, plain(", ")), *more)
    return tuple(span for span in spans if span.text)


def all_reasons(reasons: Mapping[SubscriptionId, Sequence[Reason]]) -> list[Reason]:
    return [reason for several in reasons.values() for reason in several]


def card_buttons(paper: Paper, *, saved: bool, found: bool = False) -> tuple[Button, ...]:
    """Of a card that was posted, or of one that somebody asked for: those may be shared."""
    id_ = paper.short_id
    abstract = Button(label="Abstract", verb="abstract", argument=id_)
    similar = Button(label="Similar", verb="similar", argument=id_)
    last = ("Share", "share") if found else ("Not for us", "reject")
    return (
        saved_button(paper, saved=saved),
        *((abstract,) if paper.abstract else ()),
        similar,
        Button(label=last[0], verb=last[1], argument=id_),
    )


def saved_button(paper: Paper, *, saved: bool) -> Button:
    """Saves the paper; pressed by who saved it, takes it off again."""
    label = SAVED_LABEL if saved else SAVE_LABEL
    return Button(label=label, verb="toggle", argument=paper.short_id, primary=not saved)


def saved_fact(saved_by: str | None) -> Spans:
    return (plain(f"{_SAVED_BY}{cut(saved_by, TERM_MAX_CHARS)}"),) if saved_by else ()


def with_saver(card: PaperCard, saved_by: str | None) -> PaperCard:
    """The card as it would be had the paper been saved by this person, or by nobody."""
    facts = tuple(span for span in card.facts if not span.text.startswith(_SAVED_BY))
    buttons = tuple(_with_state(button, saved=bool(saved_by)) for button in card.buttons)
    return replace(card, facts=facts + saved_fact(saved_by), buttons=buttons)


def _with_state(button: Button, *, saved: bool) -> Button:
    """The button as it is once saved or not, if it is the one for that; it may lie under a key."""
    toggles = button.verb in _TOGGLES
    if not toggles and button.label not in (SAVE_LABEL, SAVED_LABEL):
        return button
    label = SAVED_LABEL if saved else SAVE_LABEL
    return replace(
        button, verb="toggle" if toggles else button.verb, label=label, primary=not saved
    )


def card_url(paper: Paper) -> Url | None:
    """Where its title leads, if platforms take a link so long."""
    return _shown_link(paper.url)


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


def _says_little(term: str) -> bool:
    return STOP_WORDS.issuperset(stems(words(term)))


def _terms(terms: Iterable[str]) -> Spans:
    """`A`, `A and B`, `A, B and C`."""
    *before, last = ((strong(cut(term, TERM_MAX_CHARS)),) for term in terms)
    start = joined(before, plain(", "))
    return (*start, plain(" and "), *last) if start else last


def _code(paper: Paper) -> Spans:
    url = _shown_link(paper.code_url)
    if paper.stars:
        return (link(f"★ {paper.stars:,}", url),)
    return (link("code", url),) if url else ()


def _sources(paper: Paper) -> Spans:
    """Each once: what was imported with an arXiv id is arXiv's."""
    listings = [replace(x, source=_origin(paper, x)) for x in paper.listings]
    found = {x.source: _source(paper, x) for x in reversed(listings)}
    return tuple(found[name] for name in dict.fromkeys(x.source for x in listings))[:SOURCES_SHOWN]


def _origin(paper: Paper, listing: Listing) -> str:
    """The source's name."""
    of_arxiv = any(key.startswith("arxiv:") for key in paper.keys)
    return "arxiv" if listing.source == IMPORTED and of_arxiv else listing.source


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
