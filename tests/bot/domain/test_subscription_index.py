import gzip
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.matching import analyse, explain
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.queries import Count, Not, Query, Words
from bot.domain.subscription_index import SubscriptionIndex
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried
from tests.shared import SHARED, needs_shared


def indexed(*texts):
    index = SubscriptionIndex()
    for number, text in enumerate(texts):
        index.add(SubscriptionId(number), parse_search(text))
    return index


def matched(index, of):
    return dict(index.match(of, today=TODAY))


def looped(queries, of):
    """The meaning of matching: every query asked by itself."""
    document = analyse(of)
    found = {n: explain(query, document, today=TODAY) for n, query in queries.items()}
    return {n: reasons for n, reasons in found.items() if reasons is not None}


numbers = st.integers(0, 9)
additions = st.tuples(numbers, generated.searches)


@unhurried
@given(st.lists(additions | numbers | generated.papers, max_size=30))
def test_whatever_comes_and_goes_it_matches_what_a_loop_over_all_queries_matches(events):
    known, index = {}, SubscriptionIndex()
    for event in events:
        if isinstance(event, tuple):
            number, query = event
            known[number] = query
            index.add(SubscriptionId(number), query)
        elif isinstance(event, int):
            if known.pop(event, None):
                index.remove(SubscriptionId(event))
        else:
            assert matched(index, event) == looped(known, event)
        assert len(index) == len(known)


@unhurried
@given(st.lists(generated.searches, min_size=1, max_size=12))
@example([parse_search("model OR (model world)")])
def test_nothing_is_left_after_the_last_removal(queries):
    index = SubscriptionIndex()
    for number, query in enumerate(queries):
        index.add(SubscriptionId(number), query)
    for number in range(len(queries)):
        index.remove(SubscriptionId(number))
    parts = (index._asked, index._known, index._ways, index._leaves, index._terms)
    assert not any(parts)
    assert not any(asked.terms for asked in index._numbered)


def test_equal_queries_in_the_same_words_are_stored_once():
    index = indexed("models -survey", "models NOT survey", "Models -survey", "model")
    assert len(index) == 4
    assert len(index._asked) == 3
    assert matched(index, paper("A model")) == {
        0: (Reason(term="models", field="title"),),
        1: (Reason(term="models", field="title"),),
        2: (Reason(term="Models", field="title"),),
        3: (Reason(term="model", field="title"),),
    }


def test_the_number_of_a_query_that_went_is_given_to_the_next():
    index = indexed("model", "bias")
    index.remove(SubscriptionId(0))
    index.add(SubscriptionId(2), parse_subscription("bias OR gas"))
    assert sorted(asked.number for asked in index._asked.values()) == [0, 1]
    assert sorted(matched(index, paper("model bias"))) == [1, 2]
    index.remove(SubscriptionId(1))
    assert sorted(matched(index, paper("model bias"))) == [2]


def test_a_subscription_added_again_is_replaced():
    index = indexed("diffusion")
    index.add(SubscriptionId(0), parse_subscription("video"))
    assert len(index) == 1
    assert list(matched(index, paper("diffusion"))) == []
    assert list(matched(index, paper("video"))) == [0]


def test_removing_what_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        indexed("diffusion").remove(SubscriptionId(7))


def test_an_answer_follows_later_subscribers_of_the_same_query():
    index = indexed("diffusion")
    assert list(matched(index, paper("diffusion"))) == [0]
    index.add(SubscriptionId(1), parse_subscription("diffusion"))
    assert sorted(matched(index, paper("diffusion"))) == [0, 1]
    index.remove(SubscriptionId(0))
    assert list(matched(index, paper("diffusion"))) == [1]


def test_many_ways_to_match_one_query_are_all_told_right():
    index = indexed("model OR policy OR world OR bias")
    for title in ("model policy", "policy", "world", "bias", "model", "world bias", "bias model"):
        for abstract in ("", "model", "policy world"):
            of = paper(title, abstract)
            assert matched(index, of) == looped(
                {0: parse_search("model OR policy OR world OR bias")}, of
            )


def test_choices_too_many_to_multiply_are_made_paper_by_paper():
    groups = ("(model OR world)", "(policy OR bias)", "(gas OR house)", "(series OR of -the)")
    index = indexed(" ".join(groups), f"naive {' '.join(groups)}", "model")
    assert index._ways._careful
    known = {n: parse_search(t) for n, t in enumerate([" ".join(groups), "model"])}
    for title in (
        "model bias gas of",
        "model bias gas of the",
        "model bias gas",
        "world policy series house",
    ):
        of = paper(title)
        found = matched(index, of)
        assert {n: found[m] for n, m in ((0, 0), (1, 2)) if m in found} == looped(known, of)
        assert 1 not in found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "+(a AND b)"),
        ("a -(b OR c)", "a -b -c"),
        ("(a OR b) OR c", "a, b | c"),
        ("a OR a", "a"),
    ],
)
def test_what_means_the_same_is_stored_once(one, other):
    assert len(indexed(one, other)._asked) == 1


