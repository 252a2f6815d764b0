"""That what is compiled follows what is stored, and reads no more than what changed."""

import random
from types import SimpleNamespace

import pytest

from bot.domain.papers import Novelty
from bot.domain.parsing import parse_subscription
from bot.ports.storage import StoredPaper
from bot.services.compiled_subscriptions import CompiledSubscriptions
from tests.adapters.storage.examples import LAB, NOW, OTHER, RIVAL, paper, subscribe
from tests.contracts.test_storage_meanings import one_step

PAPERS = [
    paper("2611.00001", title="World models for graphs"),
    paper("2611.00002", title="DPO and RLHF", upvotes=9),
    paper("2611.00003", title="A survey of RLHF on graphs", categories=("cs.LG",)),
]
NEWS = [
    StoredPaper(paper=p, novelty=Novelty.NEW, first_seen_at=NOW, is_news=True, news_at=NOW)
    for p in PAPERS
]


def matches(compiled):
    found = compiled.matches(NEWS, now=NOW)
    return sorted((m.paper, m.subscription, m.reasons) for m in found)


@pytest.mark.parametrize("seed", range(3))
async def test_it_is_what_a_new_one_would_be_after_any_changes(store, seed):
    chance = random.Random(seed)
    kept = CompiledSubscriptions()

    def work(tx):
        for _ in range(chance.randrange(4)):
            one_step(tx, chance)
        kept.refresh(tx)
        new = CompiledSubscriptions()
        new.refresh(tx)
        assert kept.categories == new.categories
        assert matches(kept) == matches(new)
        return len(matches(new))

    assert sum([await store.write(work) for _ in range(40)]) > 40


class Watched:
    """The subscriptions of a transaction; notes of whom they are read."""

    def __init__(self, subscriptions):
        self._subscriptions = subscriptions
        self.read = []

    def __getattr__(self, name):
        return getattr(self._subscriptions, name)

    def of_channel(self, ref):
        self.read.append(ref)
        return self._subscriptions.of_channel(ref)

    def all(self):
        self.read.append("all")
        return self._subscriptions.all()


async def test_only_channels_in_which_something_changed_are_read_again(store):
    compiled = CompiledSubscriptions()

    def refresh(tx):
        watched = Watched(tx.subscriptions)
        compiled.refresh(SimpleNamespace(subscriptions=watched))
        return watched.read

    await store.write(lambda tx: [subscribe(tx, ref, "graphs") for ref in (LAB, OTHER, RIVAL)])
    assert await store.write(refresh) == ["all"]
    assert await store.write(refresh) == []
    await store.write(
        lambda tx: (
            tx.subscriptions.change(LAB, 1, parse_subscription("dpo"), now=NOW),
            tx.subscriptions.remove(RIVAL, 1),
        )
    )
    assert sorted(r.channel for r in await store.write(refresh)) == sorted(
        (LAB.channel, RIVAL.channel)
    )
    assert len(matches(compiled)) == 3
