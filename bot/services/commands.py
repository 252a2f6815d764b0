"""`/papers VERB ...`: the one place where a call becomes an answer.

Every command is a use case and a wording; nothing here knows a platform.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.command_table import AT, FORM
from bot.domain.errors import UserError
from bot.domain.forms import Form
from bot.domain.messages import Actions, Block, Button, Message, PaperCard
from bot.ports.chat import CommandCall, Reply
from bot.services import presenting
from bot.services.calls import Answer, Call
from bot.services.channel_commands import ChannelCommands, unknown
from bot.services.export_commands import ExportCommands
from bot.services.forming import Forms
from bot.services.held_commands import HeldCommands
from bot.services.insight_commands import InsightCommands
from bot.services.kit import Kit
from bot.services.list_commands import ListCommands
from bot.services.naming import Naming
from bot.services.paper_commands import PaperCommands
from bot.services.reception import Reception
from bot.services.subscription_commands import SubscriptionCommands

logger = logging.getLogger(__name__)


class Commands:
    """Answers calls. Whatever goes wrong becomes a sentence, never silence."""

    def __init__(self, kit: Kit) -> None:
        naming = Naming(kit)
        self._reception = Reception(kit)
        self._forms = Forms(kit, Naming(replace(kit, lookup=None)))  # it has to be quick
        self.verbs: Mapping[str, Answer] = {
            **SubscriptionCommands(kit).verbs,
            **ListCommands(kit, naming).verbs,
            **ExportCommands(kit).verbs,
            **PaperCommands(kit, naming).verbs,
            **InsightCommands(kit, naming).verbs,
            **ChannelCommands(kit, naming).verbs,
            **HeldCommands(kit).verbs,
        }

    async def handle(self, call: CommandCall) -> Reply:
        """Answer one call."""
        taken: Call | None = None
        try:
            taken = await self._reception.take(call)
            reply = await self.verbs.get(taken.verb, unknown)(taken)
        except UserError as problem:
            reply = Reply(message=presenting.error(problem), refused=True)
        except Exception:
            logger.exception("command %r failed", call.text[:40])
            return Reply(message=presenting.unexpected())
        return _placed(reply, taken, call) if taken else reply

    async def form(self, call: CommandCall) -> Form | Reply:
        """The form that a call asks for, or why there is none."""
        try:
            taken = await self._reception.take(call)
            form = await self._forms.form(taken)
        except UserError as problem:
            return Reply(message=presenting.error(problem), refused=True)
        except Exception:
            logger.exception("form %r failed", call.text[:40])
            return Reply(message=presenting.unexpected())
        if taken.channel.ref == call.channel:
            return form
        return replace(form, command=f"{AT} {taken.channel.ref.channel} {form.command}")


def _placed(reply: Reply, taken: Call, call: CommandCall) -> Reply:
    """What is said in a direct message needs no notice; what was for another channel stays so."""
    if taken.channel.personal:
        reply = replace(reply, notice=None)
    ref = taken.channel.ref
    if ref == call.channel:
        return reply
    return replace(reply, message=_for_channel(reply.message, ref.channel), notice_in=ref)


def _for_channel(message: Message, channel: str) -> Message:
    def place(button: Button) -> Button:
        if button.verb == FORM:
            return replace(button, argument=f"{AT} {channel} {button.argument}")
        return replace(button, verb=AT, argument=f"{channel} {button.verb} {button.argument}")

    def placed(block: Block) -> Block:
        if isinstance(block, PaperCard | Actions):
            return replace(block, buttons=tuple(map(place, block.buttons)))
        return block

    return replace(message, blocks=tuple(map(placed, message.blocks)))
