from datetime import date, timedelta

import pytest
from hypothesis import example, given

from bot.domain.deciding import index_decides
from bot.domain.index_queries import AllOf, AnyOf, Column, Everything, Fact, IndexTerm
from bot.domain.indexing import index_columns, index_exclusions, index_query
from bot.domain.matching import analyse, explain
from bot.domain.nearest import read_search, relaxed
from bot.domain.parsing import canonical, parse_search
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried


def satisfies(query, of):
    """What an SQL database does with an index query."""
    match query:
        case AllOf(nodes=nodes):
            return all(satisfies(n, of) for n in nodes)
        case AnyOf(nodes=nodes):
            return any(satisfies(n, of) for n in nodes)
        case IndexTerm(token=token, columns=where, prefix=prefix):
            columns = index_columns(of)
            held = [t for column in where for t in columns[column].split()]
            return any(t.startswith(token) if prefix else t == token for t in held)
        case Fact(what=what, least=least, most=most):
            known = {"day": of.date, "code": of.code_url, "project": of.project_url}
            value = known[what] if what in known else getattr(of, what)
            return value is not None and (
                (least is None or least <= value) and (most is None or value <= most)
            )
        case Everything():
            return True


def asked(text):
    return index_query(parse_search(text), today=TODAY)


@unhurried
@given(generated.searches, generated.papers)
@example(parse_search("polici*"), paper("Policies"))
@example(parse_search("=indices"), paper("Indices"))
@example(parse_search("org:lab*"), paper(organization="Allen Labs"))
def test_every_match_satisfies_the_index_query(query, of):
    if explain(query, analyse(of), today=TODAY) is not None:
        assert satisfies(index_query(query, today=TODAY), of)


@unhurried
@given(generated.searches, generated.searches, generated.papers)
def test_what_is_better_as_well_changes_no_answer(query, other, of):
    also = [index_query(other, today=TODAY)]
    assert satisfies(index_query(query, today=TODAY, also=also), of) == satisfies(
        index_query(query, today=TODAY), of
    )


@unhurried
@given(generated.papers)
def test_index_tokens_hold_letters_and_digits_only(of):
    for text in index_columns(of).values():
        assert all(token.isalnum() for token in text.split(" ") if text)


def test_the_index_holds_stems_names_and_facets():
    of = paper(
        "World Models",
        "Policies of GPT-4o",
        authors=("LeCun, Yann",),
        organization="Allen Labs",
        venue="NeurIPS",
        categories=("q-bio.NC",),
        sources=("arxiv",),
    )
    assert index_columns(of) == {
        Column.TITLE: "world model",
        Column.ABSTRACT: "policy of gpt 4o",
        Column.AUTHORS: "lecun yann",
        Column.FACETS: "orgallen orglab venueneurip catqbionc archiveqbio sourcearxiv",
    }


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("upvotes:>=20", Fact(what="upvotes", least=20)),
        ("comments:>5", Fact(what="comments", least=6)),
        ("upvotes:<=3", Fact(what="upvotes", most=3)),
        ("upvotes:<3", Fact(what="upvotes", most=2)),
        ("upvotes:=3", Fact(what="upvotes", least=3, most=3)),
        ("has:code", Fact(what="code")),
        ("after:2026-07-01", Fact(what="day", least=date(2026, 7, 1))),
        ("before:2026-07-01", Fact(what="day", most=date(2026, 6, 30))),
        ("last:7d", Fact(what="day", least=TODAY - timedelta(7))),
        ("has:code -survey", Fact(what="code")),
    ],
)
def test_what_is_known_of_a_paper_narrows_too(text, fact):
    assert asked(text) == fact


def test_no_paper_is_older_than_the_oldest_day():
    assert asked("before:0001-01-01") == AnyOf(nodes=())


def test_what_is_left_out_narrows_nothing():
    assert asked("models -survey -upvotes:>5") == IndexTerm(
        token="model", columns=(Column.TITLE, Column.ABSTRACT)
    )


@unhurried
@given(generated.searches, generated.papers)
def test_where_the_index_decides_it_is_right(query, of):
    if index_decides(query):
        out = index_exclusions(query)
        said = satisfies(index_query(query, today=TODAY), of) and not (out and satisfies(out, of))
        assert said == (explain(query, analyse(of), today=TODAY) is not None)


def test_a_prefix_also_finds_words_whose_stem_is_shorter():
    assert satisfies(asked("polici*"), paper("policies"))
    assert not satisfies(asked("polici*"), paper("police"))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("the diffusion of video", "diffusion OR video"),
        ('"world models"', "model OR world"),
        ("=models", "model"),
        ("diffusion video cat:cs -survey", "(diffusion OR video) -survey cat:cs.*"),
        ("title:(diffusion video)", "title:diffusion OR title:video"),
        ("diffusion (quantiz* OR x)", "diffusion OR quantiz* OR x"),
        ("to be or not to be", "be OR not OR or OR to"),
    ],
)
def test_the_nearest_others_hold_any_telling_word(text, near):
    assert canonical(relaxed(parse_search(text))) == near


@pytest.mark.parametrize("text", ["diffusion", "rlhf OR dpo", "has:code", "cat:cs upvotes:>5"])
def test_some_queries_have_no_nearest_others(text):
    assert relaxed(parse_search(text)) is None


def test_a_sentence_that_is_no_query_has_nearest_papers():
    read = read_search("What is: the bitter lesson?")
    assert canonical(relaxed(read.query)) == "bitter OR lesson"


def test_no_paper_is_looked_at_for_a_query_that_contradicts_itself():
    for text in ('"graph network" -"graph network"', "(a OR b) c -a -b -c"):
        assert asked(text) == AnyOf(nodes=())
