from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import Reason, SubscriptionId
from bot.domain.papers import Paper, PaperId
from bot.domain.ranking import rank, score, weigh

TITLE, ABSTRACT = (
    Reason(term="diffusion", field="title"),
    Reason(term="diffusion", field="abstract"),
)


@dataclass(frozen=True)
class Pending:
    paper: Paper
    reasons: dict[SubscriptionId, tuple[Reason, ...]] = field(default_factory=dict)


def pending(name: str, *reasons: Reason, day: int = 13, subscriptions: int = 1, **known) -> Pending:
    paper = Paper(
        id=PaperId(name),
        keys=(),
        title=name,
        published=datetime(2026, 7, day, tzinfo=UTC),
        **known,
    )
    return Pending(paper, {SubscriptionId(n): reasons or (ABSTRACT,) for n in range(subscriptions)})


def order(*papers: Pending) -> list[str]:
    return [p.paper.title for p in rank(papers)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (pending("title", TITLE), pending("abstract", ABSTRACT)),
        (pending("two", TITLE, Reason(term="video", field="abstract")), pending("one", TITLE)),
        (pending("author", Reason(term="Okafor", field="author")), pending("abstract", ABSTRACT)),
        (pending("abstract", ABSTRACT), pending("fact", Reason(term="cat:cs.CL", field="cat"))),
        (pending("twice", subscriptions=2), pending("once")),
        (pending("liked", upvotes=50), pending("unliked", upvotes=2)),
        (pending("liked", upvotes=50), pending("unknown")),
        (pending("unknown"), pending("unliked", upvotes=0)),
        (pending("talked about", comments=9), pending("quiet", comments=1)),
        (pending("new", day=13), pending("old", day=10)),
        (pending("older but liked", day=6, upvotes=40), pending("new", day=13, upvotes=6)),
    ],
    ids=lambda p: p.paper.title,
)
def test_the_better_paper_comes_first(better, worse):
    assert order(worse, better) == order(better, worse) == [better.paper.title, worse.paper.title]


def test_the_same_term_in_title_and_abstract_counts_once():
    both, one = pending("both", TITLE, ABSTRACT), pending("one", TITLE)
    merits = weigh([both, one])
    assert score(merits["both"]) == score(merits["one"])


def test_equal_papers_come_newest_first_then_by_title():
    papers = [pending("b", day=5), pending("a", day=5), pending("c", day=6)]
    assert order(*papers) == ["c", "a", "b"]


def test_papers_without_a_date_are_neither_lost_nor_first():
    undated = Pending(Paper(id=PaperId("x"), keys=(), title="undated"), {})
    assert order(undated, pending("dated")) == ["dated", "undated"]


@given(st.permutations([pending(f"p{n}", day=n % 3 + 1, upvotes=n % 4 * 7) for n in range(8)]))
def test_the_order_does_not_depend_on_the_order_before(papers):
    first = [pending(f"p{n}", day=n % 3 + 1, upvotes=n % 4 * 7) for n in range(8)]
    assert order(*papers) == order(*first)
