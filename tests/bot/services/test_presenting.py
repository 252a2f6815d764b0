from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import (
    Channel,
    ChannelRef,
    Layout,
    Reason,
    Subscription,
    SubscriptionId,
    UserRef,
    WorkspaceId,
)
from bot.domain.deliveries import DigestId
from bot.domain.digests import Digest, SourceHealth, compose
from bot.domain.errors import QuerySyntaxError, UserError
from bot.domain.fitting import total
from bot.domain.links import Url
from bot.domain.messages import (
    Actions,
    Block,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    PaperCard,
    Paragraph,
    Span,
    Table,
)
from bot.domain.papers import Listing, Paper, PaperId, PaperKey, Summary
from bot.domain.parsing import parse_subscription
from bot.domain.reading_list import SavedPaper
from bot.domain.schedule_text import parse_schedule
from bot.domain.schedules import Cadence, Schedule
from bot.ports.sources import SourceReport
from bot.ports.storage import PlannedPost
from bot.services import presenting
from bot.services.presenting import wording
from bot.services.presenting.posts import MORE_PAGE
from bot.services.saving import UnknownPaper
from bot.services.searching import Found
from bot.services.subscribing import Listed, Subscribed
from tests.fakes import capabilities

NOW = datetime(2026, 7, 13, 7, tzinfo=UTC)  # Monday 09:00 in Paris
FRIDAY = datetime(2026, 7, 10, 7, tzinfo=UTC)
ANNA = UserRef(id="U1", name="Anna")
PARIS = Schedule(zone="Europe/Paris")
ROOMY = capabilities(10, 12_000)


# What is said, as plain text.


def spans_text(spans: Iterable[Span]) -> str:
    marks = {"strong": "**", "code": "`", "muted": "", "plain": ""}
    shown = (f"{marks[s.style]}{s.text}{marks[s.style]}" for s in spans)
    return "".join(f"[{t}]({s.url})" if s.url else t for t, s in zip(shown, spans, strict=True))


def buttons_text(buttons: Iterable[Button]) -> str:
    return " ".join(f"[{b.label}: {b.verb} {b.argument}]" for b in buttons)


def card_text(card: PaperCard) -> str:
    lines = [
        f"[{card.title}]({card.url})" if card.url else card.title,
        card.byline,
        f"{card.tldr} ({card.tldr_maker})" if card.tldr else "",
        spans_text(card.why),
        " · ".join(spans_text([fact]) for fact in card.facts),
        buttons_text(card.buttons),
    ]
    return "\n".join("| " + line for line in lines if line)


def block_text(block: Block) -> str:
    match block:
        case Heading(text=text):
            return f"# {text}"
        case Paragraph(spans=spans):
            return spans_text(spans)
        case Note(spans=spans):
            return f"> {spans_text(spans)}"
        case Bullets(items=items):
            return "\n".join(f"- {spans_text(item)}" for item in items)
        case Table(head=head, rows=rows):
            cells = [" | ".join(spans_text(cell) for cell in row) for row in rows]
            return "\n".join([" | ".join(head), *cells])
        case PaperCard():
            return card_text(block)
        case Actions(buttons=buttons):
            return buttons_text(buttons)


def dump(*messages: Message) -> str:
    return (
        "\n\n".join("\n".join([f"({m.fallback})", *map(block_text, m.blocks)]) for m in messages)
        + "\n"
    )


def dump_posts(posts: Iterable[PlannedPost]) -> str:
    return "\n".join(f"{'  in thread ' if p.threaded else ''}---\n{dump(p.message)}" for p in posts)


# What it is said about: real names and numbers of papers, abstracts of our own.


def world_vla() -> Paper:
    return Paper(
        id=PaperId("arxiv:2506.21539"),
        keys=(PaperKey("arxiv:2506.21539"),),
        title="WorldVLA: Towards Autoregressive Action World Model",
        abstract="One model predicts frames and actions. A mask keeps errors from piling up.",
        authors=("Jun Cen", "Chaohui Yu", "Hangjie Yuan", "Yuming Jiang", "Siteng Huang"),
        organization="Alibaba DAMO Academy",
        categories=("cs.RO", "cs.AI"),
        upvotes=1_204,
        comments=1,
        stars=340,
        code_url=Url("https://github.com/alibaba-damo-academy/WorldVLA"),
        summary=Summary(text="Predicts the next frames and the next action.", maker="Hugging Face"),
        listings=(
            Listing(source="huggingface", source_id="2506.21539", announced=date(2026, 7, 13)),
            Listing(source="arxiv", source_id="2506.21539v1", announced=date(2026, 7, 13)),
        ),
    )


