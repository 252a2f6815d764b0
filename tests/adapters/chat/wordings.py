"""Everything that Paperlark says, with one text wherever somebody from outside may have put it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.changes import Change
from bot.domain.channels import (
    Channel,
    ChannelRef,
    ChannelState,
    Editors,
    Layout,
    Reason,
    Subscription,
    SubscriptionId,
    UserRef,
    WorkspaceId,
)
from bot.domain.command_table import Command, Topic
from bot.domain.deliveries import Delivery, DeliveryId, DeliveryState, DigestId
from bot.domain.digests import Digest, SourceHealth, compose
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.links import Url
from bot.domain.messages import Message, PaperCard
from bot.domain.obstacles import Hindrance, Obstacle
from bot.domain.papers import Listing, Paper, PaperId, PaperKey, Summary
from bot.domain.queries import And, Field, Query, Words
from bot.domain.ranking import Merit, Trait
from bot.domain.reading_list import Progress, SavedPaper
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scopes import Scope
from bot.ports.chat import ChatCapabilities
from bot.ports.sources import SourceReport
from bot.ports.storage import Placement
from bot.services import presenting
from bot.services.naming import UnknownPaper
from bot.services.searching import Found
from bot.services.subscribing import Brings, Listed, Subscribed, TooBroad
from bot.services.tracing import Trace, Verdict
from tests.adapters.chat.hostile import attack
from tests.fakes import capabilities

NOW = datetime(2026, 7, 13, 7, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
PICTURE = Url("https://cdn-thumbnails.huggingface.co/2607.00001.png")
POST = Url("https://chat.example/archives/C1/p1")
ROOMY = capabilities(10, 12_000)
LONG_ENOUGH = 4_500
"""More than any platform holds in one place; a text that is longer still is a title only."""
COMMAND_LONG = 1_000
"""No command is longer, nor what is kept of one: a query, a tag, a note, a setting."""


def messages_with(text: str, *, held: ChatCapabilities = ROOMY) -> Iterator[Message]:
    """A message of every kind; digests are cut to what a platform holds."""
    yield titled(text)
    text = text[:LONG_ENOUGH]
    yield attack(text)
    yield from _digests(text, held)
    yield from _answers(text)
    yield from _notices(text)
    yield from _lists(text)
    yield from _saving(text)
    yield from _papers(text)
    yield from _guidance(text)
    yield from _states(text)


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
        created_at=LONG_AGO,
        next_run_at=NOW + timedelta(days=1),
        last_digest_at=NOW - timedelta(days=3),
        **changes,  # type: ignore[arg-type]  # any field of a channel
    )


def _set(text: str) -> Channel:
    """A channel whose settings say it, as far as they may."""
    return _channel(
        text,
        scope=Scope(sources=(text,), categories=(text, text)),
        editors=Editors.LISTED,
        listed=(_user(text), _user(text)),
    )


def _subscription(text: str, number: int = 1) -> Subscription:
    return Subscription(
        id=SubscriptionId(number),
        number=number,
        channel=_channel(text).ref,
        query=_query(text),
        created_by=_user(text),
        created_at=NOW,
        meant_since=NOW,
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
    yield presenting.rising_note(_paper(text))
    yield presenting.more_papers([_paper(text)] * 3, digest_id=DigestId(7), start=2)
    yield presenting.no_more()
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
        yield presenting.with_savers(posts[-1].message, {_paper(text).id: text})


def _answers(text: str) -> Iterator[Message]:
    subscription, channel = _subscription(text), _channel(text)
    several = [_subscription(text[:COMMAND_LONG], n) for n in range(1, 4)]
    for brings in (
        Brings(recent=9, month=True, ever=True),
        Brings(recent=0, month=False, ever=True),
    ):
        done = Subscribed(channel=channel, subscription=subscription, existed=False, brings=brings)
        yield presenting.subscribed(done, now=NOW)
        yield presenting.edited(subscription, done, now=NOW)
    yield presenting.already_subscribed(subscription, channel, now=NOW)
    yield presenting.too_broad(TooBroad(_query(text), 812))
    yield presenting.ask_for_query(subscription)
    yield presenting.unsubscribed([subscription])
    yield presenting.unsubscribed(several)
    yield presenting.all_of_them(several)
    yield presenting.subscribed_all(several, 2, [(n, text) for n in range(12)])
    yield presenting.ask_for_file()
    stopped = _channel(text, state=ChannelState.BROKEN, broken_code=text)
    yield presenting.schedule_shown(stopped, now=NOW)
    yield presenting.schedule_changed(channel, before=Schedule(), now=NOW)


def _notices(text: str) -> Iterator[Message]:
    subscription, paper, item = _subscription(text), _paper(text), _saved(text)
    several = [_subscription(text, n) for n in range(5)]
    for did in (
        presenting.did_subscribe(text),
        presenting.did_subscribe_all(several),
        presenting.did_unsubscribe(several),
        presenting.did_edit(subscription, subscription),
        *(presenting.did_schedule(Schedule(cadence=cadence)) for cadence in Cadence),
        presenting.did_settings(_channel(text), _set(text[:COMMAND_LONG])),
        presenting.did_save(item),
        presenting.did_annotate(item),
        presenting.did_unsave(item),
        presenting.did_mark(item),
        presenting.did_reject(paper, text[:COMMAND_LONG]),
        presenting.did_accept(paper),
    ):
        yield presenting.notice(_user(text), did)


def _saved(text: str) -> SavedPaper:
    kept = text[:COMMAND_LONG]
    return SavedPaper(
        paper=_paper(text),
        saved_by=_user(text),
        saved_at=NOW,
        note=kept,
        tags=(kept, kept),
        progress=Progress.READING,
        progress_by=_user(text),
    )


def _lists(text: str) -> Iterator[Message]:
    query, paper, card, channel = _query(text), _paper(text), _card(text), _channel(text)
    found = [Found(paper=paper, score=1.0, exact=True, reasons=_reasons(text))] * 20
    rows = [Listed(subscription=_subscription(text, n), weekly=0, monthly=0) for n in range(3)]
    yield presenting.subscriptions(rows, channel, now=NOW)
    yield presenting.subscriptions(rows, _set(text[:COMMAND_LONG]), now=NOW)
    for cards, near, names in (([card], [paper], [text, text]), ([], [], [])):
        yield presenting.search_results(
            text,
            cards,
            nearest=near,
            count=3 * len(cards),
            count_max=100,
            answered=names,
            silent=names,
        )
    yield presenting.found_by_id([card])
    yield presenting.similar_to(paper, [card])
    yield presenting.similar_to(paper, [])
    yield presenting.preview(query, [card], count=3)
    for verb in ("results", "newest", "recent"):
        yield presenting.more_results(verb, query, found, start=2, count_max=100)
    yield presenting.more_results("results", query, [], start=2, count_max=100)
    yield presenting.abstract(paper, saved=True)


def _saving(text: str) -> Iterator[Message]:
    item, paper = _saved(text), _paper(text)
    filter_ = text[:COMMAND_LONG]

    def page(items: list[SavedPaper], *, count: int, of: int) -> Message:
        return presenting.saved_list(
            items,
            presenting.ListPage(start=5 * bool(items), count=count, of=of, filter=filter_),
            own=False,
            example=text,
            zone="UTC",
            now=NOW,
        )

    yield presenting.saved(item, before=None)
    yield presenting.saved(item, before=item)
    yield presenting.saved(item, before=replace(item, note=""))
    yield presenting.removed(item)
    yield presenting.not_saved(paper)
    yield presenting.marked(item, before=Progress.TO_READ)
    yield page([item] * 5, count=31, of=40)
    yield page([], count=0, of=2)
    yield page([], count=0, of=0)
    yield presenting.pick_one([paper, paper], {paper.id: text})
    yield presenting.saved_several([paper], {paper.id: text})
    yield presenting.choose_format([filter_])
    yield presenting.exported(text, 3)


def _papers(text: str) -> Iterator[Message]:
    paper, card, channel = _paper(text), _card(text), _channel(text)
    place = Placement(
        channel=channel.ref,
        channel_name=text,
        private=False,
        first_seen_at=NOW,
        planned_at=NOW,
    )
    around = presenting.Surroundings(item=_saved(text), places=[place] * 6, near=[paper])
    yield presenting.shown(paper, card, around, zone="UTC", now=NOW)
    yield presenting.unfurled(card, NOW, zone="UTC", now=NOW)
    yield presenting.shared(paper, channel)
    yield presenting.shared_by(_user(text), card, comment=text)
    yield presenting.nobody_else(paper)
    yield presenting.rejected(paper, "")
    yield presenting.rejected(paper, "weak")
    yield presenting.accepted(paper)
    yield presenting.trending("week", [paper], [paper])
    yield presenting.trending("week", [], [])
    for post in (_delivery(text), replace(_delivery(text), state=DeliveryState.POISON)):
        yield presenting.traced(_trace(text, place, post), now=NOW, link=POST)
    yield presenting.traced(_trace(text, None, None), now=NOW)


def _trace(text: str, placement: Placement | None, post: Delivery | None) -> Trace:
    obstacles = tuple(Obstacle(hindrance=h, term=text, field=text) for h in Hindrance)
    verdicts = (
        Verdict(subscription=_subscription(text), reasons=_reasons(text)),
        Verdict(subscription=_subscription(text), obstacles=obstacles),
    )
    return Trace(
        paper=_paper(text),
        channel=_channel(text),
        announced_at=LONG_AGO,
        verdicts=verdicts,
        placement=placement,
        place=3,
        of=14,
        merits=tuple(_merit(trait, text) for trait in Trait),
        post=post,
    )


def _merit(trait: Trait, text: str) -> Merit:
    """What merits have of a paper's own words are names; the rest are numbers and fields."""
    of = {Trait.TASTE: ("world models", f"author:{text}"), Trait.MATCH: ("title",)}
    return Merit(trait=trait, weight=1.0, what=of.get(trait, ("42",)))


