import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from adapters.sources.huggingface import HuggingFace, feed_day
from adapters.sources.huggingface_papers import parse_papers
from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.domain.papers import Paper, Summary
from bot.ports.sources import Cursor, Sweep
from tests.adapters.sources.fakes import DATA, START, Web, client, reply

TODAY = date(2026, 7, 14)
DAY = date(2026, 7, 13)
PAGE = (DATA / "huggingface" / "day.json").read_bytes()
PAGE_2 = (DATA / "huggingface" / "day_page_2.json").read_bytes()
ERROR = (DATA / "huggingface" / "error_400.json").read_bytes()


def feed(days: dict[str, list[bytes]]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        pages = days.get(request.url.params["date"], [])
        number = int(request.url.params["p"])
        return reply(pages[number] if number < len(pages) else b"[]")

    return answer


async def sweep(web: Web, cursor: Cursor | None = None, now: datetime = START) -> Sweep:
    return await HuggingFace(client(web)).sweep(cursor, now=now, categories=frozenset({"cs.CL"}))


def read(entries: object, asked: date = DAY) -> tuple[Paper, ...]:
    return parse_papers(json.dumps(entries).encode(), asked, TODAY).read


def entry(number: int = 1, **fields: object) -> dict[str, object]:
    return {"paper": {"id": f"2607.{number:05}", "title": f"Paper {number}", **fields}}


# What an entry says


def test_reads_every_field():
    paper = parse_papers(PAGE, DAY, TODAY).read[0]
    assert paper.id == "arxiv:2607.90001"
    assert paper.title == "Small Birds, Long Memories: O(n log n) Recall"
    assert paper.abstract.endswith("It then recalls 100% of them in logarithmic time.")
    assert paper.organization == "Larkspur Lab"
    assert paper.published == datetime(2026, 7, 9, 17, 50, 1, tzinfo=UTC)
    assert (paper.upvotes, paper.comments, paper.stars) == (42, 3, 7)
    assert paper.code_url == "https://github.com/larkspur/birds"
    assert paper.project_url == "https://birds.example.org/memory"
    assert paper.thumbnail_url.endswith("/2607.90001.png")
    assert paper.summary == Summary(
        text="A small model keeps notes and finds them again quickly.", maker="Hugging Face"
    )
    (listing,) = paper.listings
    assert (listing.source, listing.source_id) == ("huggingface", "2607.90001")
    assert (listing.announced, listing.url) == (DAY, "https://huggingface.co/papers/2607.90001")


def test_authors_marked_hidden_are_left_out():
    assert parse_papers(PAGE, DAY, TODAY).read[0].authors == ("Ada Fjord", "Łukasz Brook")


def test_a_title_and_an_id_are_enough_and_the_rest_is_unknown():
    paper = parse_papers(PAGE, DAY, TODAY).read[1]
    assert paper.title == "A Title and Nothing Else"
    assert (paper.upvotes, paper.comments, paper.stars) == (None, None, None)
    assert (paper.published, paper.summary, paper.organization) == (None, None, None)
    assert paper.announced == DAY


def test_no_votes_are_known_to_be_none():
    paper = parse_papers(PAGE, DAY, TODAY).read[2]
    assert (paper.upvotes, paper.comments) == (0, 0)
    assert paper.abstract == "Nobody voted, and that is known."


def test_entries_without_a_wrapper_are_read_too():
    assert read([{"id": "2607.00001", "title": "Bare"}])[0].title == "Bare"


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2026-07-10T23:59:00.000Z", date(2026, 7, 10)),
        ("2026-07-11T01:00:00+05:00", date(2026, 7, 10)),
        ("2099-01-01T00:00:00.000Z", TODAY),
        ("yesterday", DAY),
        (None, DAY),
        (5, DAY),
    ],
)
def test_a_paper_is_new_on_the_day_it_was_featured(stated, day):
    assert read([entry(submittedOnDailyAt=stated)])[0].announced == day


@pytest.mark.parametrize("value", ["12", -1, 1.5, True, None, [], 2**70])
def test_what_is_no_count_is_unknown(value):
    assert read([entry(upvotes=value)])[0].upvotes is None


@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", "http://localhost/x", "https://a@b.org", 5, {"url": "https://x.org"}],
)
def test_unsafe_links_are_left_out(value):
    paper = read([entry(projectPage=value, thumbnail=value, githubRepo=value)])[0]
    assert (paper.project_url, paper.thumbnail_url, paper.code_url) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "name"),
    [({"name": "short"}, "short"), ("Plain", "Plain"), ({"fullname": " "}, None), (7, None)],
)
def test_organizations_come_in_several_forms(value, name):
    assert read([entry(organization=value)])[0].organization == name