def vid2world() -> Paper:
    return Paper(
        id=PaperId("arxiv:2505.14357"),
        keys=(PaperKey("arxiv:2505.14357"),),
        title="Vid2World: Crafting Video Diffusion Models to Interactive World Models",
        authors=("Siqiao Huang", "Jialong Wu"),
        categories=("cs.CV",),
        listings=(Listing(source="arxiv", source_id="2505.14357", announced=date(2026, 7, 10)),),
    )


def plain_paper(n: int, title: str | None = None) -> Paper:
    known = f"arxiv:2607.{n:05}"
    return Paper(
        id=PaperId(known),
        keys=(PaperKey(known),),
        title=f"Numbered paper {n}" if title is None else title,
        published=NOW,
    )


@dataclass(frozen=True)
class Pending:
    paper: Paper
    reasons: dict[SubscriptionId, tuple[Reason, ...]] = field(default_factory=dict)


def matched(paper: Paper, *reasons: Reason) -> Pending:
    return Pending(paper, {SubscriptionId(1): reasons or (Reason(term="paper", field="title"),)})


def channel(**changes) -> Channel:
    ref = ChannelRef(platform="slack", workspace=WorkspaceId("slack:T1"), channel="C1")
    settings = {
        "schedule": PARIS,
        "created_at": NOW - timedelta(days=30),
        "next_run_at": NOW + timedelta(days=1),
        **changes,
    }
    return Channel(ref=ref, name="world-models", **settings)


def subscription(text: str = '"world model" -survey', number: int = 12) -> Subscription:
    return Subscription(
        id=SubscriptionId(number),
        number=number,
        channel=channel().ref,
        query=parse_subscription(text),
        created_by=ANNA,
        created_at=NOW - timedelta(days=10),
    )


def subscribed_to(text: str = '"world model" -survey', **changes) -> Subscribed:
    known = {"channel": channel(), "existed": False, "recent": 9, "older": True, **changes}
    return Subscribed(subscription=subscription(text), **known)


def digest(*papers: Pending, collected: int = 412, sources=(), **changes) -> Digest:
    return compose(channel(**changes), papers, now=NOW, collected=collected, sources=sources)


def two_papers(**changes) -> Digest:
    return digest(
        matched(world_vla(), Reason(term='"world model"', field="title")),
        matched(vid2world(), Reason(term="diffus*", field="title")),
        **changes,
    )


def posts(of: Digest, *, layout=Layout.THREAD, capabilities=ROOMY, saved_by=None):
    made = Summary(text="A video model that takes actions.", maker="abstract")
    return presenting.digest_posts(
        of,
        digest_id=DigestId(7),
        layout=layout,
        capabilities=capabilities,
        summaries={vid2world().id: made},
        saved_by=saved_by or {},
    )


ARXIV_FAILS = SourceHealth(
    name="arxiv",
    failing_since=NOW - timedelta(hours=2, minutes=50),
    why="timed out",
    next_try_at=NOW + timedelta(minutes=20),
)


# Digests.


@pytest.mark.parametrize("layout", list(Layout))
def test_a_digest_in_each_layout(golden, layout):
    shown = two_papers(last_digest_at=FRIDAY, sources=[ARXIV_FAILS])
    golden(f"presenting/digest_{layout}.txt", dump_posts(posts(shown, layout=layout)))


def test_a_digest_over_the_cap_offers_the_rest(golden):
    shown = digest(*(matched(plain_paper(n)) for n in range(9)), cap=6)
    golden("presenting/digest_over_cap.txt", dump_posts(posts(shown)))
    papers = [m.paper for m in shown.papers]
    more = presenting.more_papers(papers[6:], digest_id=DigestId(7), start=6)
    golden("presenting/more.txt", dump(more))


def test_the_compact_layout_is_one_list_where_it_fits():
    shown = digest(*(matched(plain_paper(n)) for n in range(20)))
    assert len(posts(shown, layout=Layout.COMPACT)) == 1


