"""Channels that cannot be posted to: stop, say so once, and start again when it works."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.domain.channels import Channel, ChannelRef, ChannelState, WorkspaceId
from bot.domain.errors import DeliveryError, RateLimited
from bot.domain.messages import Message
from bot.ports.chat import ChatAdapter
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.services import presenting

logger = logging.getLogger(__name__)


def stop_channel(tx: Transaction, ref: ChannelRef, code: str) -> None:
    """Posting there ends; its papers wait. A channel that is stopped already stays as it is."""
    channel = tx.channels.get(ref)
    if channel and channel.state is ChannelState.ACTIVE:
        tx.channels.save(replace(channel, state=ChannelState.BROKEN, broken_code=code))


def stop_workspace(tx: Transaction, workspace: WorkspaceId, code: str) -> list[Channel]:
    """Posting ends in all channels of a workspace; gives those in which it had not before.

    Nobody there can be told, so their owners count as told.
    """
    active = [c for c in tx.channels.of_workspace(workspace) if c.state is ChannelState.ACTIVE]
    for channel in active:
        stopped = replace(channel, state=ChannelState.BROKEN, broken_code=code, told_code=code)
        tx.channels.save(stopped)
    return active


class OwnerNotices:
    """Tells the owner of a channel, once, that posting there has stopped and how to mend it."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        operator: Callable[[Message], Awaitable[None]],
    ) -> None:
        """`operator` is told what no owner can be told in the chat itself."""
        self._store = store
        self._chats = chats
        self._clock = clock
        self._operator = operator

    async def send(self) -> None:
        for channel in await self._store.read(lambda tx: tx.channels.broken()):
            if channel.told_code != channel.broken_code and channel.ref.platform in self._chats:
                await self._tell(channel)

    async def workspace_stopped(self, workspace: WorkspaceId, code: str, channels: int) -> None:
        logger.error("%s: posting is stopped: %s", workspace, code)
        await self._operator(presenting.workspace_stopped(workspace, code, channels))

    async def _tell(self, channel: Channel) -> None:
        message = presenting.channel_stopped(channel)
        try:
            if channel.owner is None:
                await self._operator(message)
            else:
                chat = self._chats[channel.ref.platform]
                await chat.tell(channel.ref.workspace, channel.owner, message)
        except RateLimited:
            return  # told at the next tick
        except DeliveryError as error:
            logger.warning("the owner of #%s cannot be told: %s", channel.name, error.code)
            await self._operator(message)
        except Exception:  # our own fault; it must not come again at every tick
            logger.exception("the owner of #%s cannot be told", channel.name)
            await self._operator(message)
        await self._store.write(lambda tx: self._told(tx, channel))

    def _told(self, tx: Transaction, told: Channel) -> None:
        if channel := tx.channels.get(told.ref):
            tx.channels.save(replace(channel, told_code=told.broken_code))
