"""All subscriptions at once: which of them does this paper match?

Equal queries are stored once, under a number. A paper's words are looked up for the leaves
that hold, and these open the ways that lead to the numbers.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import repeat

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.leaf_index import LeafIndex
from bot.domain.matching import analyse
from bot.domain.papers import Paper
from bot.domain.queries import And, Node, Query
from bot.domain.way_index import WayIndex
from bot.domain.ways import ALWAYS, Compiled, Term, Terms, Way

_Hit = tuple[SubscriptionId, tuple[Reason, ...]]


@dataclass(slots=True, eq=False)
class _Asked:
    """A query, and the subscriptions, ascending, that ask for it."""

    number: int
    root: Node
    ways: tuple[Way, ...]
    terms: tuple[Term, ...]
    subscriptions: "array[int]"


_NOTHING = _Asked(-1, And(nodes=()), (), (), array("q"))
"""Where no query has the number."""


class SubscriptionIndex:
    """Kept in memory and changed in place; not for use by several threads at once."""

    def __init__(self) -> None:
        self._leaves = LeafIndex()
        self._ways = WayIndex()
        self._terms = Terms()
        self._asked: dict[Node, _Asked] = {}
        self._numbered: list[_Asked] = []
        self._free: list[int] = []
        self._known: dict[SubscriptionId, _Asked] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, subscription: SubscriptionId, query: Query) -> None:
        """Add a subscription, or replace its query."""
        if subscription in self._known:
            self.remove(subscription)
        asked = self._asked.get(query.root) or self._ask(query.root)
        insort(asked.subscriptions, subscription)
        self._known[subscription] = asked

    def remove(self, subscription: SubscriptionId) -> None:
        """Remove a subscription and what only it needed.

        Raises:
            KeyError: if there is no such subscription.
        """
        asked = self._known.pop(subscription)
        del asked.subscriptions[bisect_left(asked.subscriptions, subscription)]
        if not asked.subscriptions:
            self._forget(asked)

    def match(self, paper: Paper, *, today: date) -> Iterator[_Hit]:
        """The subscriptions that the paper matches, in no order, and why each does.

        All are found at once and told one by one, before the index changes.
        """
        holding = self._leaves.holding(analyse(paper), today)
        holding[ALWAYS] = ""
        return self._told(self._ways.open(holding), holding)

    def _told(self, found: set[int], holding: dict[str, str]) -> Iterator[_Hit]:
        reasons = {
            term: Reason(term=term.leaf.text, field=field)
            for key, field in holding.items()
            for term in self._leaves.terms(key)
            if term.wanted
        }
        for number in found:
            asked = self._numbered[number]
            why = tuple(filter(None, map(reasons.get, asked.terms)))
            yield from zip(asked.subscriptions, repeat(why))

    def _ask(self, root: Node) -> _Asked:
        compiled = Compiled(root, self._terms)
        for term in compiled.terms:
            if not term.uses:
                self._leaves.add(term)
            term.uses += 1
        number = self._free.pop() if self._free else len(self._numbered)
        asked = _Asked(number, root, compiled.ways, compiled.terms, array("q"))
        self._asked[root] = asked
        self._numbered[number : number + 1] = [asked]  # in the place that is free, or at the end
        self._ways.add(number, compiled.ways)
        return asked

    def _forget(self, asked: _Asked) -> None:
        del self._asked[asked.root]
        self._ways.remove(asked.number, asked.ways)
        self._numbered[asked.number] = _NOTHING
        self._free.append(asked.number)
        for term in asked.terms:
            term.uses -= 1
            if not term.uses:
                del self._terms[term.leaf, term.wanted]
                self._leaves.remove(term)
