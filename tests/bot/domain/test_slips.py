import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.parsing import parse_search
from bot.domain.slips import find_slip


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("rlhf or dpo", "rlhf OR dpo"),
        ("a1 and not b1", "a1 AND NOT b1"),
        ("(rlhf or dpo) video", "(rlhf OR dpo) video"),
        ("author:yann lecun", 'author:"yann lecun"'),
        ("author:yann lecun cat:cs.CV", 'author:"yann lecun" cat:cs.CV'),
        ("world author:yann lecun, agent", 'world author:"yann lecun", agent'),
        ("cat:cs.LG,cs.CV", "cat:cs.LG,cat:cs.CV"),
        ("protein q-bio.BM", "protein cat:q-bio.BM"),
        ("cond-mat.soft", "cat:cond-mat.soft"),
    ],
)
def test_a_slip_is_found_and_mended(text, meant):
    slip = find_slip(text)
    assert slip
    assert slip.meant == meant


@pytest.mark.parametrize(
    "text",
    [
        "rlhf OR dpo",
        '"search and rescue"',
        "title:or",
        "=and",
        "or rlhf",  # what was meant is nothing either
        "lecun yann",
        'author:"yann lecun" agent',
        "author:lecun world model",
        "author:lecun",
        "example.com fast.ai",
        "cat:cs.CV",
        "gr-qc.XY",
        "",
        "rlhf OR",
    ],
)
def test_what_may_be_meant_as_it_is_stays_so(text):
    assert find_slip(text) is None


@given(st.text(alphabet='or and not:"author (cs.CV)-|,', max_size=40))
def test_what_was_meant_is_a_query_of_another_text(text):
    slip = find_slip(text)
    assert slip is None or (parse_search(slip.meant) and slip.meant != text)
