"""How fast and how exactly the nearest vectors are found: `uv run python -m tests.bench.vectors`.

Archives of so many vectors (10,000 and 100,000 unless said; a million takes some minutes and
1 GB in the temporary folder): real ones of corpus titles, and clusters around these. Asked are
other titles, for the hundred nearest, as a search does. Milliseconds of CPU and, in brackets, by
the clock; and how many of the truly nearest ten, by all of the vectors, are among the ten found.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from adapters.embeddings.running import Runner
from adapters.storage.asked import NEAR
from adapters.storage.engine import parse_url, reader_engine
from adapters.storage.store import SqlStore
from adapters.storage.tables import vectors
from adapters.storage.vectors import BLOCK_ROWS, SignsInMemory, SqlVectors, signs
from bot.domain.meaning import Meaning, Vector
from tests.adapters.storage.databases import shut
from tests.bench.archive import real_papers
from tests.minilm import make_model
from tests.shared import SHARED

MODEL, QUERIES, CENTRES = "bench", 200, 4_000
SPREAD = 0.8
"""As long as the vectors themselves: neighbours then have a cosine of 0.78, as real ones do."""
BATCH = 16 * BLOCK_ROWS
SEED = 20261116


def real_vectors(count: int) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        run = Runner(make_model(Path(folder)), "model.onnx", threads=1)
        titles = [p.title for p in random.Random(SEED).sample(real_papers(), count)]
        return unit(np.stack([np.frombuffer(run(title), np.int8) for title in titles]))


def unit(found: np.ndarray) -> np.ndarray:
    return found / np.linalg.norm(found, axis=1, keepdims=True).astype(np.float32)


def clustered(centres: np.ndarray, count: int) -> Iterator[np.ndarray]:
    """Batches of vectors, as bytes."""
    chance = np.random.default_rng(SEED)
    for start in range(0, count, BATCH):
        some = centres[chance.integers(0, len(centres), min(BATCH, count - start))]
        noise = unit(chance.standard_normal(some.shape, np.float32))
        found = unit(some + SPREAD * noise)
        yield np.rint(found * 127 / np.abs(found).max(axis=1, keepdims=True)).astype(np.int8)


def fill(url: str, batches: Iterator[np.ndarray]) -> None:
    store, row = SqlStore.open(url), 1
    for batch in batches:
        held = {row + n: Vector(one.tobytes()) for n, one in enumerate(batch)}
        with store._writer.begin() as connection:
            values = [{"paper_id": r, "model": MODEL, "held": v} for r, v in held.items()]
            connection.execute(insert(vectors), values)
            changed = {r: signs(v) for r, v in held.items()}
            SqlVectors(connection, SignsInMemory())._change_blocks(MODEL, changed)
        row += len(batch)
    shut(store)


def measure(count: int, centres: np.ndarray, queries: list[Vector]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/vectors.db"
        fill(url, clustered(centres, count))
        memory = SignsInMemory()
        with reader_engine(parse_url(url)).connect() as connection:
            held = SqlVectors(connection, memory)
            start = time.perf_counter()
            held.count(MODEL)
            loaded = time.perf_counter() - start
            kept = held._held(MODEL)._words.nbytes
            times, found = [], []
            for query in queries:
                cpu, clock = time.thread_time(), time.perf_counter()
                found.append(list(held.nearest(Meaning(model=MODEL, vector=query), NEAR)))
                times.append((time.thread_time() - cpu, time.perf_counter() - clock))
        size = Path(f"{folder}/vectors.db").stat().st_size / 1e6
    print(f"{count:>9,}  {size:6,.0f} MB  read in {loaded * 1e3:5.0f} ms,", end="")
    print(f" {kept / 1e6:4.0f} MB kept; ", end="")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        cpu, clock = (sorted(t)[int(len(t) * share)] * 1e3 for t in zip(*times, strict=True))
        print(f"{name} {cpu:5.1f} [{clock:5.1f}] ms, ", end="")
    print(f"recall@10 {recall(found, exact(queries, clustered(centres, count))):.3f}", flush=True)


def exact(queries: list[Vector], batches: Iterator[np.ndarray]) -> list[list[int]]:
    asked = np.stack([np.frombuffer(q, np.int8) for q in queries]).astype(np.float32)
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    row = 1
    for batch in batches:
        for n, likeness in enumerate((unit(batch.astype(np.float32)) @ asked.T).T):
            top = np.argpartition(-likeness, 10)[:10]
            best[n] = sorted([*best[n], *((likeness[t], row + t) for t in top)])[-10:]
        row += len(batch)
    return [[r for _, r in some] for some in best]


def recall(found: list[list[int]], truth: list[list[int]]) -> float:
    shares = [len({*f[:10]} & {*t}) / 10 for f, t in zip(found, truth, strict=True)]
    return sum(shares) / len(shares)


def main(counts: list[int]) -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    found = real_vectors(CENTRES + QUERIES)
    queries = [Vector(np.rint(v * 127 / np.abs(v).max()).astype(np.int8).tobytes()) for v in found]
    for count in counts:
        measure(count, found[QUERIES:], queries[:QUERIES])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("papers", type=int, nargs="*", default=[10_000, 100_000])
    main(parser.parse_args().papers)
