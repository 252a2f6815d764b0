import pytest

from adapters.summaries.sentences import stand_alone
from adapters.summaries.trims import shorter


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        (
            "To keep larks safe, we propose a small map of all the birds in town.",
            "We propose a small map of all the birds in town.",
        ),
        (
            "We propose a small map of all the birds in town, which saves years of work.",
            "We propose a small map of all the birds in town.",
        ),
        (
            "This paper draws a small map of all the birds in town, thereby saving work.",
            "This paper draws a small map of all the birds in town.",
        ),
        (
            "We propose a small map of all the birds in town and show how it ages.",
            "We propose a small map of all the birds in town.",
        ),
        (
            "We train large language models (LLMs) on small maps (e.g., of a town).",
            "We train large language models on small maps.",
        ),
        (
            "Inspired by owls, we draw a map of all the birds in town, using ink.",
            "We draw a map of all the birds in town.",
        ),
        (
            "We propose a small map of all the birds in town through three means: (1) ink.",
            "We propose a small map of all the birds in town through three means.",
        ),
    ],
)
def test_a_sentence_has_shorter_forms(sentence, form):
    assert form in shorter(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "For larks, we prove that the small map of all birds holds.",
        "If all birds sing, we prove that the small map of the town holds.",
        "We prove that the small map of all the birds in town holds, if they sing.",
        "We propose a small map of all the birds in the town, but it ages.",
        "We propose tools that let people in town easily find and compare all maps.",
        "We map larks, owls, wrens and all the birds in town, showing ducks, and geese.",
        "We propose the Lark Map of All Birds in the Whole Town (LMAB).",
        "We prove that every small map of all the birds holds (only if they sing).",
        "The map that we draw of all the birds in town, which is small, ages.",
        "We draw a map, which ages.",
        "We draw a map of the town, which ages.",
        "We observe one thing on the map of all birds in town: larks are rare.",
        "We draw a map of all the birds in town – larks and owls – and their nests.",
        "We split the map of all birds in town into (1) a sheet of larks; (2) a sheet of owls.",
        "We propose the Lark Map of All Birds in Town, a new method, which ages.",
    ],
)
def test_what_restricts_or_names_or_completes_it_stays(sentence):
    assert shorter(sentence) == [sentence]


def test_the_sentence_itself_is_the_first_of_its_forms():
    sentence = "To age well, we draw a small map (e.g., of a town), which is of all the birds."
    assert shorter(sentence)[0] == sentence


@pytest.mark.parametrize("unit", ["we ", "We, ", ", which", " (a", ") ", ": ", "to a, we "])
def test_of_any_text_no_form_is_empty(unit):
    assert all(shorter(stand_alone("We " + unit * 200)))
