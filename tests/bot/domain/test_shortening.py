import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shortening import cut


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("six small birds", 15, "six small birds"),
        ("six small birds", 14, "six small…"),
        ("six small, old birds", 12, "six small…"),
        ("six\n small\tbirds", 20, "six small birds"),
        ("", 10, ""),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("新しい論文の要約を作る方法", 6, "新しい論文…"),
    ],
)
def test_text_is_cut_at_a_word_or_anywhere_without_one(text, limit, short):
    assert cut(text, limit) == short


@given(st.text(), st.integers(1, 80))
def test_it_never_exceeds_the_limit(text, limit):
    assert len(cut(text, limit)) <= limit
