"""A call on its way to an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.channels import Channel
from bot.ports.chat import CommandCall, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with its channel known and its verb taken off."""

    call: CommandCall
    channel: Channel
    verb: str
    text: str


Answer = Callable[[Call], Awaitable[Reply]]
