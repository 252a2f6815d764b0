"""Papers as rows, and back."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, select

from adapters.storage.batches import in_batches
from adapters.storage.tables import aliases, papers
from bot.domain.links import Url
from bot.domain.papers import Listing, Paper, PaperId, PaperKey, Summary

Key = TypeVar("Key", bound=str)

_NOT_OF_PAPER = ("day", "first_seen_at", "news_at", "news_from", "updated_at", "written_tries")
_PAPERS = select(*(column for column in papers.c if column.name not in _NOT_OF_PAPER)).where(
    papers.c.id.in_(bindparam("rows", expanding=True))
)


def paper_values(paper: Paper) -> dict[str, Any]:
    """All columns but the row's own: id, key, times, and what was written of it here."""
    return {
        "day": paper.date,
        "published": paper.published,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "stars": paper.stars,
        "organization": paper.organization,
        "venue": paper.venue,
        "code_url": paper.code_url,
        "project_url": paper.project_url,
        "thumbnail_url": paper.thumbnail_url,
        "summary_maker": paper.summary and paper.summary.maker,
        "summary_text": paper.summary and paper.summary.text,
        "keys": paper.keys,
        "authors": paper.authors,
        "categories": paper.categories,
        "listings": [_listing_values(x) for x in paper.listings],
        "title": paper.title,
        "abstract": paper.abstract,
    }


def paper_of(row: Row[Any]) -> Paper:
    return Paper(
        id=PaperId(row.key),
        keys=tuple(PaperKey(k) for k in row.keys),
        title=row.title,
        abstract=row.abstract,
        authors=tuple(row.authors),
        organization=row.organization,
        categories=tuple(row.categories),
        venue=row.venue,
        published=row.published,
        upvotes=row.upvotes,
        comments=row.comments,
        stars=row.stars,
        code_url=row.code_url and Url(row.code_url),
        project_url=row.project_url and Url(row.project_url),
        thumbnail_url=row.thumbnail_url and Url(row.thumbnail_url),
        summary=_summary(row.summary_text, row.summary_maker),
        written=_summary(row.written_text, row.written_by),
        listings=tuple(_listing(x) for x in row.listings),
    )


def rows_of(connection: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    """The row behind each key; keys that no paper has are missing."""
    wanted = set(keys)
    found: dict[str, int] = {}
    for batch in in_batches(wanted):
        statement = select(aliases.c.key, aliases.c.paper_id).where(aliases.c.key.in_(batch))
        found.update((key, row) for key, row in connection.execute(statement))
    return {key: found[key] for key in wanted if key in found}


def load_rows(connection: Connection, rows: Iterable[int]) -> dict[int, Row[Any]]:
    return {
        row.id: row
        for batch in in_batches(rows)
        for row in connection.execute(select(papers).where(papers.c.id.in_(batch)))
    }


def load_papers(connection: Connection, rows: Iterable[int]) -> dict[int, Paper]:
    return {
        row.id: paper_of(row)
        for batch in in_batches(rows)
        for row in connection.execute(_PAPERS, {"rows": batch})
    }


def _summary(text: str | None, maker: str | None) -> Summary | None:
    return Summary(text=text, maker=maker or "") if text else None


def _listing_values(listing: Listing) -> dict[str, str | None]:
    return {
        "source": listing.source,
        "source_id": listing.source_id,
        "announced": listing.announced.isoformat() if listing.announced else None,
        "url": listing.url,
    }


def _listing(values: Mapping[str, str | None]) -> Listing:
    announced, url = values["announced"], values["url"]
    return Listing(
        source=str(values["source"]),
        source_id=str(values["source_id"]),
        announced=date.fromisoformat(announced) if announced else None,
        url=Url(url) if url else None,
    )
