"""Roots, acronyms and spellings: what may be meant by a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.acronyms import defined, initials
from bot.domain.nearest import is_prose, is_sentence
from bot.domain.roots import ROOT_MIN_CHARS, root
from bot.domain.spelling import near_spellings
from tests.bot.domain.generated import unhurried


@pytest.mark.parametrize(
    "family",
    [
        "conduct conducting conduction conductive conductor",
        "optimize optimizing optimization optimizer optimal",
        "robust robustness robustly",
        "predict predicting predictive prediction predictor",
    ],
)
def test_words_of_one_family_have_one_root(family):
    assert len({root(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "cation"), ("ring", "rings"), ("gpt4", "gpt3"), ("模型", "模")]
)
def test_short_and_foreign_words_keep_to_themselves(one, other):
    assert root(one) != root(other)


@unhurried
@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_a_root_begins_its_word_and_is_its_own(word):
    assert word.startswith(root(word))
    assert root(word) == word or len(root(word)) >= ROOT_MIN_CHARS - 1


@pytest.mark.parametrize(
    ("short", "text", "long"),
    [
        ("rlhf", "We use reinforcement learning from human feedback (RLHF).",
         ("reinforcement", "learning", "from", "human", "feedback")),
        ("dpo", "It is Direct Preference Optimization (DPO) again",
         ("direct", "preference", "optimization")),
        ("llm", "large language models (LLMs)", ("large", "language", "model")),
        ("gnn", "Graph-Neural Networks (GNN)", ("graph", "neural", "network")),
        ("llm", "machines (LLM)", None),
        ("llm", "The LLM does it", None),
        ("ab", "a very long way from here to there b (AB)", None),
        ("c", "(C)", None),
    ],
)  # fmt: skip
def test_an_acronym_is_what_the_text_defines(short, text, long):
    assert defined(short, text) == long


def test_initials_are_first_letters():
    assert initials(["direct", "preference", "optimization"]) == "dpo"


@unhurried
@given(st.from_regex(r"[a-z]{2,10}", fullmatch=True), st.data())
def test_a_word_is_near_its_own_misspellings(word, data):
    misspelt = data.draw(st.sampled_from(sorted(set(near_spellings(word)))))
    assert word in set(near_spellings(misspelt))


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("What is: the bitter lesson?", True),
        ("CLIP: connecting text and images", True),
        ("titel:foo bar baz qux", False),
        ("title: foo bar baz", False),
        ("diffusion - survey", False),
        ("one two three -four", False),
        ('he said "world models', False),
        ("a OR b OR OR c", False),
        ("quant* of models * now", False),
        (" ".join(["word"] * 33), False),
    ],
)
def test_prose_is_what_has_no_signs_of_a_query(text, prose):
    assert is_prose(text) == prose


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("We propose a new method, which is better than the others", True),
        ("rlhf, dpo", False),
        ("reinforcement learning, direct preference optimization, reward models, agents", False),
        ("We propose a new method which is better than the others", False),
    ],
)
def test_the_commas_of_a_sentence_are_not_those_of_a_query(text, sentence):
    assert is_sentence(text) == sentence
