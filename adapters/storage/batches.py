"""Statements over many rows: in batches that both databases accept."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

BATCH = 5_000  # values in one statement: SQLite takes 32,766, PostgreSQL 65,535


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def read_listed(
    connection: Connection, select: str, numbers: Iterable[int]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a SELECT that ends in IN, as the driver gives them.

    The numbers are written out: binding so many takes longer than looking them up.
    """
    for batch in in_batches(numbers):
        yield from connection.exec_driver_sql(f"{select} ({','.join(map(str, batch))})").all()


def insert_new(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that passes over rows whose keys are there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
