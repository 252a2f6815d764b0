"""Commands under load: from the event to its acknowledgement, and to its answer.

    uv run python -m tests.bench.commands [--rate 50] [--seconds 20] [--papers 100000]

The bot is a process of its own, `paperlark run` on an archive of that size; Slack and
Discord are stand-ins in this one. Beside it, in the same run, the same adapters with a
handler that answers at once and does nothing.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from adapters.chat.discord import Discord, DiscordOptions
from adapters.chat.slack import SlackOptions
from bot.domain.messages import Message, Paragraph, plain
from bot.domain.text import words
from bot.ports.chat import Reply
from tests.bench.archive import fill, real_papers
from tests.standins.discord import StandIn
from tests.standins.slack import SlackStandIn

ARCHIVE = Path(tempfile.gettempdir()) / "paperlark-bench-{papers}.db"
NOWHERE = "http://127.0.0.1:9"
DRAIN_S = 30.0


class EmptyDesk:
    """Answers at once."""

    async def command(self, call):
        text = f"You typed {call.text}"
        return Reply(message=Message(fallback=text, blocks=(Paragraph(spans=(plain(text),)),)))

    async def suggest(self, call, *, option):
        return []

    async def joined(self, channel, name, *, by):
        return None

    async def left(self, channel, code): ...

    async def connected(self, workspace): ...

    async def cut_off(self, workspace, code): ...


class Times:
    """When each command was sent, acknowledged and answered; by its number."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.acked: dict[int, float] = {}
        self.answered: dict[int, float] = {}

    def line(self, name: str) -> str:
        done = f"{len(self.answered)} of {len(self.sent)} answered"
        return f"{name:<24} {self._of(self.acked)}   {self._of(self.answered)}   {done}"

    def _of(self, moments: dict[int, float]) -> str:
        waits = sorted((at - self.sent[n]) * 1_000 for n, at in moments.items())
        if not waits:
            return "      –       –"
        p50, p99 = (waits[min(int(len(waits) * p), len(waits) - 1)] for p in (0.5, 0.99))
        return f"{p50:7.1f} {p99:7.1f}"


class TimedSlack(SlackStandIn):
    def __init__(self, times: Times) -> None:
        super().__init__()
        self.times = times

    async def command(self, number: int, text: str) -> None:
        self.times.sent[number] = time.monotonic()
        envelope = await self.slash("C1", f"U{number}", text)
        self.times.acked[number] = await self.acked(envelope, within_s=60)
        while number not in self.times.answered:  # noqa: ASYNC110 -- the stand-in has no event for it
            await asyncio.sleep(0.05)

    def _answered(self, payload, body) -> None:
        if body.get("response_type") != "in_channel":
            self.times.answered.setdefault(int(payload["user"][1:]), time.monotonic())
        super()._answered(payload, body)


class TimedDiscord(StandIn):
    def __init__(self, times: Times) -> None:
        super().__init__()
        self.times = times
        self.papers = self.state.add_channel(self.state.add_guild(), "papers")

    async def command(self, number: int, text: str) -> None:
        verb, _, rest = text.partition(" ")
        option = {"save": "paper", "show": "paper", "unsubscribe": "subscription"}.get(
            verb, "query"
        )
        options = {option: rest} if rest else {}
        self.times.sent[number] = time.monotonic()
        given = await self.slash(self.papers["id"], verb, **options)
        await given.acknowledged.wait()
        self.times.acked[number] = time.monotonic()
        await given.answered.wait()
        self.times.answered[number] = time.monotonic()


def commands() -> Iterator[str]:
    """As people might type and press: cards' buttons and searches most, and every kind of answer."""
    chance, papers = random.Random(7), real_papers()
    while True:
        paper = chance.choice(papers)
        terms = [w for w in words(paper.title) if len(w) > 3] or ["model"]
        query = " ".join(chance.sample(terms, min(2, len(terms))))
        either = f"{chance.choice(terms)} OR {chance.choice(terms)}"
        kinds = {
            (f"save {paper.short_id}",): 20,
            (f"show {paper.short_id}",): 15,
            (f"search {query}",): 25,
            (f"search {either}",): 10,
            (f"subscribe {query}", f"unsubscribe {query}"): 5,
            ("list",): 5,
            ("saved",): 5,
            ("status",): 5,
            ("help",): 5,
        }
        yield from chance.choices([*kinds], [*kinds.values()])[0]


