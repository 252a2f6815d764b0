"""What is learned from papers saved, turned down and passed by."""

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import learning
from bot.domain.learning import Lesson, Verdict, learn
from bot.domain.papers import Paper, PaperId
from bot.domain.ranking import rank
from bot.domain.taste import INDIFFERENT
from tests.bot.domain import generated
from tests.bot.domain.generated import unhurried

SAVED, REJECTED, PASSED = Verdict.SAVED, Verdict.REJECTED, Verdict.PASSED
PLAIN = ("Optimisers for vision", "A benchmark of agents", "Speech without text", "Fast attention")

verdicts = st.sampled_from(Verdict)
lessons = st.lists(
    st.builds(
        lambda paper, verdict: Lesson(paper=paper, verdict=verdict), generated.papers, verdicts
    ),
    max_size=8,
)


@dataclass(frozen=True)
class Pending:
    paper: Paper
    reasons: dict = field(default_factory=dict)


def titled(title: str, name: str = "", **known: object) -> Paper:
    return Paper(id=PaperId(name or title or "x"), keys=(), title=title, **known)


def said(verdict: Verdict, *titles: str, **known: object) -> list[Lesson]:
    return [Lesson(paper=titled(title, **known), verdict=verdict) for title in titles]


def liking(title: str, *taught: list[Lesson], **known: object) -> float:
    return learn([x for several in taught for x in several]).liking(titled(title, "new", **known))


@pytest.mark.parametrize("taught", [[], said(PASSED, *PLAIN)], ids=["nothing", "no label"])
def test_without_labels_nothing_is_learned(taught):
    assert learn(taught) is INDIFFERENT


def test_a_saved_topic_rises_and_a_rejected_one_sinks():
    taught = [
        said(SAVED, "Reward hacking"),
        said(REJECTED, "A survey of robots"),
        said(PASSED, *PLAIN),
    ]
    assert liking("Hacking the reward", *taught) > 0.1
    assert liking("Surveys of everything", *taught) < 0
    assert liking("Nothing of the kind", *taught) == 0


def test_rejections_alone_teach_too():
    assert liking("Another survey", said(REJECTED, "A survey"), said(PASSED, *PLAIN)) < -0.1


def test_authors_and_categories_are_liked_as_words_are():
    taught = said(SAVED, "One", "Two", authors=("Ada Example",), categories=("cs.RO",))
    assert liking("Else", taught, said(PASSED, *PLAIN), authors=("Ada Example",)) > 0
    assert liking("Else", taught, said(PASSED, *PLAIN), categories=("cs.RO",)) > 0


def test_what_everything_has_tells_less_than_what_is_rare():
    taught = said(SAVED, "Models of rewards"), said(PASSED, *(f"{t} models" for t in PLAIN))
    assert liking("rewards", *taught) > 2 * liking("models", *taught)


def test_labels_move_the_order_gradually():
    names = count()

    def after(labels: int) -> float:
        taught = [
            Lesson(paper=titled("Reward hacking", f"s{next(names)}"), verdict=SAVED)
            for _ in range(labels)
        ]
        return liking("Reward hacking", taught, said(PASSED, *PLAIN))

    moved = [after(labels) for labels in (0, 1, 5, 20, 100)]
    assert moved == sorted(set(moved))
    assert moved[1] < moved[-1] / 4


@settings(unhurried, max_examples=30)
@given(lessons, st.randoms())
def test_the_same_lessons_in_any_order_give_the_same_weights(taught, random):
    by_id = list({lesson.paper.id: lesson for lesson in taught}.values())
    mixed = random.sample(by_id, len(by_id))
    assert learn(mixed) == learn(by_id)


@settings(unhurried, max_examples=30)
@given(lessons, st.lists(generated.papers, max_size=6))
def test_an_order_that_was_learned_loses_nothing(taught, papers):
    pending = [Pending(paper) for paper in papers]
    ranked = rank(pending, learn(taught))
    assert sorted(map(id, ranked)) == sorted(map(id, pending))


@settings(unhurried, max_examples=30)
@given(lessons)
def test_weights_are_finite_and_few(taught):
    weights = learn(taught).weights
    assert all(abs(weight) < 100 for weight in weights.values())
    assert len(weights) <= learning.WEIGHTS_KEPT


def test_only_the_strongest_weights_are_kept(monkeypatch):
    monkeypatch.setattr(learning, "WEIGHTS_KEPT", 3)
    taught = said(SAVED, "Reward hacking", "Reward shaping"), said(PASSED, *PLAIN)
    kept = learn([x for several in taught for x in several]).weights
    assert len(kept) == 3
    assert "reward" in kept
