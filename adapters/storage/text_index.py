"""The text index: each database has its own kind, and both give the same papers.

They hold and are asked tokens that `bot.domain.indexing` made, folded and
stemmed, so neither database analyses language itself. Only the order of the
papers may differ a little.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from adapters.storage.tables import papers
from bot.domain.indexing import AllOf, AnyOf, Column, Everything, IndexQuery, IndexTerm

Columns = Mapping[Column, str]
Hit = tuple[int, float]
"""A row of `paper` and its score, higher is better."""

# PostgreSQL refuses words over 2,046 bytes; a query has no word longer than 256 characters.
TOKEN_MAX_CHARS = 500

# A tsvector tells columns apart by the weight of a position, merges equal positions, keeps those
# up to 16,383 and 256 a word (its documentation, "Limitations"). So each column has its own
# stretch of positions, and a word at most 60 of each.
_LABELS = {Column.TITLE: "A", Column.ABSTRACT: "B", Column.AUTHORS: "C", Column.FACETS: "D"}
_STRETCH = 4_000
_PLACES_MAX = 60

NEWEST = (papers.c.day.desc().nulls_last(), papers.c.id.desc())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    """How one database is told what to hold and what to find."""

    key: str
    put: str
    row: Callable[[Columns], dict[str, str]]
    term: Callable[[IndexTerm], str]
    both: str
    either: str
    condition: Callable[[str], ColumnElement[bool]]
    score: Callable[[str], ColumnElement[float]]
    """The title counts four times as much as abstract and authors, facets nothing."""


class TextIndex:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._language = _FTS5 if connection.dialect.name == "sqlite" else _TSVECTOR
        self._table = table("paper_text", column(self._language.key, Integer))
        self._key = self._table.c[self._language.key]

    def put(self, rows: Sequence[tuple[int, Columns]]) -> None:
        """Insert or replace what is held of these papers."""
        if rows:
            values = [{"id": paper, **self._language.row(columns)} for paper, columns in rows]
            self._connection.execute(text(self._language.put), values)

    def remove(self, rows: Collection[int]) -> None:
        if rows:
            self._connection.execute(delete(self._table).where(self._key.in_(rows)))

    def search(
        self, query: IndexQuery, *, limit: int, offset: int, since: date | None
    ) -> list[Hit]:
        """The best papers first; equally good ones, newest first."""
        asked = self._expression(query)
        if asked is False:
            return []
        if asked is True:
            statement = select(papers.c.id, literal(0.0)).order_by(*NEWEST)
        else:
            statement = self._matching(asked)
        if since:
            statement = statement.where(papers.c.day >= since)
        found = self._connection.execute(statement.limit(limit).offset(offset))
        return [(paper, score) for paper, score in found]

    def _matching(self, asked: str) -> Select[int, float]:
        score = self._language.score(asked).label("score")
        return (
            select(papers.c.id, score)
            .join_from(papers, self._table, papers.c.id == self._key)
            .where(self._language.condition(asked))
            .order_by(score.desc(), *NEWEST)
        )

    def _expression(self, query: IndexQuery) -> str | bool:
        """In the database's own words; True for every paper, False for none."""
        match query:
            case Everything():
                return True
            case IndexTerm():
                return self._language.term(query) if query.columns else False
            case AllOf(nodes=nodes):
                parts = [self._expression(n) for n in nodes]
                return False not in parts and _join(self._language.both, parts, empty=True)
            case AnyOf(nodes=nodes):
                parts = [self._expression(n) for n in nodes]
                return True in parts or _join(self._language.either, parts, empty=False)


def _join(word: str, parts: Iterable[str | bool], *, empty: bool) -> str | bool:
    asked = [part for part in parts if isinstance(part, str)]
    if len(asked) > 1:
        return f"({word.join(asked)})"
    return asked[0] if asked else empty


def _fts5_term(term: IndexTerm) -> str:
    columns = " ".join(term.columns)
    return f'{{{columns}}} : "{term.token[:TOKEN_MAX_CHARS]}"{" *" if term.prefix else ""}'


def _fts5_row(columns: Columns) -> dict[str, str]:
    return {name.value: columns[name] for name in Column}


def _fts5_condition(asked: str) -> ColumnElement[bool]:
    return literal_column("paper_text").op("MATCH", is_comparison=True)(asked)


def _fts5_score(_asked: str) -> ColumnElement[float]:
    return -func.bm25(literal_column("paper_text"), 4.0, 1.0, 1.0, 0.0)


_FTS5 = _Language(
    key="rowid",
    put="INSERT OR REPLACE INTO paper_text (rowid, title, abstract, authors, facets)"
    " VALUES (:id, :title, :abstract, :authors, :facets)",
    row=_fts5_row,
    term=_fts5_term,
    both=" AND ",
    either=" OR ",
    condition=_fts5_condition,
    score=_fts5_score,
)


def _tsquery_term(term: IndexTerm) -> str:
    labels = "".join(_LABELS[c] for c in term.columns)
    return f"'{term.token[:TOKEN_MAX_CHARS]}':{'*' if term.prefix else ''}{labels}"


def _tsvector_row(columns: Columns) -> dict[str, str]:
    """As in `'deep':1A,4007B 'video':2A`."""
    places: dict[tuple[str, Column], list[str]] = {}
    for nth, name in enumerate(Column):
        for n, token in enumerate(columns[name].split()):
            place = nth * _STRETCH + min(n + 1, _STRETCH)
            places.setdefault((token[:TOKEN_MAX_CHARS], name), []).append(f"{place}{_LABELS[name]}")
    words = (f"'{token}':{','.join(found[:_PLACES_MAX])}" for (token, _), found in places.items())
    return {"tokens": " ".join(words)}


def _tsvector_condition(asked: str) -> ColumnElement[bool]:
    return column("tokens").op("@@", is_comparison=True)(cast(asked, TSQUERY))


def _tsvector_score(asked: str) -> ColumnElement[float]:
    weights: ColumnElement[str] = literal_column("'{0, 0.25, 0.25, 1}'")  # of D, C, B, A
    return func.ts_rank(weights, column("tokens"), cast(asked, TSQUERY))


_TSVECTOR = _Language(
    key="paper_id",
    put="INSERT INTO paper_text (paper_id, tokens) VALUES (:id, CAST(:tokens AS tsvector))"
    " ON CONFLICT (paper_id) DO UPDATE SET tokens = excluded.tokens",
    row=_tsvector_row,
    term=_tsquery_term,
    both=" & ",
    either=" | ",
    condition=_tsvector_condition,
    score=_tsvector_score,
)