def test_a_platform_without_threads_gets_the_flat_layout():
    flat = replace(ROOMY, threads=False)
    assert posts(two_papers(), capabilities=flat) == posts(two_papers(), layout=Layout.FLAT)


def test_one_paper_needs_no_thread():
    (post,) = posts(digest(matched(world_vla())))
    assert not post.threaded
    assert post.message.fallback.startswith("1 new paper: WorldVLA")
    assert [block.kind for block in post.message.blocks] == ["heading", "card"]


def test_a_saved_paper_says_by_whom_and_cannot_be_saved_again():
    (post,) = posts(digest(matched(world_vla())), saved_by={world_vla().id: "Anna"})
    card = post.message.blocks[-1]
    assert isinstance(card, PaperCard)
    assert card.facts[-1].text == "saved by Anna"
    assert [b.label for b in card.buttons] == ["Saved ✓", "Abstract"]
    assert [b.verb for b in card.buttons] == ["unsave", "abstract"]


def test_more_comes_in_pages_until_all_is_shown():
    papers = [plain_paper(n) for n in range(2 * MORE_PAGE + 5)]
    seen, start = 0, 3
    while start < len(papers):
        message = presenting.more_papers(papers[start:], digest_id=DigestId(7), start=start)
        seen += sum(len(b.items) for b in message.blocks if isinstance(b, Bullets))
        buttons = [
            b for block in message.blocks if isinstance(block, Actions) for b in block.buttons
        ]
        start = int(buttons[0].argument.split()[1]) if buttons else len(papers)
    assert seen == len(papers) - 3
    after = presenting.more_papers([], digest_id=DigestId(7), start=len(papers))
    assert after.fallback == "There is no more of that digest."


CLOSED = SourceHealth(name="arxiv", note="no announcement on Saturday and Sunday")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("nothing_matched", digest(last_digest_at=FRIDAY)),
        ("one_did_not_match", digest(last_digest_at=FRIDAY, collected=1)),
        ("no_announcement", digest(last_digest_at=FRIDAY, collected=0, sources=[CLOSED])),
        ("no_answer", digest(last_digest_at=FRIDAY, collected=0, sources=[ARXIV_FAILS])),
        ("all_at_once", digest(last_digest_at=FRIDAY, sources=[CLOSED, ARXIV_FAILS])),
        ("nothing_listed", digest(last_digest_at=FRIDAY, collected=0)),
    ],
)
def test_a_day_without_papers_says_why(golden, name, shown):
    golden(f"presenting/quiet_{name}.txt", dump_posts(posts(shown)))


def test_when_it_is_not_known_when_a_source_is_asked_again_it_is_soon():
    silent = replace(ARXIV_FAILS, next_try_at=None, why="")
    note = presenting.quiet_note(digest(collected=0, sources=[silent]))
    assert "arXiv has not answered since 06:10; it is asked again soon" in note.fallback


# Every digest fits every platform, and holds every paper once.

TITLES = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), max_size=400)


def as_pending(titles: list[str]) -> list[Pending]:
    return [matched(plain_paper(n, title)) for n, title in enumerate(titles)]


def papers_shown(posts: Iterable[PlannedPost], layout: Layout) -> list[str]:
    blocks = [block for post in posts for block in post.message.blocks]
    if layout is Layout.COMPACT:
        items = [item for block in blocks if isinstance(block, Bullets) for item in block.items]
        return [str(item[0].url).rpartition("/")[2] for item in items]
    return [b.paper_id.partition(":")[2] for b in blocks if isinstance(b, PaperCard)]


@given(
    titles=st.lists(TITLES, min_size=1, max_size=25),
    layout=st.sampled_from(Layout),
    cap=st.integers(1, 20),
    allowed=st.builds(
        capabilities,
        cards=st.integers(1, 10),
        chars=st.integers(1_500, 12_000),
        threads=st.booleans(),
    ),
)
def test_posts_fit_the_platform_and_hold_every_paper_once(titles, layout, cap, allowed):
    shown = digest(*as_pending(titles), cap=cap, sources=[ARXIV_FAILS])
    made = posts(shown, layout=layout, capabilities=allowed)
    assert papers_shown(made, layout) == [m.paper.short_id for m in shown.cards]
    more = [b for p in made for a in p.message.blocks if isinstance(a, Actions) for b in a.buttons]
    assert [b.label for b in more] == ([f"Show {len(shown.more)} more"] if shown.more else [])
    for post in made:
        assert post.message.fallback
        assert post.message.blocks
        assert allowed.room.holds(total(post.message.blocks, allowed.size))
    assert not made[0].threaded


