"""The verbs about the channel itself: when, how, who, and how things stand."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.channels import Channel, ChannelState
from bot.domain.command_table import ALIASES, COMMANDS, EXAMPLE_PAPER, Command
from bot.domain.errors import UserError
from bot.domain.matching import analyse, explain
from bot.domain.papers import Paper
from bot.domain.people import Right
from bot.domain.schedule_text import parse_schedule
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.chat import Reply
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.calls import Answer, Call, record
from bot.services.channel_settings import changed_settings
from bot.services.kit import Kit
from bot.services.naming import Naming
from bot.services.reception import require, without_name
from bot.services.subscribing import reschedule

CHANGES_SHOWN = 20
CHANGES_IN_STATUS = 3


class ChannelCommands:
    def __init__(self, kit: Kit, naming: Naming) -> None:
        self._store = kit.store
        self._clock = kit.clock
        self._sources = kit.sources
        self._resend_unknown = kit.resend_unknown
        self._naming = naming

    @property
    def verbs(self) -> Mapping[str, Answer]:
        return {
            "schedule": self._reschedule,
            "settings": self._settings,
            "changes": self._changes,
            "status": self._status,
            "help": self._help,
        }

    async def _reschedule(self, call: Call) -> Reply:
        now = self._clock.now()
        if not call.text:
            return Reply(message=presenting.schedule_shown(call.channel, now=now))
        schedule = parse_schedule(call.text, base=call.channel.schedule)
        if schedule == call.channel.schedule:
            return Reply(message=presenting.set_already())
        did = presenting.did_schedule(schedule)

        def change(tx: Transaction) -> tuple[Channel, Channel]:
            before = tx.channels.get(call.channel.ref) or call.channel
            record(tx, call, did, now=now)
            return before, reschedule(tx, before, schedule, now=now)

        before, after = await self._store.write(change)
        return Reply(
            message=presenting.schedule_changed(after, before=before.schedule, now=now),
            notice=presenting.notice(call.by, did),
        )

    async def _settings(self, call: Call) -> Reply:
        if not call.text:
            return Reply(message=presenting.settings_shown(call.channel))
        now = self._clock.now()
        wanted = changed_settings(call.channel, call.text, by=call.by)
        if wanted.scope.sources != call.channel.scope.sources:
            self._check_sources(wanted.scope.sources)

        def change(tx: Transaction) -> tuple[Channel, Channel]:
            before = tx.channels.get(call.channel.ref) or call.channel
            after = changed_settings(before, call.text, by=call.by)
            if _rules(after) != _rules(before):
                require(Right.RULE, call, before)
            if after.scope != before.scope:
                after = replace(after, scope_since=now)
            tx.channels.save(after)
            if after.schedule != before.schedule:
                after = reschedule(tx, after, after.schedule, now=now)
            if after.scope != before.scope:
                _drop_unwanted(tx, after, today=now.date())
            if after != before:
                record(tx, call, presenting.did_settings(before, after), now=now)
            return before, after

        before, after = await self._store.write(change)
        message = presenting.settings_changed(before, after)
        if after == before:
            return Reply(message=message)
        notice = presenting.notice(call.by, presenting.did_settings(before, after))
        return Reply(message=message, notice=notice)

    async def _changes(self, call: Call) -> Reply:
        changes = await self._store.read(
            lambda tx: tx.changes.of_channel(call.channel.ref, limit=CHANGES_SHOWN)
        )
        now = self._clock.now()
        return Reply(message=presenting.changes(changes, call.channel, now=now))

    async def _status(self, call: Call) -> Reply:
        now, ref = self._clock.now(), call.channel.ref
        message = await self._store.read(
            lambda tx: presenting.status(
                call.channel,
                tx.sources.last_reports().values(),
                tx.deliveries.unsettled(ref.workspace),
                tx.deliveries.waiting(ref.workspace),
                tx.changes.of_channel(ref, limit=CHANGES_IN_STATUS),
                _stopped_elsewhere(tx, call.channel),
                now=now,
                resend_unknown=self._resend_unknown,
            )
        )
        return Reply(message=message)

    def _check_sources(self, names: Sequence[str]) -> None:
        """A name that no source has would let no paper through, and the channel would go quiet."""
        for name in names:
            if name not in self._sources:
                known = ", ".join(self._sources) or "none"
                raise UserError(
                    f"There is no source {name[:40]}; there are: {known}.",
                    example="/papers settings sources any",
                )

    async def _help(self, call: Call) -> Reply:
        wanted = without_name(call.text).lower()
        if not wanted:
            return Reply(message=presenting.help_overview(COMMANDS))
        names = {wanted, ALIASES.get(wanted)}
        command = next((c for c in COMMANDS if c.name in names), None)
        if command is None:
            return _unknown(wanted, help_too=True)
        example = command.example.replace(EXAMPLE_PAPER, await self._naming.example())
        return Reply(message=presenting.help_command(replace(command, example=example)))


def _stopped_elsewhere(tx: Transaction, channel: Channel) -> list[Channel]:
    """Other channels of the workspace in which posting is stopped, as far as all may know them."""
    others = tx.channels.of_workspace(channel.ref.workspace)
    broken = (c for c in others if c.state is ChannelState.BROKEN and not c.private)
    return [c for c in broken if c.ref != channel.ref]


def _rules(channel: Channel) -> tuple[object, ...]:
    """Who may change it; to change that takes a right of its own."""
    return channel.editors, channel.listed, channel.guests


def _drop_unwanted(tx: Transaction, channel: Channel, *, today: date) -> None:
    """What waits for the next digest and is not wanted any more does not come."""
    wanted = [s.meaning for s in tx.subscriptions.of_channel(channel.ref)]

    def is_wanted(paper: Paper) -> bool:
        document = analyse(paper)
        return any(explain(query, document, today=today) is not None for query in wanted)

    pending = [p.paper for p in tx.matches.pending(channel.ref)]
    tx.matches.drop_pending(channel.ref, [p.id for p in pending if not is_wanted(p)])


async def unknown(call: Call) -> Reply:
    """The command that was nearly typed, or all of them."""
    return _unknown(call.verb)


def _unknown(verb: str, *, help_too: bool = False) -> Reply:
    typed = cut(verb, ECHO_MAX_CHARS)
    if near := _near(verb):
        example = f"help {near.name}" if help_too else near.example
        reason = f"There is no command “{typed}”. Did you mean {near.name}?"
        raise UserError(reason, example=f"/papers {example}")
    return Reply(message=presenting.no_such_command(typed))


def _near(verb: str) -> Command | None:
    names = difflib.get_close_matches(verb, [c.name for c in COMMANDS], n=1)
    return next((c for c in COMMANDS if c.name in names), None)
