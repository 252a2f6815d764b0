import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.fusion import fused as fused_with
from bot.domain.fusion import meaning_weight

scores = st.dictionaries(st.integers(1, 30), st.integers(0, 90), max_size=12)


def fused(by_words, likeness):
    return fused_with(by_words, likeness, weight=1.0)


def best_first(found):
    return sorted(found, key=lambda row: -found[row])


def above_last(found):
    least = min(found.values(), default=0)
    return {row: score - least for row, score in found.items()}


def approx(found):
    return pytest.approx(found, abs=1e-6)


def test_words_and_meaning_both_count():
    by_words = {1: 10.0, 2: 9.0, 3: 0.0}
    assert best_first(fused(by_words, {1: 0.1, 2: 0.7, 3: 0.2})) == [2, 1, 3]
    assert best_first(fused(by_words, {1: 0.5, 2: 0.5, 3: 0.6})) == [1, 3, 2]
    assert best_first(fused(by_words, {1: 0.5, 2: 0.5, 3: 0.5})) == [1, 2, 3]


def test_without_any_vector_words_decide():
    assert best_first(fused({1: 2.0, 2: 30.0, 3: 4.0}, {})) == [2, 3, 1]


def test_without_any_word_meaning_decides():
    assert best_first(fused({1: 0.0, 2: 0.0, 3: 0.0}, {1: 0.2, 2: 0.1, 3: 0.9})) == [3, 1, 2]


def test_a_paper_without_a_vector_is_neither_first_nor_last_for_that():
    assert best_first(fused({1: 5.0, 2: 5.0, 3: 5.0}, {1: 0.1, 3: 0.9})) == [3, 2, 1]


@given(scores, scores)
def test_every_paper_keeps_a_score_and_none_comes_in(by_words, likeness):
    assert fused(by_words, likeness).keys() == by_words.keys()


@given(scores, scores, st.sampled_from([0.01, 30.0]))
def test_how_high_scores_are_does_not_matter(by_words, likeness, times):
    scaled = {row: times * score for row, score in by_words.items()}
    assume(len(set(by_words.values())) > 1)
    assert above_last(fused(by_words, likeness)) == approx(above_last(fused(scaled, likeness)))


@given(scores, scores)
@example({1: 0, 4: 0}, {1: 0, 2: 0, 3: 0})
def test_how_near_everything_is_to_a_model_does_not_matter(by_words, likeness):
    narrow = {row: 0.7 + 0.002 * near for row, near in likeness.items()}
    assert above_last(fused(by_words, likeness)) == approx(above_last(fused(by_words, narrow)))


def test_a_meaning_counts_more_the_more_words_it_has():
    weights = [meaning_weight(words) for words in range(1, 40)]
    assert weights == sorted(weights)
    assert weights[0] == 0 < weights[1] < 0.2
    assert weights[14] == weights[31] == 1.3
