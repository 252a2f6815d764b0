"""How good search is: `uv run python -m tests.bench.search_quality [SET...]`.

Papers are imported into a store as `paperlark import` does and found as `paperlark search`
does: by words, by meaning alone, and by both, as where `paperlark[semantic]` is installed. Beside
it, on the same texts, plain FTS5 (porter) ordered by its bm25. Sentences are put as they are, cut
to what a query may have, for all alike; what is refused finds nothing. Vectors, by the model of
`tests.minilm`, take a quarter of an hour of CPU once and are kept in the temporary folder.

Sets, with judgements that people made: Cranfield (225 questions), and for each paper of
SciTLDR dev its authors' and a reviewer's one-sentence summary, to be found among 2,611 papers
and again with 10,000 of the corpus. Sets made from corpus papers: their title, half of its
words, the long form of an acronym of theirs and the other way round, first author with a word
of the title, a word misspelt. Last, the seed page's own search. Means, and in brackets the
95% interval of 2,000 bootstrap samples; of differences likewise, by query.
"""

import asyncio
import gzip
import json
import math
import random
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import sub
from pathlib import Path
from statistics import mean

from adapters.embeddings.running import Runner
from adapters.sources.jsonlines import read_papers
from adapters.storage.store import SqlStore
from bot.domain.errors import QuerySyntaxError
from bot.domain.indexing import Alike
from bot.domain.meaning import Meaning, Vector
from bot.domain.nearest import asked_text
from bot.domain.papers import Paper
from bot.services.embedding import told
from bot.services.searching import search
from tests.fakes import MONDAY
from tests.minilm import make_model
from tests.shared import SHARED

TODAY = date(2026, 11, 16)
SEED = 20261116
MADE = 300  # queries of each set made from the corpus
FOUND = 100
SCITLDR = SHARED / "bench" / "scitldr"
BATCH = 1_000
KEPT = Path(tempfile.gettempdir()) / "paperlark-vectors.db"
ACRONYM = re.compile(r"((?:[\w-]+ ){1,8})\(([A-Z][A-Za-z-]*[A-Z])s?\)")

Search = Callable[[str], Sequence[str]]
"""From a text to ids, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Queries over papers, each with the ids that should be found."""

    papers: Sequence[Paper]
    wanted: Mapping[str, frozenset[str]]


