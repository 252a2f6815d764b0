"""Learn what a channel likes from the papers it saved, turned down and passed by.

A logistic regression on the traits of papers, weighted by rarity, pulled to zero: with few
labels a channel's order stays close to the one that nothing was learned for. It is solved by
coordinate ascent on the dual, in a fixed order, so that the same lessons give the same weights.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt, tanh

from bot.domain.papers import Paper
from bot.domain.taste import INDIFFERENT, Taste, Traits, traits

# Chosen with tests/bench/ranking.py.
SAVED_SHARE = 0.05  # of the papers that nothing is known of; also where only rejections are known
PASSES = 3  # more change the order no further
FEW_LABELS = 3  # so many are trusted half
IN_BITS = 1 / log(2)  # as the other merits of a paper, where 1 is twice as good
LABELS_MAX, PASSED_MAX = 200, 400
"""Lessons of a kind: the newest tell what is liked now."""
WEIGHTS_KEPT = 2_000
"""The strongest; the others move no paper."""


class Verdict(StrEnum):
    SAVED = "saved"
    REJECTED = "rejected"
    PASSED = "passed"
    """Posted, and neither saved nor rejected."""


STRENGTHS = {Verdict.SAVED: 30.0, Verdict.REJECTED: 30.0, Verdict.PASSED: 9.0}
"""How far a lesson may move the weights: whoever saves nothing may not have looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    paper: Paper
    verdict: Verdict


@dataclass(slots=True)
class _Row:
    traits: list[tuple[int, float]]
    wanted: float
    strength: float
    pull: float = 0.0
    """The row's share of every weight: its dual variable."""


def learn(lessons: Iterable[Lesson]) -> Taste:
    """Nothing saved and nothing rejected teaches nothing."""
    known = sorted(lessons, key=lambda lesson: lesson.paper.id)
    labels = sum(lesson.verdict is not Verdict.PASSED for lesson in known)
    if not labels:
        return INDIFFERENT
    seen = [traits(lesson.paper) for lesson in known]
    rarity = _rarity(seen, [lesson.verdict for lesson in known])
    size = sqrt(sum(_square(s, rarity) for s in seen) / len(seen)) or 1.0
    units = {trait: rare / size for trait, rare in rarity.items()}
    numbers = {trait: number for number, trait in enumerate(units)}
    rows = [
        _row(lesson.verdict, [(numbers[t], n * units[t]) for t, n in s.items() if t in units])
        for lesson, s in zip(known, seen, strict=True)
    ]
    fitted = _fit(rows, len(units))
    trust = IN_BITS * labels / (labels + FEW_LABELS)
    return _strongest({t: trust * fitted[n] * units[t] for t, n in numbers.items()})


def _rarity(seen: Sequence[Traits], verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Of the traits that a label can say something about."""
    labelled = [s for s, v in zip(seen, verdicts, strict=True) if v is not Verdict.PASSED]
    known = set().union(*labelled)
    counts = Counter(trait for s in seen for trait in s if trait in known)
    return {trait: log(1 + len(seen) / count) for trait, count in sorted(counts.items())}


def _square(seen: Traits, rarity: Traits) -> float:
    return sum((count * rarity[trait]) ** 2 for trait, count in seen.items() if trait in rarity)


def _row(verdict: Verdict, found: list[tuple[int, float]]) -> _Row:
    """To be turned down is the opposite of being saved, and as rare: not merely not being saved."""
    if verdict is Verdict.REJECTED:
        found = [(n, -x) for n, x in found]
    wanted = float(verdict is not Verdict.PASSED)
    return _Row(traits=found, wanted=wanted, strength=STRENGTHS[verdict])


def _fit(rows: Sequence[_Row], count: int) -> list[float]:
    weights = [0.0] * count
    start = log(SAVED_SHARE / (1 - SAVED_SHARE))
    for _ in range(PASSES):
        for row in rows:
            odds = start + sum(weights[n] * x for n, x in row.traits)
            chance = (1 + tanh(odds / 2)) / 2  # the logistic function, which never overflows so
            # The steepest that `chance` can be is a quarter: the step never goes too far.
            curve = 1 + row.strength * sum(x * x for _, x in row.traits) / 4
            step = (row.strength * (row.wanted - chance) - row.pull) / curve
            row.pull += step
            for n, x in row.traits:
                weights[n] += step * x
    return weights


def _strongest(weights: Traits) -> Taste:
    best = sorted(weights, key=lambda trait: (-abs(weights[trait]), trait))[:WEIGHTS_KEPT]
    return Taste(weights={trait: round(weights[trait], 5) for trait in sorted(best)})
