import json
import re
import time
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.sources.clean import plain_text
from adapters.summaries.extractive import SUMMARY_MAX_CHARS, Extractive, best_sentence
from adapters.summaries.sentences import points_back
from bot.domain.papers import Paper, PaperId, PaperKey, Summary
from tests.bench import tldr
from tests.shared import needs_shared

BACKGROUND = (
    "Long documents are slow to read, and readers rarely have the time that they would need. "
    "Most earlier systems copy the opening lines and hope for the best. "
)


def paper(abstract: str, title: str = "Reading in small steps", **known: object) -> Paper:
    key = PaperKey("arxiv:2601.00001")
    return Paper(id=PaperId(key), keys=(key,), title=title, abstract=abstract, **known)


def tldr_of(abstract: str, title: str = "Reading in small steps") -> str:
    summary = Extractive().summarize(paper(abstract, title))
    assert summary is not None
    return summary.text


def test_a_summary_that_came_with_the_paper_wins():
    given = Summary(text="It reads slowly.", maker="Hugging Face")
    assert Extractive().summarize(paper(BACKGROUND, summary=given)) == given


def test_without_an_abstract_there_is_none():
    assert Extractive().summarize(paper("  \n ")) is None


def test_a_sentence_of_the_abstract_is_labelled_so():
    summary = Extractive().summarize(paper(BACKGROUND))
    assert summary is not None
    assert summary.maker == "abstract"


def test_of_a_short_abstract_one_sentence_is_kept():
    assert tldr_of("We count commas\nin long books. They grow rarer.") == (
        "We count commas in long books."
    )


@pytest.mark.parametrize(
    ("sentence", "summary"),
    [
        (
            "In this paper, we propose Stepwise, a reader that pauses.",
            "We propose Stepwise, a reader that pauses.",
        ),
        (
            "However, this work introduces a reader that pauses.",
            "This work introduces a reader that pauses.",
        ),
        (
            "To close this gap, we also present a reader that pauses at each comma.",
            "We present a reader that pauses at each comma.",
        ),
        (
            "The authors describe a reader that pauses at each comma.",
            "The authors describe a reader that pauses at each comma.",
        ),
        (
            "Here we show that pausing at each comma makes reading faster.",
            "Pausing at each comma makes reading faster.",
        ),
    ],
)
def test_the_claim_is_found_among_background_and_stands_alone(sentence, summary):
    abstract = f"{BACKGROUND}{sentence} Tests with forty people confirm the gain."
    assert tldr_of(abstract) == summary


def test_the_first_claim_beats_its_details():
    abstract = (
        f"{BACKGROUND}We propose Stepwise, which reads in steps of one clause. "
        "We propose to skip every second table. We also release all tables."
    )
    assert tldr_of(abstract) == "We propose Stepwise, which reads in steps of one clause."


def test_without_a_claim_the_sentence_most_like_the_title_is_taken():
    abstract = f"{BACKGROUND}Reading in small steps keeps the thread of an argument. Pages differ."
    assert tldr_of(abstract) == "Reading in small steps keeps the thread of an argument."


def test_where_the_code_is_comes_last():
    abstract = (
        f"{BACKGROUND}Reading in small steps is open, and the code is available at "
        "https://example.org/steps. Steps of one clause keep the thread of the reading."
    )
    assert tldr_of(abstract) == "Steps of one clause keep the thread of the reading."


def test_a_claim_that_points_back_gives_way_to_one_that_does_not():
    abstract = (
        f"{BACKGROUND}We investigate the reasons behind these limitations. "
        "We build Stepwise, a reader that pauses at each comma of a text."
    )
    assert tldr_of(abstract) == "We build Stepwise, a reader that pauses at each comma of a text."


def test_background_gives_way_though_it_is_like_the_title():
    abstract = (
        "Existing readers often fail at steps of reading that are long. "
        "This paper trains a network that pauses at each comma of a long text."
    )
    assert tldr_of(abstract).startswith("This paper trains")


