"""What a channel likes of a paper, and how that is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Listing, Paper, PaperId
from bot.domain.taste import INDIFFERENT, Taste, traits
from bot.domain.text import words
from tests.bot.domain import generated
from tests.bot.domain.generated import unhurried


def paper(title: str = "The Policies of World Models", **known: object) -> Paper:
    return Paper(id=PaperId("x"), keys=(), title=title, **known)


def test_a_paper_is_its_words_its_people_and_its_places():
    assert traits(
        paper(
            abstract="We plan with a model.",
            authors=("Ada Example",),
            organization="Larkspur Lab",
            categories=("cs.LG",),
            listings=(Listing(source="arxiv", source_id="1"),),
        )
    ) == {
        "policy": 2.0,
        "world": 2.0,
        "model": 2.0,
        "world model": 1.0,
        "plan": 1.0,
        "author:Ada Example": 1.0,
        "org:Larkspur Lab": 1.0,
        "cat:cs.LG": 1.0,
        "source:arxiv": 1.0,
    }


def test_liking_is_the_sum_of_what_a_paper_has():
    taste = Taste(weights={"policy": 0.5, "world model": 1.0, "robot": 9.0})
    assert taste.liking(paper()) == pytest.approx(2 * 0.5 + 1.0)
    assert INDIFFERENT.liking(paper()) == 0


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"world model": 3.0, "model": 1.0, "policy": 0.5}, ("world models", "policies")),
        ({"model": 1.0, "world model": 0.5}, ("world models",)),
        ({"policy": -1.0, "model": 0.4}, ("policies",)),
        ({"author:Ada Example": 2.0, "policy": 0.5}, ("author:Ada Example", "policies")),
        ({"hidden": 1.0}, ()),
        ({"policy": 1.0, "model": 1.0, "world": 1.0}, ("models", "policies")),
    ],
)
def test_it_tells_what_moves_a_paper_most_in_the_words_of_its_title(weights, told):
    written = paper(abstract="Hidden from the title.", authors=("Ada Example",))
    assert Taste(weights=weights).telling(written) == told


@settings(unhurried, max_examples=30)
@given(generated.papers, st.floats(-9, 9).filter(bool))
def test_whatever_is_told_is_in_the_paper(written, weight):
    found = traits(written)
    told = Taste(weights=dict.fromkeys(found, weight)).telling(written)
    assert len(told) <= 2
    assert all(":" in one or one in " ".join(words(written.title)) for one in told)
