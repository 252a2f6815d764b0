import pytest

from bot.domain.categories import added, category_names, foreign, may_be_arxivs
from bot.domain.parsing import parse_subscription


@pytest.mark.parametrize("name", ["cs.CL", "q-bio.BM", "cs.*", "stat", "hep-th", "HEP-TH"])
def test_archives_that_arxiv_has(name):
    assert may_be_arxivs(name)


@pytest.mark.parametrize("name", ["xx.YY", "foo", "hep-th.QM", "machine learning", ""])
def test_archives_that_it_lacks(name):
    assert not may_be_arxivs(name)


@pytest.mark.parametrize(
    ("text", "always", "extra", "alien"),
    [
        ("protein cat:q-bio.BM", ["cs.CL"], ["q-bio.BM"], []),
        ("cat:cs.cl", ["cs.CL"], [], []),
        ("cat:cs.CL", ["cs.*"], [], []),
        ("cat:cs.*", ["cs.CL"], ["cs.*"], []),
        ('cat:xx.YY OR cat:"machine learning"', [], [], ["xx.YY", "machine learning"]),
        ("protein -cat:q-bio.BM", [], [], []),
    ],
)
def test_what_is_collected_for_a_query_and_what_cannot_be(text, always, extra, alien):
    asked = category_names(parse_subscription(text))
    assert added(asked, always=always) == extra
    assert foreign(asked) == alien
