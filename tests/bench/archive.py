"""A large archive of real sentences: the corpus, and recombinations of its titles and abstracts."""

import gzip
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapters.sources.jsonlines import read_papers
from adapters.storage.store import SqlStore
from bot.domain.papers import Paper, arxiv_key, paper_keys
from tests.fakes import MONDAY
from tests.shared import SHARED

CORPORA = ("hf_daily_2024-05_2025-06", "arxiv_listing_2025-06", "arxiv_wide_2019")
BATCH = 2_000


def real_papers() -> list[Paper]:
    papers: dict[str, Paper] = {}
    for name in CORPORA:
        with gzip.open(SHARED / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                papers.update({paper.id: paper for paper in read_papers([line])})
    return [*papers.values()]


def papers(count: int) -> Iterator[Paper]:
    """The real ones first; further ones take title and abstract from several of them."""
    real, chance = real_papers(), random.Random(3)
    yield from real[:count]
    for n in range(count - len(real)):
        one, other, third = chance.sample(real, 3)
        title = f"{one.title.partition(':')[0]}: {other.title.rpartition(':')[2].strip()}"
        half = other.abstract[len(other.abstract) // 2 :]
        key = arxiv_key(f"9{n // 100_000:03d}.{n % 100_000:05d}")
        keys = paper_keys(key, title=f"{title} {n}", authors=third.authors)
        yield replace(
            one, id=keys[0], keys=keys, title=title, authors=third.authors,
            abstract=f"{one.abstract[: len(one.abstract) // 2]} {half}", listings=(),
        )  # fmt: skip


async def fill(database: Path, count: int) -> None:
    """Make an archive of so many papers at this path."""
    building = database.with_suffix(".building")
    building.unlink(missing_ok=True)
    store = SqlStore.open(f"sqlite:///{building}")
    batch: list[Paper] = []
    for paper in papers(count):
        batch.append(paper)
        if len(batch) == BATCH:
            await _store(store, batch)
            batch = []
    await _store(store, batch)
    await store.close()
    building.rename(database)


async def _store(store: SqlStore, batch: list[Paper]) -> None:
    await store.write(lambda tx: tx.papers.store(batch, now=MONDAY))
