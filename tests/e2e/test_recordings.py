"""Two recorded days through the whole program: real bodies in, posts out, nothing twice."""

from datetime import UTC, datetime

import httpx

from adapters.sources.arxiv import ArXiv
from adapters.sources.http import PoliteClient
from adapters.sources.huggingface import HuggingFace
from bot.domain.schedules import EVERY_DAY, Schedule
from tests.adapters.sources.fakes import reply
from tests.fakes import FakeClock
from tests.shared import SHARED, needs_shared
from tests.world import World

RECORDINGS = SHARED / "recordings"
HUGGINGFACE_DAY = datetime(2026, 8, 21, 6, 0, tzinfo=UTC)
ARXIV_DAY = datetime(2026, 9, 24, 9, 30, tzinfo=UTC)


class Recorded(httpx.AsyncBaseTransport):
    """Both services as they were recorded, and empty on all other days."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if request.url.path == "/api/daily_papers":
            params = request.url.params
            day = RECORDINGS / "hf" / f"daily_papers_{params['date']}.json"
            return reply(day.read_bytes() if params["p"] == "0" and day.exists() else b"[]")
        if "/rss/" in request.url.path:
            return reply(
                RECORDINGS.joinpath("arxiv_rss/rss_2026-09-24_new_replace.xml").read_bytes()
            )
        return reply(RECORDINGS.joinpath("arxiv_api/empty_unknown_id.xml").read_bytes())


async def no_wait(_: float) -> None:
    pass


def world_on(folder, clock, chat=None):
    client = PoliteClient(
        version="test", contact=None, clock=clock, sleep=no_wait, transport=Recorded()
    )
    world = World(folder, clock=clock, chat=chat)
    world.collector._sources = [HuggingFace(client), ArXiv(client)]
    return world, client


@needs_shared
async def test_recorded_days_are_posted_once(tmp_path):
    clock = FakeClock(HUGGINGFACE_DAY)
    world, client = world_on(tmp_path, clock)
    world.collector._sources = world.collector._sources[:1]
    daily = Schedule(days=EVERY_DAY)
    await world.found("source:hf upvotes:>=30", name="popular", schedule=daily)
    await world.found("learning OR model", name="broad", schedule=daily)

    await world.tick()
    clock.advance(hours=3)
    await world.tick()
    popular, broad = world.cards("popular"), world.cards("broad")
    assert len(popular) == 5
    assert len(broad) > 5
    posts = len(world.chat.posts)

    clock.advance(minutes=40)
    await world.tick()
    assert len(world.chat.posts) == posts
    await world.store.close()

    again, client_again = world_on(tmp_path, clock, world.chat)
    await again.deliverer.hold_interrupted(alone=True)
    clock.advance(minutes=40)
    await again.tick()
    assert len(again.chat.posts) == posts

    clock.time = ARXIV_DAY
    await again.tick()
    clock.advance(days=1)
    await again.tick()
    assert again.cards("popular") == popular
    assert again.cards("broad")[len(broad) :] == [
        "The Drift Contract: Spectral Updates for Depth-Robust Local Learning"
    ]
    await again.store.close()
    await client.aclose()
    await client_again.aclose()
