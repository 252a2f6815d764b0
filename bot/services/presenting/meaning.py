"""What a query brings, and what it may have been meant to be."""

from collections.abc import Iterable, Sequence

from bot.domain.categories import category_names, foreign
from bot.domain.messages import Spans, code, plain
from bot.domain.queries import Prefix, Query, Words, wanted_leaves
from bot.domain.slips import find_slip
from bot.services.presenting.wording import COMMAND, NOT_ALL, counted_to
from bot.services.subscribing import BROAD_A_DAY, RECENT_COUNT_MAX, Brings


def brings(found: Brings, query: Query, collects: Sequence[str]) -> Spans:
    """How much a subscription would have brought lately, and which categories come with it."""
    special = _categories(query, collects)
    if not found.whole:
        special += f" {NOT_ALL}"
    if found.ever:
        return *_brought(found, query), *([plain(special)] if special else [])
    of_words = any(isinstance(leaf, Words | Prefix) for leaf in wanted_leaves(query.root))
    doubt = ": is it spelled as authors would?" if of_words and not special else "."
    looked = "collected so far" if found.whole else "of those looked at"
    return (plain(f"No paper {looked} matches{doubt}{special}"),)


def _brought(found: Brings, query: Query) -> Spans:
    if found.recent:
        count = counted_to(found.recent, RECENT_COUNT_MAX, "paper")
        hint = f" That is broad, over {BROAD_A_DAY} a day: another word narrows it."
        return (plain(f"It matches {count} of the last 7 days.{hint if found.broad else ''}"),)
    if found.month:
        return (plain("No paper of the last 7 days matches, but some of the last 30 do."),)
    search = code(f"{COMMAND} search {query}")
    return plain("No paper of the last 30 days matches; "), search, plain(" shows older ones.")


def _categories(query: Query, collects: Sequence[str]) -> str:
    """What is special about them, with a blank before it."""
    lacking = foreign_note(category_names(query))
    comes = f"New papers in {' and '.join(collects)} are collected from now on." if collects else ""
    return "".join(f" {text}" for text in (lacking, comes) if text)


def foreign_note(categories: Iterable[str]) -> str:
    """Nothing, if arXiv may have them all."""
    names = " and no ".join(foreign(categories))
    return f"arXiv has no category {names}; only papers from elsewhere can match." if names else ""


def slip_note(text: str, command: str) -> Spans | None:
    """What a query may have been meant to be, behind the command that asks for it."""
    if (slip := find_slip(text)) is None:
        return None
    return plain(f"{slip.reason} Did you mean "), code(f"{command} {slip.meant}"), plain("?")
