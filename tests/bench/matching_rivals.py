"""Other ways to match a paper against subscriptions, for `tests.bench.matching`."""

import sqlite3
from datetime import date

from bot.domain.matching import analyse, explain
from bot.domain.papers import Paper
from bot.domain.queries import And, Node, Not, Or, Prefix, Query, Words


class SubstringLoop:
    """What peers do: each keyword is looked for in the lower-cased text."""

    def __init__(self, texts: list[str]) -> None:
        self._keywords = [text.strip('"').lower() for text in texts]

    def __call__(self, paper: Paper) -> list[int]:
        text = f"{paper.title} {paper.abstract}".lower()
        return [number for number, keyword in enumerate(self._keywords) if keyword in text]


class ExplainLoop:
    """The meaning of matching: every query asked by itself."""

    def __init__(self, queries: list[Query], today: date) -> None:
        self._queries = queries
        self._today = today

    def __call__(self, paper: Paper) -> list:
        document = analyse(paper)
        asked = enumerate(self._queries)
        found = ((n, explain(query, document, today=self._today)) for n, query in asked)
        return [(n, reasons) for n, reasons in found if reasons is not None]


class FtsLoop:
    """Each subscription is a query of SQLite's FTS5, to which the paper is the only row.

    Facts are left out, and names are looked for in the text: near enough for the time it takes.
    """

    def __init__(self, queries: list[Query]) -> None:
        self._queries = [_fts(query.root) for query in queries]
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute("CREATE VIRTUAL TABLE paper USING fts5(text, tokenize='porter unicode61')")

    def __call__(self, paper: Paper) -> list[int]:
        self._db.execute("DELETE FROM paper")
        self._db.execute("INSERT INTO paper VALUES (?)", (f"{paper.title} {paper.abstract}",))
        ask = "SELECT 1 FROM paper WHERE paper MATCH ?"
        asked = enumerate(self._queries)
        return [n for n, query in asked if self._db.execute(ask, (query,)).fetchone()]


def _fts(node: Node) -> str:
    match node:
        case Words(tokens=tokens):
            return f'"{" ".join(tokens)}"'
        case Prefix(start=start):
            return f'"{start}"*'
        case Or(nodes=nodes):
            return f"({' OR '.join(filter(None, map(_fts, nodes)))})"
        case And(nodes=nodes):
            wanted = [_fts(n) for n in nodes if not isinstance(n, Not)]
            unwanted = [_fts(n.node) for n in nodes if isinstance(n, Not)]
            return f"({' NOT '.join([' AND '.join(filter(None, wanted)), *unwanted])})"
        case _:
            return ""
