"""All subscriptions at once: which of them does this paper match?

Equal queries are stored once. The leaves that hold for a paper are found by
looking its words up; they decide the queries of one leaf, and suggest the
others, each of which is anchored on leaves of which at least one must hold.
"""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.leaf_index import LeafIndex, absent
from bot.domain.matching import analyse
from bot.domain.papers import Paper
from bot.domain.queries import (
    And,
    Leaf,
    MaybeUnknown,
    Node,
    Or,
    Prefix,
    Query,
    Words,
    form,
    normal,
    signed_leaves,
)

_ALWAYS = ""  # the anchor of what no leaf announces
_FACT_COST = 1_000  # a fact holds for many papers, a word for few
_WORDED = Words | Prefix
_HITS_KEPT = 8  # ways to match, per distinct query, for which the answer is kept

_Hit = tuple[SubscriptionId, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True, order=True)
class _Side:
    """What must hold together; each key is the form of a leaf. Sorted, so that equals are equal."""

    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    clauses: "tuple[_Meaning, ...]"

    def holds(self, keys: dict[str, str]) -> bool:
        for key in self.required:
            if key not in keys:
                return False
        return keys.keys().isdisjoint(self.forbidden) and all(
            any(side.holds(keys) for side in clause) for clause in self.clauses
        )

    def is_one_leaf(self) -> bool:
        return len(self.required) == 1 and not self.forbidden and not self.clauses


_Meaning = tuple[_Side, ...]
"""The sides of an Or, of which one at least must hold."""

_Spelling = tuple[tuple[str, str], ...]
"""The keys of a query's positive leaves, each with its term as it was written."""


@dataclass(slots=True, eq=False)
class _Entry:
    """A distinct query and its subscribers, each with how the query was written."""

    meaning: _Meaning
    leaves: dict[str, Leaf]
    anchors: tuple[tuple[str, _Side], ...] = ()
    subscribers: dict[SubscriptionId, _Spelling] = field(default_factory=dict)
    kept: dict[object, list[_Hit]] = field(default_factory=dict)
    only: str | None = None
    """The key of the one leaf, where there is no other."""

    def hits(self, keys: dict[str, str]) -> list[_Hit]:
        """The subscribers with their reasons, which depend on where the leaves were found."""
        places = keys.get(self.only) if self.only else tuple(map(keys.get, self.leaves))
        kept = self.kept.get(places)
        if kept is None:
            if len(self.kept) == _HITS_KEPT:
                self.kept.clear()
            spellings = set(self.subscribers.values())
            reasons = {spelling: _reasons(spelling, keys) for spelling in spellings}
            kept = self.kept[places] = [(s, reasons[how]) for s, how in self.subscribers.items()]
        return kept


@dataclass(slots=True)
class _Posting:
    """What to look at when a leaf holds: queries that it decides or suggests."""

    decided: set[_Entry] = field(default_factory=set)
    suggested: set[tuple[_Side, _Entry]] = field(default_factory=set)


