"""How fast search is: `uv run python -m tests.bench.search_speed [PAPERS...] [--runs N]`.

Archives of so many papers (10,000 and 100,000 unless said; a million takes half an hour to
build and 6 GB), kept in the temporary folder for the next time. Queries are made of the
papers' own keywords, the often used more often, and of titles; each kind is asked for the best
ten, as the command line does, and for what the chat's `search` needs: five cards and whether
more than a hundred match. Milliseconds of CPU and, in brackets, by the clock.
"""

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median

from adapters.storage.store import SqlStore
from bot.domain.papers import Paper
from bot.domain.parsing import parse_search
from bot.domain.text import words
from bot.ports.storage import Transaction
from bot.services.counting import overview
from bot.services.searching import newest_matches, search, titled
from tests.bench.archive import fill, papers, real_papers
from tests.bench.matching import QueryMaker, read_records
from tests.fakes import MONDAY
from tests.shared import SHARED

TODAY = date(2025, 7, 1)  # just after the newest papers
ARCHIVE = Path(tempfile.gettempdir()) / "paperlark-search-{papers}.db"
QUERIES = 100
RUNS = 3
SEED = 20261116

Ask = Callable[[Transaction], object]


class Asking:
    """What people might ask."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)
        self._maker = QueryMaker(read_records(), self._chance)
        self._papers = real_papers()
        told = Counter(w for p in self._papers for w in set(words(p.title)) if len(w) > 3)
        self._common = [word for word, _ in told.most_common(100)]

    def kinds(self) -> dict[str, Callable[[], str]]:
        return {
            "words": self._some_words,
            "common word": lambda: self._chance.choice(self._common),
            "common words": lambda: " ".join(self._chance.sample(self._common, 2)),
            "phrase": self._phrase,
            "prefix": self._prefix,
            "OR": lambda: " OR ".join(self._term() for _ in range(self._chance.choice((2, 3, 4)))),
            "field": self._field,
            "exclusion": lambda: f"{self._term()} -{self._term()}",
            "recent": lambda: f"{self._term()} last:30d",
            "sentence": self._sentence,
        }

    def typed_titles(self) -> Iterator[str]:
        """Titles as far as they are typed when somebody looks."""
        while True:
            title = " ".join(words(self._chance.choice(self._papers).title))
            yield title[: self._chance.randint(2, min(len(title), 40))]

    def _term(self) -> str:
        return self._maker._term()

    def _some_words(self) -> str:
        if self._chance.random() < 0.5:
            return self._term().strip('"')
        title = words(self._chance.choice(self._papers).title)
        start = self._chance.randrange(len(title))
        return " ".join(title[start : start + self._chance.randint(1, 6)])

    def _phrase(self) -> str:
        while '"' not in (term := self._term()):
            pass
        return term

    def _prefix(self) -> str:
        return f"{self._maker._long_words.pick()[: self._chance.choice((3, 4, 5, 6, 7))]}*"

    def _field(self) -> str:
        return self._chance.choice(
            (
                f"title:{self._term()}",
                f'author:"{self._maker._authors.pick()}"',
                f"cat:{self._maker._categories.pick()} {self._term()}",
                f"cat:{self._maker._categories.pick()}",
            )
        )

    def _sentence(self) -> str:
        abstract = words(self._chance.choice(self._papers).abstract)
        start = self._chance.randrange(max(len(abstract) - 20, 1))
        return " ".join(abstract[start : start + self._chance.randint(8, 20)])[:250]


def best(text: str) -> Ask:
    return lambda tx: search(tx, text, limit=10, today=TODAY)


def in_chat(text: str) -> Ask:
    return lambda tx: overview(tx, text, shown=5, counted_to=101, today=TODAY)


def newest(text: str) -> Ask:
    return lambda tx: newest_matches(tx, parse_search(text), limit=10, today=TODAY)


def as_typed(text: str) -> Ask:
    return lambda tx: titled(tx, text, limit=10)


async def times(store: SqlStore, asks: list[Ask], runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU and by the clock for each, the median of its runs."""

    def timed(tx: Transaction, ask: Ask) -> tuple[float, float]:
        cpu, clock = time.thread_time(), time.perf_counter()
        ask(tx)
        return time.thread_time() - cpu, time.perf_counter() - clock

    rounds = [[await store.read(lambda tx, a=a: timed(tx, a)) for a in asks] for _ in range(runs)]
    each = list(zip(*rounds, strict=True))
    return tuple([median(one[n] for one in some) * 1e3 for some in each] for n in (0, 1))


def line(name: str, cpu: list[float], clock: list[float]) -> str:
    def at(values: list[float], share: float) -> float:
        return sorted(values)[min(int(len(values) * share), len(values) - 1)]

    told = "".join(f"{at(cpu, s):8.1f} [{at(clock, s):7.1f}]" for s in (0.5, 0.9, 0.99))
    return f"  {name:22}{told}{max(cpu):8.1f}"


async def adding(store: SqlStore) -> str:
    """A paper more, committed alone."""
    count = await store.read(lambda tx: tx.papers.count())
    more: list[Paper] = [*islice(papers(count + 100), count, None)]
    taken = []
    for paper in more:
        start = time.process_time()
        await store.write(lambda tx, p=paper: tx.papers.store([p], now=MONDAY))
        taken.append((time.process_time() - start) * 1e3)
    return f"adding one paper {median(taken):.1f} ms, p99 {sorted(taken)[-2]:.1f}"


async def measure(count: int, runs: int, *, only: str | None) -> None:
    archive = Path(str(ARCHIVE).format(papers=count))
    if not archive.exists():  # noqa: ASYNC240 -- nothing else runs yet
        start = time.process_time()
        await fill(archive, count)
        print(f"built in {time.process_time() - start:.0f} s of CPU")
    print(f"{count:,} papers, {archive.stat().st_size / 1e6:,.0f} MB", flush=True)  # noqa: ASYNC240 -- nothing else runs yet
    store, asking, together = SqlStore.open(f"sqlite:///{archive}"), Asking(), ([], [])
    gc.collect()
    gc.freeze()  # the corpus that queries are made of, which no bot holds
    print(f"  {'':22}{'p50':>8}{'p90':>18}{'p99':>18}{'max':>18}")
    for name, make in asking.kinds().items():
        texts = [make() for _ in range(QUERIES)]
        for how, ask in {"": best, ", newest": newest, ", in chat": in_chat}.items():
            if (only and only not in name + how) or (how == ", newest" and name == "sentence"):
                continue
            cpu, clock = await times(store, [ask(text) for text in texts], runs)
            together[0].extend(cpu)
            together[1].extend(clock)
            print(line(name + how, cpu, clock), flush=True)
    print(line("all of these", *together))
    typed = [as_typed(text) for text in islice(asking.typed_titles(), QUERIES)]
    print(line("titles as typed", *await times(store, typed, runs)))
    if not only:
        print(f"  {await adding(store)}", flush=True)
    await store.close()


async def main(counts: list[int], runs: int, only: str | None) -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    for count in counts:
        await measure(count, runs, only=only)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("papers", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", help="kinds whose name holds this")
    given = parser.parse_args()
    asyncio.run(main(given.papers, given.runs, given.only))
