import pytest

from adapters.summaries.sentences import (
    is_fragment,
    points_back,
    says_where,
    split,
    stand_alone,
    whole,
)


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("Furthermore, in this work we find birds.", "We find birds."),
        ("But here we present a map.", "We present a map."),
        ("In this technical report, we present a map.", "We present a map."),
        ("We demonstrate empirically that birds migrate.", "Birds migrate."),
        ("We show that it fails on maps.", "We show that it fails on maps."),
        ("We show that these maps fail.", "We show that these maps fail."),
        ("Results: We mapped the birds.", "We mapped the birds."),
        ("Objective: To map the birds.", "Objective: To map the birds."),
        ("Towards this end, we thereby propose a map.", "We propose a map."),
        ("It is shown here that birds migrate.", "Birds migrate."),
        ("Yet, in this respect, we propose a map.", "We propose a map."),
        ("We propose a map to handle these challenges.", "We propose a map."),
        ("We propose a map designed to handle these gaps.", "We propose a map."),
        ("We propose a map aimed at mending these gaps.", "We propose a map."),
        ("The birds' ability to do this is weak.", "The birds' ability to do this is weak."),
        ("(1) Birds of the town sing.", "Birds of the town sing."),
        ("To gauge its worth, we propose a map.", "We propose a map."),
        (
            "To mend these gaps and give a new, bright map to all birds, we propose an atlas.",
            "We propose an atlas.",
        ),
        ("While maps age, this work keeps birds fresh.", "This work keeps birds fresh."),
        ("To bridge this gap, maps can also be drawn.", "Maps can be drawn."),
        ("We propose a map for such tasks that ages.", "We propose a map that ages."),
        ("Maps age in such settings.", "Maps age in such settings."),
        ("Not only maps but also birds age.", "Not only maps but also birds age."),
        ("We test by attempting to keep this map.", "We test by attempting to keep this map."),
        ("So-called maps are used.", "So-called maps are used."),
        ("iBird is a map.", "IBird is a map."),
    ],
)
def test_a_sentence_loses_what_ties_it_to_others(sentence, alone):
    assert stand_alone(sentence) == alone


@pytest.mark.parametrize(
    "sentence",
    [
        "It maps birds.",
        "These maps are old.",
        "We propose merging these two fields.",
        "We test both methods.",
        "We show that it fails on maps.",
        "We release the proposed map.",
        "We test the system on maps.",
        "The two run along different directions.",
    ],
)
def test_a_sentence_that_points_back_is_known(sentence):
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This paper maps birds.",
        "This position paper maps birds such as larks.",
        "We map both larks and owls.",
        "We map those that sing.",
        "We test the system of larks.",
    ],
)
def test_a_sentence_that_stands_alone_is_known(sentence):
    assert not points_back(sentence)


@pytest.mark.parametrize(
    "parts",
    [
        ["Birds (e.g. Larks) sing.", "They stop at night."],
        ["As Smith et al. Wrote, birds sing.", "We agree."],
        ["See Fig. 3 for larks, i.e. Alauda.", "It is long."],
        ["Let L be the set of larks R.", "We show that L sings."],
        ["J. R. Lark sang 3.5 hours.", "2 birds left."],
        ["Do birds sing?", "They do!", "“Often.”", "Then they rest."],
        ["The lark vs. The owl.", "eBird counts both."],
        ["No full stop at the end"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts):
    assert split(" ".join(parts)) == parts


def test_a_blank_may_be_missing_between_sentences():
    parts = ["Birds sing at night.", "However, they stop.", "We map them in node.Js and e.g.Foo."]
    assert split("".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("Birds sing.", "Birds sing."),
        ("Do birds sing?", "Do birds sing?"),
        ("They sing “often.”", "They sing “often.”"),
        ("Birds sing", "Birds sing."),
        ("Birds sing (often)", "Birds sing (often)."),
        ("Birds sing:", "Birds sing."),
        ("Birds sing and…", "Birds sing and…"),
        ("–", "–"),
    ],
)
def test_a_sentence_ends_with_a_full_stop_or_its_like(text, ended):
    assert whole(text) == ended


@pytest.mark.parametrize(
    "text",
    ["To measure the larks of a town.", "Objective: To measure the larks of a town."],
)
def test_a_purpose_alone_is_a_fragment(text):
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text",
    [
        "To measure the larks, a map is drawn.",
        "To measure the larks of a town we draw a map.",
        "To sing is to live.",
        "Objective: A map is drawn.",
    ],
)
def test_a_purpose_with_what_is_done_is_no_fragment(text):
    assert not is_fragment(text)


def test_where_the_code_is_is_known():
    assert says_where("All maps are publicly available.")
    assert says_where("Code and maps are at https://example.org/x.")
    assert not says_where("We map the available birds and encode them.")
