"""The sentence of an abstract that people would most likely choose, in its best form.

A linear model; `tests/bench/train_tldr.py` fits its weights to summaries written by people.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from adapters.summaries.features import Abstract, Features
from adapters.summaries.sentences import points_back, says_where, stand_alone
from adapters.summaries.trims import shorter

Weights = Mapping[str, float]

FLAWS = ("points back", "says where", "asks", "hopes", "too long", "before the claim")
FIXED: Weights = {**dict.fromkeys(FLAWS, -8.0), "tells little": -1.0, "name": 1.0}
"""Set by reading what is chosen. The overlap of words, to which the other weights are fitted, hardly
minds a dangling "it" or the title said again, and few of the papers they are fitted to have names.
"""

SUMMARY_MAX_CHARS = 300
LEADERS = 3
"""How many sentences are looked at in all their forms; more change nothing."""
PAIR_MAX_CHARS, FIRST_MAX_CHARS = 220, 110
"""Two sentences only where both together are about as short as one."""


class Candidate(NamedTuple):
    """What may be shown, and what the ranker sees of it beside the place of its sentence."""

    text: str
    sentence: int
    features: Features


def load_weights() -> Weights:
    text = files(__package__).joinpath("weights.json").read_text("utf-8")
    return {**json.loads(text), **FIXED}


def score(features: Features, weights: Weights) -> float:
    return sum([weights.get(name, 0.0) * value for name, value in features.items()])


def best(sentences: Sequence[str], title: str, weights: Weights) -> str:
    """The form of a sentence, or of two, that scores highest; of equals the first."""
    abstract = Abstract(sentences, title)
    places = [score(abstract.place(n), weights) for n in range(len(sentences))]
    whole = [place + score(abstract.whole(n), weights) for n, place in enumerate(places)]
    leaders = sorted(range(len(whole)), key=lambda n: -whole[n])[:LEADERS]
    choices = candidates(abstract, leaders)
    return max(choices, key=lambda c: places[c.sentence] + score(c.features, weights)).text


def candidates(abstract: Abstract, chosen: Sequence[int]) -> Iterator[Candidate]:
    """The chosen sentences in all their forms, alone and with a later one."""
    short = {n for n in chosen if abstract.does[n] and len(abstract.sentences[n]) < FIRST_MAX_CHARS}
    near = {n + 1 for n in short if n + 1 < len(abstract.sentences)}
    forms = {n: shorter(stand_alone(abstract.sentences[n])) for n in near.union(chosen)}
    for n in chosen:
        for text in forms[n]:
            yield Candidate(text, n, abstract.form(text) | _flaws(text))
        if n in short:
            yield from _pairs(abstract, n, forms)


def _pairs(abstract: Abstract, n: int, forms: Mapping[int, list[str]]) -> Iterator[Candidate]:
    """With another, which may point back only at the sentence right before it."""
    first = forms[n][0]
    room = PAIR_MAX_CHARS - len(first)
    for m in sorted(m for m in forms if m > n):
        for second in (text for text in forms[m] if len(text) < room):
            if m == n + 1 or not points_back(second):
                flaws = _flaws(first) | ({"says where": 1} if says_where(second) else {})
                text = f"{first} {second}"
                yield Candidate(text, n, abstract.form(text) | flaws | {"pair": 1})


def _flaws(text: str) -> Features:
    flaws = {
        "points back": points_back(text),
        "says where": says_where(text),
        "asks": text.endswith("?"),
        "too long": len(text) > SUMMARY_MAX_CHARS,
    }
    return {name: 1.0 for name, holds in flaws.items() if holds}
