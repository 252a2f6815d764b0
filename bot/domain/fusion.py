"""One order out of two: how well a paper's words answer, and how near it is in meaning.

Scores are added rather than ranks: the first by words may be far ahead of the second. Both are
measured by how much they differ among the papers at hand: to some models everything is near.
The more words a text has, the better it says what is meant, and the more its meaning counts.
"""

from collections.abc import Collection, Mapping
from math import sqrt
from statistics import fmean

Row = int

WORD_WEIGHT = 0.1
WEIGHT_MAX = 1.3


def meaning_weight(words: int) -> float:
    """How much the meaning of a text with so many telling words counts."""
    return min(WORD_WEIGHT * (words - 1), WEIGHT_MAX)


def fused(
    by_words: Mapping[Row, float], likeness: Mapping[Row, float], *, weight: float
) -> dict[Row, float]:
    """The score of each paper of `by_words`.

    Of one without a vector nothing is known: it counts as near as the others are on average.
    """
    usual = fmean(likeness.values()) if likeness else 0.0
    a_word, a_meaning = 1 / _spread(by_words.values()), weight / _spread(likeness.values())
    return {
        row: a_word * score + a_meaning * likeness.get(row, usual)
        for row, score in by_words.items()
    }


def _spread(scores: Collection[float]) -> float:
    """Their standard deviation, if they differ: of equal ones it would be what rounding leaves."""
    if len(set(scores)) < 2:
        return 1.0
    usual = fmean(scores)
    return sqrt(fmean((score - usual) ** 2 for score in scores)) or 1.0  # of very small ones
