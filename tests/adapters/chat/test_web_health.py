"""What is told to those who watch over the process, on the page's address or without the page."""

from contextlib import asynccontextmanager

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.chat.web import WebChat
from bot.ports.health import Gauge, Readiness
from tests.adapters.chat.fakes import WORKSPACE, FakeCommands, FakeStore, FixedClock, channel
from tests.adapters.chat.samples import PARENT


class FakeProbe:
    def __init__(self):
        self.not_ready = ()
        self.measured = []

    async def readiness(self):
        return Readiness(not_ready=self.not_ready, facts={"leads": True})

    async def gauges(self):
        return self.measured


@pytest.fixture
def probe():
    return FakeProbe()


@asynccontextmanager
async def asking(probe, **how):
    store = FakeStore([channel("vision")])
    chat = WebChat(
        store,
        workspace=WORKSPACE,
        workspace_name="Example Lab",
        clock=FixedClock(),
        commands=[],
        **how,
    )
    await chat.start(FakeCommands(store.reading_list), probe)
    try:
        async with aiohttp.ClientSession(chat.url) as session:
            session.chat = chat
            yield session
    finally:
        await chat.stop()


@pytest.fixture
async def web(probe):
    async with asking(probe) as session:
        yield session


async def status(web, path, **how):
    async with web.get(path, allow_redirects=False, **how) as answer:
        return answer.status


async def families(web):
    async with web.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return {f.name: f for f in text_string_to_metric_families(await answer.text())}


async def test_who_is_ready_says_so_with_its_facts(web):
    async with web.get("/readyz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "not_ready": [], "leads": True}


async def test_who_is_not_ready_says_why(web, probe):
    probe.not_ready = ("database: the disk is full",)
    async with web.get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["not_ready"] == ["database: the disk is full"]
    assert await status(web, "/healthz") == 200  # to start it again would mend nothing


async def test_gauges_are_read_by_prometheus_own_parser(web, probe):
    odd = 'a "quoted"\\ name\nof two lines'
    probe.measured = [
        Gauge(name="paperlark_leader", help="Whether it leads.", value=True),
        Gauge(name="paperlark_posts", help="By state.", label="state", values={odd: 3, "ready": 0}),
        Gauge(name="paperlark_connected", help="None.", label="platform"),
    ]
    found = await families(web)
    assert [s.value for s in found["paperlark_leader"].samples] == [1.0]
    posts = {s.labels["state"]: s.value for s in found["paperlark_posts"].samples}
    assert posts == {odd: 3.0, "ready": 0.0}
    assert found["paperlark_connected"].samples == []


async def test_what_any_process_has_is_measured_too(web):
    found = await families(web)
    assert "python_gc_objects_collected" in found


async def test_each_scrape_has_the_numbers_of_its_moment(web, probe):
    for number in (1, 2):
        probe.measured = [Gauge(name="paperlark_tasks", help="Tasks.", value=number)]
        assert (await families(web))["paperlark_tasks"].samples[0].value == number


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_whoever_watches_asks_by_any_name(web, path):
    assert await status(web, path, headers={"Host": "paperlark:8765"}) == 200
    assert await status(web, "/c/vision", headers={"Host": "paperlark:8765"}) == 421


async def test_without_the_page_only_health_is_there(probe):
    async with asking(probe, shows_page=False) as web:
        found = {
            p: await status(web, p) for p in ("/healthz", "/readyz", "/metrics", "/", "/c/vision")
        }
        assert list(found.values()) == [200, 200, 200, 404, 404]
        async with web.post("/c/vision/command", data={"text": "subscribe x"}) as answer:
            assert answer.status == 404


async def test_without_the_page_no_post_has_an_address(probe):
    for shows_page in (True, False):
        async with asking(probe, shows_page=shows_page) as web:
            ref = channel("vision").ref
            post = await web.chat.post(ref, PARENT, delivery="a", thread=None)
            assert (await web.chat.link(ref, post, thread=None) is not None) is shows_page


async def test_without_a_probe_it_says_only_that_it_lives():
    async with asking(None) as web:
        assert [await status(web, p) for p in ("/healthz", "/readyz", "/metrics")] == [
            200,
            404,
            404,
        ]


async def test_everywhere_is_reached_from_here_by_loopback(probe):
    async with asking(probe, host="0.0.0.0") as web:
        assert web.chat.url.startswith("http://127.0.0.1:")
        assert await status(web, "/healthz") == 200
