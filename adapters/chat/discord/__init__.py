"""Discord: posts and answers by its web API, events by its gateway.

discord.py, which takes a second to import, is needed for the gateway alone and imported then.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from adapters.chat.discord.api import DiscordApi, HttpRequester, Requester
from adapters.chat.discord.checking import Check
from adapters.chat.discord.permissions import APPLICATION_ID, application_of, invite_url
from adapters.chat.discord.posting import DiscordPosts
from bot.domain.channels import Channel
from bot.domain.findings import Finding
from bot.ports.chat import Desk

__all__ = ["APPLICATION_ID", "Discord", "DiscordOptions", "application_of", "invite_url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordOptions:
    token: str = field(repr=False)
    api_url: str
    request_timeout_s: float
    version: str = "1"
    """Of Paperlark, for the User-Agent."""


class Discord(DiscordPosts):
    """Posts to Discord and listens to it: a `ChatAdapter` and a `ChatConnection`.

    `request` sends in place of HTTP.
    """

    for_one = True

    def __init__(self, options: DiscordOptions, *, request: Requester | None = None) -> None:
        http = request or HttpRequester(
            options.api_url,
            token=options.token,
            timeout_s=options.request_timeout_s,
            version=options.version,
        )
        self.api = DiscordApi(http)
        super().__init__(self.api)
        self._options = options

    async def serve(self, desk: Desk, ready: Callable[[str], None]) -> None:
        from adapters.chat.discord.connection import Gateway

        options = self._options
        gateway = Gateway(desk, self.api, self, token=options.token, api_url=options.api_url)
        await gateway.serve(ready)

    def findings(self, channels: Sequence[Channel]) -> AsyncIterator[Finding]:
        return Check(self.api).findings(channels)

    async def aclose(self) -> None:
        await self.api.aclose()
