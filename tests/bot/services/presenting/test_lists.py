"""Answers that list: subscriptions, results, a preview, an abstract."""

from bot.domain.channels import Reason
from bot.domain.messages import Note
from bot.domain.scopes import Scope
from bot.services import presenting
from bot.services.presenting.posts import MORE_PAGE
from bot.services.searching import Found
from bot.services.subscribing import Listed
from tests.bot.services.presenting.dumping import dump
from tests.bot.services.presenting.samples import (
    NOW,
    channel,
    plain_paper,
    subscription,
    vid2world,
    world_vla,
)


def listed(text: str, number: int, weekly: int, monthly: int) -> Listed:
    return Listed(subscription=subscription(text, number), weekly=weekly, monthly=monthly)


def test_lists_have_numbers_owners_what_they_bring_and_what_is_doubtful(golden):
    rows = [
        listed('"world model" -survey', 12, 9, 31),
        listed("author:Schölkopf OR org:Inria", 13, 0, 0),
        listed("model", 14, 1_001, 3_000),
        listed("zebra", 15, 0, 0),
    ]
    scoped = channel(scope=Scope(categories=("cs.CL", "cs.CV")))
    golden(
        "presenting/subscriptions.txt",
        dump(
            presenting.subscriptions(rows, channel(), now=NOW),
            presenting.subscriptions(rows[:1], scoped, now=NOW),
        ),
    )


def test_one_subscription_without_papers_is_as_quickly_removed_by_its_number():
    rows = [listed("a1", 1, 0, 0), listed("b1", 2, 1, 1)]
    message = presenting.subscriptions(rows, channel(), now=NOW)
    assert "Remove the" not in dump(message)
    notes = [b.spans[0].text for b in message.blocks if isinstance(b, Note)]
    assert notes[0] == "Matched no paper of the last 30 days: 1."


def test_a_channel_without_subscriptions_is_welcomed(golden):
    message = presenting.subscriptions([], channel(), now=NOW)
    assert message == presenting.welcome()
    golden("presenting/welcome.txt", dump(message))


def test_search_sets_the_nearest_apart_from_the_exact(golden):
    query = '"world model" action'
    reasons = [Reason(term='"world model"', field="title")]
    card = presenting.card(world_vla(), reasons=reasons, dated=True, found=True)
    other = vid2world()

    def results(cards, nearest, count, **known):
        return presenting.search_results(
            query, cards, nearest=nearest, count=count, count_max=100, **known
        )

    golden(
        "presenting/search.txt",
        dump(
            results([card], [other], 1),
            results([card], [], 31),
            results([card], [], 101),
            results([], [other], 0),
            results([], [], 0),
            results([card], [other], 1, answered=["arxiv"], silent=["huggingface"]),
            presenting.found_by_id([card]),
            presenting.nothing_collected(),
        ),
    )


def test_papers_like_one_are_cards(golden):
    card = presenting.card(vid2world(), dated=True, found=True)
    golden(
        "presenting/similar.txt",
        dump(presenting.similar_to(world_vla(), [card]), presenting.similar_to(world_vla(), [])),
    )


def test_a_preview_counts_what_would_have_come(golden):
    query = subscription().query
    golden(
        "presenting/preview.txt",
        dump(
            presenting.preview(query, [presenting.card(world_vla())], count=3),
            presenting.preview(query, [], count=0),
        ),
    )


def test_further_results_are_pages_of_titles(golden):
    found = [Found(paper=plain_paper(n), score=1.0, exact=True) for n in range(5 + MORE_PAGE + 2)]
    query = subscription().query
    golden(
        "presenting/results.txt",
        dump(
            *(
                presenting.more_results("results", query, found, start=start, count_max=100)
                for start in (5, 5 + MORE_PAGE, 40)
            ),
            presenting.more_results("newest", query, found[:3], start=0, count_max=100),
            presenting.more_results("recent", query, found[:3], start=0, count_max=100),
        ),
    )


def test_an_abstract_is_shown_whole(golden):
    golden(
        "presenting/abstract.txt",
        dump(presenting.abstract(world_vla()), presenting.abstract(vid2world(), saved=True)),
    )