@given(
    titles=st.lists(st.text(max_size=300), min_size=1, max_size=8), layout=st.sampled_from(Layout)
)
def test_hostile_titles_are_never_lost_nor_empty(titles, layout):
    small = capabilities(3, 600)
    shown = digest(*as_pending(titles))
    made = posts(shown, layout=layout, capabilities=small)
    assert papers_shown(made, layout) == [m.paper.short_id for m in shown.cards]
    assert all(post.message.fallback and post.message.blocks for post in made)


# Cards.


def test_a_card_leaves_out_what_is_unknown():
    card = presenting.card(plain_paper(1))
    assert (card.byline, card.tldr, card.why, card.facts) == ("", "", (), ())
    assert [b.verb for b in card.buttons] == ["save"]


def test_a_card_cuts_long_texts_at_words():
    long = "word " * 200
    paper = replace(
        plain_paper(1, long), authors=(long,), summary=Summary(text=long, maker="abstract")
    )
    card = presenting.card(paper)
    assert len(card.title) <= 300
    assert len(card.byline) <= 200
    assert len(card.tldr) <= 300
    assert all(text.endswith("word…") for text in (card.title, card.byline, card.tldr))


def test_a_link_that_no_platform_takes_is_left_out():
    long = Url("https://example.org/" + "a" * 900)
    paper = replace(
        plain_paper(1), keys=(), listings=(Listing(source="x", source_id="1", url=long),)
    )
    card = presenting.card(paper)
    assert card.url is None
    assert card.facts[0].url is None


def why(*reasons: tuple[str, str]) -> str:
    found = [Reason(term=term, field=place) for term, place in reasons]
    return spans_text(presenting.card(plain_paper(1), reasons=found).why)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ([('"world model"', "title")], "matched **world model** in the title"),
        (
            [("rlhf", "abstract"), ("dpo", "abstract")],
            "matched **rlhf** and **dpo** in the abstract",
        ),
        (
            [("video", "abstract"), ("diffusion", "title")],
            "matched **diffusion** in the title, **video** in the abstract",
        ),
        ([("rlhf", "abstract"), ("RLHF", "title")], "matched **RLHF** in the title"),
        ([("title:rlhf", "title")], "matched **rlhf** in the title"),
        ([('author:"Ada Park"', "author")], "matched **Ada Park** among the authors"),
        ([("org:Inria", "org")], "matched **Inria** in the organisation"),
        ([("cat:cs.CL", "cat"), ("has:code", "has")], "matched **cat:cs.CL** and **has:code**"),
        (
            [("a1", "title"), ("a2", "title"), ("a3", "title"), ("a4", "title"), ("a5", "title")],
            "matched **a1** and **a2** and **a3** and **a4** in the title and 1 more",
        ),
    ],
)
def test_a_card_says_why_it_is_there(reasons, said):
    assert why(*reasons) == said


# Answers.


def test_subscribing_says_the_meaning_what_it_brings_what_comes_and_how_to_undo(golden):
    golden(
        "presenting/subscribed.txt",
        dump(
            presenting.subscribed(subscribed_to(), now=NOW),
            presenting.subscribed(subscribed_to("sparse autoencoder", recent=0), now=NOW),
            presenting.subscribed(subscribed_to("title:video model", recent=1_001), now=NOW),
            presenting.subscribed(
                subscribed_to(
                    "cat:cs.CL",
                    recent=0,
                    older=False,
                    channel=channel(schedule=replace(PARIS, cadence=Cadence.OFF)),
                ),
                now=NOW,
            ),
            presenting.already_subscribed(subscription(), channel(), now=NOW),
            presenting.unsubscribed(subscription()),
        ),
    )


