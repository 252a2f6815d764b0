"""All subscriptions at once: which of them does this paper match?

Queries of one meaning are stored once, under a number. A paper's words are looked up
for the leaves that hold, and these open the ways that lead to the numbers.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.leaf_index import LeafIndex
from bot.domain.matching import analyse
from bot.domain.papers import Paper
from bot.domain.queries import Query
from bot.domain.way_index import WayIndex
from bot.domain.ways import ALWAYS, Compiled, Way

_Hit = tuple[SubscriptionId, tuple[Reason, ...]]


@dataclass(slots=True, eq=False)
class _Term:
    """A positive leaf as it was written; one object, however many queries have it."""

    key: str
    text: str
    uses: int = 0


@dataclass(slots=True, eq=False)
class _Entry:
    """A distinct meaning, and all who asked for it."""

    number: int
    ways: tuple[Way, ...]
    keys: tuple[str, ...]
    """Of its leaves."""
    askers: "list[_Askers]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Askers:
    """The subscriptions, ascending, that ask in the same words."""

    entry: _Entry
    terms: tuple[_Term, ...]
    subscriptions: "array[int]" = field(default_factory=lambda: array("q"))


class SubscriptionIndex:
    """Kept in memory and changed in place; not for use by several threads at once."""

    def __init__(self) -> None:
        self._leaves = LeafIndex()
        self._ways = WayIndex()
        self._terms = _Terms()
        self._askers: dict[int, list[_Askers]] = {}
        self._meanings: dict[tuple[Way, ...], _Entry] = {}
        self._known: dict[SubscriptionId, _Askers] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._known)

    def add(self, subscription: SubscriptionId, query: Query) -> None:
        """Add a subscription, or replace its query."""
        if subscription in self._known:
            self.remove(subscription)
        compiled = Compiled(query.root)
        entry = self._meanings.get(compiled.ways) or self._add_entry(compiled)
        terms = tuple(map(self._terms.__getitem__, compiled.terms))
        askers = _find(entry, terms) or _add_askers(entry, terms)
        insort(askers.subscriptions, subscription)
        self._known[subscription] = askers

    def remove(self, subscription: SubscriptionId) -> None:
        """Remove a subscription and what only it needed.

        Raises:
            KeyError: if there is no such subscription.
        """
        askers = self._known.pop(subscription)
        del askers.subscriptions[bisect_left(askers.subscriptions, subscription)]
        if not askers.subscriptions:
            self._remove_askers(askers)

    def match(self, paper: Paper, *, today: date) -> Iterator[_Hit]:
        """The subscriptions that the paper matches, in no order, and why each does.

        All are found at once and told one by one, before the index changes.
        """
        holding = self._leaves.holding(analyse(paper), today)
        holding[ALWAYS] = ""
        return self._told(self._ways.open(holding), holding)

    def _told(self, found: set[int], holding: dict[str, str]) -> Iterator[_Hit]:
        reasons = _Reasons(holding)
        for number in found:
            for askers in self._askers[number]:
                why = tuple([reasons[term] for term in askers.terms if term.key in holding])
                for subscription in askers.subscriptions:
                    yield SubscriptionId(subscription), why

    def _add_entry(self, compiled: Compiled) -> _Entry:
        for key, leaf in compiled.leaves.items():
            self._leaves.add(key, leaf)
        entry = _Entry(self._next, compiled.ways, tuple(compiled.leaves))
        self._askers[entry.number] = entry.askers
        self._meanings[entry.ways] = entry
        self._next = self._ways.add(entry.number, entry.ways)
        return entry

    def _remove_askers(self, askers: _Askers) -> None:
        askers.entry.askers.remove(askers)
        for term in askers.terms:
            term.uses -= 1
            if not term.uses:
                del self._terms[term.key, term.text]
        if not askers.entry.askers:
            self._remove_entry(askers.entry)

    def _remove_entry(self, entry: _Entry) -> None:
        del self._askers[entry.number], self._meanings[entry.ways]
        self._ways.remove(entry.number, entry.ways)
        for key in entry.keys:
            self._leaves.remove(key)


class _Terms(dict[tuple[str, str], _Term]):
    def __missing__(self, pair: tuple[str, str]) -> _Term:
        term = self[pair] = _Term(*pair)
        return term


class _Reasons(dict[_Term, Reason]):
    """The reasons that a paper gives, by their terms; each is made once."""

    def __init__(self, holding: dict[str, str]) -> None:
        self._holding = holding

    def __missing__(self, term: _Term) -> Reason:
        reason = self[term] = Reason(term=term.text, field=self._holding[term.key])
        return reason


def _find(entry: _Entry, terms: tuple[_Term, ...]) -> _Askers | None:
    return next((askers for askers in entry.askers if askers.terms == terms), None)


def _add_askers(entry: _Entry, terms: tuple[_Term, ...]) -> _Askers:
    for term in terms:
        term.uses += 1
    askers = _Askers(entry, terms)
    entry.askers.append(askers)
    return askers