class SubscriptionIndex:
    """Kept in memory and changed in place; not for use by several threads at once."""

    def __init__(self) -> None:
        self._leaves = LeafIndex()
        self._entries: dict[_Meaning, _Entry] = {}
        self._postings: dict[str, _Posting] = {}
        self._known: dict[SubscriptionId, _Entry] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, subscription: SubscriptionId, query: Query) -> None:
        """Add a subscription, or replace its query."""
        if subscription in self._known:
            self.remove(subscription)
        compiled = _Compiled(normal(query.root))
        entry = self._entries.get(compiled.meaning) or self._add_entry(compiled)
        entry.subscribers[subscription] = compiled.spelling()
        entry.kept.clear()
        self._known[subscription] = entry

    def remove(self, subscription: SubscriptionId) -> None:
        """Remove a subscription and what only it needed.

        Raises:
            KeyError: if there is no such subscription.
        """
        entry = self._known.pop(subscription)
        del entry.subscribers[subscription]
        entry.kept.clear()
        if not entry.subscribers:
            self._remove_entry(entry)

    def match(self, paper: Paper, *, today: date) -> list[_Hit]:
        """The subscriptions that the paper matches, in no order, and why each does."""
        keys = self._leaves.holding(analyse(paper), today)
        keys[_ALWAYS] = ""
        found: list[_Hit] = []
        for entry in self._matching(keys):
            found += entry.hits(keys)
        return found

    def _matching(self, keys: dict[str, str]) -> set[_Entry]:
        matching: set[_Entry] = set()
        for key in keys.keys() & self._postings.keys():
            posting = self._postings[key]
            matching |= posting.decided
            matching.update(entry for side, entry in posting.suggested if side.holds(keys))
        return matching

    def _add_entry(self, compiled: "_Compiled") -> _Entry:
        only = next(iter(compiled.leaves)) if len(compiled.leaves) == 1 else None
        entry = _Entry(meaning=compiled.meaning, leaves=compiled.leaves, only=only)
        self._entries[entry.meaning] = entry
        for key, leaf in entry.leaves.items():
            self._leaves.add(key, leaf)
        entry.anchors = tuple(
            (key, side) for side in entry.meaning for key in self._anchors(side, entry.leaves)
        )
        for key, side in entry.anchors:
            posting = self._postings.setdefault(key, _Posting())
            if side.is_one_leaf():
                posting.decided.add(entry)
            else:
                posting.suggested.add((side, entry))
        return entry

    def _remove_entry(self, entry: _Entry) -> None:
        del self._entries[entry.meaning]
        for key, leaf in entry.leaves.items():
            self._leaves.remove(key, leaf)
        for key, side in entry.anchors:
            posting = self._postings.get(key)
            if posting is None:
                continue  # two sides were anchored on it
            posting.decided.discard(entry)
            posting.suggested.discard((side, entry))
            if not posting.decided and not posting.suggested:
                del self._postings[key]

    def _anchors(self, side: _Side, leaves: dict[str, Leaf]) -> list[str]:
        """The cheapest keys of which one must hold when the side holds."""
        choices = [[key] for key in side.required]
        choices += [[k for s in c for k in self._anchors(s, leaves)] for c in side.clauses]
        if len(choices) == 1:
            return choices[0]
        return min(choices, key=lambda keys: self._cost(keys, leaves), default=[_ALWAYS])

    def _cost(self, keys: list[str], leaves: dict[str, Leaf]) -> float:
        """How often these keys will make us look in vain: long words and phrases are rare."""
        return sum(self._key_cost(key, leaves.get(key)) for key in keys)

    def _key_cost(self, key: str, leaf: Leaf | None) -> float:
        posting = self._postings.get(key)
        crowd = 1 + (len(posting.suggested) if posting else 0)
        return crowd / len(key) if isinstance(leaf, _WORDED) else crowd * _FACT_COST


class _Compiled:
    """A normal node as sorted keys, with its leaves by their keys."""

    def __init__(self, root: Node) -> None:
        self.leaves: dict[str, Leaf] = {}
        self._wanted: dict[tuple[str, str], None] = {}
        self.meaning = self._sides(root)

    def spelling(self) -> _Spelling:
        return tuple(self._wanted)

    def _sides(self, node: Node) -> _Meaning:
        sides = map(self._side, node.nodes if isinstance(node, Or) else (node,))
        return tuple(sorted(sides))

    def _side(self, node: Node) -> _Side:
        required, forbidden, clauses = list[str](), list[str](), list[_Meaning]()
        for child in node.nodes if isinstance(node, And) else (node,):
            if isinstance(child, Or):
                clauses.append(self._sides(child))
                continue
            leaf, wanted = next(signed_leaves(child))
            key = form(leaf)
            self.leaves[key] = leaf
            if wanted:
                required.append(key)
                self._wanted[key, leaf.text] = None
            elif isinstance(leaf, MaybeUnknown):
                required.append(absent(key))
            else:
                forbidden.append(key)
        return _Side(tuple(sorted(required)), tuple(sorted(forbidden)), tuple(sorted(clauses)))


def _reasons(spelling: _Spelling, keys: dict[str, str]) -> tuple[Reason, ...]:
    return tuple(Reason(term=term, field=keys[key]) for key, term in spelling if key in keys)
