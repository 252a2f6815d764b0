"""One order out of two: how well a paper's words answer, and how near it is in meaning.

Scores are added rather than ranks: the first by words may be far ahead of the second. The more
words a text has, the better it says what is meant, and the more its meaning counts.
"""

from collections.abc import Mapping
from statistics import fmean

Row = int

WORD_WEIGHT = 0.15
WEIGHT_MAX = 1.5
WEIGHT_MIN = 0.001
"""Of one word, or an acronym, which means nothing to a model: papers without it follow in order."""


def meaning_weight(words: int) -> float:
    """How much the meaning of a text with so many telling words counts."""
    return max(WEIGHT_MIN, min(WORD_WEIGHT * (words - 1), WEIGHT_MAX))


def fused(
    by_words: Mapping[Row, float], likeness: Mapping[Row, float], *, weight: float
) -> dict[Row, float]:
    """The score of each paper of `by_words`.

    Of one without a vector nothing is known: it counts as near as the others are on average.
    """
    most = max(by_words.values(), default=0.0) or 1.0
    usual = fmean(likeness.values()) if likeness else 0.0
    return {
        row: score / most + weight * likeness.get(row, usual) for row, score in by_words.items()
    }