async def load(command: Callable[[int, str], Awaitable[None]], rate: float, seconds: float) -> None:
    """So many commands a second, whether or not those before are answered."""
    tasks, started, texts = [], time.monotonic(), commands()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(command(number, next(texts))))
    await asyncio.wait(tasks, timeout=DRAIN_S)
    for task in tasks:
        task.cancel()


async def bot(folder: Path, settings: dict[str, str], *args: str) -> asyncio.subprocess.Process:
    environment = os.environ | settings | {
        "PAPERLARK_DATA_DIR": str(folder),
        "PAPERLARK_HTTP__PORT": "0",
        "PAPERLARK_SOURCES__HUGGINGFACE__URL": NOWHERE,
        "PAPERLARK_SOURCES__ARXIV__RSS_URL": NOWHERE,
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, *args, env=environment, stdout=asyncio.subprocess.PIPE
    )
    while b"connected" not in (line := await process.stdout.readline()):
        if not line:
            raise SystemExit("the bot ended")
    return process


def settings_of(slack: SlackStandIn | None, discord: StandIn | None) -> dict[str, str]:
    made = {}
    if slack:
        made |= {
            "PAPERLARK_SLACK__API_URL": slack.api_url,
            "PAPERLARK_SLACK__BOT_TOKEN": "xoxb-good",
            "PAPERLARK_SLACK__APP_TOKEN": slack.app_token,
        }
    if discord:
        made |= {
            "PAPERLARK_DISCORD__API_URL": discord.url,
            "PAPERLARK_DISCORD__TOKEN": discord.token,
        }
    return made


RUN = ("-c", "from bot.cli import main; raise SystemExit(main())", "run")
EMPTY = ("-m", "tests.bench.commands", "--empty")


async def measure(name: str, folder: Path, args: tuple[str, ...], rate: float, s: float) -> None:
    for platform in ("Slack", "Discord"):
        times = Times()
        standin = TimedSlack(times) if platform == "Slack" else TimedDiscord(times)
        await standin.start()
        slack, discord = (standin, None) if platform == "Slack" else (None, standin)
        process = await bot(folder, settings_of(slack, discord), *args)
        try:
            await load(standin.command, rate, s)
        finally:
            process.terminate()
            await process.wait()
            await standin.stop()
        print(times.line(f"{platform}, {name}"), flush=True)


async def serve_empty() -> None:
    """The adapter that has a token, with the empty handler."""
    token = os.environ.get("PAPERLARK_DISCORD__TOKEN")
    if token:
        api_url = os.environ["PAPERLARK_DISCORD__API_URL"]
        platform = Discord(DiscordOptions(token=token, api_url=api_url, request_timeout_s=10))
    else:
        from adapters.chat.slack.connection import Slack

        options = SlackOptions(
            api_url=os.environ["PAPERLARK_SLACK__API_URL"],
            request_timeout_s=10,
            required_scopes=(),
            bot_token=os.environ["PAPERLARK_SLACK__BOT_TOKEN"],
            app_token=os.environ["PAPERLARK_SLACK__APP_TOKEN"],
        )
        platform = Slack(options, store=None, clock=None)
    await platform.serve(EmptyDesk(), lambda who: print("connected", who, flush=True))


async def main(rate: float, seconds: float, papers: int) -> None:
    archive = Path(str(ARCHIVE).format(papers=papers))
    if not archive.exists():  # noqa: ASYNC240 -- nothing else runs yet
        await fill(archive, papers)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(archive, Path(folder) / "paperlark.db")
        print(f"{rate:.0f} commands a second for {seconds:.0f} s, {papers:,} papers; milliseconds")
        print(f"{'':<24} ack p50     p99   answer p50 p99")
        await measure("empty handler", Path(folder), EMPTY, rate, seconds)
        await measure("paperlark run", Path(folder), RUN, rate, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--empty", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    work = serve_empty() if given.empty else main(given.rate, given.seconds, given.papers)
    asyncio.run(work)
