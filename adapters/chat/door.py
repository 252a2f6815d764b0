"""Where a site listens, so that strangers who reach it cannot take the bot's open files.

Out of those, no database can be opened any more, and asyncio logs without end that it can accept
nobody.
"""

import asyncio
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

CONNECTIONS_MAX = 100
BACKLOG = 32
"""So many come in before any of them counts: some systems allow a process 256 files."""
SILENCE_S = 150.0
"""For a request's head; longer than reverse proxies keep a connection that they mean to use."""


class _OurFaults(logging.Filter):
    """Not those of callers, who send what is no HTTP, or go away in the middle of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        theirs = ConnectionError | HttpProcessingError | web.RequestPayloadError
        return not isinstance(error, theirs)


logger = logging.getLogger(__name__)
logger.addFilter(_OurFaults())


class Door:
    """Lets everybody in. Beyond `CONNECTIONS_MAX` the oldest go, so the idle keep nobody out."""

    def __init__(self, site: web.Application, *, goodbye_s: float) -> None:
        self._runner = web.AppRunner(
            site,
            access_log=None,
            logger=logger,
            keepalive_timeout=SILENCE_S,
            shutdown_timeout=goodbye_s,
        )
        self._listening: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Begin to listen; gives the port.

        Raises:
            OSError: not there.
        """
        if self._runner.server is None:
            await self._runner.setup()
        listen = asyncio.get_running_loop().create_server
        self._listening = await listen(self._admit, host, port, backlog=BACKLOG)
        return int(self._listening.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    def _admit(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None:
            raise RuntimeError("the door is not open")
        for oldest in server.connections[: 1 - CONNECTIONS_MAX]:
            oldest.force_close()
        return server()
