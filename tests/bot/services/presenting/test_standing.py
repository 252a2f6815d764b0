"""Why a paper stands where it does, as `why` says it."""

import pytest

from bot.domain.ranking import Merit, Trait
from bot.services.presenting.standing import standing


def merit(trait: Trait, weight: float, *what: str) -> Merit:
    return Merit(trait=trait, weight=weight, what=what)


TITLE = merit(Trait.MATCH, 2.0, "title")


def test_what_speaks_for_it_comes_with_the_weightiest_first():
    merits = (
        merit(Trait.TASTE, 0.8, "reward models"),
        merit(Trait.AGE, -0.3, "3"),
        TITLE,
        merit(Trait.VOTES, 2.5, "42"),
    )
    assert standing(3, 14, merits) == (
        "Third of 14: ▲ 42, matched in the title, you saved papers on reward models, "
        "3 days older than the newest."
    )


@pytest.mark.parametrize(
    ("merits", "said"),
    [
        ((), "First of 2."),
        ((TITLE,), "First of 2: matched in the title."),
        ((merit(Trait.MATCH, 1.0, "author"),), "First of 2: matched by its authors."),
        ((merit(Trait.MATCH, 0.6, "cat"),), "First of 2."),
        ((merit(Trait.SUBSCRIPTIONS, 0.5, "1"),), "First of 2."),
        ((merit(Trait.SUBSCRIPTIONS, 1.5, "3"),), "First of 2: matched 3 subscriptions."),
        ((merit(Trait.VOTES, -1.4, "0"),), "First of 2: only 0 upvotes."),
        ((merit(Trait.VOTES, -0.9, "1"),), "First of 2: only 1 upvote."),
        ((merit(Trait.VOTES, 0.1, "7"),), "First of 2."),
        ((merit(Trait.COMMENTS, 0.6, "9"),), "First of 2: 9 comments."),
        ((merit(Trait.COMMENTS, -0.3, "0"),), "First of 2."),
        ((merit(Trait.TASTE, 1.0),), "First of 2: you saved papers like it."),
        (
            (merit(Trait.TASTE, 1.0, "robots", "author:Ada Example"),),
            "First of 2: you saved papers on robots and by Ada Example.",
        ),
        (
            (merit(Trait.TASTE, -1.0, "cat:cs.RO", "source:arxiv"),),
            "First of 2: papers in cs.RO and from arXiv are seldom saved here.",
        ),
        ((merit(Trait.AGE, -0.1, "1"),), "First of 2."),
    ],
)
def test_what_hardly_moves_it_is_not_said(merits, said):
    assert standing(1, 2, merits) == said


@pytest.mark.parametrize(
    ("place", "said"), [(9, "Ninth"), (10, "Number 10"), (1200, "Number 1,200")]
)
def test_places_are_counted_in_words_as_far_as_people_do(place, said):
    assert standing(place, 2000, ()) == f"{said} of 2,000."
