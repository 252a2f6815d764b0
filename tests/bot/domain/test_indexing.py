import pytest
from hypothesis import example, given

from bot.domain.indexing import (
    AllOf,
    AnyOf,
    Column,
    Everything,
    IndexTerm,
    index_columns,
    index_query,
)
from bot.domain.matching import analyse, explain
from bot.domain.nearest import relaxed
from bot.domain.parsing import canonical, parse_search
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried


def satisfies(query, columns):
    """What an SQL database does with an index query."""
    match query:
        case AllOf(nodes=nodes):
            return all(satisfies(n, columns) for n in nodes)
        case AnyOf(nodes=nodes):
            return any(satisfies(n, columns) for n in nodes)
        case IndexTerm(token=token, columns=where, prefix=prefix):
            held = [t for column in where for t in columns[column].split()]
            return any(t.startswith(token) if prefix else t == token for t in held)
        case Everything():
            return True


@unhurried
@given(generated.searches, generated.papers)
@example(parse_search("polici*"), paper("Policies"))
@example(parse_search("=indices"), paper("Indices"))
@example(parse_search("org:lab*"), paper(organization="Allen Labs"))
def test_every_match_satisfies_the_index_query(query, of):
    if explain(query, analyse(of), today=TODAY) is not None:
        assert satisfies(index_query(query), index_columns(of))


@unhurried
@given(generated.searches, generated.searches, generated.papers)
def test_what_is_better_as_well_changes_no_answer(query, other, of):
    columns, also = index_columns(of), [index_query(other)]
    assert satisfies(index_query(query, also=also), columns) == satisfies(
        index_query(query), columns
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
    "text", ["upvotes:>=20", "has:code", "last:7d", "x OR has:code", "has:code -survey"]
)
def test_what_no_text_narrows_is_everything(text):
    assert index_query(parse_search(text)) == Everything()


def test_facts_and_exclusions_do_not_loosen_the_words():
    assert index_query(parse_search("models has:code -survey")) == IndexTerm(
        token="model", columns=(Column.TITLE, Column.ABSTRACT)
    )


def test_a_prefix_also_finds_words_whose_stem_is_shorter():
    query = index_query(parse_search("polici*"))
    assert satisfies(query, index_columns(paper("policies")))
    assert not satisfies(query, index_columns(paper("police")))


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
    assert canonical(relaxed("What is: the “bitter lesson?")) == "bitter OR lesson"
    assert relaxed("??") is None


def test_no_paper_is_looked_at_for_a_query_that_contradicts_itself():
    for text in ('"graph network" -"graph network"', "(a OR b) c -a -b -c"):
        assert index_query(parse_search(text)) == AnyOf(nodes=())
