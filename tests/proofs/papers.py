"""Papers for the rooms of a proof, and arXiv on loopback that announces them."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Self
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.domain.papers import Paper
from tests.fakes import make_paper

EASTERN = ZoneInfo("America/New_York")


def title(room: str, number: int) -> str:
    """Names its room, which subscribed to that name: it belongs nowhere else."""
    return f"Study {number} of {room}"


def arxiv_id(number: int) -> str:
    return f"2611.{number:05}"


def paper(room: str, number: int) -> Paper:
    today = datetime.now(EASTERN).date()
    return make_paper(arxiv_id(number), title(room, number), day=today, abstract="A study.")


class Feed:
    """Announces what it is given, all of it whenever it is asked."""

    def __init__(self) -> None:
        self._items: list[str] = []
        app = web.Application()
        app.router.add_get("/rss/{categories}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    def announce(self, papers: Iterable[tuple[str, int]]) -> None:
        """Of these rooms and numbers."""
        self._items += [_item(room, number) for room, number in papers]

    def settings(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return {
            "PAPERLARK_SOURCES__ENABLED": "arxiv",
            "PAPERLARK_SOURCES__ARXIV__CATEGORIES": "cs.AI",
            "PAPERLARK_SOURCES__ARXIV__RSS_URL": url,
            "PAPERLARK_SOURCES__ARXIV__API_URL": f"{url}/api",
            "PAPERLARK_SOURCES__ARXIV__MIN_INTERVAL_S": "0",
        }

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, _: web.Request) -> web.Response:
        midnight = datetime.now(EASTERN).replace(hour=0, minute=0, second=0, microsecond=0)
        body = _FEED.format(day=format_datetime(midnight), items="".join(self._items))
        return web.Response(text=body, content_type="application/rss+xml")


def _item(room: str, number: int) -> str:
    id_ = arxiv_id(number)
    return _ITEM.format(id=id_, title=escape(title(room, number)))


_FEED = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>cs.AI updates on arXiv.org</title>
<link>http://rss.arxiv.org/rss/cs.AI</link><pubDate>{day}</pubDate>
<skipDays><day>Sunday</day><day>Saturday</day></skipDays>{items}</channel></rss>"""
_ITEM = """<item><title>{title}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v1 Announce Type: new
Abstract: A study.</description><guid isPermaLink="false">oai:arXiv.org:{id}v1</guid>
<category>cs.AI</category><arxiv:announce_type>new</arxiv:announce_type>
<dc:creator>Ada Example</dc:creator></item>"""