def test_the_channel_is_told_in_one_line(golden):
    golden(
        "presenting/notices.txt",
        dump(
            presenting.notice_subscribed(subscription(), by=ANNA),
            presenting.notice_unsubscribed(subscription(), by=ANNA),
            *(presenting.notice_schedule(replace(PARIS, cadence=c), by=ANNA) for c in Cadence),
        ),
    )


def test_lists_have_numbers_owners_and_what_they_bring(golden):
    rows = [
        Listed(subscription=subscription(), weekly=9),
        Listed(subscription=subscription("author:Schölkopf OR org:Inria", 13), weekly=0),
    ]
    golden("presenting/subscriptions.txt", dump(presenting.subscriptions(rows, channel(), now=NOW)))


def test_a_channel_without_subscriptions_is_welcomed(golden):
    message = presenting.subscriptions([], channel(), now=NOW)
    assert message == presenting.welcome()
    golden("presenting/welcome.txt", dump(message))


def test_search_sets_the_nearest_apart_from_the_exact(golden):
    query = '"world model" action'
    reasons = [Reason(term='"world model"', field="title")]
    card, other = presenting.card(world_vla(), reasons=reasons, dated=True), vid2world()
    golden(
        "presenting/search.txt",
        dump(
            presenting.search_results(query, [card], nearest=[other], count=1, count_max=100),
            presenting.search_results(query, [card], nearest=[], count=31, count_max=100),
            presenting.search_results(query, [card], nearest=[], count=101, count_max=100),
            presenting.search_results(query, [], nearest=[other], count=0, count_max=100),
            presenting.search_results(query, [], nearest=[], count=0, count_max=100),
            presenting.found_by_id([card]),
        ),
    )


def test_a_preview_counts_what_would_have_come(golden):
    query = subscription().query
    golden(
        "presenting/preview.txt",
        dump(
            presenting.preview(query, [presenting.card(world_vla())], count=3),
            presenting.preview(query, [], count=0),
        ),
    )


def test_further_results_are_pages_of_titles(golden):
    found = [Found(paper=plain_paper(n), score=1.0, exact=True) for n in range(5 + MORE_PAGE + 2)]
    query = subscription().query
    golden(
        "presenting/results.txt",
        dump(
            *(
                presenting.more_results("results", query, found, start=start, count_max=100)
                for start in (5, 5 + MORE_PAGE, 40)
            )
        ),
    )


def listed_as(items: list[SavedPaper], *, count: int | None = None, words: str = "") -> Message:
    count = len(items) if count is None else count
    known = {"example": "2607.00001", "zone": "Europe/Paris", "now": NOW}
    return presenting.saved_list(items, count=count, words=words, **known)


def test_the_reading_list_says_who_saved_what_and_why(golden):
    item = SavedPaper(
        paper=world_vla(), saved_by=ANNA, saved_at=FRIDAY, note="for Thursday", tags=("robots",)
    )
    bare = SavedPaper(paper=vid2world(), saved_by=ANNA, saved_at=FRIDAY - timedelta(days=400))
    golden(
        "presenting/reading_list.txt",
        dump(
            listed_as([item, bare]),
            listed_as([item], count=2, words="#robots"),
            listed_as([], count=2, words="nothing-here"),
            listed_as([]),
            presenting.saved(item, added=True),
            presenting.saved(bare, added=False),
            presenting.removed(item),
            presenting.not_saved(world_vla()),
        ),
    )


def test_a_long_reading_list_shows_the_newest_and_says_so():
    item = SavedPaper(paper=world_vla(), saved_by=ANNA, saved_at=FRIDAY)
    heading, bullets, note = listed_as([item] * 31).blocks
    assert heading.text == "31 papers on the reading list"
    assert len(bullets.items) == 30
    assert note.spans[0].text.startswith("The newest 30.")


def test_an_abstract_is_shown_whole(golden):
    golden(
        "presenting/abstract.txt",
        dump(presenting.abstract(world_vla()), presenting.abstract(vid2world(), saved=True)),
    )


