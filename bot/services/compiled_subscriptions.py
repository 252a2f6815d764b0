"""The stored subscriptions, compiled: which of them do these papers match?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.domain.channels import ChannelRef, Match, Subscription, SubscriptionId
from bot.domain.papers import Novelty
from bot.domain.queries import And, Category, Node, Or
from bot.domain.scopes import EVERYTHING
from bot.domain.subscription_index import SubscriptionIndex
from bot.ports.storage import StoredPaper, Transaction

# A vote can make `upvotes:>=20` true days later: papers are matched again for two weeks, the
# span in which Hugging Face takes papers into its daily list (peers.md, read 2026-11).
REMATCH_AGE = timedelta(days=14)


class CompiledSubscriptions:
    """The subscription index; only what changed in storage, whoever changed it, is read again."""

    def __init__(self) -> None:
        self._index = SubscriptionIndex()
        self._known: dict[SubscriptionId, Subscription] = {}
        self._version: int | None = None
        self._versions: dict[ChannelRef, int] = {}
        self._of_channel: dict[ChannelRef, list[SubscriptionId]] = {}
        self._categories: Counter[str] = Counter()

    @property
    def categories(self) -> frozenset[str]:
        """All that any subscription asks for."""
        return frozenset(self._categories)

    def refresh(self, tx: Transaction) -> None:
        """Bring it to the state that the transaction sees."""
        version = tx.subscriptions.version()
        if version == self._version:
            return
        versions = tx.subscriptions.versions()
        changed = [ref for ref, v in versions.items() if self._versions.get(ref) != v]
        stored = tx.subscriptions.all() if self._version is None else _of(tx, changed)
        current: dict[ChannelRef, list[Subscription]] = {ref: [] for ref in changed}
        for subscription in stored:
            current.setdefault(subscription.channel, []).append(subscription)
        for ref, subscriptions in current.items():
            self._replace(ref, subscriptions)
        self._version, self._versions = version, versions

    def _replace(self, ref: ChannelRef, current: list[Subscription]) -> None:
        """What the channel has is this now."""
        ids = [subscription.id for subscription in current]
        for gone in set(self._of_channel.get(ref, ())).difference(ids):
            self._index.remove(gone)
            self._forget_categories(self._known.pop(gone))
        for subscription in current:
            before = self._known.get(subscription.id)
            if before is None or not _means_the_same(before, subscription):
                self._index.add(subscription.id, subscription.meaning)
                self._categories.update(_categories(subscription.meaning.root))
                if before:
                    self._forget_categories(before)
            self._known[subscription.id] = subscription
        self._of_channel[ref] = ids

    def _forget_categories(self, subscription: Subscription) -> None:
        for name in _categories(subscription.meaning.root):
            self._categories[name] -= 1
            if not self._categories[name]:
                del self._categories[name]

    def matches(self, stored: Iterable[StoredPaper], *, now: datetime) -> Iterator[Match]:
        """A subscription matches papers announced after it was made: history never floods."""
        for item in stored:
            if not (item.is_news or _changed_lately(item, now)):
                continue
            for id_, reasons in self._index.match(item.paper, today=now.date()):
                subscription = self._known[id_]
                if item.is_news or _is_newer(item, subscription):
                    if subscription.scope != EVERYTHING:
                        reasons = subscription.asked_for(reasons) or reasons
                    yield Match(subscription=id_, paper=item.paper.id, reasons=reasons)


def _of(tx: Transaction, channels: Iterable[ChannelRef]) -> Iterator[Subscription]:
    for ref in channels:
        yield from tx.subscriptions.of_channel(ref)


def _means_the_same(before: Subscription, now: Subscription) -> bool:
    """A text has one meaning, and texts compare quicker than trees."""
    return (before.query.text, before.scope) == (now.query.text, now.scope)


def _changed_lately(item: StoredPaper, now: datetime) -> bool:
    changed = item.novelty is not Novelty.UNCHANGED
    return changed and item.news_at is not None and item.news_at >= now - REMATCH_AGE


def _is_newer(item: StoredPaper, subscription: Subscription) -> bool:
    return item.news_at is not None and subscription.meant_since <= item.news_at


def _categories(node: Node) -> Iterator[str]:
    match node:
        case Category():
            yield node.name
        case And(nodes=nodes) | Or(nodes=nodes):
            for child in nodes:
                yield from _categories(child)
        case _:
            return
