"""How long one paper takes against many subscriptions: `python -m tests.bench.matching`.

Real papers of `../shared/corpus`; subscriptions are made of the words, phrases, authors and
categories of other papers there, as unevenly as these use them. All in one run, in milliseconds
of CPU a paper, medians: all matching queries found (`match`), each of their subscriptions told
with its reasons (`told`), splitting the words alone (`words`), and three rivals, on fewer papers:
a loop of substring tests, as peers do; SQLite FTS5, one query a subscription against a table of
the one paper; and the loop with `explain`, whose matches must be the same as the index's.

    uv run python -m tests.bench.matching 1000 10000      these sizes only
"""

import gc
import gzip
import json
import random
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import TypeVar

from bot.domain.papers import Listing, Paper, PaperId, PaperKey
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Query
from bot.domain.subscription_index import SubscriptionIndex
from bot.domain.text import stems, words
from tests.bench.matching_rivals import ExplainLoop, FtsLoop, SubstringLoop
from tests.shared import SHARED

FILES = ("arxiv_listing_2025-06", "hf_daily_2024-05_2025-06", "openreview_colm2024")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAPERS = 1_000
TOLD = 100  # papers of which every subscription is told
RUNS = 3
CHANGES = 20_000
RIVAL_PAIRS = 400_000  # papers times subscriptions that a rival is asked for
SEED = 20261116
TODAY = date(2026, 11, 16)
CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")
T = TypeVar("T")
PARENTHESIS = re.compile(r'\(.*\)|[*"]')


