"""In which ways a paper can match a query, and that these stay few."""

import pytest
from hypothesis import given

from bot.domain.matching import analyse, explain
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.queries import signed_leaves
from bot.domain.ways import ALWAYS, WAYS_MAX, Compiled, Terms, Way
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried


def ways(text):
    return Compiled(parse_subscription(text).root, Terms()).ways


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [Way(("a",))]),
        ("a OR b", [Way(("a",)), Way(("b",))]),
        ("=be a -c", [Way(("=be", "a"), ("c",))]),
        ('of "world models"', [Way(('"world model"', "of"))]),
        ("(a OR b) c", [Way(("a", "c")), Way(("b", "c"))]),
        ("a -(b c)", [Way(("a",), ("b",)), Way(("a",), ("c",))]),
        ("a -upvotes:>5", [Way(("-upvotes:>5", "a"))]),
        ("a -(b -upvotes:>5)", [Way(("a",), ("b",)), Way(("upvotes:>5", "a"))]),
    ],
)
def test_the_ways_of_a_query(text, expected):
    assert ways(text) == tuple(sorted(expected))


def test_brackets_do_not_multiply_without_end():
    groups = [f"({a} OR {b})" for a, b in zip("abcdefghij", "klmnopqrst", strict=True)]
    found = ways(" ".join(groups))
    assert len(found) <= WAYS_MAX
    assert all(way.path != (ALWAYS,) and way.choices for way in found)


@unhurried
@given(generated.searches)
def test_the_terms_of_a_query_are_its_leaves_that_should_or_should_not_hold(query):
    found = [(term.leaf, term.wanted) for term in Compiled(query.root, Terms()).terms]
    assert found == list(dict.fromkeys(signed_leaves(query.root)))


def test_a_term_is_one_object_in_all_queries():
    known = Terms()
    first, second = (Compiled(parse_subscription(q).root, known).terms for q in ("a -b", "b a"))
    assert first[0] is second[1]
    assert first[1] is not second[0]  # it should not hold in the one
    assert first[1].key is second[0].key


def test_a_way_is_open_when_all_holds_and_nothing_is_in_it():
    way = Way(("a",), ("b",), ((Way(("c",)), Way(("d",), ("e",))),))
    assert way.is_open(dict.fromkeys("ac", ""))
    assert way.is_open(dict.fromkeys("ad", ""))
    for keys in ("a", "c", "abc", "ade"):
        assert not way.is_open(dict.fromkeys(keys, ""))


def test_words_of_a_way_may_lie_in_different_fields():
    query = parse_search("(video OR world) (title:model OR author:plato)")
    of = paper("model", "of the world", authors=("Plato",))
    assert explain(query, analyse(of), today=TODAY)
    assert len(Compiled(query.root, Terms()).ways) == 4
