"""Channels that cannot be posted to: stop, say so once, and start again when it works."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.domain.channels import Channel, ChannelRef, ChannelState, WorkspaceId, tried_again
from bot.domain.deliveries import Delivery
from bot.domain.errors import DeliveryError, RateLimited
from bot.domain.messages import Message
from bot.ports.chat import ChatAdapter
from bot.ports.storage import Store, Transaction
from bot.services import presenting

logger = logging.getLogger(__name__)


def stop_channel(tx: Transaction, ref: ChannelRef, code: str) -> None:
    """Posting there ends; its papers wait. A channel that is stopped already stays as it is."""
    if channel := tx.channels.get(ref):
        _stop(tx, channel, code)


def stop_workspace(tx: Transaction, workspace: WorkspaceId, code: str) -> None:
    """Posting ends in all channels of a workspace."""
    for channel in tx.channels.of_workspace(workspace):
        _stop(tx, channel, code, cut_off=True)


def _stop(tx: Transaction, channel: Channel, code: str, *, cut_off: bool = False) -> None:
    if channel.state is ChannelState.ACTIVE:
        broken = ChannelState.BROKEN
        tx.channels.save(replace(channel, state=broken, broken_code=code, cut_off=cut_off))


def try_all_again(tx: Transaction, channels: list[Channel]) -> None:
    """Also those that are broken for a reason of their own: if it lasts, they stop again."""
    for channel in channels:
        if channel.state is ChannelState.BROKEN:
            tx.channels.save(tried_again(channel))


def works_again(tx: Transaction, ref: ChannelRef) -> None:
    """Something was posted there: if it stops once more, its owner hears of it once more."""
    channel = tx.channels.get(ref)
    if channel and channel.told_code is not None:
        tx.channels.save(replace(channel, told_code=None))


class OwnerNotices:
    """Says once that posting in a channel has stopped and how to mend it, or that a post is held.

    Who dies between telling and noting so tells it again; nothing is left untold.
    """

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        operator: Callable[[Message], Awaitable[None]],
        *,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """`operator` is told what no owner can be told in the chat itself.

        Of several processes only the one that `leads` tells anybody anything.
        """
        self._store = store
        self._chats = chats
        self._operator = operator
        self._leads = leads
        self._turn = asyncio.Lock()

    async def send(self) -> None:
        if not self._leads():  # who leads does it at its next tick
            return
        async with self._turn:  # two at once would both tell the same
            for delivery in await self._store.read(lambda tx: tx.deliveries.untold()):
                await self._tell_held(delivery)
            while untold := await self._store.read(lambda tx: self._untold(tx)):
                if not await self._tell(untold[0], untold):
                    break

    async def _tell_held(self, delivery: Delivery) -> None:
        """A post that is refused, or of which it stays unknown whether it arrived."""
        reason = delivery.last_error or ""
        logger.error("a post in %s is held: %s", delivery.channel.channel, reason)
        channel = await self._store.read(lambda tx: tx.channels.get(delivery.channel))
        if channel:
            await self._operator(presenting.post_held(channel, reason))
        await self._store.write(lambda tx: tx.deliveries.mark_told(delivery))

    def _untold(self, tx: Transaction) -> list[Channel]:
        return [
            channel
            for channel in tx.channels.broken()
            if channel.told_code != channel.broken_code and channel.ref.platform in self._chats
        ]

    async def _tell(self, channel: Channel, untold: list[Channel]) -> bool:
        """Whether it is told, in whichever way; else it has to wait."""
        told, workspace = [channel], channel.ref.workspace
        if channel.cut_off:
            told = [c for c in untold if c.cut_off and c.ref.workspace == workspace]
            code = channel.broken_code or ""
            logger.error("%s: posting is stopped: %s", workspace, code)
            await self._operator(presenting.workspace_stopped(workspace, code, len(told)))
        elif not await self._tell_owner(channel):
            return False
        await self._store.write(lambda tx: _mark_told(tx, told))
        return True

    async def _tell_owner(self, channel: Channel) -> bool:
        """Who cannot be told is told about to the operator; false if it has to wait."""
        message, owner = presenting.channel_stopped(channel), channel.owner
        try:
            if owner:
                await self._chats[channel.ref.platform].tell(channel.ref.workspace, owner, message)
                return True
        except RateLimited:
            return False
        except DeliveryError as error:
            logger.warning("the owner of #%s cannot be told: %s", channel.name, error.code)
        except Exception:  # our own fault; it must not come again at every tick
            logger.exception("the owner of #%s cannot be told", channel.name)
        await self._operator(message)
        return True


def _mark_told(tx: Transaction, told: list[Channel]) -> None:
    for was in told:
        if channel := tx.channels.get(was.ref):
            tx.channels.save(replace(channel, told_code=was.broken_code))
