"""The program with a language model behind the interface that OpenAI set, as a server on loopback."""

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.app import LOCAL, build
from bot.cli import main
from bot.domain.channels import ChannelRef
from bot.domain.parsing import parse_subscription
from bot.services.subscribing import add, ensure_channel
from config.loading import load_settings
from tests.e2e.test_program import environment, stand_in
from tests.fakes import text_of
from tests.world import ANNA, DAILY

SAID = "It is what the model says."
KEY = "sk-not-to-be-seen"


class Model:
    """A server of `POST /v1/chat/completions`."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[dict[str, object]] = []
        self.keys: set[str | None] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.keys.add(request.headers.get("Authorization"))
        message = {"role": "assistant", "content": f"**TL;DR:** {SAID}"}
        return web.json_response({"choices": [{"message": message}]}, status=self.status)


@asynccontextmanager
async def serving(model: Model):
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.fixture
async def model(tmp_path, monkeypatch):
    """The server, and settings that name it."""
    model = Model()
    async with serving(model) as url, stand_in() as sources:
        for name, value in environment(tmp_path, sources).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PAPERLARK_SUMMARIES__URL", url)
        monkeypatch.setenv("PAPERLARK_SUMMARIES__MODEL", "small-model")
        monkeypatch.setenv("PAPERLARK_SUMMARIES__API_KEY", KEY)
        yield model


async def digest() -> str:
    """Of a channel that takes all papers of arXiv, after the model had its turn."""
    async with build(load_settings()) as app:
        ref, now = ChannelRef(platform="web", workspace=LOCAL, channel="all"), app.clock.now()

        def make(tx):
            channel = ensure_channel(tx, ref, "all", schedule=DAILY, now=now)
            add(tx, channel, parse_subscription("source:arxiv"), by=ANNA, now=now)

        await app.store.write(make)
        await app.collector.collect()
        if app.writing:
            await app.writing.run()
        planned = await app.digester.preview(ref)
        return text_of(planned.messages)


async def test_the_digest_shows_what_the_model_says_and_names_it(model, caplog):
    caplog.set_level(logging.DEBUG)
    said = await digest()
    assert SAID in said
    assert "small-model" in said
    assert model.keys == {f"Bearer {KEY}"}
    assert KEY not in caplog.text


async def test_a_service_that_refuses_changes_nothing_but_the_label(model, caplog):
    model.status = 500
    said = await digest()
    assert SAID not in said
    assert "abstract" in said
    assert len(model.asked) == 2
    assert "answers HTTP 500" in caplog.text


async def test_check_says_what_the_service_says(model, monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_SOURCES__ENABLED", "")
    await asyncio.to_thread(main, ["check"])
    assert "Summaries by small-model: asked about 0 of 200 papers today" in capsys.readouterr().out
    model.status = 401
    assert await asyncio.to_thread(main, ["check"]) == 1
    said = capsys.readouterr()
    assert "answers HTTP 401" in said.out
    assert KEY not in said.out + said.err


def test_an_address_without_a_model_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PAPERLARK_SUMMARIES__URL", "http://127.0.0.1:9/v1")
    assert main(["check"]) == 2
    assert "PAPERLARK_SUMMARIES: URL alone will not do: set MODEL" in capsys.readouterr().err