def lines_of(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


def imported(records: Iterable[Mapping[str, object]]) -> dict[str, Paper]:
    """By the id that the line had; the papers are as `paperlark import` makes them."""
    return {
        str(record["id"]): paper
        for record in records
        for paper in read_papers([json.dumps(record)])
        if isinstance(paper, Paper)
    }


def typed(sentence: str) -> str:
    """As far as a query may go."""
    words = sentence.split()[:30]
    while len(" ".join(words)) > 256:
        words.pop()
    return " ".join(words)


def bare(text: str) -> str:
    """Without signs."""
    return " ".join(re.findall(r"[^\W_]+(?:['.-][^\W_]+)*", text))


def cranfield() -> Task:
    folder = SHARED / "bench" / "cranfield"
    papers = imported(
        {"id": f"cranfield-{r['id']}", "title": r["title"], "abstract": r["text"]}
        for r in lines_of(folder / "docs.jsonl.gz")
    )
    texts = {r["id"]: r["text"] for r in lines_of(folder / "queries.jsonl")}
    wanted: dict[str, set[str]] = {}
    for line in (folder / "qrels.txt").read_text().splitlines():
        query, _, document, grade = line.split()
        if int(grade) > 0:
            paper = papers.get(f"cranfield-{document}")  # two are empty, and judged all the same
            wanted.setdefault(query, set()).add(paper.id if paper else document)
    return Task(
        papers=[*papers.values()],
        wanted={typed(texts[q]): frozenset(found) for q, found in wanted.items()},
    )


@cache
def summarised(*, others: bool) -> list[Paper]:
    """The papers of SciTLDR dev and train, alone or with others."""
    records = (r for split in ("dev", "train") for r in lines_of(SCITLDR / f"{split}.jsonl.gz"))
    papers = imported(
        {"id": r["paper_id"], "title": r["title"], "abstract": " ".join(r["source"])}
        for r in records
    )
    return [*papers.values(), *(corpus()[:10_000] if others else ())]


def tldr(reference: int, *, others: bool) -> Task:
    """Author's (0) or reviewer's (1) summaries of the dev papers."""
    papers = summarised(others=others)
    by_key = {paper.id: paper for paper in papers}
    wanted = {
        typed(r["target"][reference]): frozenset({f"import:{r['paper_id']}"})
        for r in lines_of(SCITLDR / "dev.jsonl.gz")
        if len(r["target"]) > reference and f"import:{r['paper_id']}" in by_key
    }
    return Task(papers=papers, wanted=wanted)


@cache
def corpus() -> list[Paper]:
    names = ("hf_daily_2024-05_2025-06", "arxiv_listing_2025-06", "arxiv_wide_2019",
             "openreview_colm2024")  # fmt: skip
    files = (SHARED / "corpus" / f"{name}.jsonl.gz" for name in names)
    return [*{p.id: p for f in files for p in imported(lines_of(f)).values()}.values()]


def made(query: Callable[[Paper, random.Random], str | None]) -> Callable[[], Task]:
    """A set whose queries are made of the papers that are to be found."""

    def task() -> Task:
        papers, chance, wanted = corpus(), random.Random(SEED), dict[str, frozenset[str]]()
        for paper in chance.sample(papers, len(papers)):
            if len(wanted) < MADE and (text := query(paper, chance)):
                wanted.setdefault(text, frozenset({paper.id}))
        return Task(papers=papers, wanted=wanted)

    return task


def title(paper: Paper, _: random.Random) -> str:
    return typed(paper.title)


def half_title(paper: Paper, chance: random.Random) -> str | None:
    """Half of its words, in another order."""
    known = bare(paper.title).split()
    return " ".join(chance.sample(known, (len(known) + 1) // 2)) if len(known) > 5 else None


def misspelt(paper: Paper, chance: random.Random) -> str | None:
    """The title with two letters of its longest word exchanged."""
    known = bare(paper.title).split()
    long = max(known, key=len)
    if len(known) < 4 or len(long) < 7:
        return None
    at = chance.randrange(1, len(long) - 2)
    return " ".join(
        [long[:at] + long[at + 1] + long[at] + long[at + 2 :], *chance.sample(known, 2)]
    )


def author_and_word(paper: Paper, chance: random.Random) -> str | None:
    long = [word for word in bare(paper.title).split() if len(word) > 5]
    if not (paper.authors and long):
        return None
    return bare(f"{paper.authors[0].split()[-1]} {chance.choice(long)}")


def defined(paper: Paper) -> tuple[str, str] | None:
    """An acronym that its abstract introduces, and what it stands for."""
    for found in ACRONYM.finditer(paper.abstract):
        letters = [c for c in found[2].lower() if c.isalpha()]
        words = found[1].split()[-len(letters) :]
        if len(letters) >= 3 and "".join(w[0].lower() for w in words) == "".join(letters):
            return found[2], " ".join(words)
    return None


def acronyms(way: int) -> Callable[[], Task]:
    """Asked for the one form, all papers that have the other in their text should be found."""

    def task() -> Task:
        papers, wanted = corpus(), dict[str, frozenset[str]]()
        texts = {
            p.id: f" {bare(f'{p.title} {p.abstract}').lower().replace('-', ' ')} " for p in papers
        }
        for short, long in dict.fromkeys(d for p in papers if (d := defined(p))):
            asked, other = (short, long) if way else (long, short)
            forms = [f" {f.lower().replace('-', ' ')} " for f in (asked, other)]
            only = frozenset(i for i, t in texts.items() if forms[1] in t and forms[0] not in t)
            if 3 <= len(only) <= 30:
                wanted[bare(asked)] = only
        return Task(papers=papers, wanted=wanted)

    return task


SETS: dict[str, Callable[[], Task]] = {
    "cranfield": cranfield,
    "tldr-author": lambda: tldr(0, others=False),
    "tldr-reviewer": lambda: tldr(1, others=False),
    "tldr-author-12k": lambda: tldr(0, others=True),
    "tldr-reviewer-12k": lambda: tldr(1, others=True),
    "title": made(title),
    "half-title": made(half_title),
    "misspelt": made(misspelt),
    "author-and-word": made(author_and_word),
    "acronym-for-long": acronyms(1),
    "long-for-acronym": acronyms(0),
}


async def stored(papers: Sequence[Paper], folder: Path) -> SqlStore:
    store = SqlStore.open(f"sqlite:///{folder}/paperlark.db")
    for start in range(0, len(papers), BATCH):
        some = papers[start : start + BATCH]
        await store.write(lambda tx, some=some: tx.papers.store(some, now=MONDAY))
    return store


class Vectors:
    """The model of the tests, and what it ever gave, in a file."""

    model = "minilm"

    def __init__(self, folder: Path) -> None:
        self._run: Runner | None = None
        self._folder = folder
        self._known = sqlite3.connect(KEPT, check_same_thread=False)
        self._known.execute("CREATE TABLE IF NOT EXISTS v (text TEXT PRIMARY KEY, held BLOB)")

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        found = [self._vector(text) for text in texts]
        self._known.commit()
        return found

    def _vector(self, text: str) -> Vector:
        known = self._known.execute("SELECT held FROM v WHERE text = ?", (text,)).fetchone()
        if known:
            return Vector(known[0])
        if self._run is None:
            self._run = Runner(make_model(self._folder), "model.onnx", threads=1)
        found = self._run(text)
        self._known.execute("INSERT INTO v VALUES (?, ?)", (text, found))
        return found


async def embedded(store: SqlStore, papers: Sequence[Paper], vectors: Vectors) -> None:
    for start in range(0, len(papers), BATCH):
        some = papers[start : start + BATCH]
        pairs = list(zip(some, vectors.embed([told(p) for p in some]), strict=True))
        await store.write(lambda tx, pairs=pairs: tx.vectors.put(vectors.model, pairs))


async def ours(
    store: SqlStore, texts: Iterable[str], vectors: Vectors | None = None, limit: int = FOUND
) -> list[list[str]]:
    """By words, or with vectors also by meaning."""

    def find(tx, text, meaning):
        try:
            found = search(tx, text, limit=limit, today=TODAY, meaning=meaning)
        except QuerySyntaxError as error:
            print(f"  refused: {text} ({error})")
            return []
        return [f.paper.id for f in found]

    asked = [(text, meaning_of(text, vectors) if vectors else None) for text in texts]
    return await store.read(lambda tx: [find(tx, *one) for one in asked])


async def by_meaning(store: SqlStore, texts: Iterable[str], vectors: Vectors) -> list[list[str]]:
    def find(tx, meaning):
        near = tx.papers.candidates(Alike(meaning=meaning), ranked=FOUND) if meaning else ()
        return [c.paper.id for c in near]

    asked = [meaning_of(text, vectors) for text in texts]
    return await store.read(lambda tx: [find(tx, meaning) for meaning in asked])


def meaning_of(text: str, vectors: Vectors) -> Meaning | None:
    try:
        words = asked_text(text)
    except QuerySyntaxError:
        return None
    return Meaning(model=vectors.model, vector=vectors.embed([words])[0]) if words else None


def fts5(papers: Sequence[Paper]) -> Search:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, y, tokenize = 'porter unicode61')")
    rows = [(n, paper.title, paper.abstract) for n, paper in enumerate(papers)]
    connection.executemany("INSERT INTO t (rowid, x, y) VALUES (?, ?, ?)", rows)

    def find(text: str) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in re.findall(r"[^\W_]+", text))
        found = connection.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?", (asked, FOUND)
        )
        return [papers[row].id for (row,) in found]

    return find


