from datetime import date

import pytest
from hypothesis import given

from bot.domain.channels import Reason
from bot.domain.matching import analyse, explain
from bot.domain.parsing import canonical, parse_search
from bot.domain.queries import And, Count, Has, Not, Or, Query, Words, normal
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried

PAPER = paper(
    "World Models for Video Diffusion: a Naïve Survey",
    "We quantize the policies of GPT-4o. Our analyses use C++ and α-divergence.",
    authors=("LeCun, Yann", "Geoffrey E. Hinton", "Wei Zhang"),
    organization="Allen Institute for AI",
    categories=("cs.CL", "hep-th"),
    venue="NeurIPS 2026",
    upvotes=20,
    sources=("huggingface", "arxiv"),
    announced=date(2026, 11, 10),
    code=True,
)


def reasons(text, of=PAPER, today=TODAY):
    return explain(parse_search(text), analyse(of), today=today)


@pytest.mark.parametrize(
    "text",
    [
        "diffusion",
        "model",
        "policy",
        "analysis",
        '"world model"',
        "naive",
        "gpt-4o",
        '"GPT 4o"',
        "c++ alpha",
        "alpha-divergence",
        "=models",
        '="world models"',
        'title:="world models"',
        "quantiz*",
        "polici*",
        "title:video abstract:quantize",
        "title:(rlhf OR survey)",
        "author:lecun",
        'author:"Yann LeCun"',
        'author:"LeCun, Yann"',
        'author:"lecun yann"',
        'author:"geoffrey e hinton"',
        'author:"geoffrey hinton"',
        'author:"hinton, geoffrey"',
        "author:zhan*",
        "org:institutes",
        'org:"allen institute"',
        "venue:neurips",
        "cat:cs.cl",
        "cat:cs",
        "cat:hep-th",
        "cat:hep-th.*",
        "source:hf",
        "has:code",
        "upvotes:>=20",
        "upvotes:<=20",
        "upvotes:=20",
        "upvotes:>19 upvotes:<21",
        "after:2026-11-10",
        "before:2026-11-11",
        "last:7d",
        "video -rlhf",
        "video -has:project",
        "video -upvotes:>20",
        "rlhf OR video",
        "(rlhf OR video) (survey OR dpo)",
        "video -(survey rlhf)",
    ],
)
def test_the_paper_matches(text):
    assert reasons(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "fusion",
        '"video model"',
        '"survey quantize"',
        "=model",
        "quantizz*",
        "title:quantize",
        "abstract:video",
        "lecun",
        "allen",
        "author:lecu",
        'author:"yann hinton"',
        'author:"hinton wei"',
        "org:google",
        "cat:cs.C",
        "cat:cs.LG",
        "cat:math",
        "source:openreview",
        "has:project",
        "upvotes:>20",
        "upvotes:<20",
        "comments:>=0",
        "comments:<100",
        "after:2026-11-11",
        "before:2026-11-10",
        "last:5d",
        "video -survey",
        "video -comments:>5",
        "video rlhf",
        "video -(survey OR rlhf)",
    ],
)
def test_the_paper_does_not_match(text):
    assert reasons(text) is None


def test_a_reason_names_the_term_as_written_and_its_field():
    assert reasons(
        'Policies “World models” author:LeCun upvotes:>5 -rlhf cat:CS (dpo OR "gpt-4o")'
    ) == (
        Reason(term="Policies", field="abstract"),
        Reason(term="“World models”", field="title"),
        Reason(term="author:LeCun", field="author"),
        Reason(term="upvotes:>5", field="upvotes"),
        Reason(term="cat:CS", field="cat"),
        Reason(term='"gpt-4o"', field="abstract"),
    )


def test_the_title_is_named_before_the_abstract():
    both = paper("A policy", "Policies")
    assert reasons("policy", both) == (Reason(term="policy", field="title"),)


def test_a_phrase_lies_within_one_field():
    assert reasons('"world model"', paper("A world", "model of it")) is None


@pytest.mark.parametrize("fact", ["upvotes:>5", "upvotes:<=5", "comments:=0"])
def test_an_unknown_number_matches_neither_way(fact):
    assert reasons(f"video {fact}", paper("video")) is None
    assert reasons(f"video -{fact}", paper("video")) is None
    assert reasons(f"video -(video {fact})", paper("video")) is None


def test_an_unknown_number_may_be_beside_the_point():
    unknown = paper("video")
    assert reasons("video OR upvotes:>5", unknown)
    assert reasons("video -(rlhf upvotes:>5)", unknown)


def test_zero_is_a_number():
    assert reasons("upvotes:<1", paper("x", upvotes=0))
    assert reasons("x -upvotes:>5", paper("x", upvotes=0))


def test_an_unknown_day_matches_neither_way():
    for text in ("after:2026-01-01", "before:2027-01-01", "last:7d"):
        assert reasons(f"video {text}", paper("video")) is None
        assert reasons(f"video -{text}", paper("video")) is None


def test_last_counts_whole_days_back_from_today():
    seen = paper("video", sources=("arxiv",), announced=date(2026, 11, 9))
    assert reasons("last:7d", seen, today=date(2026, 11, 16))
    assert reasons("last:7d", seen, today=date(2026, 11, 17)) is None


def test_a_tree_of_any_shape_is_understood():
    word = Words(tokens=("video",), text="video")
    fact = Count(what="upvotes", comparison=">", value=5, text="upvotes:>5")
    tree = Not(
        node=Or(nodes=(Not(node=word), And(nodes=(fact, Not(node=Has(what="code", text="c"))))))
    )
    query = Query(text="", root=tree)
    assert explain(query, analyse(PAPER), today=TODAY) == (
        Reason(term="video", field="title"),
        Reason(term="c", field="has"),
    )
    assert canonical(query) == "(-upvotes:>5 OR has:code) video"


@unhurried
@given(generated.searches, generated.papers)
def test_the_canonical_form_matches_the_same_papers(query, of):
    document = analyse(of)
    same = Query(text=query.text, root=normal(query.root))
    before = explain(query, document, today=TODAY)
    assert explain(same, document, today=TODAY) == before
    if len(canonical(query)) <= 256:
        again = explain(parse_search(canonical(query)), document, today=TODAY)
        assert (again is None) is (before is None)