def test_each_is_told_in_the_order_of_its_own_words():
    told = matched(indexed("model world", "world model"), paper("model world"))
    assert [[reason.term for reason in told[n]] for n in (0, 1)] == [
        ["model", "world"],
        ["world", "model"],
    ]


def test_of_several_ways_one_without_what_it_forbids_is_enough():
    index = indexed("model -bias OR world -gas", "model -bias", "model -bias -gas")
    assert sorted(matched(index, paper("model"))) == [0, 1, 2]
    assert sorted(matched(index, paper("model gas"))) == [0, 1]
    assert sorted(matched(index, paper("model bias world"))) == [0]
    assert sorted(matched(index, paper("model bias world gas"))) == []


def test_a_word_is_looked_for_in_words_seen_before_it_came():
    index = indexed("model")
    assert sorted(matched(index, paper("worlds"))) == []
    index.add(SubscriptionId(1), parse_subscription("world"))
    index.add(SubscriptionId(2), parse_subscription('="worlds"'))
    assert sorted(matched(index, paper("worlds"))) == [1, 2]
    index.remove(SubscriptionId(1))
    assert sorted(matched(index, paper("worlds"))) == [2]


def test_a_prefix_is_looked_for_in_words_seen_before_it_came():
    index = indexed("title:quant*", "model")
    assert list(matched(index, paper("quantized world"))) == [0]
    index.add(SubscriptionId(2), parse_search("title:quanti*"))
    index.add(SubscriptionId(3), parse_search("quantiles*"))
    assert sorted(matched(index, paper("quantized world"))) == [0, 2]
    index.remove(SubscriptionId(0))
    assert sorted(matched(index, paper("quantized world"))) == [2]


def test_a_phrase_goes_while_its_longer_and_shorter_ones_stay():
    index = indexed('"world model"', '"world model policy"', '"world model policy bias"')
    of = paper("world model policy bias")
    index.remove(SubscriptionId(1))
    assert sorted(matched(index, of)) == [0, 2]
    index.remove(SubscriptionId(0))
    assert sorted(matched(index, of)) == [2]


def test_facts_alone_and_unknown_facts():
    index = indexed("upvotes:>=20", "video -upvotes:>=20", "source:hf", "has:code OR rlhf")
    assert sorted(matched(index, paper("video"))) == []
    assert sorted(matched(index, paper("video", upvotes=20, code=True))) == [0, 3]
    assert sorted(matched(index, paper("video", upvotes=3, sources=("huggingface",)))) == [1, 2]


def test_a_tree_without_any_positive_leaf_is_understood_too():
    index = SubscriptionIndex()
    word, fact = (
        Words(tokens=("x",), text="x"),
        Count(what="upvotes", comparison=">", value=5, text="u"),
    )
    index.add(SubscriptionId(0), Query(text="", root=Not(node=word)))
    index.add(SubscriptionId(1), Query(text="", root=Not(node=fact)))
    assert matched(index, paper("y")) == {0: ()}
    assert matched(index, paper("x", upvotes=1)) == {1: ()}


@needs_shared
def test_it_agrees_with_the_loop_on_real_papers():
    with gzip.open(SHARED / "corpus" / "arxiv_listing_2025-06.jsonl.gz", "rt") as lines:
        records = [json.loads(next(lines)) for _ in range(120)]
    papers = [
        paper(
            r["title"],
            r["abstract"],
            authors=tuple(r["authors"]),
            categories=tuple(r["categories"]),
        )
        for r in records
    ]
    queries = {n: parse_subscription(t) for n, t in enumerate(_texts(papers[:60]))}
    index = SubscriptionIndex()
    for number, query in queries.items():
        index.add(SubscriptionId(number), query)
    hits = 0
    for of in papers[60:]:
        found = matched(index, of)
        assert found == looped(queries, of)
        hits += len(found)
    assert hits > 100


def _texts(papers):
    for of in papers:
        first, second, *_, last = (w for w in of.title.replace('"', "").split() if w.isalpha())
        yield f'"{first} {second}"'
        yield f"{last} OR {first} {second}"
        yield f"{last} -{first} cat:{of.categories[0]}"
        yield (
            f'author:"{of.authors[0]}" OR title:({second}, {last[:3]}*)' if len(last) > 2 else last
        )
