"""Channels, subscriptions and sources in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.channels import (
    Channel,
    ChannelRef,
    ChannelState,
    Subscription,
    SubscriptionId,
    UserRef,
    WorkspaceId,
)
from bot.domain.errors import StorageError
from bot.domain.matching import analyse, explain
from bot.domain.papers import PaperId
from bot.domain.queries import Query
from bot.ports.sources import Cursor, SourceReport
from tests.simulation.tables import Tables


class MemoryChannels:
    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def get(self, ref: ChannelRef) -> Channel | None:
        return self._t.channels.get(ref)

    def save(self, channel: Channel) -> None:
        known = self._t.channels.get(channel.ref)
        if known and known.scope != channel.scope:
            self._t.next("meaning")
        self._t.put(self._t.channels, channel.ref, channel)

    def of_workspace(self, workspace: WorkspaceId) -> list[Channel]:
        return [c for c in self._t.channels.values() if c.ref.workspace == workspace]

    def all(self) -> list[Channel]:
        return list(self._t.channels.values())

    def due(self, now: datetime) -> list[Channel]:
        come = [
            (c.next_run_at, n, c)
            for n, c in enumerate(self._t.channels.values())
            if c.state is ChannelState.ACTIVE and c.next_run_at and c.next_run_at <= now
        ]
        return [channel for _, _, channel in sorted(come, key=lambda found: found[:2])]

    def broken(self) -> list[Channel]:
        return [c for c in self._t.channels.values() if c.state is ChannelState.BROKEN]


class MemorySubscriptions:
    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def add(self, channel: ChannelRef, query: Query, *, by: UserRef, now: datetime) -> Subscription:
        if channel not in self._t.channels:
            raise StorageError(f"The channel {channel.channel} was never saved.")
        number = self._t.numbers.get(channel, 0) + 1
        self._t.put(self._t.numbers, channel, number)
        subscription = Subscription(
            id=SubscriptionId(self._t.next("meaning")),
            number=number,
            channel=channel,
            query=query,
            created_by=by,
            created_at=now,
            meant_since=now,
        )
        self._t.put(self._t.subscriptions, subscription.id, subscription)
        return self._load(subscription)

    def of_channel(self, channel: ChannelRef) -> list[Subscription]:
        return [self._load(s) for s in self._t.subscriptions.values() if s.channel == channel]

    def count(self, workspace: WorkspaceId) -> int:
        return sum(s.channel.workspace == workspace for s in self._t.subscriptions.values())

    def change(
        self, channel: ChannelRef, number: int, query: Query, *, now: datetime
    ) -> Subscription | None:
        if not (known := self._find(channel, number)):
            return None
        self._t.next("meaning")
        changed = replace(known, query=query, meant_since=max(known.meant_since, now))
        self._t.put(self._t.subscriptions, known.id, changed)
        for key in self._waiting_for(known.id):
            paper = self._t.papers[key[1]].paper
            if found := tuple(explain(query, analyse(paper), today=now.date())):
                self._t.put(self._t.reasons, key, (found, self._t.reasons[key][1]))
            else:
                self._t.remove(self._t.reasons, key)
        self._drop_unwanted(channel)
        return self._load(changed)

    def remove(self, channel: ChannelRef, number: int) -> Subscription | None:
        if not (known := self._find(channel, number)):
            return None
        self._t.next("meaning")
        for key in [key for key in self._t.reasons if key[2] == known.id]:
            self._t.remove(self._t.reasons, key)
        self._t.remove(self._t.subscriptions, known.id)
        self._drop_unwanted(channel)
        return self._load(known)

    def all(self) -> list[Subscription]:
        return [self._load(s) for s in self._t.subscriptions.values()]

    def version(self) -> int:
        return self._t.changes.get("meaning", 0)

    def versions(self) -> dict[ChannelRef, int]:
        return dict.fromkeys(self._t.channels, self.version())

    def _find(self, channel: ChannelRef, number: int) -> Subscription | None:
        wanted = (channel, number)
        known = self._t.subscriptions.values()
        return next((s for s in known if (s.channel, s.number) == wanted), None)

    def _load(self, subscription: Subscription) -> Subscription:
        home = self._t.channels[subscription.channel]
        since = max(subscription.meant_since, home.scope_since or subscription.meant_since)
        return replace(subscription, scope=home.scope, meant_since=since)

    def _waiting_for(
        self, subscription: SubscriptionId
    ) -> list[tuple[ChannelRef, PaperId, SubscriptionId]]:
        return [
            key
            for key in self._t.reasons
            if key[2] == subscription and self._t.matches[key[:2]].digest is None
        ]

    def _drop_unwanted(self, channel: ChannelRef) -> None:
        wanted = {key[:2] for key in self._t.reasons}
        for key, match in list(self._t.matches.items()):
            if key[0] == channel and match.digest is None and key not in wanted:
                self._t.remove(self._t.matches, key)


@dataclass
class MemorySources:
    tables: Tables

    def cursor(self, source: str) -> Cursor | None:
        return self.tables.cursors.get(source)

    def set_cursor(self, source: str, cursor: Cursor) -> None:
        self.tables.put(self.tables.cursors, source, cursor)

    def known_through(self) -> date | None:
        return None

    def report(self, report: SourceReport) -> None:
        self.tables.put(self.tables.reports, self.tables.next("report"), report)

    def last_reports(self) -> Mapping[str, SourceReport]:
        return {report.source: report for report in self.tables.reports.values()}

    def reports_since(self, moment: datetime) -> list[SourceReport]:
        recent = (r for r in self.tables.reports.values() if r.ended_at >= moment)
        return sorted(recent, key=lambda report: report.ended_at)

    def last_success(self, source: str, *, before: datetime | None = None) -> datetime | None:
        answers = (
            r.ended_at
            for r in self.tables.reports.values()
            if r.source == source and not r.failed and (before is None or r.ended_at < before)
        )
        return max(answers, default=None)
