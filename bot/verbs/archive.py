"""`import` and `search`: the archive from the command line."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from adapters.sources.jsonlines import BadLine, open_lines, read_papers
from adapters.storage.store import SqlStore
from bot.domain.papers import Novelty, Paper
from bot.ports.storage import Store
from bot.services.presenting.wording import counted
from bot.services.searching import search as search_archive
from bot.verbs.printing import complain, complain_of, print_found, say
from bot.verbs.settings import settings

BATCH = 500


def load(args: argparse.Namespace) -> int:
    """Exit code 1 if any line could not be read; the others are in the archive all the same."""
    return asyncio.run(_load(args.files))


def search(args: argparse.Namespace) -> int:
    return asyncio.run(_search(" ".join(args.query), args.limit, as_json=args.json))


async def _load(files: list[Path]) -> int:
    new = known = bad = 0
    async with _archive() as store:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for path in files:
                for batch in _batches(path, progress):
                    papers = [item for item in batch if isinstance(item, Paper)]
                    bad += len(batch) - len(papers)
                    added = await _store(store, papers)
                    new, known = new + added, known + len(papers) - added
    say(f"{counted(new, 'new paper')}, {known:,} known before, {counted(bad, 'bad line')} skipped.")
    return int(bad > 0)


async def _store(store: Store, papers: list[Paper]) -> int:
    now = datetime.now(UTC)
    stored = await store.write(lambda tx: tx.papers.store(papers, now=now))
    return sum(item.novelty is Novelty.NEW for item in stored)


def _batches(path: Path, progress: Progress) -> Iterator[list[Paper | BadLine]]:
    """The file's lines in batches; bad ones are said as they are met."""
    task = progress.add_task(path.name, total=None)
    with open_lines(path) as lines:
        papers = read_papers(lines)
        while batch := list(islice(papers, BATCH)):
            complain_of([item for item in batch if isinstance(item, BadLine)], path)
            yield batch
            progress.advance(task, len(batch))


async def _search(text: str, limit: int, *, as_json: bool) -> int:
    today = datetime.now(UTC).date()
    async with _archive() as store:
        found, count = await store.read(
            lambda tx: (search_archive(tx, text, limit=limit, today=today), tx.papers.count())
        )
    print_found(found, as_json=as_json)
    if not found:
        complain(f"No paper of {count:,} matches." if count else "The archive is empty.")
    return 0


@asynccontextmanager
async def _archive() -> AsyncIterator[Store]:
    """The database alone: nothing else of the program is needed, or waited for."""
    store = SqlStore.open(settings().database_url)
    try:
        yield store
    finally:
        await store.close()
