"""What others need for the same: `uv run --with tantivy python -m tests.bench.search_rivals [PAPERS]`.

Plain FTS5 (porter, contentless, ordered by bm25) and tantivy (English stemming), each holding
title and abstract only and giving ids only, beside Paperlark, which reads the ten papers and
says why they match. The same queries in one run, turn by turn; milliseconds of CPU.
"""

import argparse
import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from adapters.storage.store import SqlStore
from bot.domain.papers import Paper
from tests.bench.archive import fill, papers
from tests.bench.search_speed import ARCHIVE, Asking, best
from tests.shared import SHARED

QUERIES = 60
RUNS = 3
KINDS = ("words", "common words", "phrase", "prefix", "OR", "sentence")

Find = Callable[[str, str], object]
"""Of a kind, a text."""


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


class Fts5:
    def __init__(self, file: Path, count: int) -> None:
        built = file.exists()
        self._connection = sqlite3.connect(file, check_same_thread=False)
        if not built:
            self._connection.execute(
                "CREATE VIRTUAL TABLE t USING fts5"
                " (x, y, content = '', tokenize = 'porter unicode61')"
            )
            rows = ((n, p.title, p.abstract) for n, p in enumerate(papers(count)))
            statement = "INSERT INTO t (rowid, x, y) VALUES (?, ?, ?)"
            self._connection.executemany(statement, rows)
            self._connection.commit()
        self.size_mb = file.stat().st_size / 1e6

    def find(self, kind: str, text: str) -> object:
        match kind:
            case "sentence":
                asked = " OR ".join(f'"{word}"' for word in words(text))
            case "OR":
                asked = text
            case "prefix":
                asked = f'"{text[:-1]}" *'
            case "phrase":
                asked = text
            case _:
                asked = " ".join(f'"{word}"' for word in words(text))
        return self._connection.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 4, 1) LIMIT 10", (asked,)
        ).fetchall()


class Tantivy:
    def __init__(self, folder: Path, count: int) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("n", stored=True)
        for name in ("title", "abstract"):
            schema.add_text_field(name, stored=False, tokenizer_name="en_stem")
        built = folder.exists()
        folder.mkdir(exist_ok=True)
        index = tantivy.Index(schema.build(), path=str(folder))
        if not built:
            self._fill(index, papers(count))
        index.reload()
        self._index, self._searcher = index, index.searcher()
        self.size_mb = sum(f.stat().st_size for f in folder.iterdir()) / 1e6

    def _fill(self, index: object, some: Iterable[Paper]) -> None:
        import tantivy

        writer = index.writer(200_000_000, 1)
        for n, paper in enumerate(some):
            writer.add_document(tantivy.Document(n=n, title=paper.title, abstract=paper.abstract))
        writer.commit()
        writer.wait_merging_threads()

    def find(self, kind: str, text: str) -> object:
        joined = " ".join(words(text))
        match kind:
            case "OR" | "phrase":
                asked = text
            case "prefix":
                return None  # its parser has none for words without a phrase
            case _:
                asked = joined
        query = self._index.parse_query(
            asked, ["title", "abstract"], field_boosts={"title": 4.0},
            conjunction_by_default=kind != "sentence",
        )  # fmt: skip
        return self._searcher.search(query, 10).hits


def timed(find: Find, kind: str, text: str) -> float:
    start = time.thread_time()
    find(kind, text)
    return (time.thread_time() - start) * 1e3


async def main(count: int) -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    archive = Path(str(ARCHIVE).format(papers=count))
    if not archive.exists():  # noqa: ASYNC240 -- nothing else runs yet
        await fill(archive, count)
    start = time.process_time()
    plain = Fts5(archive.with_suffix(".fts5"), count)
    print(f"FTS5: built in {time.process_time() - start:.0f} s of CPU, {plain.size_mb:,.0f} MB")
    finders: dict[str, Find] = {"FTS5": plain.find}
    try:
        start = time.process_time()
        rival = Tantivy(archive.with_suffix(".tantivy"), count)
        print(f"tantivy: {time.process_time() - start:.0f} s, {rival.size_mb:,.0f} MB")
        finders["tantivy"] = rival.find
    except ImportError:
        print("tantivy is not installed here")
    store, asking = SqlStore.open(f"sqlite:///{archive}"), Asking()
    for kind in KINDS:
        texts = [asking.kinds()[kind]() for _ in range(QUERIES)]

        def compare(tx, kind=kind, texts=texts) -> dict[str, list[float]]:
            ours = {"paperlark": lambda _, text: best(text)(tx)} | finders
            taken: dict[str, list[float]] = {name: [] for name in ours}
            for text in texts:
                for name, find in ours.items():
                    taken[name].append(timed(find, kind, text))
            return taken

        rounds = [await store.read(compare) for _ in range(RUNS)]
        for name in rounds[0]:
            each = sorted(median(one[name][n] for one in rounds) for n in range(QUERIES))
            print(f"{kind:14}{name:12}p50 {each[len(each) // 2]:8.2f}  p99 {each[-1]:8.2f}")
    await store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("papers", type=int, nargs="?", default=100_000)
    asyncio.run(main(parser.parse_args().papers))
