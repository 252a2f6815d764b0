"""`/papers VERB ...`: the one place where a call becomes an answer.

Every command is a use case and a wording; nothing here knows a platform.
"""

import difflib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.channels import Channel, ChannelState
from bot.domain.command_table import ALIASES, COMMANDS, EXAMPLE_PAPER, Command
from bot.domain.errors import UserError
from bot.domain.schedule_text import parse_schedule
from bot.domain.schedules import Cadence, Schedule
from bot.domain.shortening import ECHO_MAX_CHARS, cut
from bot.ports.chat import CommandCall, Reply
from bot.ports.clock import Clock
from bot.ports.storage import Store
from bot.ports.summaries import Summarizer
from bot.services import presenting
from bot.services.buttons import KEPT_VERB
from bot.services.calls import Answer, Call
from bot.services.channel_settings import changed_settings
from bot.services.insight_commands import InsightCommands
from bot.services.naming import Naming
from bot.services.paper_commands import PaperCommands
from bot.services.saving import Saver
from bot.services.subscribing import (
    ensure_channel,
    listed,
    reschedule,
    subscribe,
    unsubscribe,
)

logger = logging.getLogger(__name__)

COMMAND_MAX_CHARS = 1_000
TRYING_AGAIN = frozenset({"status", "subscribe", "unsubscribe", "schedule", "settings"})

_OWN_NAME = re.compile(r"^/?papers(?:\s+|$)", re.IGNORECASE)


