"""Replay the days of ../shared/corpus for 50 channels with 10 subscriptions each.

    uv run python -m tests.bench.replay [--days N]

Every paper arrives on the day its source listed it, through collect, digest
and deliver as in the running program; the database is read afterwards.
"""

import argparse
import asyncio
import gzip
import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.sources.jsonlines import read_papers
from bot.domain.channels import UserRef
from bot.domain.papers import Listing, Paper
from bot.domain.parsing import parse_subscription
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.services.subscribing import add, ensure_channel
from tests.fakes import FakeChat, FakeClock, FakeSource
from tests.shared import SHARED
from tests.world import World, channel_ref

CHANNELS, SUBSCRIPTIONS = 50, 10
CORPORA = (
    ("huggingface", "hf_daily_2024-05_2025-06.jsonl.gz", "day"),
    ("arxiv", "arxiv_listing_2025-06.jsonl.gz", "first_listed"),
)


def papers_by_day() -> dict[date, dict[str, list[Paper]]]:
    days: dict[date, dict[str, list[Paper]]] = defaultdict(lambda: defaultdict(list))
    for source, name, field in CORPORA:
        with gzip.open(SHARED / "corpus" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                day = date.fromisoformat(json.loads(line)[field][:10])
                [paper] = read_papers([line])
                listing = Listing(source=source, source_id=paper.short_id, announced=day)
                days[day][source].append(replace(paper, listings=(listing,)))
    return dict(sorted(days.items()))


def queries(papers: list[Paper], chance: random.Random) -> Iterator[str]:
    """Words and pairs of words from titles, as people would subscribe to."""
    counts = Counter(w for p in papers for w in set(p.title.lower().split()) if w.isalpha())
    words = sorted(w for w, n in counts.items() if n >= 5 and len(w) > 4)  # sets have no order
    while True:
        a, b, c = chance.sample(words, 3)
        yield chance.choice([a, f"{a} {b}", f"{a} OR {b}", f"{a} -{c}", f"title:{a}", f"{a[:5]}*"])


async def replay(days: dict[date, dict[str, list[Paper]]], folder: Path) -> None:
    first = next(iter(days))
    clock = FakeClock(datetime.combine(first, datetime.min.time(), UTC))
    sources = {name: FakeSource(name=name) for name, _, _ in CORPORA}
    world = World(folder, clock=clock, chat=FakeChat())
    world.collector._sources = list(sources.values())
    await found_channels(world, [p for day in days.values() for ps in day.values() for p in ps])

    started, listed = time.perf_counter(), 0
    last = max(days)
    for offset in range((last - first).days + 2):
        day = first + timedelta(days=offset)
        for name, papers in days.get(day, {}).items():
            sources[name].waiting = papers
            listed += len(papers)
        for hour in (5, 9, 17):
            clock.time = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)
            await world.tick()
    elapsed = time.perf_counter() - started
    simulated = (last - first).days + 2

    with world.store._reader.connect() as connection:

        def count(sql: str) -> int:
            return connection.exec_driver_sql(sql).scalar_one()

        print(f"papers listed            {listed:>9,}")
        print(f"papers in the archive    {count('SELECT count(*) FROM paper'):>9,}")
        print(f"matches                  {count('SELECT count(*) FROM match_reason'):>9,}")
        print(f"deliveries (posts)       {len(world.chat.posts):>9,}")
    print(f"papers posted twice      {posted_twice(world.chat):>9,}")
    print(f"matched, never attached  {await never_attached(world):>9,}")
    print(f"simulated days           {simulated:>9,}")
    print(f"wall time a day          {1000 * elapsed / simulated:>9.0f} ms")
    await world.store.close()


async def found_channels(world: World, papers: list[Paper]) -> None:
    chance = random.Random(20_260_713)
    wishes = queries(papers, chance)
    schedule = Schedule(days=EVERY_DAY)
    by, now = UserRef(id="u", name="Anna"), world.clock.now()

    def make(tx):
        for n in range(CHANNELS):
            name = f"channel-{n}"
            channel = ensure_channel(tx, channel_ref(name), name, schedule=schedule, now=now)
            for _ in range(SUBSCRIPTIONS):
                add(tx, channel, parse_subscription(next(wishes)), by=by, now=now)

    await world.store.write(make)


def posted_twice(chat: FakeChat) -> int:
    cards = Counter(
        (ref, block.paper_id)
        for ref, message, _ in chat.posts
        for block in message.blocks
        if block.kind == "card"
    )
    return sum(n - 1 for n in cards.values())


async def never_attached(world: World) -> int:
    def pending(tx):
        return sum(len(tx.matches.pending(channel.ref)) for channel in tx.channels.all())

    return await world.store.read(pending)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, help="only the last so many days of the corpus")
    args = parser.parse_args()
    if not SHARED.is_dir():
        raise SystemExit("../shared is not beside this clone")
    days = papers_by_day()
    if args.days:
        days = dict(list(days.items())[-args.days :])
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(replay(days, Path(folder)))


if __name__ == "__main__":
    main()
