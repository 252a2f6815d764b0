"""The installed program as a process: live sources on loopback, signals, the page."""

import asyncio
import json
import os
import signal
import sys
import urllib.request
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli import main

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:9"


@asynccontextmanager
async def stand_in(*, delay_s: float = 0.0):
    """Hugging Face and arXiv on loopback, answering with the bundled bodies."""
    sample = files("adapters.sources.sample")

    async def daily(request):
        await asyncio.sleep(delay_s)
        entries = json.loads(sample.joinpath("huggingface_2026-07-13.json").read_text())
        for entry in entries:
            entry["paper"]["submittedOnDailyAt"] = f"{request.query['date']}T00:00:00.000Z"
        return web.json_response([] if request.query.get("p", "0") != "0" else entries)

    async def rss(_):
        await asyncio.sleep(delay_s)
        return web.Response(text=sample.joinpath("arxiv_2026-07-13.xml").read_text())

    app = web.Application()
    app.router.add_get("/api/daily_papers", daily)
    app.router.add_get("/rss/{categories}", rss)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def environment(folder, sources, **more):
    return {
        "PAPERLARK_DATA_DIR": str(folder),
        "PAPERLARK_SOURCES__HUGGINGFACE__URL": sources,
        "PAPERLARK_SOURCES__ARXIV__RSS_URL": sources,
        "PAPERLARK_SOURCES__ARXIV__API_URL": f"{sources}/api/query",
        "PAPERLARK_SOURCES__ARXIV__MIN_INTERVAL_S": "0",
        **more,
    }


async def paperlark(*args, sources=NOWHERE, folder, **more):
    """A process of its own, for what needs signals, locks or a page."""
    own = environment(folder, sources, PYTHONUNBUFFERED="1", **more)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from bot.cli import main; raise SystemExit(main())", *args,
        cwd=ROOT, env=os.environ | own,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """`await command(*args)`: runs in a thread of ours, which is quicker than a process."""

    async def run(*args, sources=NOWHERE, **more):
        for name, value in environment(tmp_path, sources, **more).items():
            monkeypatch.setenv(name, value)
        code = await asyncio.to_thread(main, args)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


async def page_address(process) -> str:
    """What the process says where its page is."""
    while line := (await asyncio.wait_for(process.stdout.readline(), 60)).decode():
        if found := [word for word in line.split() if word.startswith("http://127.0.0.1")]:
            return found[0]
    raise AssertionError((await process.stderr.read()).decode())


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


async def test_try_uses_live_sources_where_they_answer(command):
    async with stand_in() as sources:
        code, out, err = await command("try", "--once", sources=sources)
    assert code == 0, err
    assert "sample" not in out
    assert "Long-Horizon-Terminal-Bench" in out


async def test_try_falls_back_to_the_sample_and_says_so(command):
    code, out, _ = await command("try", "--once")
    assert code == 0
    assert "Hugging Face: cannot be reached" in out
    assert "Bundled sample of 13 July 2026" in out


async def test_try_waits_five_seconds_at_most(command):
    async with stand_in(delay_s=60) as sources:
        _, out, _ = await asyncio.wait_for(command("try", "--once", sources=sources), 40)
    assert "arXiv: no answer within 5 seconds" in out
    assert "Bundled sample" in out


async def test_try_serves_the_digests_and_answers_on_the_page(tmp_path):
    process = await paperlark("try", "--offline", "--port", "0", folder=tmp_path)
    address = await page_address(process)
    page = await asyncio.to_thread(fetch, address)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.wait(), 10)
    assert "Multimodal Reward Hacking in Reinforcement Learning" in page
    assert "Bundled sample" in page
    assert process.returncode == 0


async def test_run_keeps_its_file_to_itself_and_ends_on_sigterm(tmp_path):
    async with stand_in() as sources:
        first = await paperlark("run", sources=sources, folder=tmp_path, PAPERLARK_HTTP__PORT="0")
        address = await page_address(first)
        assert await asyncio.to_thread(fetch, f"{address}healthz") == "ok"
        second = await paperlark("run", folder=tmp_path, PAPERLARK_HTTP__PORT="0")
        _, err = await asyncio.wait_for(second.communicate(), 40)
        first.send_signal(signal.SIGTERM)
        await asyncio.wait_for(first.wait(), 10)
    assert first.returncode == 0, (await first.stderr.read()).decode()
    assert second.returncode == 1
    assert err.decode().startswith("paperlark: ")
    assert "Traceback" not in err.decode()


@pytest.mark.parametrize("args", [["collect"], ["check"]])
async def test_a_source_that_does_not_answer_is_named(command, args):
    code, out, err = await command(*args)
    assert code == 1
    assert "arXiv: cannot be reached" in out
    assert "Traceback" not in err


async def test_collect_from_live_sources(command):
    async with stand_in() as sources:
        code, out, err = await command("collect", sources=sources)
        again, checked, _ = await command("check", sources=sources)
    assert "Hugging Face" in out
    assert code == 0, err
    assert "62 papers" in checked
    assert again == 0, checked
