import pytest

from adapters.summaries.acronyms import definitions, write_out
from adapters.summaries.extractive import best_sentence


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We tune a foundation model (FM).", "FM", "foundation model"),
        ("We tune a foundation model (FM).", "FMs", "foundation models"),
        ("Base stations (BSs) are many.", "BS", "Base station"),
        ("Foundation models (FMs) help. A small foundation model helps.", "FM", "foundation model"),
        ("We see the Wasserstein distance (WD) fall.", "WD", "Wasserstein distance"),
        (
            "Of group relative policy optimization (GRPO).",
            "GRPO",
            "group relative policy optimization",
        ),
        ("Many text-to-image (T2I) models.", "T2I", "text-to-image"),
        ("With chain-of-thought (CoT) data.", "CoT", "chain-of-thought"),
    ],
)
def test_what_an_acronym_stands_for_is_read_from_the_text(text, short, long):
    assert definitions(text, used_in=short)[short] == long


@pytest.mark.parametrize(
    "text",
    [
        "We use large language models (LLMs).",
        "We follow others (Smith).",
        "On the left (RIGHT) is none.",
        "A map (XYZ) of birds.",
        "(FM) opens the text.",
    ],
)
def test_familiar_acronyms_and_other_brackets_are_left(text):
    assert definitions(text, used_in=text) == {}


TEXT = "We study the foundation model (FM) in use."


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("We propose an FM for maps.", "We propose a foundation model (FM) for maps."),
        ("FMs map an FM.", "Foundation models (FMs) map a foundation model (FM)."),
        ("The FM-based map and FM.", "The FM-based map and foundation model (FM)."),
        ("The foundation model is an FM.", "The foundation model is an FM."),
        ("An FMRI map.", "An FMRI map."),
        ("An inverse FM (IFM) maps.", "An inverse FM (IFM) maps."),
        (TEXT, TEXT),
    ],
)
def test_the_first_use_is_written_out(sentence, whole):
    assert write_out(sentence, text=TEXT, title="Maps") == whole


def test_the_name_of_the_work_stays_short():
    assert write_out("The FM maps.", text=TEXT, title="FM: A Map") == "The FM maps."


def test_a_chosen_sentence_explains_its_acronyms():
    abstract = (
        "Every foundation model (FM) is slow to read maps of birds. "
        "We propose an FM for reading maps of birds in small steps."
    )
    assert best_sentence(abstract, title="Reading maps") == (
        "We propose a foundation model (FM) for reading maps of birds in small steps."
    )
