"""Two rows of `paper` become one: what hangs on the younger moves to the older."""

from sqlalchemy import Connection, delete, literal, select, update

from adapters.storage.batches import insert_new
from adapters.storage.tables import aliases, matches, papers, reasons, saved_papers


def join_rows(connection: Connection, loser: int, survivor: int) -> None:
    """Move all and delete the loser; its entry in the text index is the caller's."""
    connection.execute(update(aliases).where(aliases.c.paper_id == loser).values(paper_id=survivor))
    _copy_matches(connection, loser, survivor)
    _keep_posted(connection, loser, survivor)
    _move_saves(connection, loser, survivor)
    for table in (reasons, matches):
        connection.execute(delete(table).where(table.c.paper_id == loser))
    connection.execute(delete(papers).where(papers.c.id == loser))


def _copy_matches(connection: Connection, loser: int, survivor: int) -> None:
    for table in (matches, reasons):
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
            update(matches).where(*waiting).values(digest_id=row.digest_id, position=row.position)
        )


def _move_saves(connection: Connection, loser: int, survivor: int) -> None:
    saves = saved_papers
    of_survivor = select(saves).where(saves.c.paper_id == survivor)
    kept = {row.workspace_id: row for row in connection.execute(of_survivor)}
    for row in connection.execute(select(saves).where(saves.c.paper_id == loser)).all():
        if twin := kept.get(row.workspace_id):
            values = {
                "note": twin.note or row.note,
                "tags": list(dict.fromkeys([*twin.tags, *row.tags])),
            }
            same = (saves.c.workspace_id == row.workspace_id, saves.c.paper_id == survivor)
            connection.execute(update(saves).where(*same).values(values))
    connection.execute(
        update(saves)
        .where(saves.c.paper_id == loser, saves.c.workspace_id.not_in(kept))
        .values(paper_id=survivor)
    )
    connection.execute(delete(saves).where(saves.c.paper_id == loser))