@pytest.mark.parametrize("value", [None, "Ada", [None, 5, {"name": 7}, {}, "x"], {}])
def test_authors_that_are_none_are_no_authors(value):
    assert read([entry(authors=value)])[0].authors == ()


def test_a_paper_that_is_not_on_arxiv_keeps_its_own_id():
    paper = read([{"paper": {"id": "openai-report-7", "title": "Elsewhere"}}])[0]
    assert paper.id == "huggingface:openai-report-7"
    assert paper.url == "https://huggingface.co/papers/openai-report-7"


# What is no answer


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"error":"x"}', b"null", b"7", b'"x"', b"nope", b"\xff\xfe", b"[" * 100_000,
     b"[1,2,3]", b'[{"paper":{"id":"2607.00001"}}]', b'[{"paper":{"title":"No id"}}]', b"[[]]",
     b'[{"paper":{"id":26070.1,"title":"A number"}}]', b'[{"paper":{"id":"a b","title":"x"}}]'],
)  # fmt: skip
def test_other_shapes_are_a_changed_format(body):
    with pytest.raises(SourceFormatChanged):
        parse_papers(body, DAY, TODAY)


@pytest.mark.parametrize("body", [b"", b" \n", b"<!DOCTYPE html><title>Down</title>", b"<HTML>"])
def test_a_web_page_or_nothing_is_no_answer(body):
    with pytest.raises(SourceUnavailable):
        parse_papers(body, DAY, TODAY)


def test_one_broken_entry_is_named_and_holds_nothing_up():
    page = parse_papers(
        json.dumps([entry(1), {"paper": {"id": "2607.00009"}}]).encode(), DAY, TODAY
    )
    assert (len(page.read), page.unreadable) == (1, ("2607.00009",))


def test_many_broken_entries_are_a_changed_format():
    with pytest.raises(SourceFormatChanged, match="2 of 12"):
        read([*(entry(n) for n in range(10)), {}, {}])


# Which days are asked for


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 7, 15, 1, 29, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 15, 1, 30, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 1, 15, 2, 29, tzinfo=UTC), date(2026, 1, 14)),
        (datetime(2026, 1, 15, 2, 30, tzinfo=UTC), date(2026, 1, 15)),
    ],
)
def test_the_feed_turns_at_half_past_nine_in_new_york(now, day):
    assert feed_day(now) == day


async def test_the_first_sweep_looks_at_four_days():
    web = Web(feed({str(DAY): [PAGE, PAGE_2]}))
    swept = await sweep(web)
    assert [paper.short_id[-1] for paper in swept.papers] == ["1", "2", "3", "4"]
    assert swept.asked == "days 2026-07-11 to 2026-07-14"
    assert swept.cursor == Cursor(through=DAY)
    assert swept.updates == ()
    first = "https://huggingface.co/api/daily_papers?date=2026-07-11&limit=100&p=0"
    assert web.urls[0] == first


async def test_later_sweeps_look_back_seven_days_beyond_the_cursor():
    web = Web(feed({}))
    await sweep(web, Cursor(through=DAY))
    assert [u.split("date=")[1][:10] for u in web.urls] == [
        str(date(2026, 7, 6) + timedelta(days=n)) for n in range(9)
    ]


async def test_the_first_sweep_of_a_day_asks_for_the_votes_of_fourteen_days_and_makes_no_news():
    old = "2026-06-30"
    voted = feed({old: [json.dumps([entry(upvotes=57)]).encode()], str(TODAY): [PAGE]})
    web = Web(voted)
    swept = await sweep(web, Cursor(through=DAY - timedelta(days=1)))
    assert [(p.short_id, p.upvotes) for p in swept.updates] == [("2607.00001", 57)]
    assert len(swept.papers) == 3
    days = {u.split("date=")[1][:10] for u in web.urls}
    assert days == {str(TODAY - timedelta(days=n)) for n in range(15)}
    assert swept.cursor == Cursor(through=DAY)
    assert (await sweep(Web(voted), swept.cursor)).updates == ()


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_votes_that_cannot_be_had_keep_no_news_away(status):
    def answer(request: httpx.Request) -> httpx.Response:
        old = request.url.params["date"] < "2026-07-05"
        return reply(ERROR, status) if old else feed({str(TODAY): [PAGE]})(request)

    swept = await sweep(Web(answer), Cursor(through=DAY - timedelta(days=1)))
    assert (len(swept.papers), swept.updates) == (3, ())
    assert swept.cursor.through == DAY


async def test_a_cursor_from_the_future_never_goes_back():
    swept = await sweep(Web(feed({})), Cursor(through=date(2027, 1, 1)))
    assert swept.cursor.through == date(2027, 1, 1)


