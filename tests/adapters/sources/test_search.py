"""The sources' own search: what is asked for any words, and what is made of the answers."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources import http
from adapters.sources.arxiv import ArXiv
from adapters.sources.arxiv_api import words_query
from adapters.sources.asking import QUESTION_MAX_CHARS, question
from adapters.sources.http import PATIENCE
from adapters.sources.huggingface import HuggingFace
from bot.domain.errors import SourceError, SourceFormatChanged, SourceUnavailable
from bot.domain.papers import Paper
from bot.ports.sources import PaperSearch
from tests.adapters.sources.fakes import DATA, START, FakeClock, Stuck, Web, client, reply
from tests.shared import SHARED, needs_shared

DAY = (DATA / "huggingface" / "day.json").read_bytes()
REFUSED = {
    "huggingface": (DATA / "huggingface" / "error_400.json").read_bytes(),
    "arxiv": (DATA / "arxiv" / "error_400.xml").read_bytes(),
}
RESULTS = (DATA / "arxiv" / "results.xml").read_bytes()
NOTHING = RESULTS[: RESULTS.index(b"  <entry>")].replace(b"Results>2<", b"Results>0<") + b"</feed>"
EMPTY = {"huggingface": b"[]", "arxiv": NOTHING}
RECORDED = {
    "huggingface": "hf/daily_papers_2026-08-21.json",
    "arxiv": "arxiv_api/page_start0_10.xml",
}

SOURCES: dict[str, Callable[..., PaperSearch]] = {"huggingface": HuggingFace, "arxiv": ArXiv}
each_source = pytest.mark.parametrize("name", SOURCES)

ANY_WORDS = st.one_of(
    st.text(max_size=600),
    st.lists(
        st.sampled_from(
            ["AND", "OR", "ANDNOT", "NOT", "TO", "ti:", "au:bengio", "all:x", "cat:cs.*", '"', "(",
             ")", "[2020 TO 2021]", "-", "non-invasive", "graph", "ＡＮＤ", "&id_list=", "%22", "+",
             "\\", "*", "~2", "^4", "||", "İ", "\u202e", "\x00", "\ud800", "графы", "语言", "🐦"]
        )
    ).map(" ".join),
)  # fmt: skip


async def search(name: str, web: Web, words: str = "tides", limit: int = 10) -> tuple[Paper, ...]:
    return await SOURCES[name](client(web)).search(words, limit=limit)


async def found(name: str, body: bytes, limit: int = 10) -> tuple[Paper, ...]:
    return await search(name, Web(lambda _: reply(body)), limit=limit)


def entries(*papers: dict[str, object]) -> bytes:
    return json.dumps([{"paper": paper} for paper in papers]).encode()


def feed(*papers: str, total: int) -> bytes:
    head = NOTHING.decode().replace("Results>0<", f"Results>{total}<")
    return head.replace("</feed>", "".join(papers) + "</feed>").encode()


def entry(number: int, title: str = "T") -> str:
    return f"<entry><id>http://arxiv.org/abs/2607.{number:05}v1</id><title>{title}</title></entry>"


# What is asked


async def test_hugging_face_is_asked_in_plain_words():
    web = Web(lambda _: reply(b"[]"))
    source = HuggingFace(client(web), base_url="http://127.0.0.1:9000/hf")
    await source.search("  small\nbirds & C++ ", limit=5)
    (url,) = web.urls
    assert url == "http://127.0.0.1:9000/hf/api/papers/search?q=small+birds+%26+C%2B%2B&limit=5"


async def test_arxiv_is_asked_for_all_words_best_first():
    web = Web(lambda _: reply(NOTHING))
    source = ArXiv(client(web), api_url="http://127.0.0.1:9000/api/query")
    await source.search("Graph neural-networks graph", limit=5)
    (url,) = web.urls
    assert url == (
        "http://127.0.0.1:9000/api/query?search_query=all%3Agraph+AND+all%3Aneural+AND+"
        "all%3Anetworks&sortBy=relevance&sortOrder=descending&start=0&max_results=5"
    )


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("graph OR tree ANDNOT bush", "all:graph AND all:or AND all:tree AND all:andnot AND all:bush"),
        ('ti:"a b" au:del_maestro', "all:ti AND all:a AND all:b AND all:au AND all:del AND all:maestro"),
        ("(x) [1 TO 2] y* z~2", "all:x AND all:1 AND all:to AND all:2 AND all:y AND all:z"),
        ("self-supervised GPT-4", "all:self AND all:supervised AND all:gpt AND all:4"),
        ("Poincaré Poincare\u0301", "all:poincaré"),
        ("- : \" () 🐦 _", ""),
    ],
)  # fmt: skip
def test_nothing_that_arxiv_would_take_for_its_own_syntax_gets_in(words, query):
    assert words_query(words) == query


@given(words=ANY_WORDS)
def test_any_words_give_arxiv_a_query_of_words_only(words):
    query = words_query(words)
    terms = query.split(" AND ") if query else []
    assert all(re.fullmatch(r"all:[^\W_]+", term) for term in terms)
    assert {term[4:] for term in terms}.isdisjoint({"AND", "OR", "ANDNOT", "NOT", "TO"})
    assert len(query) <= QUESTION_MAX_CHARS * len("all:x AND ")


@each_source
@given(words=ANY_WORDS, limit=st.integers(-1, 2_001))
async def test_any_words_give_one_valid_request_or_none(name, words, limit):
    web = Web(lambda _: reply(EMPTY[name]))
    assert await search(name, web, words, limit) == ()
    if not web.asked:
        assert limit < 1 or not re.search(r"[^\W_]" if name == "arxiv" else r"\S", question(words))
        return
    (request,) = web.asked
    asked = dict(request.url.params.multi_items())
    if name == "huggingface":
        assert asked.keys() == {"q", "limit"}
        assert 1 <= len(asked["q"]) <= 250
        assert asked["q"] == question(words)
        assert asked["limit"] == str(min(limit, 120))
    else:
        assert asked.keys() == {"search_query", "sortBy", "sortOrder", "start", "max_results"}
        assert asked["search_query"] == words_query(words)
        assert asked["max_results"] == str(min(limit, 100))
    assert len(str(request.url)) < 8_000


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (" a \t\u200b b\x00 ", "a b"),
        ("word " * 60, ("word " * 50).strip()),
        ("x" * 251, "x" * 250),
        (("x" * 249) + " yz", "x" * 249),
        (("x" * 250) + " yz", "x" * 250),
    ],
)
def test_long_questions_are_cut_between_words(words, asked):
    assert question(words) == asked


@each_source
@pytest.mark.parametrize(("words", "limit"), [("", 5), (" \n\u200b", 5), ("tides", 0)])
async def test_nothing_to_ask_is_not_asked(name, words, limit):
    web = Web(lambda _: reply(status=500))
    assert await search(name, web, words, limit) == ()
    assert web.urls == []


# What is found


async def test_hugging_face_s_papers_are_read_as_in_its_feed():
    papers = await found("huggingface", DAY)
    assert [paper.id[-1] for paper in papers] == ["1", "2", "3"]
    assert (papers[0].upvotes, papers[0].stars) == (42, 7)
    assert papers[0].title == "Small Birds, Long Memories: O(n log n) Recall"


async def test_papers_without_a_wrapper_are_the_same():
    bare = json.dumps([{**x, **x.pop("paper")} for x in json.loads(DAY)]).encode()
    wrapped = await found("huggingface", DAY)
    assert [paper.keys for paper in await found("huggingface", bare)] == [
        paper.keys for paper in wrapped
    ]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2024-03-05T00:00:00.000Z", date(2024, 3, 5)),
        ("2099-01-01T00:00:00.000Z", START.date()),
        ("yesterday", None),
        (None, None),
    ],
)
async def test_a_paper_found_there_has_the_day_it_states_or_none(stated, day):
    body = entries({"id": "2403.00001", "title": "T", "submittedOnDailyAt": stated})
    (paper,) = await found("huggingface", body)
    assert (paper.announced, paper.listings[0].url) == (day, "https://huggingface.co/papers/2403.00001")  # fmt: skip


async def test_arxiv_s_papers_have_no_day():
    papers = await found("arxiv", RESULTS)
    assert [paper.id for paper in papers] == ["arxiv:2607.93001", "arxiv:2607.91001"]
    assert {paper.announced for paper in papers} == {None}
    assert papers[1].keys[:2] == ("arxiv:2607.91001", "doi:10.5555/tides.1")
    assert papers[1].title == "Tides: α-Divergence for Poincaré Maps"


@each_source
async def test_nothing_found_is_a_right_answer(name):
    assert await found(name, EMPTY[name]) == ()


async def test_each_paper_comes_once_and_no_more_than_asked_for():
    papers = [{"id": f"2607.{n // 2:05}", "title": f"T{n}"} for n in range(300)]
    got = await found("huggingface", entries(*papers), limit=7)
    assert [paper.title for paper in got] == [f"T{2 * n}" for n in range(7)]
    body = feed(*(entry(n // 2, f"T{n}") for n in range(300)), total=300)
    assert [paper.title for paper in await found("arxiv", body, limit=7)] == [
        paper.title for paper in got
    ]


async def test_a_page_shorter_than_promised_still_helps():
    assert len(await found("arxiv", feed(entry(1), total=5_000))) == 1


async def test_an_empty_page_of_many_results_is_no_answer():
    web = Web(lambda _: reply(feed(total=5_000)))
    with pytest.raises(SourceUnavailable, match="none of the 5000"):
        await search("arxiv", web)
    assert len(web.asked) == 1


async def test_one_broken_paper_is_left_out():
    body = entries(*({"id": f"2607.{n:05}", "title": "T"} for n in range(9)), {"id": "no title"})
    assert len(await found("huggingface", body)) == 9
    body = feed(entry(1), entry(2, title=""), total=2)
    assert len(await found("arxiv", body)) == 1


@needs_shared
@each_source
async def test_recorded_papers_are_found(name):
    body = (SHARED / "recordings" / RECORDED[name]).read_bytes()
    papers = await found(name, body, limit=100)
    first, count = {"huggingface": ("2608.19880", 17), "arxiv": ("2202.12139", 10)}[name]
    assert (papers[0].id, len(papers)) == (f"arxiv:{first}", count)
    assert all(paper.abstract and paper.authors and paper.published for paper in papers)
    assert await found(name, body, limit=3) == papers[:3]


@needs_shared
@each_source
async def test_a_cut_recording_is_refused(name):
    body = (SHARED / "recordings" / RECORDED[name]).read_bytes().strip()
    for end in (0, 1, len(body) // 2, len(body) - 1):
        with pytest.raises(SourceError):
            await found(name, body[:end])


# What goes wrong


@each_source
@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"papers":[]}', b"null", b"nope", b"\xff\xfe", b"[1,2]", b"[" * 100_000,
     b'[{"paper":{"title":"No id"}}]', b"<rss><channel/></rss>", b"<feed/>",
     NOTHING.replace(b"totalResults", b"results"), feed(entry(1, title=""), total=1)],
)  # fmt: skip
async def test_other_shapes_are_a_changed_format(name, body):
    with pytest.raises(SourceFormatChanged):
        await found(name, body)


@each_source
@given(at=st.integers(0, 10_000), bent=st.binary(max_size=3))
async def test_a_bent_byte_is_refused_or_costs_one_paper_at_most(name, at, bent):
    body = {"huggingface": DAY, "arxiv": RESULTS}[name].strip()
    at %= len(body)
    try:
        papers = await found(name, body[:at] + bent + body[at + 1 :])
    except SourceError:
        return
    assert len(papers) >= {"huggingface": 2, "arxiv": 1}[name]


@each_source
@pytest.mark.parametrize("body", [b"", b" \n", b"<!DOCTYPE html><title>Down</title>"])
async def test_a_web_page_or_nothing_is_no_answer(name, body):
    with pytest.raises(SourceUnavailable):
        await found(name, body)


@each_source
async def test_a_refused_question_is_told(name):
    with pytest.raises(SourceUnavailable, match="refuses the question"):
        await search(name, Web(lambda _: reply(REFUSED[name], 400)))


@each_source
@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
async def test_a_failure_is_not_tried_again(name, status):
    web = Web(lambda _: reply(status=status))
    with pytest.raises(SourceUnavailable, match=str(status)):
        await search(name, web)
    assert len(web.asked) == 1


@each_source
async def test_a_source_that_asked_to_wait_is_not_asked(name):
    clock, web = FakeClock(), Web(lambda _: reply(status=429, retry_after="60"))
    source = SOURCES[name](client(web, clock))
    for _ in range(2):
        with pytest.raises(SourceUnavailable) as caught:
            await source.search("tides", limit=5)
        assert caught.value.retry_after == timedelta(seconds=60)
    assert (len(web.asked), clock.slept) == (1, [])


async def test_a_wait_that_arxiv_asked_for_is_told_before_its_pace():
    clock, web = FakeClock(), Web(lambda _: reply(status=503, retry_after="3600"))
    source = ArXiv(client(web, clock), min_interval_s=60)
    for _ in range(2):
        with pytest.raises(SourceUnavailable) as caught:
            await source.search("tides", limit=5)
        assert caught.value.retry_after == timedelta(hours=1)


@each_source
async def test_a_source_that_cannot_be_reached_is_told(name):
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await search(name, Web(fail))


async def test_searches_keep_arxiv_s_pace():
    clock = FakeClock()
    source = ArXiv(client(Web(lambda _: reply(NOTHING)), clock))
    await source.lookup(("arxiv:2607.91001",))
    await source.search("tides", limit=5)
    await source.search("waves", limit=5)
    assert clock.slept == [3.0, 3.0]


@each_source
async def test_nobody_waits_long_for_a_slow_source(name, monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", timedelta(seconds=0.03))
    async with asyncio.timeout(5):
        with pytest.raises(SourceUnavailable, match="in time"):
            await SOURCES[name](client(Stuck())).search("tides", limit=5)


async def test_nobody_waits_for_a_slow_pace():
    clock, web = FakeClock(), Web(lambda _: reply(NOTHING))
    source = ArXiv(client(web, clock), min_interval_s=60)
    await source.search("tides", limit=5)
    clock.time += timedelta(seconds=20)
    with pytest.raises(SourceUnavailable) as caught:
        await source.search("waves", limit=5)
    assert caught.value.retry_after == timedelta(seconds=40)
    clock.time += timedelta(seconds=40) - PATIENCE
    await source.search("waves", limit=5)
    assert clock.slept == [PATIENCE.total_seconds()]
