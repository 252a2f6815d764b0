"""What a search finds, on both databases: all that matches, and what is near."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.storage.store import _run
from bot.domain.errors import QuerySyntaxError
from bot.domain.matching import analyse, explain
from bot.domain.papers import PaperId, PaperKey
from bot.domain.parsing import parse_search
from bot.services.counting import overview
from bot.services.searching import exact_matches, newest_matches, search, similar, titled
from tests.adapters.storage.examples import NOW, paper
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY


async def keep(store, *papers):
    await store.write(lambda tx: tx.papers.store(papers, now=NOW))


async def found(store, text, **how):
    how = {"limit": 20, "today": TODAY} | how
    return await store.read(lambda tx: search(tx, text, **how))


def numbered(papers):
    """Each a paper of its own."""
    for n, one in enumerate(papers, 1):
        key = PaperKey(f"arxiv:2611.{n:05d}")
        yield replace(one, id=PaperId(key), keys=(key,))


@pytest.fixture
def undone(store):
    """Does some work in an archive, which is empty again afterwards: many examples share it."""

    def run(work):
        answers = []

        def fail(tx):
            answers.append(work(tx))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            _run(store._writer, fail)
        return answers[0]

    return run


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(generated.papers, max_size=8), st.lists(generated.searches, min_size=1, max_size=4))
def test_a_search_finds_exactly_what_matches(undone, papers, queries):
    papers = list(numbered(papers))

    def work(tx):
        tx.papers.store(papers, now=NOW)
        return [
            (
                {f.paper.id for f in exact_matches(tx, query, limit=99, today=TODAY)},
                [f.paper for f in newest_matches(tx, query, limit=99, today=TODAY)],
                {f.paper.id for f in search(tx, query.text, limit=99, today=TODAY) if f.exact},
                overview(tx, query.text, shown=1, counted_to=99, today=TODAY).matching,
            )
            for query in queries
        ]

    for query, (exact, newest, searched, count) in zip(queries, undone(work), strict=True):
        documents = [analyse(p) for p in papers]
        expected = {d.paper.id for d in documents if explain(query, d, today=TODAY) is not None}
        assert exact == expected, query
        assert {p.id for p in newest} == expected
        assert newest == sorted(newest, key=lambda p: (p.date or date.min, p.id), reverse=True)
        assert searched == expected
        assert count == len(expected)


BO = ("Bo Li",)
ROBOTS = paper("2611.00001", title="Teaching robots to walk", authors=("Ada Byron",))
WALKING = paper("2611.00002", title="Walks of legged machines", authors=BO)
RLHF = paper(
    "2611.00003",
    title="Rewards from people",
    authors=BO,
    abstract="We use reinforcement learning from human feedback (RLHF) for agents.",
)
ONLY_SHORT = paper(
    "2611.00004", title="Is RLHF enough?", abstract="RLHF hacks rewards.", authors=BO
)
COOKING = paper("2611.00005", title="Cooking with gas", abstract="On stoves.", authors=BO)
ALL = (ROBOTS, WALKING, RLHF, ONLY_SHORT, COOKING)


def titles(found):
    return [f.paper.title for f in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("how do I teach a robot to walk", ROBOTS),
        ("legged machinery", WALKING),
        ("byron", ROBOTS),
        ("Ada Byron robots", ROBOTS),
        ("teachin robots", ROBOTS),
        ("Teaching: robots to walk, in 2026", ROBOTS),
        ("cooking", COOKING),
    ],
)
async def test_the_nearest_come_first(store, text, first):
    await keep(store, *ALL)
    assert titles(await found(store, text))[0] == first.title


async def test_an_acronym_finds_what_it_stands_for_and_the_other_way_round(store):
    await keep(store, *ALL)
    short = await found(store, "RLHF")
    assert [(f.paper.title, f.exact) for f in short] == [
        (ONLY_SHORT.title, True),
        (RLHF.title, True),
    ]
    spelled = paper("2611.00006", title="Reinforcement learning from human feedback, twice")
    await keep(store, spelled)
    assert spelled.title in titles(await found(store, "rlhf"))
    assert ONLY_SHORT.title in titles(
        await found(store, "reinforcement learning from human feedback")
    )


async def test_of_papers_that_match_those_that_have_the_acronym_as_well_are_better(store):
    long = "reinforcement learning from human feedback"
    short = paper("2611.00006", title="People", abstract=f"We do {long} (RLHF), and RLHF it is.")
    other = paper("2611.00007", title="People", abstract=f"We do {long}, and learning it is.")
    await keep(store, *ALL, short, other)
    order = [f.paper.id for f in await found(store, long) if f.exact]
    assert order.index(short.id) < order.index(other.id)
    query = parse_search(long)
    same = await store.read(lambda tx: exact_matches(tx, query, limit=20, today=TODAY))
    assert [f.paper.id for f in same] == order


async def test_a_word_that_nobody_writes_finds_the_one_that_was_meant(store):
    papers = [paper(f"2611.1{n:04d}", title=f"Diffusion {n}") for n in range(40)]
    await keep(store, *papers)
    near = await found(store, "difusion")
    assert len(near) == 20
    assert not any(f.exact for f in near)


async def test_a_misspelt_word_may_be_known_but_must_be_much_rarer(store):
    papers = [paper(f"2611.1{n:04d}", title=f"Distillation {n}") for n in range(11)]
    rare = paper("2611.20000", title="Distilation")
    await keep(store, *papers[:10], rare)
    assert titles(await found(store, "distilation")) == [rare.title]
    await keep(store, *papers)
    assert len(await found(store, "distilation")) == 12


async def test_a_name_is_looked_for_as_it_is_typed(store):
    named = paper("2611.20001", title="Walks", authors=("Jane Edwards",))
    await keep(store, *ALL, named)
    [found_one] = await found(store, "Edwards")
    assert found_one.paper == named
    assert [(r.term, r.field) for r in found_one.reasons] == [("edwards", "author")]


async def test_a_name_is_not_corrected(store):
    meant = paper("2611.20002", title="Onward")
    await keep(store, *ALL, meant)
    assert titles(await found(store, "onwurd")) == [meant.title]
    await keep(store, paper("2611.20003", title="Walks", authors=("Ann Onwurd",)))
    assert titles(await found(store, "onwurd")) == ["Walks"]


async def test_others_come_only_where_few_match(store):
    await keep(store, *ALL)
    assert titles(await found(store, "robots walk", filled_up_to=1)) == [ROBOTS.title]
    assert titles(await found(store, "robots walk", filled_up_to=2)) == [
        ROBOTS.title,
        WALKING.title,
    ]


async def test_what_must_hold_holds_for_the_nearest_too(store):
    await keep(store, *ALL)
    assert titles(await found(store, "teach robots -walk")) == []
    assert WALKING.title in titles(await found(store, "teach walking machines -robots"))
    assert titles(await found(store, "teach walking machines -robots last:1d")) == []


@pytest.mark.parametrize(
    "text",
    [
        "CLIP: teaching robots from images",
        "How do robots walk ?",
        "In this paper, we teach robots, which is hard, to walk",
    ],
)
async def test_a_sentence_that_is_no_query_has_others_where_no_paper_has_all_of_it(store, text):
    await keep(store, *ALL)
    near = await found(store, text)
    assert near[0].paper == ROBOTS
    assert not any(f.exact for f in near)


async def test_a_pasted_title_that_is_no_query_finds_its_paper(store):
    named = replace(ROBOTS, title="CLIP: Teaching robots, from images")
    await keep(store, named, *(paper for paper in ALL if paper != ROBOTS))
    [best, *others] = await found(store, "CLIP: teaching robots from images")
    assert (best.paper.title, best.exact) == (named.title, True)
    assert not any(f.exact for f in others)


@pytest.mark.parametrize(
    "text",
    ["titel:robots that walk far", 'he said "robots walk', "a - b", "???", "-robots", "x" * 257],
)
async def test_a_mistake_in_a_query_is_still_refused(store, text):
    await keep(store, *ALL)
    with pytest.raises(QuerySyntaxError):
        await found(store, text)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("cook", COOKING), ("teaching rob", ROBOTS), ("cooking with g", COOKING), ("gas", COOKING)],
)
async def test_a_title_is_found_while_it_is_typed(store, typed, first):
    await keep(store, *ALL)
    assert (await store.read(lambda tx: titled(tx, typed, limit=3)))[0] == first


async def test_similar_papers_share_words_of_the_title(store):
    await keep(store, *ALL)
    assert await store.read(lambda tx: similar(tx, ROBOTS, limit=3)) == [WALKING]


async def test_only_papers_of_the_asked_days_are_found(store):
    days = [date(2026, 11, 1) + timedelta(n) for n in range(3)]
    await keep(
        store,
        *(paper(f"2611.{n:05d}", title=f"Robots {n}", announced=d) for n, d in enumerate(days, 1)),
    )
    assert titles(await found(store, "robots after:2026-11-02")) == ["Robots 3", "Robots 2"]
    assert titles(await found(store, "robots before:2026-11-02")) == ["Robots 1"]
    assert titles(await found(store, "robots last:13d", today=date(2026, 11, 16))) == ["Robots 3"]


async def test_an_overview_shows_the_first_and_counts_on(store):
    await keep(store, *(paper(f"2611.1{n:04d}", title=f"Diffusion {n}") for n in range(40)))

    def ask(text, counted_to):
        return store.read(
            lambda tx: overview(tx, text, shown=5, counted_to=counted_to, today=TODAY)
        )

    for text in ("diffusion", "diffus*"):
        whole, part = await ask(text, 99), await ask(text, 9)
        assert (whole.matching, part.matching) == (40, 9)
        assert whole.found[:5] == part.found[:5]
    assert len((await ask("diffusion", 99)).found) == 5
