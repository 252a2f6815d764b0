"""Everything that Paperlark says, with one text wherever somebody from outside may have put it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.channels import (
    Channel,
    ChannelRef,
    ChannelState,
    Layout,
    Reason,
    Subscription,
    SubscriptionId,
    UserRef,
    WorkspaceId,
)
from bot.domain.command_table import Command
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.digests import Digest, SourceHealth, compose
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.links import Url
from bot.domain.messages import Message, PaperCard
from bot.domain.papers import Listing, Paper, PaperId, PaperKey, Summary
from bot.domain.queries import And, Field, Query, Words
from bot.domain.reading_list import SavedPaper
from bot.ports.chat import ChatCapabilities
from bot.ports.sources import SourceReport
from bot.services import presenting
from bot.services.saving import UnknownPaper
from bot.services.searching import Found
from bot.services.subscribing import Listed, Subscribed
from tests.adapters.chat.hostile import attack
from tests.fakes import capabilities

NOW = datetime(2026, 7, 13, 7, tzinfo=UTC)
PICTURE = Url("https://cdn-thumbnails.huggingface.co/2607.00001.png")
ROOMY = capabilities(10, 12_000)
LONG_ENOUGH = 4_500
"""More than any platform holds in one place; a text that is longer still is a title only."""


def messages_with(text: str, *, held: ChatCapabilities = ROOMY) -> Iterator[Message]:
    """A message of every kind; digests are cut to what a platform holds."""
    yield titled(text)
    text = text[:LONG_ENOUGH]
    yield attack(text)
    yield from _digests(text, held)
    yield from _answers(text)
    yield from _lists(text)
    yield from _guidance(text)


def titled(text: str) -> Message:
    return Message(fallback=text, blocks=(PaperCard(paper_id=PaperId("x"), title=text),))


@dataclass(frozen=True)
class Pending:
    paper: Paper
    reasons: Mapping[SubscriptionId, tuple[Reason, ...]]


def _paper(text: str) -> Paper:
    """An id may hold any text that a source gave, or a hash; an address is always built or checked."""
    return Paper(
        id=PaperId(f"doi:{text}"),
        keys=(PaperKey("arxiv:2607.00001"),),
        title=text,
        abstract=text,
        authors=(text, text),
        organization=text,
        categories=(text,),
        venue=text,
        published=NOW,
        upvotes=1_204,
        comments=1,
        stars=340,
        code_url=Url("https://github.com/example/code"),
        project_url=Url("https://example.org/project"),
        thumbnail_url=PICTURE,
        summary=Summary(text=text, maker=text),
        listings=(
            Listing(source="arxiv", source_id=text),
            Listing(source=text, source_id=text, url=Url("https://example.org/paper")),
        ),
    )


def _reasons(text: str) -> tuple[Reason, ...]:
    places = ("title", "author", "org", "venue", text)
    return tuple(Reason(term=f"{text}{n}", field=place) for n, place in enumerate(places))


def _card(text: str) -> PaperCard:
    return presenting.card(
        _paper(text), reasons=_reasons(text), saved_by=text, dated=True, pictures=True
    )


def _query(text: str) -> Query:
    fields = (Field.ANY, Field.TITLE, Field.ORG)
    words = tuple(Words(tokens=(text,), field=field, text=f"x:{text}") for field in fields)
    return Query(text=text, root=And(nodes=words))


def _user(text: str) -> UserRef:
    return UserRef(id=text, name=text)


def _channel(text: str, **changes: object) -> Channel:
    return Channel(
        ref=ChannelRef(platform="slack", workspace=WorkspaceId(text), channel=text),
        name=text,
        created_at=NOW - timedelta(days=30),
        next_run_at=NOW + timedelta(days=1),
        last_digest_at=NOW - timedelta(days=3),
        **changes,  # type: ignore[arg-type]  # any field of a channel
    )


def _subscription(text: str) -> Subscription:
    return Subscription(
        id=SubscriptionId(1),
        number=1,
        channel=_channel(text).ref,
        query=_query(text),
        created_by=_user(text),
        created_at=NOW,
    )


def _digest(text: str, *, papers: int) -> Digest:
    sources = (
        SourceHealth(name=text, failing_since=NOW, why=text),
        SourceHealth(name=text, away_since=NOW, note=text),
    )
    pending = [Pending(_paper(text), {SubscriptionId(1): _reasons(text)})] * papers
    return compose(_channel(text, cap=2), pending, now=NOW, collected=4, sources=sources)


def _digests(text: str, held: ChatCapabilities) -> Iterator[Message]:
    yield presenting.quiet_note(_digest(text, papers=0))
    yield presenting.more_papers([_paper(text)] * 3, digest_id=DigestId(7), start=2)
    for layout in Layout:
        posts = presenting.digest_posts(
            _digest(text, papers=3),
            digest_id=DigestId(7),
            layout=layout,
            capabilities=held,
            summaries={},
            saved_by={_paper(text).id: text},
            pictures=True,
        )
        yield from (post.message for post in posts)


def _answers(text: str) -> Iterator[Message]:
    subscription, channel, by = _subscription(text), _channel(text), _user(text)
    done = Subscribed(
        channel=channel, subscription=subscription, existed=False, recent=0, older=True
    )
    yield presenting.subscribed(done, now=NOW)
    yield presenting.already_subscribed(subscription, channel, now=NOW)
    yield presenting.unsubscribed(subscription)
    yield presenting.notice_subscribed(subscription, by=by)
    yield presenting.notice_unsubscribed(subscription, by=by)
    yield presenting.notice_schedule(channel.schedule, by=by)
    yield presenting.notice_settings(channel, by=by)
    yield presenting.saved(_saved(text), added=True)
    yield presenting.removed(_saved(text))
    yield presenting.not_saved(_paper(text))
    yield presenting.abstract(_paper(text), saved=True)


def _saved(text: str) -> SavedPaper:
    return SavedPaper(
        paper=_paper(text), saved_by=_user(text), saved_at=NOW, note=text, tags=(text, text)
    )


def _lists(text: str) -> Iterator[Message]:
    query, paper, card, channel = _query(text), _paper(text), _card(text), _channel(text)
    known = {"example": text, "zone": "UTC", "now": NOW}
    found = [Found(paper=paper, score=1.0, exact=True, reasons=_reasons(text))] * 20
    yield presenting.subscriptions(
        [Listed(subscription=_subscription(text), weekly=3)] * 3, channel, now=NOW
    )
    yield presenting.search_results(text, [card], nearest=[paper], count=3, count_max=100)
    yield presenting.search_results(text, [], nearest=[], count=0, count_max=100)
    yield presenting.found_by_id([card])
    yield presenting.preview(query, [card], count=3)
    yield presenting.more_results("results", query, found, start=2, count_max=100)
    yield presenting.saved_list([_saved(text)] * 31, count=40, words=text, **known)
    yield presenting.saved_list([], count=2, words=text, **known)
    yield presenting.saved_list([], count=0, words=text, **known)


def _guidance(text: str) -> Iterator[Message]:
    near = (_paper(text),)
    command = Command(name="search", usage=text, summary=text, example=text, forms=((text, text),))
    yield presenting.help_overview([command], start=text)
    yield presenting.help_command(command)
    yield presenting.error(QuerySyntaxError(text, position=1, example=text), query=text)
    yield presenting.error(UserError(text, example=text))
    yield presenting.error(UnknownPaper(text, verb="save", near=near, known=text))
    yield presenting.error(UnknownPaper(text, verb="save", near=(), known=text))
    yield presenting.status(
        _channel(text, state=ChannelState.BROKEN, broken_code=text),
        [SourceReport(source=text, started_at=NOW, ended_at=NOW, failed=text)],
        [_delivery(text)],
        [_delivery(text)],
        now=NOW,
    )
    yield presenting.channel_stopped(_channel(text, broken_code=text))
    yield presenting.workspace_stopped(WorkspaceId(text), text, 3)


def _delivery(text: str) -> Delivery:
    return Delivery(
        id=DeliveryId("0" * 24),
        digest=DigestId(7),
        channel=_channel(text).ref,
        part=0,
        threaded=False,
        message=Message(fallback=text),
        state=DeliveryState.UNKNOWN,
        last_error=text,
    )
