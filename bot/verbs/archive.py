"""`import`, `embed` and `search`: the archive from the command line."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from adapters.sources.jsonlines import BadLine, open_lines, read_papers
from adapters.storage.store import SqlStore
from bot.domain.nearest import read_search
from bot.domain.paper_links import paper_key
from bot.domain.papers import Novelty, Paper, PaperKey
from bot.models import embedder, no_embedder
from bot.ports.embedding import Embedder
from bot.ports.storage import Store
from bot.services.embedding import Embedding, Meanings
from bot.services.presenting.wording import NOT_ALL, READ_AS_WORDS, counted
from bot.services.searching import Found
from bot.services.searching import search as search_archive
from bot.verbs.printing import complain, complain_of, print_found, say
from bot.verbs.settings import settings
from config.settings import Settings

BATCH = 500


def load(args: argparse.Namespace) -> int:
    """Exit code 1 if any line could not be read; the others are in the archive all the same."""
    return asyncio.run(_load(args.files))


def embed(_: argparse.Namespace) -> int:
    """Exit code 1 if there is no model for it."""
    return asyncio.run(_embed())


def search(args: argparse.Namespace) -> int:
    return asyncio.run(_search(" ".join(args.query), args.limit, as_json=args.json))


async def _load(files: list[Path]) -> int:
    new = known = bad = 0
    async with _archive(settings()) as (store, model):
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for path in files:
                for batch in _batches(path, progress):
                    papers = [item for item in batch if isinstance(item, Paper)]
                    bad += len(batch) - len(papers)
                    added = await _store(store, papers)
                    new, known = new + added, known + len(papers) - added
        waiting = await _waiting(store, model) if model else 0
    say(f"{counted(new, 'new paper')}, {known:,} known before, {counted(bad, 'bad line')} skipped.")
    if waiting:
        how = "`paperlark embed` does it now, `paperlark run` in the background"
        say(f"{counted(waiting, 'paper')} to be read for search by meaning: {how}.")
    return int(bad > 0)


async def _embed() -> int:
    configured = settings()
    async with _archive(configured) as (store, model):
        if model is None:
            complain(f"There is no sentence model: {no_embedder(configured)}.")
            return 1
        async with aclosing(Embedding(store, model)) as work:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("embedding", total=(await work.progress()).remaining)
                while done := await work.step():
                    progress.advance(task, done)
            say(f"{counted((await work.progress()).done, 'paper')} can be found by meaning.")
    return 0


async def _waiting(store: Store, model: Embedder) -> int:
    return await store.read(lambda tx: tx.papers.count() - tx.vectors.count(model.model))


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
    async with _archive(settings()) as (store, model):
        key = paper_key(text)
        found = await (_called(store, key) if key else _found(store, model, text, limit))
        count = await store.read(lambda tx: tx.papers.count())
    print_found(found, as_json=as_json)
    if not found:
        complain(f"No paper of {count:,} matches." if count else "The archive is empty.")
    return 0


async def _called(store: Store, key: PaperKey) -> list[Found]:
    paper = await store.read(lambda tx: tx.papers.find(key))
    return [Found(paper=paper, score=1.0, exact=True)] if paper else []


async def _found(store: Store, model: Embedder | None, text: str, limit: int) -> list[Found]:
    today, meaning = datetime.now(UTC).date(), await Meanings(store, model).of(text)
    found = await store.read(
        lambda tx: search_archive(tx, text, limit=limit, today=today, meaning=meaning)
    )
    if read_search(text).as_words:
        complain(READ_AS_WORDS)
    if not found.whole:
        complain(NOT_ALL)
    return found


@asynccontextmanager
async def _archive(configured: Settings) -> AsyncIterator[tuple[Store, Embedder | None]]:
    """The database and the model: nothing else of the program is needed, or waited for."""
    store = SqlStore.open(configured.database_url)
    try:
        yield store, embedder(configured)
    finally:
        await store.close()
