"""What the costliest searches take: `uv run python -m tests.bench.search_worst [ARCHIVE] [TEXT...]`.

Their words are in nearly every paper, and what they ask for is in few. In seconds of CPU and by
the clock, on an archive that `tests.bench.search_speed` built: for what a chat shows of a search,
for what a subscription would bring, and for a plain search of somebody else meanwhile.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from adapters.storage.store import SqlStore
from bot.domain.parsing import parse_subscription
from bot.ports.storage import Transaction
from bot.services.counting import overview
from bot.services.desk import AT_ONCE
from bot.services.subscribing import what_it_brings
from tests.bench.search_speed import ARCHIVE, TODAY

TEXTS = (
    '"the of and"',
    '"which the with a"',
    '"of the art"',
    '"state of the art"',
    '"of the art" OR "the of and"',
    '="thes"',
    "withs*",
    "the -cat:cs.* -cat:math.* -cat:stat.* -cat:eess.*",
)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "archive", type=Path, nargs="?", default=str(ARCHIVE).format(papers=100_000)
    )
    parser.add_argument("texts", nargs="*", default=TEXTS)
    args = parser.parse_args()
    store = SqlStore.open(f"sqlite:///{args.archive}")
    try:
        for text in args.texts:
            searched = await _timed(store, partial(_search, text=text))
            brought = await _timed(store, partial(_subscribe, text=text))
            waited = await _beside(store, text)
            print(f"{text:50} search {searched}   subscribe {brought}   {waited}", flush=True)
    finally:
        await store.close()


async def _timed(store: SqlStore, work: Callable[[Transaction], object]) -> str:
    clock, cpu = time.perf_counter(), time.process_time()
    said = await store.read(work)
    return f"{time.process_time() - cpu:6.2f} s ({time.perf_counter() - clock:6.2f} s) finds {said!s:>4}"


async def _beside(store: SqlStore, text: str) -> str:
    """How long a search of others takes while a workspace asks as much as it may."""
    asked = [asyncio.ensure_future(store.read(partial(_search, text=text))) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.05)  # until they are at it
    waited = await _timed(store, partial(_search, text="diffusion"))
    await asyncio.gather(*asked)
    return f"another beside {AT_ONCE} {waited}"


def _search(tx: Transaction, text: str) -> object:
    return overview(tx, text, shown=5, counted_to=101, today=TODAY).matching


def _subscribe(tx: Transaction, text: str) -> object:
    return what_it_brings(tx, parse_subscription(text), today=TODAY).recent


if __name__ == "__main__":
    asyncio.run(_main())
