from itertools import pairwise

import pytest

from bot.domain.relevance import Relevance, Texts, Wanted, rarity

HEAT, FLOW, PLATE, HEATING, OTHER, OF, NAME = range(1, 8)


def texts(title=(), abstract=(), authors=()):
    return Texts(title=title, abstract=abstract, authors=authors)


def wanted(*words, **known):
    rare = {"rarity": 2.0, "family_rarity": 1.5}
    return [Wanted(forms={word}, **rare | known) for word in words]


LONG = (OTHER,) * 150


@pytest.mark.parametrize(
    ("asked", "best_first"),
    [
        (wanted(HEAT), [texts((HEAT,), LONG), texts((OTHER,), (HEAT, *LONG)), texts((OTHER,), LONG)]),
        (wanted(HEAT), [texts((), (HEAT, HEAT, *LONG)), texts((), (HEAT, OTHER, *LONG))]),
        (wanted(HEAT), [texts((), (HEAT,)), texts((), (HEAT, *LONG))]),
        (wanted(HEAT, FLOW), [texts((), (HEAT, FLOW, *LONG)), texts((), (HEAT, HEAT, *LONG))]),
        (wanted(HEAT, FLOW), [texts((), (HEAT, FLOW, *LONG)), texts((), (HEAT, *LONG, FLOW))]),
        (
            wanted(HEAT, family={HEAT, HEATING}),
            [texts((), (HEAT, *LONG)), texts((), (HEATING, *LONG)), texts((), LONG)],
        ),
        (wanted(HEAT), [texts((HEAT, OTHER)), texts((HEAT, OTHER, PLATE))]),
        (wanted(HEAT, in_title=False), [texts((), (HEAT,)), texts((HEAT,), (OTHER,))]),
        (wanted(HEAT, in_abstract=False), [texts((HEAT,), ()), texts((OTHER,), (HEAT,))]),
        (
            wanted(NAME, in_authors=True, author_rarity=3.0),
            [texts((), LONG, (NAME,)), texts((), LONG, (OTHER,))],
        ),
    ],
    ids=[
        "title", "often", "short text", "more of the words", "side by side", "family", "nothing else",
        "abstract only", "title only", "author",
    ],
)  # fmt: skip
def test_the_better_answer_has_the_greater_score(asked, best_first):
    relevance = Relevance(asked)
    scores = [relevance.score(one) for one in best_first]
    assert all(a > b for a, b in pairwise(scores)), scores


def test_common_words_of_a_title_do_not_count_against_it():
    relevance = Relevance(wanted(HEAT), common={OF})
    plain, with_common = texts((HEAT, OTHER)), texts((HEAT, OF, OTHER))
    assert relevance._share(plain.title) == relevance._share(with_common.title) == 0.5


def test_a_rare_word_counts_more_and_a_word_of_all_papers_still_something():
    assert rarity(1_000, 1) > rarity(1_000, 100) > rarity(1_000, 1_000) > 0


def test_a_paper_with_nothing_that_was_asked_has_no_score():
    assert Relevance(wanted(HEAT)).score(texts((OTHER,), LONG, (NAME,))) == 0
