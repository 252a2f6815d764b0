from dataclasses import replace

import pytest
from hypothesis import given

from bot.domain.matching import analyse, explain
from bot.domain.obstacles import Hindrance, Obstacle, obstacles
from bot.domain.parsing import parse_subscription
from tests.bot.domain.generated import papers, searches
from tests.fakes import THAT_DAY, make_paper

PAPER = make_paper(title="Reward hacking in language models", abstract="A survey of tricks.")


def found(query, paper=PAPER):
    return obstacles(parse_subscription(query), analyse(paper), today=THAT_DAY)


def missing(*terms):
    return tuple(Obstacle(term=t, hindrance=Hindrance.MISSING) for t in terms)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("reward", ()),
        ("reward diffusion video", missing("diffusion", "video")),
        ("(diffusion video) OR robot*", missing("robot*")),
        ("robot OR diffusion", missing("robot OR diffusion")),
        ("reward OR robot", ()),
        ('"hacking reward"', missing('"hacking reward"')),
        ("title:survey", missing("title:survey")),
        (
            "reward -survey",
            (Obstacle(term="survey", hindrance=Hindrance.EXCLUDED, field="abstract"),),
        ),
        (
            "reward upvotes:>=5",
            (Obstacle(term="upvotes:>=5", hindrance=Hindrance.UNKNOWN),),
        ),
        (
            "reward -upvotes:>=5",
            (Obstacle(term="upvotes:>=5", hindrance=Hindrance.UNKNOWN),),
        ),
    ],
)
def test_the_terms_in_the_way_are_named(query, expected):
    assert found(query) == expected


def test_a_number_under_the_threshold_is_missing():
    assert found("upvotes:>=5", replace(PAPER, upvotes=3)) == missing("upvotes:>=5")


@given(searches, papers)
def test_what_matches_has_no_obstacles_and_what_does_not_has(query, paper):
    document = analyse(paper)
    matches = explain(query, document, today=THAT_DAY) is not None
    assert matches == (obstacles(query, document, today=THAT_DAY) == ())