def test_schedules_are_said_with_the_next_digest(golden):
    weekly = parse_schedule("weekly Fri 08:30", base=PARIS)
    changed = channel(schedule=weekly, next_run_at=datetime(2026, 7, 17, 6, 30, tzinfo=UTC))
    instant = channel(schedule=replace(PARIS, cadence=Cadence.INSTANT))
    off = channel(schedule=replace(PARIS, cadence=Cadence.OFF), next_run_at=None)
    golden(
        "presenting/schedule.txt",
        dump(
            presenting.schedule_shown(channel(), now=NOW),
            presenting.schedule_shown(instant, now=NOW),
            presenting.schedule_changed(changed, before=PARIS, now=NOW),
            presenting.schedule_changed(instant, before=weekly, now=NOW),
            presenting.schedule_changed(off, before=instant.schedule, now=NOW),
        ),
    )


def test_status_says_what_runs_what_failed_and_in_which_zone(golden):
    asked = SourceReport(source="arxiv", started_at=NOW, ended_at=NOW, got=12, new=3)
    failed = replace(asked, source="huggingface", failed="timed out", next_try_at=NOW)
    shown = channel(last_digest_at=FRIDAY)
    golden(
        "presenting/status.txt", dump(presenting.status(shown, [asked, failed], [], [], now=NOW))
    )


def test_what_stops_posting_is_said_with_its_mend(golden):
    codes = ("is_archived", "not_in_channel", "50013 (Send Messages)", "restricted_action")
    stopped = [presenting.channel_stopped(channel(broken_code=code)) for code in codes]
    workspace = presenting.workspace_stopped(WorkspaceId("slack:T1"), "token_revoked", 3)
    golden("presenting/stopped.txt", dump(*stopped, workspace))


def test_a_new_channel_is_greeted(golden):
    golden("presenting/greeting.txt", dump(presenting.greeting(channel(), now=NOW)))


def test_a_channel_that_works_again_is_told(golden):
    golden("presenting/resumed.txt", dump(presenting.resumed(channel(), now=NOW)))


@dataclass(frozen=True)
class Command:
    usage: str
    summary: str
    example: str
    forms: tuple[tuple[str, str], ...] = ()


def test_help_is_made_from_the_command_table(golden):
    table = [
        Command(usage="list", summary="what is subscribed", example="list"),
        Command(usage="search QUERY", summary="look for papers", example="search rlhf last:7d"),
    ]
    forms = (("a b", "both"), ("-c", "not c"))
    golden(
        "presenting/help.txt",
        dump(
            presenting.help_overview(table),
            presenting.help_overview(table, start="There is no command what."),
            presenting.help_command(table[0]),
            presenting.help_command(replace(table[1], forms=forms)),
        ),
    )


def test_errors_say_what_was_wrong_where_and_what_would_be_right(golden):
    query = '"world model'
    unclosed = QuerySyntaxError("this quote is not closed", position=0, example='"world model"')
    golden(
        "presenting/errors.txt",
        dump(
            presenting.error(unclosed, query=query),
            presenting.error(
                UserError(
                    "No such number. `/papers list` shows them.", example="/papers unsubscribe 2"
                )
            ),
            presenting.error(UserError("Weekly on which day?")),
            presenting.error(
                UnknownPaper("world", verb="save", near=(world_vla(),), known="2607.00001")
            ),
            presenting.error(UnknownPaper("", verb="unsave", near=(), known="2607.00001")),
            presenting.unexpected(),
        ),
    )


def test_a_long_query_is_shown_around_the_place():
    shown = presenting.guidance.marked("a" * 100 + "b" * 100, 100)
    assert shown == "…" + "a" * 60 + "▸" + "b" * 60 + "…"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW - timedelta(hours=3), "06:00"),
        (NOW + timedelta(days=1), "tomorrow 09:00"),
        (NOW - timedelta(days=1), "yesterday 09:00"),
        (FRIDAY, "Friday 09:00"),
        (NOW - timedelta(days=7), "Mon 6 July 09:00"),
    ],
)
def test_times_are_the_readers_own(at, said):
    assert wording.moment(at, now=NOW, zone="Europe/Paris") == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 7, 10), date(2026, 7, 13), "Fri 10 – Mon 13 July"),
        (date(2026, 7, 31), date(2026, 8, 3), "Fri 31 July – Mon 3 August"),
    ],
)
def test_a_range_of_days_names_the_month_once(first, last, said):
    assert wording.day_range(first, last) == said


def test_names_and_numbers_read_well():
    assert wording.counted(1_204, "paper") == "1,204 papers"
    assert wording.source_name("a journal") == "a journal"
