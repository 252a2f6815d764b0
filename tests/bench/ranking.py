"""How much better a digest is ordered once its channel has saved and turned down papers.

    uv run python -m tests.bench.ranking [CHANNELS]

Simulated channels over real days. A channel has a broad subscription and an interest that it never
states; it saves 60 % of the papers of interest and one in 200 of the others, and turns down 3 % of
those. What it did in the first days, cut after 0, 5, 20 or 100 labels, is what it learns from; its
saves of the later days, held back, are what nDCG@10 of each later digest is measured against. The
learned order is compared with the unlearned one on the same digests; the intervals are of the
difference, from 2,000 bootstrap samples of channels. Three kinds of interest:

    cross-lists  what authors cross-listed to some category (arXiv, 20 days); categories are hidden
    subjects     what has some words in its title (Hugging Face, 57 weeks, one digest a week)
    groups       what somebody wrote who has published with one certain author (the same weeks)

Nothing of later days is learned from; only votes are as they were when the days were recorded,
for both orders. Times depend on the machine.
"""

import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from math import log2
from random import Random
from statistics import mean, median
from typing import Any

from bot.domain import learning, taste
from bot.domain.learning import Lesson, Verdict, learn
from bot.domain.matching import analyse, explain
from bot.domain.papers import Listing, Paper, PaperId
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Query
from bot.domain.ranking import in_order, weigh
from bot.domain.taste import Taste
from bot.ports.storage import PendingPaper
from tests.shared import SHARED

LABELS = (0, 5, 20, 100)
SAVED, STRAY, REJECTED = 0.6, 0.005, 0.03
TOP = 10
SAMPLES = 2_000
BROAD = ("model", "learning OR training", "generation OR data", "language OR vision OR image")
CROSS_LISTS = (
    ("cs.RO",), ("eess.IV",), ("cs.GR", "cs.MM"), ("eess.AS", "cs.SD"), ("cs.IR",),
    ("cs.HC", "cs.CY"), ("cs.CR",), ("cs.LG", "stat.ML"),
)  # fmt: skip
SUBJECTS = (
    '"reward model" OR rlhf OR preference', "robot* OR manipulation", "speech OR audio OR music",
    "3d OR gaussian", "agent OR tool", "math* OR reasoning", "quantiz* OR pruning OR efficient",
    "medical OR clinical", "safety OR jailbreak* OR bias", "retrieval OR rag",
)  # fmt: skip
GROUPS = 12

