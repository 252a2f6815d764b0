"""How long one paper takes against many subscriptions: `python -m tests.bench.matching`.

Real papers of `../shared/corpus`; subscriptions are made of the words, phrases,
authors and categories of other papers there, in the mix of perf.md part A.
Prints milliseconds of CPU a paper, beside (a) a loop of substring tests, as peers do,
and (b) the loop with `explain`, whose matches must be the same.
"""

import gc
import gzip
import json
import random
import re
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from operator import itemgetter
from statistics import median

from bot.domain.channels import SubscriptionId
from bot.domain.matching import analyse, explain
from bot.domain.papers import Listing, Paper, PaperId, PaperKey
from bot.domain.parsing import parse_subscription
from bot.domain.queries import Query
from bot.domain.subscription_index import SubscriptionIndex
from bot.domain.text import words
from tests.shared import SHARED

FILES = ("arxiv_listing_2025-06", "hf_daily_2024-05_2025-06", "openreview_colm2024")
SIZES = (1_000, 10_000, 100_000)
PAPERS = 1_000
RUNS = 3
SEED = 20261116
TODAY = date(2026, 11, 16)
CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")
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
        if roll < 50:
            return term()
        if roll < 70:
            return " ".join(term() for _ in range(self._random.choice((2, 2, 3))))
        if roll < 80:
            return " OR ".join(term() for _ in range(self._random.choice((2, 3, 4))))
        if roll < 84:
            return f"({term()} OR {term()}) {term()}"
        if roll < 89:
            return f"{term()} -{term()}"
        if roll < 93:
            return f"{self._long_words.pick()[: self._random.choice((4, 5, 6, 7))]}*"
        if roll < 96:
            return f'author:"{self._authors.pick()}"'
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


def build(queries: list[Query]) -> SubscriptionIndex:
    index = SubscriptionIndex()
    for number, query in enumerate(queries):
        index.add(SubscriptionId(number), query)
    return index


def substring_loop(keywords: list[str], paper: Paper) -> list[int]:
    """What peers do: each keyword is looked for in the lower-cased text."""
    text = f"{paper.title} {paper.abstract}".lower()
    return [number for number, keyword in enumerate(keywords) if keyword in text]


def explain_loop(queries: list[Query], paper: Paper) -> list:
    document = analyse(paper)
    found = ((n, explain(query, document, today=TODAY)) for n, query in enumerate(queries))
    return [(n, reasons) for n, reasons in found if reasons is not None]


def timed_ms(work: Callable[[Paper], object], papers: list[Paper], runs: int = RUNS) -> float:
    """Milliseconds a paper, the median of some runs."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        for paper in papers:
            work(paper)
        taken.append((time.process_time() - start) * 1e3 / len(papers))
    return median(taken)


def memory_mb(queries: list[Query]) -> float:
    """What the index holds beyond the queries themselves."""
    gc.collect()
    tracemalloc.start()
    index = build(queries)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return len(index) and held / 1e6


def measure(texts: list[str], papers: list[Paper]) -> None:
    start = time.process_time()
    queries = [parse_subscription(text) for text in texts]
    parse_us = (time.process_time() - start) * 1e6 / len(texts)
    start = time.process_time()
    index = build(queries)
    build_s = time.process_time() - start
    indexed = timed_ms(lambda p: index.match(p, today=TODAY), papers)
    hits = sum(len(index.match(p, today=TODAY)) for p in papers) / len(papers)

    few = papers[: max(4, 400_000 // len(queries))]
    keywords = [text.strip('"').lower() for text in texts]
    substring = timed_ms(lambda p: substring_loop(keywords, p), few)
    explained = timed_ms(lambda p: explain_loop(queries, p), few, runs=1)
    for paper in few:
        if sorted(index.match(paper, today=TODAY), key=itemgetter(0)) != explain_loop(
            queries, paper
        ):
            sys.exit(f"the index and the loop differ for {paper.id}")

    start = time.process_time()
    for number in range(0, len(queries), 10):
        index.remove(SubscriptionId(number))
    remove_us = (time.process_time() - start) * 1e6 / len(range(0, len(queries), 10))
    start = time.process_time()
    for number in range(0, len(queries), 10):
        index.add(SubscriptionId(number), queries[number])
    add_us = (time.process_time() - start) * 1e6 / len(range(0, len(queries), 10))
    print(
        f"{len(queries):>9,} {indexed:>9.3f} {hits:>9.1f} {substring:>10.2f} {substring / indexed:>6.0f}x"
        f" {explained:>10.2f} {explained / indexed:>6.0f}x {len(few):>6} {parse_us:>8.1f} {add_us:>7.1f}"
        f" {remove_us:>9.1f} {build_s:>8.2f} {memory_mb(queries):>8.1f}"
    )


def main() -> None:
    if not (SHARED / "corpus").is_dir():
        print("The corpus in ../shared is not beside this clone: nothing measured.")
        return
    records = read_records()
    chance = random.Random(SEED)
    chance.shuffle(records)
    matched = [_paper(record) for record in records[:PAPERS]]
    maker = QueryMaker(records[PAPERS:], chance)
    texts = [maker.make() for _ in range(max(SIZES))]
    analysing = timed_ms(analyse, matched)
    chars = sum(len(p.abstract) for p in matched) / len(matched)
    print(
        f"{len(matched)} papers, {chars:.0f} characters an abstract; analysing one: {analysing:.3f} ms"
    )
    print(
        "     subs  ms/paper hits/paper  substring  ratio    explain  ratio papers"
        " parse us  add us remove us  build s  memory MB"
    )
    for size in SIZES:
        measure(texts[:size], matched)


if __name__ == "__main__":
    main()
