"""When a text that is no query is read as plain words, and what of a query is to be embedded."""

import pytest

from bot.domain.errors import QuerySyntaxError
from bot.domain.nearest import asked_text, read_search
from bot.domain.queries import signed_leaves
from bot.domain.text import words

PASTED = [
    "Chest X -ray images : a survey of what is known of them",
    "Deep learning for chest x-rays . A second look at old data",
    "Faster than A*: learned heuristics for planning in large graphs",
    "\"Look again..'' and other things that models say to people",
    "Dependency Parsing:Advances and open problems of the last ten years",
    '"Why Should I Trust You?": Explaining the Predictions of Any Classifier',
    "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "Attention is all you need - a short history of the transformer",
    "The results (as shown in the table above are better than before",
]
MISTAKES = [
    "titel:robots that walk",
    'he said "robots walk',
    "Parsing:Advances in ten years",
    "robots (walking OR running that learn from people and images",
    "title:robots that walk ( on two legs in the snow",
    "robots that walk on two legs | in the snow |",
    "-a -b -c -d -e -f -g -h",
    "a : " + "long " * 31,
    "so " * 90,
]


@pytest.mark.parametrize("text", PASTED)
def test_a_pasted_sentence_or_title_is_read_as_plain_words(text):
    query, as_words = read_search(text)
    assert as_words
    assert {leaf.text for leaf, _ in signed_leaves(query.root)} == set(words(text))
    assert asked_text(text) == text


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_a_query_is_refused(text):
    with pytest.raises(QuerySyntaxError):
        read_search(text)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("robots that walk", "robots that walk"),
        ('"world model" -survey OR title:planning', "world model planning"),
        ('author:"yann lecun" cat:cs.* upvotes:>=20', ""),
        ("author:lecun energy last:7d", "energy"),
    ],
)
def test_only_what_a_query_says_of_the_text_is_embedded(query, told):
    assert asked_text(query) == told
