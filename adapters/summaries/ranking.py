"""The sentence of an abstract that people would most likely choose, in its best form.

A linear model; `tests/bench/train_tldr.py` fits its weights to summaries written by people.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from adapters.summaries.features import Abstract, Features
from adapters.summaries.sentences import is_fragment, points_back, says_where, stand_alone
from adapters.summaries.trims import shorter

Weights = Mapping[str, float]

FLAWS = ("points back", "says where", "fragment", "asks", "hopes", "too long")
FIXED: Weights = {
    **dict.fromkeys(FLAWS, -10.0),
    "before the claim": -16.0,
    "words too few": -4.0,
    "tells little": -1.0,
    "name": 1.0,
}
"""Set by reading what is chosen. The overlap of words, to which the other weights are fitted, hardly
minds a dangling "it" or the title said again, and few of the papers they are fitted to have names.
"""

SUMMARY_MAX_CHARS = 300
FORM_GAIN = 2.0
"""What a form seldom scores above its sentence as it stands; more changes one choice in a hundred."""
FIRST_MAX_CHARS = 110
"""Only a sentence as short as this is shown with the next."""


class Candidate(NamedTuple):
    """What may be shown, and what the ranker sees of it beside the place of its sentence."""

    text: str
    features: Features


def load_weights() -> Weights:
    text = files(__package__).joinpath("weights.json").read_text("utf-8")
    return {**json.loads(text), **FIXED}


def score(features: Features, weights: Weights) -> float:
    return sum([weights.get(name, 0.0) * value for name, value in features.items()])


def best(sentences: Sequence[str], title: str, weights: Weights) -> str:
    """The form of a sentence, or of two, that scores highest; of equals the first.

    Forms cost most of the time, so the sentences of most promise come first, and most stay unseen.
    """
    abstract = Abstract(sentences, title)
    places = [score(abstract.place(n), weights) for n in range(len(sentences))]
    promise = [place + score(abstract.whole(n), weights) for n, place in enumerate(places)]
    text, top = "", -math.inf
    for n in sorted(range(len(promise)), key=lambda n: -promise[n]):
        if top >= promise[n] + FORM_GAIN:
            break
        for candidate in candidates(abstract, n):
            worth = places[n] + score(candidate.features, weights)
            if worth > top:
                text, top = candidate.text, worth
    return text


def candidates(abstract: Abstract, n: int) -> Iterator[Candidate]:
    """Sentence `n` in all its forms, and a short claim with the sentence after it."""
    forms = shorter(stand_alone(abstract.sentences[n]))
    for text in forms:
        yield Candidate(text, abstract.form(text) | _flaws(text))
    if abstract.does[n] and len(forms[0]) < FIRST_MAX_CHARS and n + 1 < len(abstract.sentences):
        yield from _pairs(abstract, forms[0], abstract.sentences[n + 1])


def _pairs(abstract: Abstract, first: str, following: str) -> Iterator[Candidate]:
    """With the next, which may point back at what stands right before it."""
    for second in shorter(stand_alone(following)):
        if len(first) + len(second) < SUMMARY_MAX_CHARS:
            flaws = _flaws(first) | ({"says where": 1} if says_where(second) else {})
            text = f"{first} {second}"
            yield Candidate(text, abstract.form(text) | flaws | {"pair": 1})


def _flaws(text: str) -> Features:
    flaws = {
        "points back": points_back(text),
        "says where": says_where(text),
        "fragment": is_fragment(text),
        "asks": text.endswith("?"),
        "too long": len(text) > SUMMARY_MAX_CHARS,
    }
    return {name: 1.0 for name, holds in flaws.items() if holds}