async def test_after_a_long_absence_the_last_sixty_days_are_read_and_the_gap_is_told():
    web = Web(feed({}))
    swept = await sweep(web, Cursor(through=date(2026, 1, 1)))
    assert len(web.urls) == 61
    assert "2026-01-01 and 2026-05-15 were not read" in swept.note


async def test_empty_weekends_are_silent_and_empty_weekdays_are_told():
    swept = await sweep(Web(feed({})))
    assert swept.papers == ()
    assert swept.note == "no papers yet on Tuesday 14 July; no papers on Monday 13 July"
    saturday = await sweep(Web(feed({"2026-07-17": [PAGE]})), now=START + timedelta(days=4))
    assert "no papers on Saturday 18 July;" in saturday.note


async def test_a_paper_featured_twice_is_one_paper_since_the_first_day():
    twice = feed({"2026-07-12": [json.dumps([entry(upvotes=1)]).encode()],
                  "2026-07-14": [json.dumps([entry(upvotes=9)]).encode()]})  # fmt: skip
    (paper,) = (await sweep(Web(twice))).papers
    assert (paper.announced, paper.upvotes) == (date(2026, 7, 12), 9)


async def test_a_server_that_ignores_the_page_is_not_asked_for_ever():
    web = Web(lambda _: reply(PAGE))
    swept = await sweep(web)
    assert len(swept.papers) == 3
    assert len(web.urls) == 8


async def test_a_day_without_end_is_a_changed_format():
    def endless(request: httpx.Request) -> httpx.Response:
        return reply(json.dumps([entry(int(request.url.params["p"]))]))

    with pytest.raises(SourceFormatChanged, match="20 pages"):
        await sweep(Web(endless))


async def test_the_hint_on_an_unreadable_paper_reaches_the_report():
    body = json.dumps([entry(1), {"paper": {"id": "2607.00009"}}]).encode()
    assert "could not read 2607.00009" in (await sweep(Web(feed({str(TODAY): [body]})))).note


async def test_a_day_without_any_abstract_is_told():
    body = json.dumps([entry(n) for n in range(5)]).encode()
    assert "no paper has an abstract" in (await sweep(Web(feed({str(TODAY): [body]})))).note


# Asking only for what changed


async def test_unchanged_days_are_not_sent_again():
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["p"] != "0" or request.url.params["date"] != str(DAY):
            return reply(b"[]", etag='"empty"')
        unchanged = request.headers.get("if-none-match") == '"v1"'
        return reply(status=304) if unchanged else reply(PAGE, etag='"v1"')

    first = await sweep(Web(answer))
    url = f"https://huggingface.co/api/daily_papers?date={DAY}&limit=100&p=0"
    assert first.cursor.validators == {url: '"v1"'}
    web = Web(answer)
    second = await sweep(web, first.cursor)
    assert second.papers == ()
    assert second.note.startswith("nothing changed since the last visit")
    assert second.cursor.validators == first.cursor.validators
    assert url.replace("p=0", "p=1") in web.urls


async def test_a_server_that_ignores_the_page_stays_readable_with_validators():
    def answer(request: httpx.Request) -> httpx.Response:
        unchanged = "if-none-match" in request.headers
        return reply(status=304) if unchanged else reply(PAGE, etag='"v1"')

    cursor = None
    for _ in range(3):
        swept = await sweep(Web(answer), cursor)
        cursor = swept.cursor
    assert len(cursor.validators) == 9


# What goes wrong


async def test_today_may_not_have_begun_there():
    def answer(request: httpx.Request) -> httpx.Response:
        refused = request.url.params["date"] == str(TODAY)
        return reply(ERROR, 400) if refused else feed({str(DAY): [PAGE]})(request)

    swept = await sweep(Web(answer))
    assert len(swept.papers) == 3
    assert "no papers yet on Tuesday 14 July" in swept.note


async def test_a_refused_past_day_is_a_changed_format():
    with pytest.raises(SourceFormatChanged, match="2026-07-11"):
        await sweep(Web(lambda _: reply(ERROR, 400)))


@pytest.mark.parametrize("failing", range(4))
async def test_one_failed_day_fails_the_whole_sweep(failing):
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["date"].endswith(str(11 + failing)):
            return reply(status=500)
        return reply(b"[]")

    with pytest.raises(SourceUnavailable):
        await sweep(Web(answer), None)


async def test_the_address_can_be_set():
    web = Web(lambda _: reply(b"[]"))
    source = HuggingFace(client(web), base_url="http://127.0.0.1:9000/hf")
    await source.sweep(None, now=START, categories=frozenset())
    assert web.urls[0].startswith("http://127.0.0.1:9000/hf/api/daily_papers?date=")
