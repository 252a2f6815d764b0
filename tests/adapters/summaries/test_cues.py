import pytest

from adapters.summaries.cues import authors_do, cues, is_done
from adapters.summaries.features import words_of


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("In this paper, we propose a map.", "proposes"),
        ("The present study investigates larks.", "studies"),
        ("Here we have carefully studied larks.", "studies"),
        ("We find that larks sing.", "shows"),
        ("The authors applied it to larks.", "uses"),
        ("We sing.", "acts"),
        ("Most papers propose maps.", ""),
        ("Larks are studied.", ""),
        ("", ""),
    ],
)
def test_what_the_authors_do_is_read_from_the_verb_after_them(sentence, does):
    assert authors_do(words_of(sentence)) == does


def test_the_passive_counts_where_something_is_done():
    assert is_done(words_of("A map of larks is here proposed."))
    assert not is_done(words_of("The proposed map is old."))


def test_words_hint_at_what_a_sentence_is_for():
    assert cues(words_of("However, recent maps often fail.")) == {
        "opens with background",
        "speaks of background",
    }
    assert cues(words_of("We outperform it.")) == {
        "speaks of outcome",
    }
    assert cues([]) == set()
