"""In which ways a paper can match a query, and that these stay few."""

import pytest
from hypothesis import given

from bot.domain.matching import analyse, explain
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.queries import signed_leaves
from bot.domain.ways import ALWAYS, WAYS_MAX, Compiled, Way
from tests.bot.domain import generated
from tests.bot.domain.generated import TODAY, paper, unhurried


def ways(text):
    return Compiled(parse_subscription(text).root).ways


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
def test_a_compiled_query_knows_all_leaves_and_the_terms_of_the_wanted(query):
    compiled = Compiled(query.root)
    signed = list(signed_leaves(query.root))
    assert set(compiled.leaves.values()) <= {leaf for leaf, _ in signed}
    assert {term for _, term in compiled.terms} == {leaf.text for leaf, wanted in signed if wanted}


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
    assert len(Compiled(query.root).ways) == 4
