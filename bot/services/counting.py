"""The first papers that a search finds, and how many match: what a chat shows."""

from dataclasses import dataclass
from datetime import date

from bot.domain.deciding import index_decides
from bot.domain.indexing import index_exclusions, index_query
from bot.domain.meaning import Meaning
from bot.domain.nearest import read_search
from bot.domain.queries import Query
from bot.ports.storage import Transaction
from bot.services.searching import Found, search


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    found: list[Found]
    matching: int
    """Papers that match exactly, counted no further than was asked."""
    whole: bool
    """Whether none was left out because too much was read in vain."""


def overview(
    tx: Transaction,
    text: str,
    *,
    shown: int,
    counted_to: int,
    today: date,
    meaning: Meaning | None = None,
) -> Overview:
    """As `search`, at least as many papers as are `shown`.

    Where the index alone says how many match, no more of them are read.
    """
    query = read_search(text).query
    is_counted = index_decides(query)
    limit = shown if is_counted else counted_to
    found = search(tx, text, limit=limit, today=today, filled_up_to=shown, meaning=meaning)
    matching = sum(f.exact for f in found)
    if is_counted and matching == shown:
        matching = min(_count(tx, query, today=today), counted_to)
    return Overview(found=found, matching=matching, whole=found.whole)


def _count(tx: Transaction, query: Query, *, today: date) -> int:
    """How many match a query that the index decides."""
    index = index_query(query, today=today)
    return tx.papers.satisfying(index, without=index_exclusions(query))
