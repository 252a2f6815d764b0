"""The desk: what people and platforms bring, whichever platform it is."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.channels import ChannelRef, ChannelState, UserRef, WorkspaceId, tried_again
from bot.domain.messages import Message
from bot.domain.schedules import Schedule
from bot.ports.chat import ChatAdapter, CommandCall, Reply, Suggestion
from bot.ports.clock import Clock
from bot.ports.storage import Store, Transaction
from bot.services import presenting
from bot.services.buttons import KeptButtons, too_long
from bot.services.commands import Commands
from bot.services.stopping import OwnerNotices, stop_channel, stop_workspace, try_all_again
from bot.services.subscribing import ensure_channel
from bot.services.suggesting import Suggestions

logger = logging.getLogger(__name__)


AT_ONCE = 4
"""Commands worked on for a workspace; more would only delay the acknowledgement of the next."""


def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


class FrontDesk:
    """A `Desk`. Whatever goes wrong is logged and answered, never raised."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, ChatAdapter],
        clock: Clock,
        commands: Commands,
        notices: OwnerNotices,
        *,
        schedule: Schedule,
    ) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._commands = commands
        self._notices = notices
        self._schedule = schedule
        self._suggestions = Suggestions(store)
        self._turns = defaultdict[WorkspaceId, asyncio.Semaphore](_turns)

    async def command(self, call: CommandCall) -> Reply:
        try:
            async with self._turns[call.channel.workspace]:
                reply = await self._commands.handle(call)
                return replace(reply, message=await self._fitting(call, reply.message))
        except Exception:
            logger.exception("an answer could not be made")
            return Reply(message=presenting.unexpected())

    async def _fitting(self, call: CommandCall, message: Message) -> Message:
        """With what its buttons cannot hold put by; notices have none."""
        most = self._chats[call.channel.platform].capabilities.button_max_chars
        if most is None or not too_long(message, most):
            return message
        workspace, now = call.channel.workspace, self._clock.now()
        return await self._store.write(
            lambda tx: KeptButtons(tx, workspace, most, now).message(message)
        )

    async def suggest(self, call: CommandCall, *, option: str) -> list[Suggestion]:
        try:
            return await self._suggestions.suggest(call, option=option)
        except Exception:
            logger.exception("suggestions for %s failed", option)
            return []

    async def joined(self, channel: ChannelRef, name: str, *, by: UserRef | None) -> Message | None:
        try:
            return await self._store.write(lambda tx: self._join(tx, channel, name, by))
        except Exception:
            logger.exception("joining %s failed", channel.channel)
            return None

    async def left(self, channel: ChannelRef, code: str) -> None:
        try:
            await self._store.write(lambda tx: stop_channel(tx, channel, code))
            await self._notices.send()
        except Exception:
            logger.exception("leaving %s failed", channel.channel)

    async def connected(self, workspace: WorkspaceId) -> None:
        try:
            await self._store.write(
                lambda tx: try_all_again(tx, tx.channels.of_workspace(workspace))
            )
        except Exception:
            logger.exception("the channels of %s stay stopped", workspace)

    async def cut_off(self, workspace: WorkspaceId, code: str) -> None:
        try:
            await self._store.write(lambda tx: stop_workspace(tx, workspace, code))
            await self._notices.send()
        except Exception:
            logger.exception("%s could not be stopped", workspace)

    def _join(
        self, tx: Transaction, ref: ChannelRef, name: str, by: UserRef | None
    ) -> Message | None:
        """Greet a new channel; say in one that was stopped that posting goes on."""
        now, known = self._clock.now(), tx.channels.get(ref)
        if known is None:
            channel = ensure_channel(tx, ref, name, schedule=self._schedule, now=now, by=by)
            return presenting.greeting(channel, now=now)
        tx.channels.save(replace(tried_again(known), name=name, told_code=None))
        stopped = known.state is ChannelState.BROKEN
        return presenting.resumed(known, now=now) if stopped else None
