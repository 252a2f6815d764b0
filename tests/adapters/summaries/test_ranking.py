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


def texts(n: int, sentences: list[str] = SENTENCES) -> list[str]:
    return [c.text for c in candidates(Abstract(sentences, "A map"), n)]


def test_every_weight_is_of_a_feature_that_exists_and_every_feature_has_one():
    abstract = Abstract([*SENTENCES, *SENTENCES], "Map: A map of birds")
    seen = {name for n in range(8) for c in candidates(abstract, n) for name in c.features}
    seen |= {name for n in range(8) for name in abstract.place(n)}
    assert seen <= load_weights().keys()
    assert load_weights().keys() >= FIXED.keys()


def test_a_claim_may_be_shown_with_a_sentence_that_points_back_at_it():
    assert texts(1) == [
        "We draw a map of birds.",
        "We draw a map of birds. It shows where they sing at night.",
    ]


def test_only_a_short_claim_is_shown_with_the_sentence_after_it():
    long = f"In this paper we draw a map of birds {'and birds ' * 11}at night."
    assert texts(0) == ["Birds are old."]
    assert texts(0, [long, SENTENCES[2]]) == [long.replace("In this paper we", "We")]


def test_what_would_be_too_long_is_not_shown_with_a_claim():
    assert texts(1, [*SENTENCES[:2], f"It sings {'at night ' * 35}."]) == texts(1, SENTENCES[:2])


def test_of_equals_the_first_is_chosen():
    assert best(["A b.", "C d."], "", {}) == "A b."


def test_a_sentence_of_less_promise_is_chosen_where_the_first_has_flaws():
    sentences = ["These are maps of birds.", "Maps of birds are drawn here for many people."]
    weights = {"words of the title": 10.0}
    assert best(sentences, "Maps of birds", weights) == sentences[0]
    weights["points back"] = -8.0
    assert best(sentences, "Maps of birds", weights) == sentences[1]


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
