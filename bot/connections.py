"""The chat platforms: each kept connected, by one process or by all of them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

from bot.app import App
from bot.domain.errors import ConfigError
from bot.platforms import ChatPlatform
from bot.supervisor import NOT_YET, Supervisor

Say = Callable[[str], None]
"""Tells the person at the terminal what happens."""


class Connections:
    def __init__(self, app: App, say: Say) -> None:
        self._app = app
        self._say = say
        self._refused = set[str]()
        self._supervisors = {p.platform: self._supervised(p) for p in app.platforms}

    @property
    def problems(self) -> Mapping[str, str | None]:
        """Of each platform to which this process is to be connected: why it is not, or None."""
        leads = self._app.leadership.leads()
        mine = (p.platform for p in self._app.platforms if leads or not p.for_one)
        return {name: self._supervisors[name].problem for name in mine}

    def works(self) -> Iterator[Awaitable[None]]:
        """What keeps each up, for ever.

        Raises:
            ConfigError: all refuse us.
        """
        return (self._connected(name) for name in self._supervisors)

    def _supervised(self, platform: ChatPlatform) -> Supervisor:
        name = platform.platform.capitalize()

        def ready(who: str) -> None:
            supervisor.succeeded()
            self._say(f"{name}: connected to {who}")

        async def serve() -> None:
            supervisor.problem = NOT_YET
            await platform.serve(self._app.desk, ready)

        while_leading = partial(self._app.leadership.during, serve)
        supervisor = Supervisor(name, while_leading if platform.for_one else serve)
        return supervisor

    async def _connected(self, platform: str) -> None:
        supervisor = self._supervisors[platform]
        try:
            await supervisor.run()
        except ConfigError as error:
            self._refused.add(platform)
            if len(self._refused) == len(self._supervisors):
                raise
            self._say(f"{platform.capitalize()}: {error} The rest goes on without it.")
            supervisor.wait_out_refusals(str(error))
        await supervisor.run()
