"""Whatever is asked, the index gives the papers that the tokens say, and none else."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from adapters.storage.engine import parse_url, writer_engine
from adapters.storage.paper_rows import paper_values
from adapters.storage.tables import papers
from adapters.storage.text_index import TextIndex
from bot.domain.index_queries import (
    IN_TEXT,
    AllOf,
    AnyOf,
    Column,
    Everything,
    IndexQuery,
    IndexTerm,
    Phrase,
)
from tests.adapters.storage.examples import NOW, numbered

ROWS = range(1, 7)

common = st.sampled_from(["of", "the"])  # no pairs are held of these
tokens = st.text(alphabet="ab1é中", min_size=1, max_size=3)
words = st.lists(tokens | common, max_size=8)
indexed = st.fixed_dictionaries(dict.fromkeys(Column, words.map(" ".join)))
terms = st.builds(
    IndexTerm,
    token=tokens,
    columns=st.lists(st.sampled_from(Column), unique=True).map(tuple),
    prefix=st.booleans(),
)


def phrase(columns: tuple[Column, ...], *tokens: str) -> Phrase:
    return Phrase(nodes=tuple(IndexTerm(token=token, columns=columns) for token in tokens))


phrases = st.builds(
    phrase, st.sampled_from([IN_TEXT, *((c,) for c in IN_TEXT)]), common, common, common | tokens
)
queries: st.SearchStrategy[IndexQuery] = st.recursive(
    terms | phrases | st.just(Everything()),
    lambda nodes: (
        st.builds(AllOf, nodes=st.lists(nodes, max_size=3).map(tuple))
        | st.builds(AnyOf, nodes=st.lists(nodes, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def satisfies(columns: dict[Column, str], query: IndexQuery) -> bool:
    match query:
        case Everything():
            return True
        case Phrase(nodes=nodes):
            line = f" {' '.join(term.token for term in nodes)} "
            return any(line in f" {columns[column]} " for column in nodes[0].columns)
        case AllOf(nodes=nodes):
            return all(satisfies(columns, n) for n in nodes)
        case AnyOf(nodes=nodes):
            return any(satisfies(columns, n) for n in nodes)
        case IndexTerm(token=token, prefix=prefix):
            found = (t for c in query.columns for t in columns[c].split())
            return any(t.startswith(token) if prefix else t == token for t in found)


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = writer_engine(parse_url(url))
    with engine.connect() as connection:
        for row in ROWS:
            paper = numbered(row)
            values = {
                "id": row,
                "key": paper.id,
                "first_seen_at": NOW,
                "updated_at": NOW,
                "news_from": [],
            }
            connection.execute(insert(papers).values(**values, **paper_values(paper)))
        yield connection
    engine.dispose()


def found(connection: Connection, query: IndexQuery) -> set[int]:
    return {row for row, _ in TextIndex(connection).search(query)}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(indexed, min_size=len(ROWS), max_size=len(ROWS)),
    st.lists(queries, min_size=1, max_size=6),
)
def test_an_index_query_gives_exactly_the_papers_that_satisfy_it(connection, columns, asked):
    TextIndex(connection).put(list(zip(ROWS, columns, strict=True)))
    for query in asked:
        expected = {r for r, c in zip(ROWS, columns, strict=True) if satisfies(c, query)}
        assert found(connection, query) == expected, query
        newest = [row for row, _ in TextIndex(connection).search(query, newest=True)]
        assert newest == sorted(expected, reverse=True)


def test_of_many_papers_the_rest_is_left_to_matching(connection, monkeypatch):
    nothing = dict.fromkeys(Column, "")
    lines = {1: "the art of", 2: "art of the", 3: "of the art"}
    TextIndex(connection).put([(row, {**nothing, Column.TITLE: t}) for row, t in lines.items()])
    asked = phrase(IN_TEXT, "of", "the", "art")
    assert found(connection, asked) == {3}
    assert found(connection, AnyOf(nodes=(asked, phrase(IN_TEXT, "art", "of", "the")))) == {2, 3}
    monkeypatch.setattr("adapters.storage.phrases.LOOKS_MAX", 2)
    assert found(connection, asked) == {1, 2, 3}


def test_columns_stay_apart_however_long_the_texts(connection):
    long = " ".join(["many"] * 20_000)
    author = " ".join(f"author{n}" for n in range(9_000)) + " last"
    facet = " ".join(f"facet{n}" for n in range(5_000)) + " last"
    nothing = dict.fromkeys(Column, "")
    TextIndex(connection).put(
        [
            (1, dict.fromkeys(Column, long)),
            (2, {**nothing, Column.AUTHORS: author}),
            (3, {**nothing, Column.FACETS: "x" * 3_000}),
            (4, {**nothing, Column.AUTHORS: author, Column.FACETS: facet}),
        ]
    )
    for column in Column:
        assert found(connection, IndexTerm(token="many", columns=(column,))) == {1}
    for token, column, prefix, rows in [
        ("author8999", Column.AUTHORS, False, {2, 4}),
        ("last", Column.AUTHORS, False, {2, 4}),
        ("last", Column.FACETS, False, {4}),
        ("x" * 256, Column.FACETS, True, {3}),
    ]:
        assert found(connection, IndexTerm(token=token, columns=(column,), prefix=prefix)) == rows


def test_a_query_may_be_as_deep_as_the_language_allows(connection):
    TextIndex(connection).put([(1, dict.fromkeys(Column, "a b"))])
    query: IndexQuery = IndexTerm(token="a", columns=(Column.TITLE,))
    other = IndexTerm(token="b", columns=(Column.TITLE,))
    for depth in range(32):
        query = (AllOf if depth % 2 else AnyOf)(nodes=(query, other))
    assert found(connection, query) == {1}


def test_what_was_removed_is_found_no_more(connection):
    index = TextIndex(connection)
    index.put([(1, dict.fromkeys(Column, "a")), (2, dict.fromkeys(Column, "a"))])
    index.remove([1])
    assert found(connection, IndexTerm(token="a", columns=(Column.TITLE,))) == {2}
