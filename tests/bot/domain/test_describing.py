import pytest

from bot.domain.describing import explained, phrase
from bot.domain.parsing import parse_search


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sparse autoencoder", "sparse and autoencoder, anywhere in title or abstract"),
        ("rlhf -survey", "rlhf, but not survey, anywhere in title or abstract"),
        (
            "title:video quantiz*",
            "video in the title and quantiz…; other words anywhere in title or abstract",
        ),
        (
            "rlhf cat:cs.CL",
            "rlhf and cs.CL; other words anywhere in title or abstract",
        ),
        ("author:LeCun has:code", "author LeCun and with code"),
    ],
)
def test_where_bare_words_are_looked_for_is_told(text, said):
    assert explained(parse_search(text)) == said


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("sparse autoencoder", '"sparse autoencoder"'),
        ("sparse AND +autoencoder", '"sparse autoencoder"'),
        ("self-play agents", '"self-play agents"'),
        ("autoencoder", None),
        ('"sparse autoencoder" video', None),
        ("sparse -autoencoder", None),
        ("sparse OR autoencoder", None),
        ("sparse title:autoencoder", None),
        ("sparse auto*", None),
        ("one two three four five", None),
    ],
)
def test_a_few_bare_words_are_offered_as_a_phrase(text, offered):
    assert phrase(parse_search(text)) == offered


def test_an_offered_phrase_is_a_query():
    assert parse_search(str(phrase(parse_search("the self-play")))).root