def read_records() -> list[dict]:
    found: dict[str, dict] = {}
    for name in FILES:
        with gzip.open(SHARED / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                found.setdefault(record["id"], record)
    return list(found.values())


def _paper(record: dict) -> Paper:
    key = PaperKey(f"arxiv:{record['id']}")
    source = record.get("source", "huggingface")
    return Paper(
        id=PaperId(key),
        keys=(key,),
        title=" ".join(record["title"].split()),
        abstract=" ".join((record.get("abstract") or record.get("summary") or "").split()),
        authors=tuple(record["authors"]),
        categories=tuple(record.get("categories") or ()),
        venue=record.get("venue"),
        upvotes=record.get("upvotes"),
        listings=(Listing(source=source, source_id=record["id"]),),
    )


class QueryMaker:
    """Subscriptions as people might write them: half a word or phrase, the rest mixed.

    Terms are the papers' own keywords, the often used more often.
    """

    def __init__(self, records: list[dict], random: random.Random) -> None:
        self._random = random
        keywords = Counter(k for r in records for k in _keywords(r))
        self._terms = _Weighted(keywords, random)
        self._long_words = _Weighted(
            Counter(w for k in keywords.elements() for w in words(k) if len(w) > 7), random
        )
        self._authors = _Weighted(
            Counter(a for r in records for a in r["authors"] if words(a) and '"' not in a), random
        )
        self._categories = _Weighted(
            Counter(c for r in records for c in r.get("categories") or () if CATEGORY.fullmatch(c)),
            random,
        )

    def make(self) -> str:
        term, roll = self._term, self._random.random() * 100
        if roll < 48:
            return term()
        if roll < 68:
            return " ".join(term() for _ in range(self._random.choice((2, 2, 3))))
        if roll < 78:
            return " OR ".join(term() for _ in range(self._random.choice((2, 3, 4))))
        if roll < 82:
            return f"({term()} OR {term()}) {term()}"
        if roll < 87:
            return f"{term()} -{term()}"
        if roll < 91:
            return f"{self._long_words.pick()[: self._random.choice((4, 5, 6, 7))]}*"
        if roll < 94:
            return f'author:"{self._authors.pick()}"'
        if roll < 96:
            return f"{self._random.choice(('title', 'abstract'))}:{term()}"
        if roll < 98:
            return f"cat:{self._categories.pick()} {term()}"
        return f"{term()} upvotes:>={self._random.choice((5, 10, 20, 50, 100))}"

    def _term(self) -> str:
        term = self._terms.pick()
        return term if term.isalnum() else f'"{term}"'


class _Weighted:
    def __init__(self, counts: Counter[str], random: random.Random) -> None:
        self._names = list(counts)
        self._random = random
        total, self._sums = 0, []
        for count in counts.values():
            self._sums.append(total := total + count)

    def pick(self) -> str:
        return self._random.choices(self._names, cum_weights=self._sums)[0]


def _keywords(record: dict) -> Iterator[str]:
    for keyword in record.get("keywords") or record.get("ai_keywords") or ():
        bare = PARENTHESIS.sub("", keyword).strip()
        if words(bare) and len(bare) < 40:
            yield bare


def check(index: SubscriptionIndex, queries: list[Query], papers: list[Paper]) -> None:
    loop = ExplainLoop(queries, TODAY)
    for paper in papers:
        if sorted(index.match(paper, today=TODAY), key=itemgetter(0)) != loop(paper):
            sys.exit(f"the index and the loop differ for {paper.id}")


def split_words(paper: Paper) -> None:
    for text in (paper.title, paper.abstract):
        stems(words(text))


def timed_ms(work: Callable[[Paper], object], papers: list[Paper], runs: int = RUNS) -> float:
    """Milliseconds a paper, the median of some runs."""
    return median(_took_us(work, papers) / 1e3 for _ in range(runs))


def _took_us(work: Callable[[T], object], items: Iterable[T]) -> float:
    """Microseconds of CPU an item."""
    listed = list(items)
    start = time.process_time()
    for item in listed:
        work(item)
    return (time.process_time() - start) * 1e6 / len(listed)


def memory_mb() -> float:
    """What the process holds, as Linux counts it."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3


def parsed(texts: list[str]) -> tuple[list[Query], float]:
    """The queries, and the microseconds that one takes; a text that comes again is one object."""
    known: dict[str, Query] = {}
    took = _took_us(lambda text: known.setdefault(text, parse_subscription(text)), set(texts))
    return [known[text] for text in texts], took


def measure(queries: list[Query], texts: list[str], papers: list[Paper]) -> str:
    numbered = list(enumerate(queries))
    before, index = memory_mb(), SubscriptionIndex()
    build_s = _took_us(lambda item: index.add(*item), numbered) * len(numbered) / 1e6
    memory = memory_mb() - before
    match = timed_ms(lambda p: index.match(p, today=TODAY), papers)
    fewer = papers[:TOLD]
    told = timed_ms(lambda p: deque(index.match(p, today=TODAY), maxlen=0), fewer)
    hits = sum(1 for p in fewer for _ in index.match(p, today=TODAY)) / len(fewer)
    split = timed_ms(split_words, papers)

    few = papers[: max(2, RIVAL_PAIRS // len(queries))]
    substring = timed_ms(SubstringLoop(texts), few)
    fts = timed_ms(FtsLoop(queries), few[: max(2, len(few) // 8)], runs=1)
    check(index, queries, few)

    some = numbered[:: max(1, len(numbered) // CHANGES)]
    removed = _took_us(lambda item: index.remove(item[0]), some)
    added = _took_us(lambda item: index.add(*item), some)
    return (
        f"{len(queries):>9,} {match:>7.3f} {told:>7.3f} {hits:>8.1f} {split:>6.3f}"
        f" {match / split:>6.1f}x {substring:>9.2f} {substring / match:>6.0f}x {fts:>9.2f}"
        f" {fts / match:>6.0f}x {len(few):>6} {added:>6.1f} {removed:>6.1f} {build_s:>7.2f} {memory:>6.0f}"
    )


def main() -> None:
    if not (SHARED / "corpus").is_dir():
        print("The corpus in ../shared is not beside this clone: nothing measured.")
        return
    records = read_records()
    chance = random.Random(SEED)
    chance.shuffle(records)
    matched = [_paper(record) for record in records[:PAPERS]]
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    maker = QueryMaker(records[PAPERS:], chance)
    texts = [maker.make() for _ in range(max(sizes))]
    queries, parse_us = parsed(texts)
    gc.freeze()  # the queries are the bench's, not the index's
    print(
        f"{len(matched)} papers; {len(set(texts)):,} different texts, parsing one: {parse_us:.0f} us"
    )
    print(
        "     subs   match    told     hits  words  ratio substring   ratio      fts5   ratio papers"
        " add us rem us build s     MB"
    )
    for size in sizes:
        print(measure(queries[:size], texts[:size], matched), flush=True)


if __name__ == "__main__":
    main()
