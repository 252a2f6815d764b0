"""The desk: what people and platforms bring, whichever platform it is."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.channels import Channel, ChannelRef, ChannelState, UserRef, WorkspaceId, tried_again
from bot.domain.forms import Form
from bot.domain.messages import Message
from bot.ports.chat import CommandCall, Reply, Suggestion
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.buttons import KeptButtons, too_long
from bot.services.commands import Commands
from bot.services.homes import Homes
from bot.services.kit import Kit
from bot.services.stopping import OwnerNotices, stop_channel, stop_workspace, try_all_again
from bot.services.subscribing import ensure_channel
from bot.services.suggesting import Suggestions
from bot.services.unfurling import Unfurling

logger = logging.getLogger(__name__)


AT_ONCE = 3
"""Commands worked on for a workspace: fewer than storage has readers, so that others have one.

More would only delay the acknowledgement of the next.
"""


def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


class FrontDesk:
    """A `Desk`. Whatever goes wrong is logged and answered, never raised."""

    def __init__(self, kit: Kit, notices: OwnerNotices) -> None:
        self._kit = kit
        self._store = kit.store
        self._clock = kit.clock
        self._commands = Commands(kit)
        self._homes = Homes(kit)
        self._unfurling = Unfurling(kit)
        self._notices = notices
        self._suggestions = Suggestions(kit.store)
        self._turns = defaultdict[WorkspaceId, asyncio.Semaphore](_turns)

    async def command(self, call: CommandCall) -> Reply:
        try:
            async with self._turns[call.channel.workspace]:
                reply = await self._commands.handle(call)
                message = await self._fitting(call, reply.message)
                notice = reply.notice and await self._fitting(call, reply.notice)
                return replace(reply, message=message, notice=notice)
        except Exception:
            logger.exception("an answer could not be made")
            return Reply(message=presenting.unexpected())

    async def form(self, call: CommandCall) -> Form | Reply:
        try:
            answer = await self._commands.form(call)
            if isinstance(answer, Form):
                most = self._most(call)
                long = most is not None and len(answer.command) > most
                return Reply(message=presenting.type_it(answer.command)) if long else answer
            return replace(answer, message=await self._fitting(call, answer.message))
        except Exception:
            logger.exception("a form could not be made")
            return Reply(message=presenting.unexpected())

    async def home(
        self, workspace: WorkspaceId, user: UserRef, channels: Sequence[ChannelRef]
    ) -> Message:
        try:
            return await self._homes.home(workspace, user, channels)
        except Exception:
            logger.exception("a home could not be made")
            return presenting.unexpected()

    async def unfurl(self, call: CommandCall, urls: Sequence[str]) -> Mapping[str, Message]:
        try:
            found = await self._unfurling.unfurl(call, urls)
            return {url: await self._fitting(call, message) for url, message in found.items()}
        except Exception:
            logger.exception("links could not be unfurled")
            return {}

    async def _fitting(self, call: CommandCall, message: Message) -> Message:
        """With what its buttons cannot hold put by."""
        most = self._most(call)
        if most is None or not too_long(message, most):
            return message
        workspace, now = call.channel.workspace, self._clock.now()
        return await self._store.write(
            lambda tx: KeptButtons(tx, workspace, most, now).message(message)
        )

    def _most(self, call: CommandCall) -> int | None:
        return self._kit.chats[call.channel.platform].capabilities.button_max_chars

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
            await self._store.write(lambda tx: try_all_again(tx, _of_token(tx, workspace)))
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
            editors = self._kit.chats[ref.platform].capabilities.editors
            channel = ensure_channel(
                tx, ref, name, schedule=self._kit.schedule, now=now, by=by, editors=editors
            )
            return presenting.greeting(channel, now=now)
        tx.channels.save(replace(tried_again(known), name=name, told_code=None))
        stopped = known.state is ChannelState.BROKEN
        return presenting.resumed(known, now=now) if stopped else None


def _of_token(tx: Transaction, workspace: WorkspaceId) -> list[Channel]:
    """The workspace's channels, and the direct messages that have the same token and no workspace."""
    platform = workspace.partition(":")[0]
    alone = [c for c in tx.channels.broken() if c.personal and c.ref.platform == platform]
    return [*tx.channels.of_workspace(workspace), *alone]
