"""For those who watch over the process: whether it lives, whether it is ready, its numbers.

Nothing here is secret and nothing can be changed: the guard lets whoever asks.
"""

from aiohttp import web

from bot.ports.health import Probe


def add_health(app: web.Application, probe: Probe | None) -> None:
    """Without a probe only whether it lives."""
    app.router.add_get("/healthz", _healthz)
    if probe is not None:
        health = _Health(probe)
        app.router.add_get("/readyz", health.readyz)
        app.router.add_get("/metrics", health.metrics)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


class _Health:
    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def readyz(self, _: web.Request) -> web.Response:
        found = await self._probe.readiness()
        body = {"ready": found.ready, "not_ready": list(found.not_ready), **found.facts}
        return web.json_response(body, status=200 if found.ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        # Only now: the import takes a while, and many never ask.
        from adapters.chat.web.metrics import CONTENT_TYPE, exposed

        body = exposed(await self._probe.gauges())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})