def test_a_long_sentence_is_cut_at_a_word():
    text = tldr_of("We propose a reader that " + "pauses and " * 60 + "stops.")
    assert len(text) <= SUMMARY_MAX_CHARS
    assert text.endswith(("pauses…", "and…"))


@given(st.text(max_size=600) | st.text("We show. It (that) e.g, aA.", max_size=600))
def test_any_abstract_gives_a_short_summary_always_the_same(abstract):
    summary = Extractive().summarize(paper(abstract))
    assert summary == Extractive().summarize(paper(abstract))
    if abstract.split():
        assert summary is not None
        assert 0 < len(summary.text) <= SUMMARY_MAX_CHARS


PIECES = [
    "We propose a map",
    "In this paper, we show that",
    "However, it",
    "sings",
    " (e.g., a lark)",
    ", which is old",
    ", and show this",
    " a foundation model (FM)",
    " FMs",
    ". ",
    "; ",
    "? ",
    r" $\alpha_{1}$ and \textbf{birds}",
    "http://a.b ",
    "$5 ",
    " \\method{}, ",
    "é 鳥 ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_the_summary_is_made_of_the_words_of_the_abstract_in_their_order(abstract):
    text = best_sentence(abstract, title="Reading in small steps")
    theirs, ours = (
        re.findall(r"\w+", EXPLAINED.sub(r"\1", x).casefold()) for x in (abstract, text)
    )
    left = iter(theirs)
    assert all(word in left for word in ours)


EXPLAINED = re.compile(r"foundation models? \((FMs?)\)", re.IGNORECASE)
"""An acronym may be written out where it is used alone, which puts a name before its place."""


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("We propose a map. ; ")
def test_of_an_abstract_as_sources_give_it_the_summary_is_whole_and_holds_no_latex(abstract):
    text = best_sentence(plain_text(abstract), title="Reading in small steps")
    assert not re.search(r"\\|\{|\}|\$\\|_\{", text)
    assert text[:1] == text[:1].upper()
    assert not re.match(r"(However|In this paper),", text)
    if re.search(r"\w", abstract):
        assert text.endswith((".", "!", "?", "…", "”", '"'))


def test_a_hole_that_a_macro_left_is_mended():
    assert tldr_of("We propose a reader that pauses, . It reads.").startswith(
        "We propose a reader that pauses."
    )


def test_citations_are_left_out():
    assert tldr_of("We propose a reader like ours [22], and test it [3, 4-7].").startswith(
        "We propose a reader like ours, and test it."
    )


def test_an_acronym_is_written_out_only_where_there_is_room():
    claim = f"We propose that readers use an FM {'and pause ' * 25}at night."
    abstract = f"Every foundation model (FM) reads. {claim}"
    assert len(claim) <= SUMMARY_MAX_CHARS < len(claim) + len("foundation model ()")
    assert tldr_of(abstract) == claim


@pytest.mark.parametrize(
    "unit", ["we ", "We, ", '."', "in this ", "to do this ", "A. ", "however, "]
)
def test_no_text_makes_it_slow(unit):
    start = time.perf_counter()
    best_sentence(unit * 3_000, title="Reading in small steps")
    assert time.perf_counter() - start < 2


SAMPLE = json.loads(
    files("adapters.sources.sample").joinpath("huggingface_2026-07-13.json").read_text("utf-8")
)


@pytest.mark.parametrize("entry", SAMPLE, ids=lambda entry: entry["paper"]["id"])
def test_of_the_bundled_sample_whole_sentences_that_stand_alone_are_shown(entry):
    text = tldr_of(entry["paper"]["summary"], entry["paper"]["title"])
    assert 12 <= len(text.split()) <= 30
    assert text.endswith(".")
    assert not points_back(text)


@needs_shared
def test_it_beats_the_title_and_the_rules_on_scitldr():
    records = tldr.load("dev")
    figures = {name: tldr.measure(system, records)[0] for name, system in tldr.SYSTEMS.items()}
    assert figures["extractive"] > figures["cue sentence"] + 2
    assert figures["extractive"] > figures["title"] + 5
    assert figures["extractive"] > figures["LexRank"] + 7
