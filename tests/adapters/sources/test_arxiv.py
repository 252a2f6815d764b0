import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import unquote

import httpx
import pytest

from adapters.sources import arxiv_api
from adapters.sources.arxiv import ArXiv, announcement_after, announcement_before, feed_names
from bot.domain.errors import SourceFormatChanged, SourceUnavailable
from bot.ports.sources import Cursor, Sweep
from tests.adapters.sources.fakes import DATA, START, FakeClock, Web, client, reply

RSS = (DATA / "arxiv" / "announcement.xml").read_bytes()
SATURDAY = (DATA / "arxiv" / "announcement_saturday.xml").read_bytes()
RESULTS = (DATA / "arxiv" / "results.xml").read_bytes()
ERROR = (DATA / "arxiv" / "error_400.xml").read_bytes()
UNKNOWN_CATEGORY = (DATA / "arxiv" / "unknown_category_400.html").read_bytes()

MONDAY = date(2026, 7, 13)
TUESDAY = date(2026, 7, 14)
FRIDAY = date(2026, 7, 10)
SATURDAY_NOON = START + timedelta(days=4)
EMPTY = RESULTS[: RESULTS.index(b"  <entry>")].replace(b"Results>2<", b"Results>0<") + b"</feed>"


@dataclass
class Library:
    """The query API with so many papers for any question."""

    total: int = 0
    short: list[int] = field(default_factory=list)
    """How many papers the next answers hold back."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        start, size = (int(request.url.params[x]) for x in ("start", "max_results"))
        hold = self.short.pop(0) if self.short else 0
        numbers = range(start, max(start, min(self.total, start + size) - hold))
        entries = "".join(_entry(f"2606.{n:05}") for n in numbers)
        head = EMPTY.decode().replace("Results>0<", f"Results>{self.total}<")
        return reply(head.replace("</feed>", f"{entries}</feed>"))


def _entry(arxiv_id: str) -> str:
    return f"<entry><id>http://arxiv.org/abs/{arxiv_id}v1</id><title>T</title></entry>"


Answer = Callable[[httpx.Request], httpx.Response]


def arxiv_web(feed: bytes | Answer, api: Answer | None = None) -> Web:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "export.arxiv.org":
            assert api is not None, "nobody expected a question to the query API"
            return api(request)
        return reply(feed) if isinstance(feed, bytes) else feed(request)

    return Web(answer)


async def sweep(
    web: Web,
    through: date | None = MONDAY,
    now: datetime = START,
    categories: frozenset[str] = frozenset({"cs.lg", "cs.CL"}),
    **validators: str,
) -> Sweep:
    cursor = Cursor(through=through, validators=validators) if through else None
    return await ArXiv(client(web)).sweep(cursor, now=now, categories=categories)


def api_questions(web: Web) -> list[str]:
    return [unquote(u.replace("+", " ")) for u in web.urls if "export.arxiv.org" in u]


# One announcement


async def test_one_request_serves_all_categories():
    web = arxiv_web(RSS)
    swept = await sweep(web)
    assert web.urls == ["https://rss.arxiv.org/rss/cs.CL+cs.LG"]
    assert [paper.short_id for paper in swept.papers] == ["2607.91001", "2607.91002"]
    assert [paper.short_id for paper in swept.updates] == ["2009.92003", "math/0601001"]
    assert swept.cursor == Cursor(through=TUESDAY)
    assert (swept.asked, swept.note) == ("feed of cs.CL, cs.LG for 2026-07-14", None)


async def test_default_categories_are_asked_for_whoever_subscribed():
    web = arxiv_web(RSS)
    source = ArXiv(client(web), categories=["stat.ML", "cs.lg"])
    await source.sweep(None, now=START, categories=frozenset({"cs.LG", "cs.*"}))
    assert web.urls == ["https://rss.arxiv.org/rss/cs+cs.LG+stat.ML"]


async def test_the_same_day_is_read_again_without_asking_for_more():
    swept = await sweep(arxiv_web(RSS), through=TUESDAY)
    assert (len(swept.papers), swept.cursor.through) == (2, TUESDAY)


async def test_a_first_sweep_reads_the_feed():
    assert len((await sweep(arxiv_web(RSS), through=None)).papers) == 2


async def test_a_stale_feed_moves_no_cursor_back():
    swept = await sweep(arxiv_web(RSS), through=date(2026, 7, 16))
    assert swept.cursor.through == date(2026, 7, 16)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (["cs.cl", "CS.LG"], ["cs.CL", "cs.LG"]),
        (["cond-mat.Mtrl-Sci", "physics.optics"], ["cond-mat.mtrl-sci", "physics.optics"]),
        (["cs.*", "cs", "hep-th", "q-bio.nc"], ["cs", "hep-th", "q-bio.NC"]),
        (["", "cs/../x", "cs.CL+math", "cs.", "cs.C1", "a", "x" * 30, "кс", "cs.a.b"], []),
    ],
)
def test_categories_are_written_as_arxiv_does(given, asked):
    assert feed_names(given) == asked


async def test_without_categories_nothing_is_asked():
    web = arxiv_web(RSS)
    swept = await sweep(web, categories=frozenset({"?"}))
    assert (web.urls, swept.papers, swept.cursor.through) == ([], (), MONDAY)
    assert "no category" in swept.note
    assert (await sweep(web, None, categories=frozenset())).cursor.through == MONDAY


# Categories that do not exist


def knows(*names: str) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        for name in request.url.path.rpartition("/")[2].split("+"):
            archive, _, subject = name.partition(".")
            if archive not in ("cs", "math"):
                return reply(
                    f"<p>Bad archive &#39;{archive}&#39;. Valid archive names are: cs.", 400
                )
            if subject and name not in names:
                said = UNKNOWN_CATEGORY.decode().replace("ZZ", subject).replace("'cs'", archive)
                return reply(said.replace("&#39;cs&#39;", f"&#39;{archive}&#39;"), 400)
        return reply(RSS)

    return answer


async def test_an_unknown_category_spoils_nothing_for_the_others():
    web = arxiv_web(knows("cs.CL", "math.ZZ"))
    wanted = {"cs.CL", "cs.ZZ", "math.ZZ", "law.XX", "law.YY"}
    swept = await sweep(web, categories=frozenset(wanted))
    assert len(swept.papers) == 2
    assert swept.note == "knows no category cs.ZZ, law.XX, law.YY"
    assert web.urls[-1] == "https://rss.arxiv.org/rss/cs.CL+math.ZZ"


async def test_unknown_categories_alone_are_an_error():
    with pytest.raises(SourceUnavailable, match=r"knows no category cs.ZZ"):
        await sweep(arxiv_web(knows()), categories=frozenset({"cs.ZZ"}))


@pytest.mark.parametrize("body", [ERROR, b"", b"Bad archive 'elsewhere'"])
async def test_a_refusal_that_blames_no_category_is_an_error(body):
    with pytest.raises(SourceUnavailable, match="refuses the categories"):
        await sweep(arxiv_web(lambda _: reply(body, 400)))


# Days without an announcement


async def test_a_saturday_without_papers_is_a_right_answer():
    swept = await sweep(arxiv_web(SATURDAY), through=date(2026, 7, 17), now=SATURDAY_NOON)
    assert (swept.papers, swept.note) == ((), "no announcement on Saturday")
    assert swept.cursor == Cursor(through=date(2026, 7, 17))


async def test_an_empty_weekday_is_told_and_does_not_count_as_read():
    body = SATURDAY.replace(b"Sat, 18 Jul", b"Tue, 14 Jul")
    swept = await sweep(arxiv_web(body))
    assert swept.note == "no announcement on Tuesday 14 July: a holiday, or it is late"
    assert swept.cursor.through == MONDAY


async def test_an_empty_feed_is_always_read_again():
    swept = await sweep(arxiv_web(lambda _: reply(SATURDAY, etag='"x"')), date(2026, 7, 17), SATURDAY_NOON)  # fmt: skip
    assert swept.cursor.validators == {}


async def test_a_first_sweep_on_a_weekend_asks_for_the_last_days():
    web = arxiv_web(SATURDAY, Library(total=3))
    swept = await sweep(web, through=None, now=SATURDAY_NOON)
    assert len(swept.papers) == 3
    assert swept.cursor.through == date(2026, 7, 17)
    assert "[202607140000 TO 202607182359]" in api_questions(web)[0]


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [(n, *days) for n, days in enumerate([(10, 14), (13, 15), (14, 16), (15, 17), (16, 20), (17, 20), (17, 20)], 13)],
)  # fmt: skip
def test_announcements_come_on_weekdays(day, before, after):
    assert announcement_before(date(2026, 7, day)).day == before
    assert announcement_after(date(2026, 7, day)).day == after


# Not modified


async def test_an_unchanged_feed_is_not_read_again():
    url = "https://rss.arxiv.org/rss/cs.CL+cs.LG"

    def feed(request: httpx.Request) -> httpx.Response:
        same = request.headers.get("if-none-match") == '"v1"'
        return reply(status=304) if same else reply(RSS, etag='"v1"')

    first = await sweep(arxiv_web(feed))
    assert first.cursor.validators == {url: '"v1"'}
    second = await sweep(arxiv_web(feed), first.cursor.through, **first.cursor.validators)
    assert (second.papers, second.cursor) == ((), first.cursor)
    assert second.note == "nothing changed since the last visit"
    other = await sweep(arxiv_web(feed), categories=frozenset({"cs"}), **first.cursor.validators)
    assert len(other.papers) == 2


# Days that were missed


async def test_over_a_weekend_nothing_is_missed():
    body = RSS.replace(b"Tue, 14 Jul", b"Mon, 13 Jul")
    assert (await sweep(arxiv_web(body), through=FRIDAY)).cursor.through == MONDAY


async def test_missed_days_are_asked_for_with_a_week_of_overlap():
    web = arxiv_web(RSS, Library(total=2))
    swept = await sweep(web, through=FRIDAY)
    assert [paper.short_id for paper in swept.papers] == [
        "2606.00000", "2606.00001", "2607.91001", "2607.91002"]  # fmt: skip
    first, second = api_questions(web)
    assert "search_query=(cat:cs.CL OR cat:cs.LG) AND submittedDate:" in first
    assert "[202607030000 TO 202607092359]&sortBy=submittedDate&sortOrder=ascending" in first
    assert "[202607100000 TO 202607142359]" in second
    assert swept.cursor.through == TUESDAY
    assert swept.asked.endswith("for 2026-07-14, submissions since 2026-07-03")


async def test_missed_days_are_found_on_an_empty_weekend_too():
    web = arxiv_web(SATURDAY, Library(total=1))
    swept = await sweep(web, through=TUESDAY, now=SATURDAY_NOON)
    assert (len(swept.papers), swept.cursor.through) == (1, date(2026, 7, 17))


async def test_a_paper_found_twice_is_one_with_both_dates():
    swept = await sweep(arxiv_web(RSS, lambda _: reply(RESULTS)), through=FRIDAY)
    (tides,) = [paper for paper in swept.papers if paper.short_id == "2607.91001"]
    assert tides.announced == TUESDAY
    assert tides.published.date() == MONDAY
    assert len(swept.papers) == 3


async def test_whole_archives_are_asked_for_with_and_without_subclasses():
    web = arxiv_web(RSS, Library())
    await sweep(web, FRIDAY, categories=frozenset({"hep-th", "cs.*"}))
    assert "(cat:cs OR cat:cs.* OR cat:hep-th OR cat:hep-th.*) AND" in api_questions(web)[0]


async def test_long_absences_are_read_week_by_week_up_to_sixty_days():
    web = arxiv_web(RSS, Library(total=1))
    swept = await sweep(web, through=date(2026, 1, 5))
    assert len(api_questions(web)) == 9
    assert "[202605150000 TO" in api_questions(web)[0]
    assert "papers between 2026-01-05 and 2026-05-15 were not read" in swept.note


async def test_large_weeks_come_in_pages():
    web = arxiv_web(RSS, Library(total=1_100))
    swept = await sweep(web, through=FRIDAY)
    assert len(swept.papers) == 1_102
    starts = [re.search(r"start=(\d+)", question)[1] for question in api_questions(web)]
    assert starts == ["0", "500", "1000"] * 2


def cut_feed() -> bytes:
    item = RSS[RSS.index(b"    <item>") : RSS.index(b"</item>") + len(b"</item>")]
    items = [item.replace(b"2607.91001", b"2607.%05d" % n) for n in range(2_000)]
    return RSS[: RSS.index(b"    <item>")] + b"".join(items) + b"</channel></rss>"


async def test_a_feed_at_its_limit_is_completed_once():
    body = cut_feed()
    web = arxiv_web(body, Library(total=2))
    swept = await sweep(web)
    assert len(swept.papers) == 2_002
    assert "[202607070000 TO 202607132359]" in api_questions(web)[0]
    again = arxiv_web(body)
    assert len((await sweep(again, through=TUESDAY)).papers) == 2_000


# Incomplete answers


def assert_gap_stays_open(swept, why):
    """Today's papers came, and the next sweep asks for the missed days again."""
    assert [paper.short_id for paper in swept.papers] == ["2607.91001", "2607.91002"]
    assert swept.cursor.through == FRIDAY
    assert swept.note.startswith("earlier days are still missing, from 2026-07-03 on: ")
    assert why in swept.note


