"""Which queries the text index decides alone."""

import pytest

from bot.domain.deciding import index_decides
from bot.domain.parsing import parse_search


@pytest.mark.parametrize(
    "text",
    [
        "diffusion",
        "models title:video",
        "rlhf OR (dpo abstract:reward)",
        "diffusion -survey",
        "diffusion last:7d after:2026-01-01",
        "diffusion has:code",
        "diffusion upvotes:>5 before:2026-01-01",
        "rlhf OR (dpo last:7d)",
        "last:7d",
    ],
)
def test_plain_words_and_facts_are_decided(text):
    assert index_decides(parse_search(text))


@pytest.mark.parametrize(
    "text",
    [
        '"world model"',
        'diffusion -"world model"',
        '="models"',
        "quantiz*",
        "cat:cs.CL",
        "author:ng",
        "org:nvidia",
        "rlhf OR (dpo -survey)",
        "diffusion -upvotes:>5",
    ],
)
def test_what_only_the_paper_itself_says_is_not(text):
    assert not index_decides(parse_search(text))