def measures(found: Sequence[str], wanted: frozenset[str]) -> tuple[float, float, float]:
    """nDCG@10, reciprocal rank, recall@100; a paper counts or does not."""
    gains = [1 / math.log2(n + 2) for n, paper in enumerate(found[:10]) if paper in wanted]
    ideal = [1 / math.log2(n + 2) for n in range(min(10, len(wanted)))]
    first = next((1 / n for n, paper in enumerate(found, 1) if paper in wanted), 0.0)
    return sum(gains) / sum(ideal), first, len(wanted.intersection(found)) / len(wanted)


def with_interval(values: Sequence[float]) -> str:
    chance = random.Random(SEED)
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(2_000))
    return f"{mean(values):6.3f} [{means[50]:6.3f},{means[-50]:6.3f}]"


def report(name: str, rows: Sequence[tuple[float, ...]]) -> None:
    told = "".join(with_interval(column) for column in zip(*rows, strict=True))
    print(f"  {name:20}{told}", flush=True)


class Measured:
    """Archives and rivals, made anew only where a set has other papers than the one before."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        self._folder = folder
        self._vectors = vectors
        self._papers: Sequence[Paper] = ()
        self._store: SqlStore | None = None
        self._plain: Search = list

    async def set(self, name: str, task: Task) -> None:
        if task.papers is not self._papers:
            await self.close()
            own = self._folder / name
            own.mkdir()
            self._papers, self._plain = task.papers, fts5(task.papers)
            self._store = await stored(task.papers, own)
            await embedded(self._store, task.papers, self._vectors)
        print(f"{name}: {len(task.wanted)} queries, {len(task.papers):,} papers")
        found = {
            "FTS5 porter": [self._plain(text) for text in task.wanted],
            "words": await ours(self._store, task.wanted),
            "meaning": await by_meaning(self._store, task.wanted, self._vectors),
            "both": await ours(self._store, task.wanted, self._vectors),
        }
        rows = {
            way: [measures(f, w) for f, w in zip(each, task.wanted.values(), strict=True)]
            for way, each in found.items()
        }
        for way, each in rows.items():
            report(way, each)
        for one, other in (("words", "FTS5 porter"), ("both", "FTS5 porter"), ("both", "words")):
            pairs = zip(rows[one], rows[other], strict=True)
            report(f"{one} - {other}", [tuple(map(sub, *pair)) for pair in pairs])

    async def close(self) -> None:
        if self._store:
            await self._store.close()


async def seed_page(vectors: Vectors) -> None:
    """How many papers of the seed page are among the first 60 for its own search."""
    seed = imported(
        {"id": f"seed-{r['n']}", "source": "seed", **r}
        for r in lines_of(SHARED / "corpus" / "seed_daily_papers.jsonl")
    )
    papers = [*corpus(), *seed.values()]
    with tempfile.TemporaryDirectory() as folder:
        store = await stored(papers, Path(folder))
        await embedded(store, papers, vectors)
        ways = {"words": None, "both": vectors}
        ids = {way: (await ours(store, ["AI alignment"], v, 60))[0] for way, v in ways.items()}
        await store.close()
    by_id = {p.id: p.title for p in papers}
    ids["FTS5 porter"] = fts5(papers)("AI alignment")[:60]
    wanted = {p.title for p in seed.values()}
    print(f"seed page, “AI alignment”: of {len(wanted)} papers there are among the first 60")
    for way, some in ids.items():
        found = {by_id[i] for i in some}
        print(f"  {way}: {len(wanted & found)}; not {sorted(wanted - found)}")
    print(f"  only by both: {[by_id[i] for i in ids['both'] if i not in ids['words']]}")


async def main(names: Sequence[str]) -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    print(f"{'':22}{'nDCG@10':>23}{'MRR':>23}{'recall@100':>23}")
    with tempfile.TemporaryDirectory() as folder:
        vectors = Vectors(Path(folder))
        measured = Measured(Path(folder), vectors)
        for name in names or SETS:
            if name in SETS:
                await measured.set(name, SETS[name]())
        await measured.close()
        if not names or "seed" in names:
            await seed_page(vectors)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