Digests = list[list[PendingPaper]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    kind: str
    digests: Digests
    learned_from: int
    """So many digests come first; the later ones are held back."""
    saved: frozenset[PaperId]
    rejected: frozenset[PaperId]


def simulated(
    kind: str, name: str, digests: Digests, days: int, likes: Callable[[Paper], bool]
) -> Channel:
    random, saved, rejected = Random(f"{kind} {name}"), set(), set()
    for pending in (pending for digest in digests for pending in digest):
        chance = random.random()
        if chance < (SAVED if likes(pending.paper) else STRAY):
            saved.add(pending.paper.id)
        elif not likes(pending.paper) and chance < STRAY + REJECTED:
            rejected.add(pending.paper.id)
    return Channel(
        kind=kind,
        digests=digests,
        learned_from=days,
        saved=frozenset(saved),
        rejected=frozenset(rejected),
    )


def records(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(SHARED / "corpus" / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def paper(record: dict[str, Any], source: str, day: date) -> Paper:
    return Paper(
        id=PaperId(f"arxiv:{record['id']}"),
        keys=(),
        title=record["title"],
        abstract=record.get("abstract") or record["summary"],
        authors=tuple(record["authors"]),
        organization=record.get("organization"),
        upvotes=record.get("upvotes"),
        comments=record.get("numComments"),
        listings=(Listing(source=source, source_id=record["id"], announced=day),),
    )


def subscribed(query: str, days: Iterable[Sequence[Paper]]) -> Digests:
    wanted, today = parse_subscription(query), date(2026, 1, 1)
    found = ([(p, explain(wanted, analyse(p), today=today)) for p in day] for day in days)
    return [[PendingPaper(paper=p, reasons={1: why}) for p, why in day if why] for day in found]


def on_arxiv() -> Iterator[Channel]:
    days: dict[date, list[Paper]] = defaultdict(list)
    categories: dict[PaperId, frozenset[str]] = {}
    for record in records("arxiv_listing_2025-06.jsonl.gz"):
        day = date.fromisoformat(record["first_listed"])
        listed = paper(record, "arxiv", day)
        days[day].append(listed)
        categories[listed.id] = frozenset(record["categories"])
    for broad in BROAD:
        digests = subscribed(broad, (days[day] for day in sorted(days)))
        for wanted in CROSS_LISTS:
            likes = partial(_crosses, categories, wanted)
            yield simulated("cross-lists", f"{broad} {wanted}", digests, 12, likes)


def on_huggingface() -> Iterator[Channel]:
    weeks: dict[tuple[int, int], list[Paper]] = defaultdict(list)
    for record in records("hf_daily_2024-05_2025-06.jsonl.gz"):
        day = date.fromisoformat(record["day"])
        year, week, _ = day.isocalendar()
        weeks[year, week].append(paper(record, "huggingface", day))
    papers = [weeks[week] for week in sorted(weeks)]
    pools = {broad: subscribed(broad, papers) for broad in BROAD}
    for broad, digests in pools.items():
        for subject in SUBJECTS:
            wanted = parse_subscription(f"title:({subject})")
            likes = cache(partial(_matches, wanted))
            yield simulated("subjects", f"{broad} {subject}", digests, 35, likes)
    for group in groups(p for week in papers for p in week):
        yield simulated("groups", min(group), pools[BROAD[1]], 35, partial(_wrote, group))


def _crosses(
    categories: Mapping[PaperId, frozenset[str]], wanted: Iterable[str], candidate: Paper
) -> bool:
    return not categories[candidate.id].isdisjoint(wanted)


def _wrote(group: frozenset[str], candidate: Paper) -> bool:
    return not group.isdisjoint(candidate.authors)


def _matches(wanted: Query, candidate: Paper) -> bool:
    return bool(explain(wanted, analyse(candidate), today=date(2026, 1, 1)))


def groups(papers: Iterable[Paper]) -> list[frozenset[str]]:
    """Those who wrote most, each with all who wrote with them in groups of twelve or fewer."""
    together: dict[str, set[str]] = defaultdict(set)
    counts = Counter[str]()
    for written in (p for p in papers if len(p.authors) <= 12):
        for author in written.authors:
            together[author] |= set(written.authors)
            counts[author] += 1
    return [frozenset(together[author]) for author, _ in counts.most_common(GROUPS)]


def lessons(channel: Channel, labels: int) -> list[Lesson]:
    """All that was posted until the channel had so many labels."""
    found: list[Lesson] = []
    known = 0
    for pending in (p for digest in channel.digests[: channel.learned_from] for p in digest):
        if known == labels:
            break
        verdict = verdict_of(channel, pending.paper.id)
        known += verdict is not Verdict.PASSED
        found.append(Lesson(paper=pending.paper, verdict=verdict))
    passed = [x for x in found if x.verdict is Verdict.PASSED][-learning.PASSED_MAX :]
    return [x for x in found if x.verdict is not Verdict.PASSED] + passed


def verdict_of(channel: Channel, paper_id: PaperId) -> Verdict:
    if paper_id in channel.saved:
        return Verdict.SAVED
    return Verdict.REJECTED if paper_id in channel.rejected else Verdict.PASSED


def quality(channel: Channel, learned: Taste) -> float:
    """Mean nDCG@10 of the digests held back that hold anything to be saved."""
    scores = []
    for digest in channel.digests[channel.learned_from :]:
        order = [p.paper.id in channel.saved for p in in_order(digest, weigh(digest, learned))]
        if best := _gain(sorted(order, reverse=True)):
            scores.append(_gain(order) / best)
    return mean(scores) if scores else 0.0


def _gain(order: Sequence[bool]) -> float:
    return sum(1 / log2(n + 2) for n, saved in enumerate(order[:TOP]) if saved)


def interval(differences: Sequence[float]) -> tuple[float, float]:
    random = Random(0)
    means = sorted(mean(random.choices(differences, k=len(differences))) for _ in range(SAMPLES))
    return means[SAMPLES // 40], means[-SAMPLES // 40]


def main(most: int) -> None:
    # Every paper is looked at by many channels here: in a digest it is by one.
    kept = cache(lambda p: taste_traits(p))
    taste_traits = taste.traits
    taste.traits = learning.traits = kept
    channels = [*on_arxiv(), *on_huggingface()]
    channels = Random(1).sample(channels, min(most, len(channels)))
    spent: list[float] = []
    print(f"{len(channels)} channels\nkind         labels  learned  unlearned  difference")
    plain = [quality(channel, learn(())) for channel in channels]
    for labels in LABELS:
        scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for channel, before in zip(channels, plain, strict=True):
            taught = lessons(channel, labels)
            began = time.process_time()
            learned = learn(taught)
            spent.append(time.process_time() - began)
            pair = quality(channel, learned), before
            scores[channel.kind].append(pair)
            scores["all"].append(pair)
        for kind, pairs in sorted(scores.items()):
            low, high = interval([a - b for a, b in pairs])
            after, before = (mean(side) for side in zip(*pairs, strict=True))
            gain = f"{after - before:+.3f} [{low:+.3f}, {high:+.3f}]"
            print(f"{kind:12} {labels:6}  {after:7.3f}  {before:9.3f}  {gain}")
        print(f"training: median {median(spent) * 1000:.0f} ms of processor time", flush=True)
        spent.clear()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
