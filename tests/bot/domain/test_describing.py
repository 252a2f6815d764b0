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
            "rlhf, in category cs.CL; words anywhere in title or abstract",
        ),
        ("author:LeCun has:code", "author LeCun, with code"),
        (
            "agent robot cat:cs.* upvotes:>=5 -cat:cs.LG",
            "agent and robot, in any cs category, with at least 5 upvotes, but not in category cs.LG; "
            "words anywhere in title or abstract",
        ),
        (
            "cat:cs.LG,cs.CV",
            "in category cs.LG or cs.CV; words anywhere in title or abstract",
        ),
        (
            'rlhf OR dpo OR ("reward hacking" video)',
            'rlhf or dpo or ("reward hacking" and video), anywhere in title or abstract',
        ),
        (
            "source:arxiv (cat:cs.LG, has:code)",
            "papers (in category cs.LG or with code), from source arxiv",
        ),
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
