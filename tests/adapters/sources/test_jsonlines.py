import gzip
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.jsonlines import BadLine, open_lines, read_papers
from bot.domain.papers import Paper

FULL = {
    "id": "2607.90001v2",
    "title": "Small &amp; Quick:\n$\\alpha$-Birds",
    "abstract": "We say what birds do.",
    "authors": ["Ada Fjord", {"name": "{\\L}ukasz Brook"}, " ", 7],
    "categories": ["cs.CL", "cs.LG", None],
    "published": "2026-07-09T17:50:01Z",
    "announced": "2026-07-13",
    "source": "Hugging Face",
    "doi": "https://doi.org/10.5555/BIRDS.1",
    "upvotes": 0,
    "numComments": 3,
    "githubStars": 7,
    "githubRepo": "https://github.com/larkspur/birds",
    "projectPage": "https://birds.example.org/x",
    "organization": {"name": "larkspur", "fullname": "Larkspur Lab"},
    "venue": "COLM 2026",
    "url": "https://example.org/birds",
    "whatever": [1, 2],
}


def one(record: object) -> Paper | BadLine:
    (read,) = read_papers([json.dumps(record)])
    return read


def paper(**fields: object) -> Paper:
    read = one({"id": "x", "title": "A title", **fields})
    assert isinstance(read, Paper)
    return read


def test_reads_every_field():
    read = one(FULL)
    assert isinstance(read, Paper)
    assert (read.id, read.keys[:2]) == (
        "arxiv:2607.90001",
        ("arxiv:2607.90001", "doi:10.5555/birds.1"),
    )
    assert read.title == "Small & Quick: α-Birds"
    assert read.authors == ("Ada Fjord", "Łukasz Brook")
    assert read.categories == ("cs.CL", "cs.LG")
    assert read.published == datetime(2026, 7, 9, 17, 50, 1, tzinfo=UTC)
    assert (read.upvotes, read.comments, read.stars) == (0, 3, 7)
    assert (read.code_url, read.project_url) == (
        "https://github.com/larkspur/birds",
        "https://birds.example.org/x",
    )
    assert (read.organization, read.venue) == ("Larkspur Lab", "COLM 2026")
    (listing,) = read.listings
    assert (listing.source, listing.source_id) == ("hugging-face", "2607.90001v2")
    assert (listing.announced, listing.url) == (date(2026, 7, 13), "https://example.org/birds")


def test_an_id_and_a_title_are_enough():
    read = paper()
    assert (read.id, read.abstract, read.upvotes, read.published) == ("import:x", "", None, None)
    assert read.listings[0].source == "import"


@pytest.mark.parametrize(
    ("other", "field", "value", "got"),
    [
        ("summary", "abstract", "Text", "Text"),
        ("comments", "comments", 4, 4),
        ("stars", "stars", 5, 5),
        ("code_url", "code_url", "https://gitlab.com/a/b", "https://gitlab.com/a/b"),
        ("project_url", "project_url", "http://a.org", "http://a.org"),
        ("organization", "organization", "Lab", "Lab"),
        ("published", "published", "2026-07-09", datetime(2026, 7, 9, tzinfo=UTC)),
        ("published", "published", "last week", None),
        ("upvotes", "upvotes", "12", None),
        ("upvotes", "upvotes", True, None),
        ("url", "url", "javascript:alert(1)", None),
        ("authors", "authors", "Ada Fjord", ("Ada Fjord",)),
        ("doi", "id", 5, "import:x"),
        ("doi", "id", "10.5555/X.", "doi:10.5555/x"),
    ],
)
def test_fields_have_other_names_and_wrong_values_are_unknown(other, field, value, got):
    assert getattr(paper(**{other: value}), field) == got


@pytest.mark.parametrize(
    ("source", "source_id", "key"),
    [
        (None, "https://arxiv.org/abs/2401.00010v1", "arxiv:2401.00010"),
        (None, "math.AG/0601001", "arxiv:math/0601001"),
        (None, "10.48550/arXiv.2401.00010", "arxiv:2401.00010"),
        (None, "doi:10.1038/S41586", "doi:10.1038/s41586"),
        ("openreview", "0UK8c2kg7c", "openreview:0UK8c2kg7c"),
        ("My Lab!", "7", "my-lab:7"),
        ("arxiv", "not-one", "import:not-one"),
        ("Title", "x", "import:x"),
        ("DOI", "x", "import:x"),
        (None, 1400, "import:1400"),
        ("Ünïç", "x", "n:x"),
        ("!", "x", "import:x"),
    ],
)
def test_ids_become_keys(source, source_id, key):
    read = paper(id=source_id, source=source)
    assert read.id == key
    assert read.listings[0].source_id == str(source_id)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 2401.1, "title": "x"}', "fraction"),
        ('{"id": true, "title": "x"}', "no id"),
        ('{"id": " ", "title": "x"}', "no id"),
        ('{"title": "x"}', "no id"),
        ('{"id": "a\\nb", "title": "x"}', "control"),
        ('{"id": "\\ud800", "title": "x"}', "control"),
        ('{"id": "' + "x" * 201 + '", "title": "x"}', "too long"),
        ('{"id": "x"}', "no title"),
        ('{"id": "x", "title": "$ $"}'.replace("$ $", "\\u200b"), "no title"),
        ('{"id": "x", "title": 5}', "no title"),
        ("[]", "not a JSON object"),
        ("{", "not a JSON object"),
        ("[" * 50_000, "not a JSON object"),
        ('{"id": ' + "9" * 5_000 + ', "title": "x"}', "not a JSON object"),
        ("nope", "not a JSON object"),
        (b'{"id": "x", "title": "\xff"}', "not UTF-8"),
        ("x" * 2_000_001, "longer than"),
    ],
)
def test_bad_lines_are_told_with_number_and_reason_and_skipped(line, reason):
    good = json.dumps({"id": "x", "title": "Good"})
    first, bad, last = read_papers([good, "", line, good])
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)
    assert isinstance(bad, BadLine)
    assert bad.number == 3
    assert reason in bad.reason


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.jsonl.gz"])
def test_files_are_read_plain_or_packed(tmp_path, name):
    path = tmp_path / name
    body = b'\xef\xbb\xbf{"id": "a", "title": "One"}\r\n\n{"id": "b", "title": "\xc3\x89t\xc3\xa9"}'
    path.write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    with open_lines(path) as lines:
        assert [read.title for read in read_papers(lines)] == ["One", "Été"]


def test_a_broken_off_file_gives_what_it_has_and_says_where_it_ends(tmp_path):
    path = tmp_path / "papers.jsonl.gz"
    lines = [json.dumps({"id": f"{n}", "title": f"Paper {n * 7919}"}) for n in range(5_000)]
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-2_000])
    with open_lines(path) as opened:
        *papers, end = read_papers(opened)
    assert 0 < len(papers) < 5_000
    assert end == BadLine(number=len(papers) + 1, reason="the file is damaged from here on")


def test_a_file_that_is_not_packed_is_told(tmp_path):
    path = tmp_path / "papers.gz"
    path.write_bytes(b"plain")
    with open_lines(path) as lines:
        assert [read.number for read in read_papers(lines)] == [1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON))
def test_any_object_is_a_paper_or_a_bad_line(record):
    assert isinstance(one(record), Paper | BadLine)


@given(st.lists(st.binary() | st.text()))
def test_every_line_is_accounted_for(lines):
    assert len(list(read_papers(lines))) == sum(1 for line in lines if line.strip())