class Commands:
    """Answers calls. Whatever goes wrong becomes a sentence, never silence."""

    def __init__(
        self,
        store: Store,
        saver: Saver,
        summarizer: Summarizer,
        clock: Clock,
        *,
        schedule: Schedule,
    ) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule
        self._naming = Naming(store, saver)
        papers = PaperCommands(store, saver, self._naming, summarizer, clock)
        insight = InsightCommands(store, self._naming, summarizer, clock)
        self._verbs: Mapping[str, Answer] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "list": self._list,
            "schedule": self._reschedule,
            "settings": self._settings,
            "status": self._status,
            "help": self._help,
            **papers.verbs,
            **insight.verbs,
        }

    async def handle(self, call: CommandCall) -> Reply:
        """Answer one call."""
        typed = _OWN_NAME.sub("", _printable(call.text))
        verb, _, text = typed.partition(" ")
        name, text = ALIASES.get(verb.lower(), verb.lower()), text.strip()
        if name == KEPT_VERB:
            return await self._kept(call, text)
        try:
            run = self._find(name, typed)
            channel = await self._channel(call, name)
            return await run(Call(call=call, channel=channel, verb=name, text=text))
        except UserError as problem:
            return Reply(message=presenting.error(problem, query=text))
        except Exception:
            logger.exception("command %r failed", verb[:40])
            return Reply(message=presenting.unexpected())

    async def _kept(self, call: CommandCall, key: str) -> Reply:
        """The command behind a button that could not hold it."""
        kept = await self._store.read(lambda tx: tx.kept_texts.get(call.channel.workspace, key))
        if kept is None or kept.startswith(KEPT_VERB):
            return Reply(message=presenting.stale_button())
        return await self.handle(replace(call, text=kept))

    def _find(self, verb: str, typed: str) -> Answer:
        if len(typed) > COMMAND_MAX_CHARS:
            raise UserError(f"That is longer than {COMMAND_MAX_CHARS:,} characters.")
        return self._verbs.get(verb, _unknown)

    async def _channel(self, call: CommandCall, verb: str) -> Channel:
        """Where posting is stopped, a change or a look at the status makes it try again."""
        known = await self._store.read(lambda tx: tx.channels.get(call.channel))
        if known and (known.state is ChannelState.ACTIVE or verb not in TRYING_AGAIN):
            return known
        now, schedule = self._clock.now(), self._schedule
        mended = await self._store.write(
            lambda tx: ensure_channel(
                tx, call.channel, call.channel_name, schedule=schedule, now=now, by=call.user
            )
        )
        return known if known and verb == "status" else mended  # it says what was wrong

    async def _subscribe(self, call: Call) -> Reply:
        if not call.text:
            return await self._list(call)
        now, by = self._clock.now(), call.call.user
        done = await self._store.write(
            lambda tx: subscribe(tx, call.channel, call.text, by=by, now=now)
        )
        if done.existed:
            known = presenting.already_subscribed(done.subscription, call.channel, now=now)
            return Reply(message=known)
        return Reply(
            message=presenting.subscribed(done, now=now),
            notice=presenting.notice_subscribed(done.subscription, by=by),
        )

    async def _unsubscribe(self, call: Call) -> Reply:
        gone = await self._store.write(lambda tx: unsubscribe(tx, call.channel, call.text))
        return Reply(
            message=presenting.unsubscribed(gone),
            notice=presenting.notice_unsubscribed(gone, by=call.call.user),
        )

    async def _list(self, call: Call) -> Reply:
        now = self._clock.now()
        rows = await self._store.read(lambda tx: listed(tx, call.channel.ref, now=now))
        return Reply(message=presenting.subscriptions(rows, call.channel, now=now))

    async def _reschedule(self, call: Call) -> Reply:
        now = self._clock.now()
        if not call.text:
            return Reply(message=presenting.schedule_shown(call.channel, now=now))
        before, by = call.channel.schedule, call.call.user
        schedule = parse_schedule(call.text, base=self._base(before))
        changed = await self._store.write(
            lambda tx: reschedule(tx, call.channel, schedule, now=now)
        )
        return Reply(
            message=presenting.schedule_changed(changed, before=before, now=now),
            notice=presenting.notice_schedule(schedule, by=by),
        )

    async def _settings(self, call: Call) -> Reply:
        if not call.text:
            return Reply(message=presenting.settings_shown(call.channel))
        changed = changed_settings(call.channel, call.text)
        await self._store.write(lambda tx: tx.channels.save(changed))
        return Reply(
            message=presenting.settings_shown(changed),
            notice=presenting.notice_settings(changed, by=call.call.user),
        )

    async def _status(self, call: Call) -> Reply:
        now, ref = self._clock.now(), call.channel.ref
        reports, held, waiting = await self._store.read(
            lambda tx: (
                tx.sources.last_reports(),
                tx.deliveries.unsettled(ref.workspace),
                tx.deliveries.waiting(ref.workspace),
            )
        )
        message = presenting.status(call.channel, reports.values(), held, waiting, now=now)
        return Reply(message=message)

    def _base(self, before: Schedule) -> Schedule:
        """What a new schedule leaves out; nobody remembers the one before `off` or `instant`."""
        if before.cadence is Cadence.TIMED:
            return before
        return replace(self._schedule, cadence=before.cadence, zone=before.zone)

    async def _help(self, call: Call) -> Reply:
        wanted = _OWN_NAME.sub("", call.text).lower()
        names = {wanted, ALIASES.get(wanted)} if wanted else {}
        command = next((c for c in COMMANDS if c.name in names), None)
        if command is None:
            return Reply(message=presenting.help_overview(COMMANDS))
        example = command.example.replace(EXAMPLE_PAPER, await self._naming.example())
        return Reply(message=presenting.help_command(replace(command, example=example)))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()


async def _unknown(call: Call) -> Reply:
    """The command that was nearly typed, or all of them."""
    reason = f"There is no command {cut(call.verb, ECHO_MAX_CHARS)}."
    if near := _near(call.verb):
        raise UserError(f"{reason} Did you mean {near.name}?", example=f"/papers {near.example}")
    return Reply(message=presenting.help_overview(COMMANDS, start=reason))


def _near(verb: str) -> Command | None:
    names = difflib.get_close_matches(verb, [c.name for c in COMMANDS], n=1)
    return next((c for c in COMMANDS if c.name in names), None)
