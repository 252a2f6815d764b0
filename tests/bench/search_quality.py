"""How good search is: `uv run python -m tests.bench.search_quality [SET...] [--queries N]`.

Papers are imported into a store as `paperlark import` does and found as `paperlark search`
does: by words, by meaning alone, and by both, as where `paperlark[semantic]` is installed. Beside
it, on the same texts, plain FTS5 (porter) ordered by its bm25. Sentences are put as they are, cut
to what a query may have, for all alike; what is refused finds nothing. Vectors, by the model of
`tests.minilm`, take a quarter of an hour of CPU once and are kept in the temporary folder.

The sets are those of `tests.bench.search_sets`, or the first so many queries of each. Means, and
in brackets the 95% interval of 2,000 bootstrap samples; of differences likewise, by query. Sets
are printed as they are done, in two processes.
"""

import argparse
import asyncio
import math
import os
import re
import sqlite3
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np

from adapters.embeddings.running import Runner
from adapters.storage.store import SqlStore
from bot.domain.errors import QuerySyntaxError
from bot.domain.index_queries import Alike
from bot.domain.meaning import Meaning, Vector
from bot.domain.nearest import asked_text
from bot.domain.papers import Paper
from bot.services.embedding import told
from bot.services.searching import search
from tests.bench.search_sets import SEED, SETS, Task
from tests.fakes import MONDAY
from tests.minilm import make_model
from tests.shared import SHARED

TODAY = date(2026, 11, 16)
FOUND = 100
BATCH = 1_000
KEPT = Path(tempfile.gettempdir()) / "paperlark-vectors.db"
PAGE = 60
"""Of the seed page's search."""
APART = ("tldr-author", "tldr-reviewer", "tldr-author-12k", "tldr-reviewer-12k")
"""Half of the work: another process does it, where there are two processors."""


class Vectors:
    """The model of the tests, and what it ever gave, in a file."""

    model = "minilm"

    def __init__(self, folder: Path) -> None:
        self._run: Runner | None = None
        self._folder = folder
        # Another process may write as well: each vector is a transaction of its own.
        self._known = sqlite3.connect(
            KEPT, check_same_thread=False, isolation_level=None, timeout=60
        )
        self._known.execute("CREATE TABLE IF NOT EXISTS v (text TEXT PRIMARY KEY, held BLOB)")

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        known = self._known.execute("SELECT held FROM v WHERE text = ?", (text,)).fetchone()
        if known:
            return Vector(known[0])
        if self._run is None:
            self._run = Runner(make_model(self._folder), "model.onnx", threads=1)
        found = self._run(text)
        self._known.execute("INSERT OR IGNORE INTO v VALUES (?, ?)", (text, found))
        return found


class Archive:
    """A store with papers and their vectors, and FTS5 with the same."""

    def __init__(self, folder: Path) -> None:
        self._vectors = Vectors(folder)
        self._store = SqlStore.open(f"sqlite:///{folder}/paperlark.db")
        self.papers: list[Paper] = []
        self._plain = sqlite3.connect(":memory:", check_same_thread=False)
        self._plain.execute(
            "CREATE VIRTUAL TABLE t USING fts5(x, y, tokenize = 'porter unicode61')"
        )

    async def add(self, papers: Sequence[Paper]) -> None:
        for start in range(0, len(papers), BATCH):
            some = papers[start : start + BATCH]
            await self._store.write(lambda tx, some=some: tx.papers.store(some, now=MONDAY))
            pairs = list(zip(some, self._vectors.embed([told(p) for p in some]), strict=True))
            await self._store.write(
                lambda tx, pairs=pairs: tx.vectors.put(self._vectors.model, pairs)
            )
        rows = [(n, p.title, p.abstract) for n, p in enumerate(papers, len(self.papers))]
        self._plain.executemany("INSERT INTO t (rowid, x, y) VALUES (?, ?, ?)", rows)
        self.papers += papers

    async def ways(self, texts: Sequence[str], limit: int = FOUND) -> dict[str, list[list[str]]]:
        """What is found for each of the texts, the best first."""
        asked = [(text, self._meaning(text)) for text in texts]
        words = await self._found([(text, None) for text in texts], limit)
        return {
            "FTS5 porter": [self._by_fts5(text, limit) for text in texts],
            "words": words,
            "meaning": await self._by_meaning([meaning for _, meaning in asked], limit),
            "both": await self._found(asked, limit),
        }

    async def close(self) -> None:
        await self._store.close()

    async def _found(
        self, asked: Sequence[tuple[str, Meaning | None]], limit: int
    ) -> list[list[str]]:
        def find(tx, text, meaning):
            try:
                found = search(tx, text, limit=limit, today=TODAY, meaning=meaning)
            except QuerySyntaxError as error:
                print(f"  refused: {text} ({error})")
                return []
            return [f.paper.id for f in found]

        return await self._store.read(lambda tx: [find(tx, *one) for one in asked])

    async def _by_meaning(self, asked: Sequence[Meaning | None], limit: int) -> list[list[str]]:
        def find(tx, meaning):
            near = tx.papers.candidates(Alike(meaning=meaning), ranked=limit) if meaning else ()
            return [c.paper.id for c in islice(near, limit)]

        return await self._store.read(lambda tx: [find(tx, meaning) for meaning in asked])

    def _meaning(self, text: str) -> Meaning | None:
        try:
            words = asked_text(text)
        except QuerySyntaxError:
            return None
        if not words:
            return None
        return Meaning(model=self._vectors.model, vector=self._vectors.embed([words])[0])

    def _by_fts5(self, text: str, limit: int) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in re.findall(r"[^\W_]+", text))
        found = self._plain.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?", (asked, limit)
        )
        return [self.papers[row].id for (row,) in found]


