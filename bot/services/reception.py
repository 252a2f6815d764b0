"""Where calls come in: what is meant, in which channel, and whether the caller may."""

import re
from dataclasses import replace

from bot.domain.channels import Channel, ChannelState, tried_again
from bot.domain.command_table import ALIASES, AT, BUTTONS, FORM, KEPT, right_to
from bot.domain.errors import DeliveryError, UserError
from bot.domain.people import Right, Standing, may
from bot.ports.chat import CommandCall
from bot.ports.storage import Transaction
from bot.services.calls import Call
from bot.services.kit import Kit
from bot.services.subscribing import new_channel
from bot.services.turnstile import Turnstile

COMMAND_MAX_CHARS = 1_000
TRYING_AGAIN = frozenset({"status", "subscribe", "unsubscribe", "schedule", "settings"})
PREFIXES_MAX = 4

_OWN_NAME = re.compile(r"^/?papers(?:\s+|$)", re.IGNORECASE)


class StaleButton(UserError):
    """That button is too old, and what it stood for is not known any more."""

    def __init__(self) -> None:
        super().__init__(str(self.__doc__), example="/papers help")


class Reception:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._turnstile = Turnstile()

    async def take(self, call: CommandCall) -> Call:
        """The call with all that is needed to answer it.

        Raises:
            UserError: it is too long, one of too many, too old, or the caller may not.
        """
        self._turnstile.take(call, now=self._kit.clock.now())
        if len(call.text) > COMMAND_MAX_CHARS:
            raise UserError(f"That is longer than {COMMAND_MAX_CHARS:,} characters.")
        call = await self._meant(replace(call, text=without_name(call.text)))
        asked = call.text.removeprefix(f"{FORM} ")
        verb, _, text = asked.partition(" ")
        name = ALIASES.get(verb.lower(), verb.lower())
        known = await self._kit.store.read(lambda tx: tx.channels.get(call.channel))
        taken = Call(call=call, channel=known or self._new(call), verb=name, text=text.strip())
        gives = taken.text or call.attachment or asked != call.text or name in BUTTONS
        right = right_to(name) if gives else Right.LOOK
        if right is not Right.LOOK or call.elsewhere:
            taken = replace(taken, standing=await _standing(call))
            require(right, taken, taken.channel)
        # Only now: who may not, changes nothing by asking.
        return replace(taken, channel=await self._channel(call, name, known))

    async def _meant(self, call: CommandCall) -> CommandCall:
        """The call without what stands before its command: a key, or another channel."""
        for _ in range(PREFIXES_MAX):
            form, before = _form(call.text)
            verb, _, rest = before.partition(" ")
            if verb == KEPT:
                call = replace(call, text=form + await self._kept(call, rest))
            elif verb == AT:
                channel, _, rest = rest.partition(" ")
                call = await self._elsewhere(replace(call, text=form + rest), channel)
            else:
                return call
        raise StaleButton

    async def _kept(self, call: CommandCall, key: str) -> str:
        workspace = call.channel.workspace
        kept = await self._kit.store.read(lambda tx: tx.kept_texts.get(workspace, key))
        if kept is None:
            raise StaleButton
        return kept

    async def _elsewhere(self, call: CommandCall, channel: str) -> CommandCall:
        """The same call in another channel of the workspace; whether they may is asked there."""
        ref = replace(call.channel, channel=channel)
        known = await self._kit.store.read(lambda tx: tx.channels.get(ref))
        if known is None:
            raise UserError("I know no such channel here.")
        return replace(
            call,
            channel=ref,
            channel_name=known.name,
            personal=known.personal,
            private=known.private,
            elsewhere=True,
            pressed=None,
        )

    async def _channel(self, call: CommandCall, verb: str, known: Channel | None) -> Channel:
        """Where posting is stopped, a change or a look at the status makes it try again."""
        active = known is not None and known.state is ChannelState.ACTIVE
        if known and _is_up_to_date(known, call) and (active or verb not in TRYING_AGAIN):
            return known
        mended = await self._kit.store.write(
            lambda tx: self._ensured(tx, call, try_again=verb in TRYING_AGAIN)
        )
        return known if known and not active and verb == "status" else mended

    def _new(self, call: CommandCall) -> Channel:
        return new_channel(
            call.channel,
            call.channel_name,
            schedule=self._kit.schedule,
            editors=self._kit.chats[call.channel.platform].capabilities.editors,
            now=self._kit.clock.now(),
            by=call.user,
            personal=call.personal,
            private=call.private,
        )

    def _ensured(self, tx: Transaction, call: CommandCall, *, try_again: bool) -> Channel:
        """The channel, made or with what the platform says of it now."""
        known = tx.channels.get(call.channel)
        if known is None:
            channel = self._new(call)
            tx.channels.save(channel)
            return channel
        known = tried_again(known) if try_again else known
        if not call.elsewhere:
            known = replace(known, name=call.channel_name or known.name, private=_is_private(call))
        known = replace(known, owner=known.owner or call.user)
        tx.channels.save(known)
        return known


def require(right: Right, call: Call, channel: Channel) -> None:
    """By the rules of the channel as it is given: they may have changed since the call came.

    Raises:
        UserError: the caller may not.
    """
    if not may(right, who=call.by, standing=call.standing, channel=channel):
        raise UserError(_refusal(right, call.standing, channel))


def without_name(text: str) -> str:
    """On one line, without a `/papers` of its own."""
    return _OWN_NAME.sub("", "".join(c if c.isprintable() else " " for c in text).strip())


def _form(text: str) -> tuple[str, str]:
    """`form `, if the call asks for one, and what it is to be for."""
    start = f"{FORM} "
    return (start, text.removeprefix(start)) if text.startswith(start) else ("", text)


def _is_private(call: CommandCall) -> bool:
    return call.private or call.personal


def _is_up_to_date(known: Channel, call: CommandCall) -> bool:
    """What only the platform knows; a call from elsewhere does not say it."""
    says = (call.channel_name or known.name, _is_private(call))
    return call.elsewhere or says == (known.name, known.private)


async def _standing(call: CommandCall) -> Standing:
    try:
        return await call.standing(call.channel)
    except DeliveryError as error:
        platform = call.channel.platform.capitalize()
        if error.code == "missing_scope":
            raise UserError(
                f"{platform} does not let me see who you are: the app was installed before it "
                "asked for that right. Whoever installed it can mend that: take the manifest that "
                "`paperlark manifest slack` prints, and install the app again."
            ) from error
        raise UserError(
            f"{platform} does not say just now who may change things here ({error.code}). "
            "Nothing was changed; try again in a moment."
        ) from error


def _refusal(right: Right, standing: Standing, channel: Channel) -> str:
    if not standing.member:
        return "You are not in that channel, so nothing was done."
    if standing.guest and not channel.guests:
        return (
            "Guests can look, but change nothing here; whoever manages the channel can allow it "
            "with `/papers settings guests on`."
        )
    if standing.mute:
        return "You may not write in this channel, so you cannot have me say something in it."
    if right is Right.RULE:
        return "Only an admin, or whoever added me here, can change who may change things."
    people = ", ".join(editor.name for editor in channel.listed)
    who = f"admins and {people}" if people else "admins"
    return f"Only {who} can change this channel; ask them, or subscribe in a direct message to me."
