import pytest

from adapters.summaries.features import Abstract
from adapters.summaries.ranking import FIXED, best, candidates, load_weights
from tests.bench import train_tldr
from tests.bench.tldr import load
from tests.shared import needs_shared

SENTENCES = [
    "Birds are old.",
    "In this paper we draw a map of birds.",
    "It shows where they sing at night.",
    "The maps are available at https://example.org.",
]


def texts(chosen: list[int]) -> list[str]:
    return [c.text for c in candidates(Abstract(SENTENCES, "A map"), chosen)]


def test_every_weight_is_of_a_feature_that_exists_and_every_feature_has_one():
    abstract = Abstract([*SENTENCES, *SENTENCES], "Map: A map of birds")
    seen = {name for c in candidates(abstract, range(8)) for name in c.features}
    seen |= {name for n in range(8) for name in abstract.place(n)}
    assert seen <= load_weights().keys()
    assert load_weights().keys() >= FIXED.keys()


def test_a_claim_may_be_shown_with_a_sentence_that_points_back_at_it():
    assert texts([1]) == [
        "We draw a map of birds.",
        "We draw a map of birds. It shows where they sing at night.",
    ]


def test_a_sentence_is_not_shown_with_one_that_points_at_what_is_left_out():
    sentences = [SENTENCES[1], "Maps are cheap.", "It is slow."]
    found = candidates(Abstract(sentences, ""), [0, 2])
    assert "We draw a map of birds. It is slow." not in [c.text for c in found]


def test_of_equals_the_first_is_chosen():
    assert best(["A b.", "C d."], "", {}) == "A b."


def test_weights_climb_to_what_the_references_reward():
    def choice(name: str, rouge: float) -> train_tldr.Choice:
        return train_tldr.Choice({name: 1.0}, (rouge, rouge, rouge))

    weights = train_tldr.fit([[choice("good", 0.6), choice("bad", 0.2)]] * 20)
    assert weights["good"] > 0 > weights["bad"]


@pytest.mark.slow
@needs_shared
def test_the_weights_in_the_package_are_those_that_the_script_fits():
    fitted = train_tldr.fit([train_tldr.choices(record) for record in load("train")])
    assert fitted == pytest.approx({n: w for n, w in load_weights().items() if n not in FIXED})
