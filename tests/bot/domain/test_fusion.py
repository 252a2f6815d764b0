import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fusion import fused as fused_with
from bot.domain.fusion import meaning_weight

scores = st.dictionaries(st.integers(1, 30), st.floats(0, 90), max_size=12)


def fused(by_words, likeness):
    return fused_with(by_words, likeness, weight=1.0)


def best_first(found):
    return sorted(found, key=lambda row: -found[row])


def test_words_and_meaning_both_count():
    by_words = {1: 10.0, 2: 9.0, 3: 0.0}
    assert best_first(fused(by_words, {1: 0.1, 2: 0.7, 3: 0.2})) == [2, 1, 3]
    assert best_first(fused(by_words, {1: 0.5, 2: 0.5, 3: 0.9})) == [1, 2, 3]


def test_without_any_vector_words_decide():
    assert best_first(fused({1: 2.0, 2: 30.0, 3: 4.0}, {})) == [2, 3, 1]


def test_without_any_word_meaning_decides():
    assert best_first(fused({1: 0.0, 2: 0.0, 3: 0.0}, {1: 0.2, 2: 0.1, 3: 0.9})) == [3, 1, 2]


def test_a_paper_without_a_vector_is_neither_first_nor_last_for_that():
    assert best_first(fused({1: 5.0, 2: 5.0, 3: 5.0}, {1: 0.1, 3: 0.9})) == [3, 2, 1]


@given(scores, scores)
def test_every_paper_keeps_a_score_and_none_comes_in(by_words, likeness):
    assert fused(by_words, likeness).keys() == by_words.keys()


@given(scores)
def test_how_high_scores_are_does_not_matter(by_words):
    tenfold = {row: 10 * score for row, score in by_words.items()}
    likeness = dict.fromkeys(by_words, 0.5)
    assert fused(tenfold, likeness) == pytest.approx(fused(by_words, likeness))


def test_a_meaning_counts_more_the_more_words_it_has():
    weights = [meaning_weight(words) for words in range(40)]
    assert weights == sorted(weights)
    assert weights[1] < 0.02 < weights[2] < 0.2
    assert weights[15] == weights[32] == 1.5


def test_after_a_single_word_the_others_still_come_in_order():
    found = fused_with({1: 0, 2: 9, 3: 0}, {1: 0.2, 2: 0.0, 3: 0.4}, weight=meaning_weight(1))
    assert best_first(found) == [2, 3, 1]