def measures(found: Sequence[str], wanted: frozenset[str]) -> tuple[float, float, float]:
    """nDCG@10, reciprocal rank, recall@100; a paper counts or does not."""
    gains = [1 / math.log2(n + 2) for n, paper in enumerate(found[:10]) if paper in wanted]
    ideal = [1 / math.log2(n + 2) for n in range(min(10, len(wanted)))]
    first = next((1 / n for n, paper in enumerate(found, 1) if paper in wanted), 0.0)
    return sum(gains) / sum(ideal), first, len(wanted.intersection(found)) / len(wanted)


def line(name: str, rows: np.ndarray) -> str:
    """Means of the columns, with their intervals."""
    chance = np.random.default_rng(SEED)
    told = ""
    for values in rows.T:
        means = np.sort(chance.choice(values, (2_000, len(values))).mean(axis=1))
        told += f"{values.mean():6.3f} [{means[50]:6.3f},{means[-50]:6.3f}]"
    return f"  {name:20}{told}"


async def measured(archive: Archive, task: Task, queries: int | None) -> list[str]:
    wanted = dict(islice(task.wanted.items(), queries))
    found = await archive.ways([*wanted])
    rows = {
        way: np.array([measures(f, w) for f, w in zip(each, wanted.values(), strict=True)])
        for way, each in found.items()
    }
    pairs = (("words", "FTS5 porter"), ("both", "FTS5 porter"), ("both", "words"))
    return [
        f"{len(wanted)} queries, {len(task.papers):,} papers",
        *(line(way, each) for way, each in rows.items()),
        *(line(f"{one} - {other}", rows[one] - rows[other]) for one, other in pairs),
    ]


async def seed_page(archive: Archive, task: Task) -> list[str]:
    """What of the page is among as many as it shows."""
    [(text, wanted)] = task.wanted.items()
    ids = {way: found for way, [found] in (await archive.ways([text], PAGE)).items()}
    titles = {p.id: p.title for p in archive.papers}
    lines = [f"  of these {len(wanted)} papers, “{text}” has among the first {PAGE}"]
    for way, found in ids.items():
        lines.append(f"  {way}: {len(wanted.intersection(found))}; of the others first")
        lines += [f"    {titles[i]}" for i in found if i not in wanted][:5]
    only = [titles[i] for i in ids["both"] if i not in ids["words"]]
    return [*lines, f"  only by both: {only}"]


async def run(names: Sequence[str], queries: int | None) -> None:
    """These sets, each in the archive of the one before where that has but to grow."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        for name in names:
            task = SETS[name]()
            if task.papers[: len(archive.papers)] != archive.papers:
                await archive.close()
                archive = Archive(Path(tempfile.mkdtemp(dir=folder)))
            await archive.add(task.papers[len(archive.papers) :])
            told = await measured(archive, task, queries)
            if name == "seed":
                told += await seed_page(archive, task)
            print(f"{name}: " + "\n".join(told), flush=True)
        await archive.close()


def run_apart(names: Sequence[str], queries: int | None) -> None:
    asyncio.run(run(names, queries))


def main(names: Sequence[str], queries: int | None) -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    print(f"{'':22}{'nDCG@10':>23}{'MRR':>23}{'recall@100':>23}", flush=True)
    parts = [[n for n in names if n in APART], [n for n in names if n not in APART]]
    with ProcessPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
        for done in [pool.submit(run_apart, part, queries) for part in parts if part]:
            done.result()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="*", metavar="SET", default=[*SETS])
    parser.add_argument("--queries", type=int, metavar="N", help="only the first N of each set")
    asked = parser.parse_args()
    main(asked.sets, asked.queries)