def _guidance(text: str) -> Iterator[Message]:
    near = (_paper(text),)
    command = Command(
        name="search",
        usage=text,
        summary=text,
        example=text,
        topic=Topic.FIND,
        forms=((text, text),),
    )
    yield presenting.help_overview([command])
    yield presenting.help_command(command)
    yield presenting.no_such_command(text)
    yield presenting.nothing_collected()
    yield presenting.welcome()
    for editors in Editors:
        yield presenting.greeting(_channel(text, editors=editors), now=NOW)
    yield presenting.error(QuerySyntaxError(text, position=1, example=text, query=text))
    yield presenting.error(UserError(text, example=text))
    for verb in ("save", "mark"):
        yield presenting.error(UnknownPaper(text, verb=verb, near=near, known=text))
    yield presenting.error(UnknownPaper(text, verb="save", near=(), known=text))
    yield presenting.type_it(text)
    yield presenting.unexpected()


def _states(text: str) -> Iterator[Message]:
    broken = _channel(text, state=ChannelState.BROKEN, broken_code=text)
    kept = text[:COMMAND_LONG]
    change = Change(channel=broken.ref, by=_user(text), at=NOW, what=kept)
    report = SourceReport(source=text, started_at=NOW, ended_at=NOW, failed=text)
    yield presenting.status(
        broken,
        [report, replace(report, failed=None, note=text)],
        [_delivery(text)],
        [_delivery(text)],
        [change],
        [broken] * 6,
        now=NOW,
    )
    yield presenting.settings_shown(_set(kept))
    yield presenting.set_already()
    yield presenting.settings_changed(_channel(text), _set(kept))
    yield presenting.settings_changed(_set(kept), _channel(text))
    yield presenting.changes([change] * 3, broken, now=NOW)
    yield presenting.home(
        [
            presenting.HomeChannel(channel=_channel(text), subscriptions=[_subscription(text)] * 6),
            presenting.HomeChannel(channel=_channel(text, personal=True), subscriptions=[]),
        ],
        [_saved(text)] * 12,
        now=NOW,
    )
    yield presenting.home([], [], now=NOW)
    yield presenting.channel_stopped(broken)
    yield presenting.workspace_stopped(WorkspaceId(text), text, 3)
    yield presenting.post_held(_channel(text), text)
    yield from _held(text)
    yield presenting.resumed(_channel(text), now=NOW)


def _held(text: str) -> Iterator[Message]:
    post, by = _delivery(text), _user(text)
    yield presenting.held([], _channel(text), now=NOW)
    yield presenting.held([post] * 7, _channel(text), now=NOW)
    for how in ("resend", "drop"):
        yield presenting.worked_off(how)
        yield presenting.notice(by, presenting.did_work_off(post, how))
    yield presenting.held_no_more()


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