@pytest.mark.parametrize("held_back", [1, 499, 500])
async def test_a_short_page_is_asked_for_once_more(held_back):
    web = arxiv_web(RSS, Library(total=700, short=[0, 0, held_back]))
    assert len((await sweep(web, through=date(2026, 7, 10))).papers) == 702


@pytest.mark.parametrize("held_back", [1, 500])
async def test_two_short_pages_leave_the_gap_open(held_back):
    web = arxiv_web(RSS, Library(total=700, short=[0, held_back, held_back]))
    assert_gap_stays_open(await sweep(web, through=FRIDAY), "fewer papers")


async def test_the_same_page_again_and_again_leaves_the_gap_open(monkeypatch):
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 2)
    same = RESULTS.replace(b"totalResults>2<", b"totalResults>4<")
    swept = await sweep(arxiv_web(RSS, lambda _: reply(same)), through=FRIDAY)
    assert_gap_stays_open(swept, "gave 2 of the 4")


async def test_a_week_larger_than_arxiv_is_a_changed_format():
    with pytest.raises(SourceFormatChanged, match="10001 papers for one week"):
        await sweep(arxiv_web(RSS, Library(total=10_001)), through=FRIDAY)


async def test_a_feed_from_the_future_is_a_changed_format():
    with pytest.raises(SourceFormatChanged, match="2099-07-14"):
        await sweep(arxiv_web(RSS.replace(b"14 Jul 2026", b"14 Jul 2099")))


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_a_failure_of_the_feed_fails_the_sweep(status):
    with pytest.raises(SourceUnavailable, match=str(status)):
        await sweep(arxiv_web(lambda _: reply(status=status)))


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_a_failure_of_the_query_api_does_not_hold_todays_papers_back(status):
    swept = await sweep(arxiv_web(RSS, lambda _: reply(status=status)), through=FRIDAY)
    assert_gap_stays_open(swept, str(status))


