"""Fit the weights of the TL;DR ranker to SciTLDR's train split and write them into the package.

    uv run python -m tests.bench.train_tldr [--folds]

The ranker's scores, through a softmax, say how likely each candidate of an abstract is chosen;
the weights climb to where the ROUGE-1 to be expected is highest. Takes a minute, and the same
data give the same weights. With `--folds` nothing is written: the ROUGE of what weights choose
for papers that they were not fitted to, in five folds, beside that of always choosing best.
"""

import json
import math
import random
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from adapters.summaries.features import Abstract, Features
from adapters.summaries.ranking import FIXED, Weights, candidates, score
from adapters.summaries.sentences import split
from tests.bench.tldr import Record, Scores, abstract_of, load, rouge

# Chosen by cross-validation: half the step fits too little; more epochs and a penalty on large
# weights gained nothing.
EPOCHS = 10
STEP = 0.6
START = 1e-4
"""AdaGrad's first sum of squares; its first step is the largest."""
SEED = 1
FOLDS, SHUFFLES = 5, 3


class Choice(NamedTuple):
    features: Features
    rouge: Scores


def choices(record: Record) -> list[Choice]:
    abstract = Abstract(split(abstract_of(record)), record["title"])
    return [
        Choice(features | abstract.place(n), rouge(text, record["target"]))
        for n in range(len(abstract.sentences))
        for text, features in candidates(abstract, n)
    ]


def fit(papers: Sequence[list[Choice]]) -> dict[str, float]:
    """The mean of the weights over the second half of the way, so that the last papers do not
    count for more than the first."""
    rng, order = random.Random(SEED), list(papers)
    weights, squares, total = dict(FIXED), {}, {}
    for epoch in range(EPOCHS):
        rng.shuffle(order)
        for paper in order:
            climb(weights, squares, slopes(paper, weights))
        if epoch >= EPOCHS // 2:
            total = {name: total.get(name, 0.0) + weight for name, weight in weights.items()}
    halves = EPOCHS - EPOCHS // 2
    return {name: round(total[name] / halves, 2) for name in sorted(total.keys() - FIXED.keys())}


def slopes(paper: Sequence[Choice], weights: Weights) -> dict[str, float]:
    """How the ROUGE-1 to be expected changes with each weight."""
    scores = [score(choice.features, weights) for choice in paper]
    odds = [math.exp(s - max(scores)) for s in scores]
    expected = sum(o * c.rouge[0] for o, c in zip(odds, paper, strict=True)) / sum(odds)
    found: dict[str, float] = {}
    for odd, choice in zip(odds, paper, strict=True):
        gain = odd / sum(odds) * (choice.rouge[0] - expected)
        for name, value in choice.features.items():
            found[name] = found.get(name, 0.0) + gain * value
    return found


def climb(weights: dict[str, float], squares: dict[str, float], found: dict[str, float]) -> None:
    """AdaGrad's step: the shorter, the more a weight was moved before."""
    for name in found.keys() - FIXED.keys():
        squares[name] = squares.get(name, START) + found[name] ** 2
        weights[name] = weights.get(name, 0.0) + STEP * found[name] / math.sqrt(squares[name])


def chosen(paper: Sequence[Choice], weights: Weights) -> Scores:
    return max(paper, key=lambda choice: score(choice.features, weights)).rouge


def cross_validated(papers: Sequence[list[Choice]]) -> list[Scores]:
    """In several shuffles, for the folds alone move the mean by a tenth or two."""
    found: list[Scores] = []
    rng, order = random.Random(SEED), list(range(len(papers)))
    for _ in range(SHUFFLES):
        rng.shuffle(order)
        for fold in range(FOLDS):
            held_out = set(order[fold::FOLDS])
            weights = fit([paper for n, paper in enumerate(papers) if n not in held_out])
            found += [chosen(papers[n], {**weights, **FIXED}) for n in sorted(held_out)]
    return found


def line(name: str, scores: Iterable[Scores]) -> str:
    return f"{name:32}" + "".join(f"{100 * mean(x):6.1f}" for x in zip(*scores, strict=True))


def main() -> None:
    papers = [choices(record) for record in load("train")]
    if "--folds" in sys.argv[1:]:
        print(f"SciTLDR train, {len(papers)} papers   R-1   R-2   R-L")
        print(line("ranker, cross-validated", cross_validated(papers)))
        print(line("best candidate", (max(c.rouge for c in paper) for paper in papers)))
        return
    weights = fit(papers)
    print(
        line("on what it was fitted to", (chosen(paper, {**weights, **FIXED}) for paper in papers))
    )
    target = Path(str(files("adapters.summaries"))) / "weights.json"
    target.write_text(json.dumps(weights, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
