"""The verbs about what a channel is subscribed to."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.categories import added, category_names
from bot.domain.channels import Subscription
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.parsing import canonical, parse_subscription
from bot.domain.queries import Query
from bot.ports.chat import Reply
from bot.ports.storage import Transaction
from bot.services import presenting
from bot.services.calls import Answer, Call, record
from bot.services.kit import Kit
from bot.services.query_files import read_queries
from bot.services.subscribing import (
    Brings,
    Subscribed,
    TooBroad,
    add,
    chosen,
    listed,
    only,
    same_query,
    subscribe,
    unsubscribe,
    what_it_brings,
)


class SubscriptionCommands:
    def __init__(self, kit: Kit) -> None:
        self._store = kit.store
        self._clock = kit.clock
        self._from_arxiv = "arxiv" in kit.sources
        self._always = kit.categories

    @property
    def verbs(self) -> Mapping[str, Answer]:
        """`anyway` and `restore` are what buttons say: a broad query; what was removed."""
        return {
            "subscribe": self._subscribe,
            "anyway": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "restore": self._restore,
            "edit": self._edit,
            "list": self._list,
            "import": self._import,
        }

    async def _subscribe(self, call: Call) -> Reply:
        if not call.text:
            raise UserError(
                "Subscribe to what? Give words, a phrase, an author.",
                example='/papers subscribe "reward hacking" OR rlhf -survey',
            )
        query, now, by = parse_subscription(call.text), self._clock.now(), call.by
        brings, anyway = await self._brings(call, query, now), call.verb == "anyway"
        did = presenting.did_subscribe

        def change(tx: Transaction) -> Subscribed:
            done = subscribe(
                tx, call.channel, query, brings=brings, by=by, now=now, broad_too=anyway
            )
            if not done.existed:
                record(tx, call, did(done.subscription.query.text), now=now)
            return done

        try:
            done = await self._store.write(change)
        except TooBroad as problem:
            return Reply(message=presenting.too_broad(problem))
        if done.existed:
            known = presenting.already_subscribed(done.subscription, call.channel, now=now)
            return Reply(message=known)
        return Reply(
            message=presenting.subscribed(
                done, collects=self._collects(done.subscription.query), now=now
            ),
            notice=presenting.notice(by, did(done.subscription.query.text)),
        )

    async def _brings(self, call: Call, query: Query, now: datetime) -> Brings:
        wanted = call.channel.scope.narrow(query)
        return await self._store.read(lambda tx: what_it_brings(tx, wanted, today=now.date()))

    def _collects(self, query: Query) -> list[str]:
        """Categories that are collected because of it."""
        return added(category_names(query), always=self._always) if self._from_arxiv else []

    async def _unsubscribe(self, call: Call) -> Reply:
        if call.text.lower() == "all":
            known = await self._store.read(lambda tx: chosen(_of(tx, call), call.text))
            if len(known) > 1:
                return Reply(message=presenting.all_of_them(known))
        now = self._clock.now()

        def change(tx: Transaction) -> list[Subscription]:
            gone = unsubscribe(tx, call.channel, call.text)
            record(tx, call, presenting.did_unsubscribe(gone), now=now)
            return gone

        gone = await self._store.write(change)
        return Reply(
            message=presenting.unsubscribed(gone),
            notice=presenting.notice(call.by, presenting.did_unsubscribe(gone)),
        )

    async def _restore(self, call: Call) -> Reply:
        """Subscribe to several queries again: a JSON list of them."""
        return await self._add_all(call, _queries(call.text))

    async def _edit(self, call: Call) -> Reply:
        number, _, text = call.text.partition(" ")
        if not text.strip():
            asked = await self._store.read(lambda tx: only(_of(tx, call), call.text))
            return Reply(message=presenting.ask_for_query(asked))
        query, now = parse_subscription(text), self._clock.now()
        brings = await self._brings(call, query, now)

        def change(tx: Transaction) -> tuple[Subscription, Subscribed]:
            known = _of(tx, call)
            before = only(known, number)
            same = same_query(known, query)
            if same and same.number != before.number:
                raise UserError(f"Subscription {same.number} asks for that already.")
            as_before = before.query.text == query.text
            after = before if as_before else _given(tx, call, before, query, now)
            if not as_before:
                record(tx, call, presenting.did_edit(before, after), now=now)
            return before, Subscribed(
                channel=call.channel, subscription=after, existed=as_before, brings=brings
            )

        before, done = await self._store.write(change)
        if done.existed:
            known = presenting.already_subscribed(before, call.channel, now=now)
            return Reply(message=known)
        return Reply(
            message=presenting.edited(before, done, collects=self._collects(query), now=now),
            notice=presenting.notice(call.by, presenting.did_edit(before, done.subscription)),
        )

    async def _list(self, call: Call) -> Reply:
        now = self._clock.now()
        rows = await self._store.read(lambda tx: listed(tx, call.channel.ref, now=now))
        return Reply(message=presenting.subscriptions(rows, call.channel, now=now))

    async def _import(self, call: Call) -> Reply:
        if not call.call.attachment:
            return Reply(message=presenting.ask_for_file())
        queries, problems = read_queries(call.call.attachment)
        if not queries and not problems:
            raise UserError("That file has no query in it; it needs one a line.")
        return await self._add_all(call, queries, problems)

    async def _add_all(
        self, call: Call, queries: Sequence[Query], problems: Sequence[tuple[int, str]] = ()
    ) -> Reply:
        """Subscribe to those that are new, all or none."""
        now = self._clock.now()

        def change(tx: Transaction) -> list[Subscription]:
            known = {canonical(s.query) for s in _of(tx, call)}
            fresh = {canonical(q): q for q in queries if canonical(q) not in known}
            added = [add(tx, call.channel, q, by=call.by, now=now) for q in fresh.values()]
            if added:
                record(tx, call, presenting.did_subscribe_all(added), now=now)
            return added

        added = await self._store.write(change)
        message = presenting.subscribed_all(added, len(queries) - len(added), problems)
        if not added:
            return Reply(message=message)
        notice = presenting.notice(call.by, presenting.did_subscribe_all(added))
        return Reply(message=message, notice=notice)


def _of(tx: Transaction, call: Call) -> list[Subscription]:
    return tx.subscriptions.of_channel(call.channel.ref)


def _given(
    tx: Transaction, call: Call, before: Subscription, query: Query, now: datetime
) -> Subscription:
    """The subscription with its new query; none can have removed it in between."""
    return tx.subscriptions.change(call.channel.ref, before.number, query, now=now) or before


def _queries(text: str) -> list[Query]:
    """What `unsubscribed` put into its button."""
    try:
        queries = json.loads(text)
        if queries and isinstance(queries, list) and all(isinstance(q, str) for q in queries):
            return [parse_subscription(query) for query in queries]
    except (ValueError, RecursionError, QuerySyntaxError):
        pass
    raise UserError("That button is too old.", example="/papers help subscribe")