async def test_a_failure_of_the_query_api_on_an_empty_day_fails_the_sweep():
    web = arxiv_web(SATURDAY, lambda _: reply(status=503))
    with pytest.raises(SourceUnavailable, match="503"):
        await sweep(web, through=TUESDAY, now=SATURDAY_NOON)


async def test_an_overloaded_arxiv_is_left_alone_for_half_an_hour_by_everybody():
    clock, web = FakeClock(), arxiv_web(lambda _: reply(status=429))
    shared = client(web, clock)
    with pytest.raises(SourceUnavailable) as caught:
        await ArXiv(shared).sweep(None, now=START, categories=frozenset({"cs"}))
    assert caught.value.retry_after == timedelta(minutes=30)
    with pytest.raises(SourceUnavailable, match="not to be asked again before 12:30 UTC"):
        await ArXiv(shared).lookup(("arxiv:2607.91001",))
    assert len(web.asked) == 1


async def test_all_addresses_of_arxiv_share_one_pace():
    clock = FakeClock()
    web = arxiv_web(RSS, Library(total=1))
    await ArXiv(client(web, clock)).sweep(
        Cursor(through=FRIDAY), now=START, categories=frozenset({"cs"})
    )
    assert clock.slept == [3.0, 3.0]


# Look-ups


