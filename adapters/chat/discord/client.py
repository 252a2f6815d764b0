"""The gateway: discord.py keeps the connection, and each event becomes a call to ours."""

import logging
import unicodedata
from collections.abc import Callable

import discord

from adapters.chat.discord import commands, errors
from adapters.chat.discord.answering import Answering
from adapters.chat.discord.api import DiscordApi
from adapters.chat.discord.ids import server
from adapters.chat.discord.permissions import missing
from adapters.chat.discord.posting import DiscordPosts
from adapters.chat.discord.seeing import bookmarker, interaction_of, ref_of
from bot.domain.command_table import BOOKMARK
from bot.domain.errors import DeliveryError
from bot.ports.chat import Desk

logger = logging.getLogger(__name__)

LAST_SERVER_AFTER_S = 0.5
"""After the gateway is ready it sends one server after the other; then no more are waited for."""

_EMOJI = unicodedata.lookup(BOOKMARK)

# No voice is wanted, so no warnings that it is missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class GatewayClient(discord.Client):
    """One connection, from login to its end. Needs no privileged intent."""

    def __init__(
        self,
        desk: Desk,
        api: DiscordApi,
        posts: DiscordPosts,
        answering: Answering,
        ready: Callable[[str], None],
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_reactions=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=LAST_SERVER_AFTER_S,
        )
        self._desk = desk
        self._api = api
        self._posts = posts
        self._answering = answering
        self._say_ready = ready
        self._greeted = False
        self.failures = 0
        """How often the connection broke since it last worked."""

    async def setup_hook(self) -> None:
        """Register the commands, if Discord has others: it takes 200 a day (platforms.md B1)."""
        path = f"/applications/{self.application_id}/commands"
        try:
            if not commands.registered(await self._api.get(path)):
                logger.info("registering the commands with Discord")
                await self._api.send("PUT", path, commands.registration())
        except DeliveryError as error:
            # Digests and the commands that Discord has work all the same.
            logger.warning("the commands are not registered anew: %s", error.code)

    async def on_ready(self) -> None:
        """May come often; what it starts, it starts once."""
        self.failures = 0
        if self._greeted:
            return
        self._greeted = True
        servers = len(self.guilds)
        self._say_ready(f"{servers} server{'' if servers == 1 else 's'} as {self.user}")
        for guild in self.guilds:
            await self._desk.connected(server(guild.id))

    async def on_resumed(self) -> None:
        self.failures = 0

    async def on_disconnect(self) -> None:
        self.failures += 1

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if channel := _open_channel(guild):
            await self._greet(channel)
        await self._desk.connected(server(guild.id))

    async def _greet(self, channel: discord.TextChannel) -> None:
        greeting = await self._desk.joined(ref_of(channel), channel.name, by=None)
        if greeting:
            try:
                await self._posts.say(ref_of(channel), greeting)
            except DeliveryError as error:
                logger.info("no greeting on a new server: %s", error.code)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._desk.cut_off(server(guild.id), errors.UNKNOWN_GUILD)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._desk.left(ref_of(channel), errors.UNKNOWN_CHANNEL)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self._answering.handle(interaction_of(interaction))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        ours = self.user is not None and event.message_author_id in (None, self.user.id)
        if ours and str(event.emoji) == _EMOJI and (by := bookmarker(self, event)):
            await self._answering.bookmarked(by, str(event.message_id))


class ShardedGatewayClient(GatewayClient, discord.AutoShardedClient):
    """As many connections as Discord wants of a bot that is on thousands of servers."""


def _open_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where to greet: where the server greets its own members, else the first place for us."""
    first = [guild.system_channel] if guild.system_channel else []
    for channel in (*first, *guild.text_channels):
        if not missing(channel.permissions_for(guild.me).value):
            return channel
    return None
