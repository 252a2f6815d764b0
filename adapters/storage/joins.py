"""Two rows of `paper` become one: what hangs on the younger moves to the older."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, literal, select, update

from adapters.storage.batches import insert_new
from adapters.storage.tables import aliases, matches, papers, reasons, rejections, saved_papers
from bot.domain.reading_list import Progress

Rows = tuple[Row[Any], Row[Any]]

HANGING = (matches, reasons, saved_papers, rejections)
"""What a paper has, parents first; of each, the survivor gets what it does not have yet."""

_FARTHEST = {progress.value: place for place, progress in enumerate(Progress)}


def join_rows(connection: Connection, loser: int, survivor: int) -> None:
    """Move all and delete the loser; its entry in the text index is the caller's."""
    connection.execute(update(aliases).where(aliases.c.paper_id == loser).values(paper_id=survivor))
    _merge_saves(connection, loser, survivor)
    _merge_rejections(connection, loser, survivor)
    for table in HANGING:
        _copy(connection, table, loser, survivor)
    _keep_posted(connection, loser, survivor)
    for table in reversed(HANGING):
        connection.execute(delete(table).where(table.c.paper_id == loser))
    connection.execute(delete(papers).where(papers.c.id == loser))


def _copy(connection: Connection, table: Table, loser: int, survivor: int) -> None:
    columns = [literal(survivor) if c.name == "paper_id" else c for c in table.c]
    rows = select(*columns).where(table.c.paper_id == loser)
    connection.execute(insert_new(connection, table).from_select(list(table.c.keys()), rows))


def _keep_posted(connection: Connection, loser: int, survivor: int) -> None:
    """In a channel that had the loser in a digest, the survivor is in that digest."""
    posted = select(matches).where(matches.c.paper_id == loser, matches.c.digest_id.is_not(None))
    for row in connection.execute(posted).all():
        waiting = (
            matches.c.channel_id == row.channel_id,
            matches.c.paper_id == survivor,
            matches.c.digest_id.is_(None),
        )
        connection.execute(
            update(matches)
            .where(*waiting)
            .values(
                digest_id=row.digest_id,
                position=row.position,
                merits=row.merits,
                rises_at=row.rises_at,
            )
        )


def _merge_saves(connection: Connection, loser: int, survivor: int) -> None:
    """A list that has both keeps what was said of either, and the progress that is farther."""
    for kept, lost in _twins(connection, saved_papers, loser, survivor):
        farther = max(kept, lost, key=lambda row: _FARTHEST[row.progress])
        values = {
            "note": kept.note or lost.note,
            "tags": list(dict.fromkeys([*kept.tags, *lost.tags])),
            "progress": farther.progress,
            "progress_by_id": farther.progress_by_id,
            "progress_by_name": farther.progress_by_name,
        }
        _update(connection, saved_papers, kept, values)


def _merge_rejections(connection: Connection, loser: int, survivor: int) -> None:
    """What somebody said last of either is what they say of the one."""
    for kept, lost in _twins(connection, rejections, loser, survivor):
        if lost.at > kept.at:
            values = {"at": lost.at, "by_name": lost.by_name, "reason": lost.reason}
            _update(connection, rejections, kept, values)


def _twins(connection: Connection, table: Table, loser: int, survivor: int) -> Iterator[Rows]:
    """Rows of the survivor, each with the loser's that would have its key."""
    rest = [c.name for c in table.primary_key if c.name != "paper_id"]

    def by_rest(paper: int) -> dict[tuple[Any, ...], Row[Any]]:
        rows = connection.execute(select(table).where(table.c.paper_id == paper))
        return {tuple(getattr(row, name) for name in rest): row for row in rows}

    kept, lost = by_rest(survivor), by_rest(loser)
    return ((kept[key], lost[key]) for key in kept.keys() & lost.keys())


def _update(connection: Connection, table: Table, row: Row[Any], values: dict[str, Any]) -> None:
    same = [column == getattr(row, column.name) for column in table.primary_key]
    connection.execute(update(table).where(*same).values(values))
