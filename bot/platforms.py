"""Slack and Discord, as the settings want them.

A platform is imported only where it has a token: together they take seconds and 60 MB.
"""

from typing import Protocol

from pydantic import SecretStr

from bot import __version__
from bot.ports.chat import ChatAdapter, ChatConnection
from bot.ports.clock import Clock
from bot.ports.storage import Store
from config.manifests import SLACK_SCOPES
from config.settings import Settings


class ChatPlatform(ChatAdapter, ChatConnection, Protocol):
    """Posts and listens."""

    async def aclose(self) -> None: ...


def platforms_with_tokens(settings: Settings, store: Store, clock: Clock) -> list[ChatPlatform]:
    return [
        *([_slack(settings, store, clock)] if settings.slack.wanted else []),
        *([_discord(settings)] if settings.discord.token else []),
    ]


def _slack(settings: Settings, store: Store, clock: Clock) -> ChatPlatform:
    from adapters.chat.slack import Slack, SlackOptions

    wanted = settings.slack
    options = SlackOptions(
        api_url=wanted.api_url,
        request_timeout_s=settings.delivery.request_timeout_s,
        required_scopes=tuple(SLACK_SCOPES),
        bot_token=_revealed(wanted.bot_token),
        app_token=_revealed(wanted.app_token),
        signing_secret=_revealed(wanted.signing_secret),
        client_id=wanted.client_id,
        client_secret=_revealed(wanted.client_secret),
        token_key=_revealed(wanted.token_key),
        public_url=wanted.public_url,
        http_host=wanted.http_host,
        http_port=wanted.http_port,
    )
    return Slack(options, store=store, clock=clock)


def _discord(settings: Settings) -> ChatPlatform:
    from adapters.chat.discord import Discord, DiscordOptions

    options = DiscordOptions(
        token=_revealed(settings.discord.token) or "",
        api_url=settings.discord.api_url,
        request_timeout_s=settings.delivery.request_timeout_s,
        version=__version__,
    )
    return Discord(options)


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