async def test_papers_are_looked_up_by_id():
    web = Web(lambda _: reply(RESULTS))
    found = await ArXiv(client(web)).lookup(("arxiv:2607.93001", "doi:10.1/x", "arxiv:2607.91001"))
    assert [paper.short_id for paper in found] == ["2607.93001", "2607.91001"]
    assert "id_list=2607.93001%2C2607.91001&start=0&max_results=100" in web.urls[0]


async def test_many_papers_are_looked_up_in_hundreds():
    web = Web(lambda _: reply(EMPTY))
    assert await ArXiv(client(web)).lookup(tuple(f"arxiv:2607.{n:05}" for n in range(201))) == ()
    assert len(web.urls) == 3


async def test_nothing_to_look_up_is_not_asked():
    web = Web(lambda _: reply(EMPTY))
    assert await ArXiv(client(web)).lookup(("doi:10.1/x",)) == ()
    assert web.urls == []


async def test_a_refused_look_up_is_said_in_arxiv_s_own_words():
    with pytest.raises(SourceUnavailable, match="incorrect id format for xyz"):
        await ArXiv(client(Web(lambda _: reply(ERROR, 400)))).lookup(("arxiv:xyz",))


async def test_the_addresses_and_the_pace_can_be_set():
    clock, web = FakeClock(), Web(lambda r: reply(RSS if "/rss/" in r.url.path else EMPTY))
    source = ArXiv(
        client(web, clock),
        rss_url="http://127.0.0.1:1/x",
        api_url="http://127.0.0.1:2/api/query",
        min_interval_s=0,
    )
    await source.sweep(None, now=START, categories=frozenset({"cs"}))
    await source.lookup(("arxiv:2607.00001",))
    assert web.urls[0] == "http://127.0.0.1:1/x/rss/cs"
    assert web.urls[1].startswith("http://127.0.0.1:2/api/query?id_list=")
    assert clock.slept == []
