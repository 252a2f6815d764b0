"""One paper as a card."""

from dataclasses import replace

import pytest

from bot.domain.channels import Reason
from bot.domain.links import Url
from bot.domain.messages import Button, PaperCard
from bot.domain.papers import Listing, PaperId, PaperKey, Summary
from bot.services import presenting
from bot.services.presenting.cards import with_saver
from tests.bot.services.presenting.dumping import spans_text
from tests.bot.services.presenting.samples import plain_paper, world_vla


def test_a_card_leaves_out_what_is_unknown():
    card = presenting.card(plain_paper(1))
    assert (card.byline, card.tldr, card.why, card.facts) == ("", "", (), ())
    assert [b.verb for b in card.buttons] == ["toggle", "similar", "reject"]


def test_a_card_that_somebody_asked_for_may_be_shared():
    assert [b.verb for b in presenting.card(world_vla(), found=True).buttons] == [
        "toggle",
        "abstract",
        "similar",
        "share",
    ]


def test_a_card_cuts_long_texts_at_words():
    long = "word " * 200
    paper = replace(
        plain_paper(1, long), authors=(long,), summary=Summary(text=long, maker="abstract")
    )
    card = presenting.card(paper)
    assert len(card.title) <= 300
    assert len(card.byline) <= 200
    assert len(card.tldr) <= 300
    assert all(text.endswith("word…") for text in (card.title, card.byline, card.tldr))


def test_a_link_that_no_platform_takes_is_left_out():
    long = Url("https://example.org/" + "a" * 900)
    paper = replace(
        plain_paper(1), keys=(), listings=(Listing(source="x", source_id="1", url=long),)
    )
    card = presenting.card(paper)
    assert card.url is None
    assert card.facts[0].url is None


def imported(*keys: str, url: str | None = None, also: tuple[Listing, ...] = ()):
    from_file = Listing(source="import", source_id="x", url=url and Url(url))
    return replace(plain_paper(1), keys=tuple(map(PaperKey, keys)), listings=(from_file, *also))


def test_what_was_imported_with_an_arxiv_id_is_arxivs():
    [fact] = presenting.card(imported("arxiv:2506.21539")).facts
    assert (fact.text, fact.url) == ("arXiv", "https://arxiv.org/abs/2506.21539")
    both = imported("arxiv:2506.21539", also=world_vla().listings)
    assert [f.text for f in presenting.card(both).facts] == ["arXiv", "Hugging Face"]
    [fact] = presenting.card(imported("pmid:1", url="https://example.org/1")).facts
    assert (fact.text, fact.url) == ("import", "https://example.org/1")


def why(*reasons: tuple[str, str]) -> str:
    found = [Reason(term=term, field=place) for term, place in reasons]
    return spans_text(presenting.card(plain_paper(1), reasons=found).why)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ([('"world model"', "title")], "matched **world model** in the title"),
        (
            [("rlhf", "abstract"), ("dpo", "abstract")],
            "matched **rlhf** and **dpo** in the abstract",
        ),
        (
            [("video", "abstract"), ("diffusion", "title")],
            "matched **diffusion** in the title, **video** in the abstract",
        ),
        ([("rlhf", "abstract"), ("RLHF", "title")], "matched **RLHF** in the title"),
        (
            [(w, "title") for w in ("in", "Undetectable", "and", "Backdoors")],
            "matched **Undetectable** and **Backdoors** in the title and 2 more",
        ),
        (
            [("the", "title"), ("who", "abstract")],
            "matched **the** in the title, **who** in the abstract",
        ),
        ([("title:rlhf", "title")], "matched **rlhf** in the title"),
        ([('author:"Ada Park"', "author")], "matched **Ada Park** among the authors"),
        ([("org:Inria", "org")], "matched **Inria** in the organisation"),
        ([("cat:cs.CL", "cat"), ("has:code", "has")], "matched **cat:cs.CL** and **has:code**"),
        (
            [("a1", "title"), ("a2", "title"), ("a3", "title"), ("a4", "title"), ("a5", "title")],
            "matched **a1**, **a2** and **a3** in the title and 2 more",
        ),
    ],
)
def test_a_card_says_why_it_is_there(reasons, said):
    assert why(*reasons) == said


def test_a_card_once_saved_is_as_if_it_had_been_made_so():
    fresh, kept = presenting.card(world_vla()), presenting.card(world_vla(), saved_by="Anna")
    assert with_saver(fresh, "Anna") == kept
    assert with_saver(kept, None) == fresh
    assert with_saver(with_saver(kept, "Bo"), "Anna") == kept


@pytest.mark.parametrize("verb", ["save", "unsave", "toggle"])
def test_the_button_of_an_older_post_toggles_from_then_on(verb):
    old = PaperCard(
        paper_id=PaperId("x"),
        title="x",
        buttons=(
            Button(label="Saved ✓", verb=verb, argument="1"),
            Button(label="Abstract", verb="abstract", argument="1"),
        ),
    )
    first, second = with_saver(old, None).buttons
    assert (first.label, first.verb, first.primary) == ("Save", "toggle", True)
    assert second == old.buttons[1]
