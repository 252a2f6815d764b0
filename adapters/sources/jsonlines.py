"""Papers as JSON lines: what `paperlark import`, `match` and `tldr` read."""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.sources.clean import (
    ABSTRACT_MAX_CHARS,
    NAME_MAX_CHARS,
    TITLE_MAX_CHARS,
    plain_names,
    plain_text,
)
from adapters.sources.reading import moment
from bot.domain.links import code_url, safe_url
from bot.domain.papers import (
    Listing,
    Paper,
    PaperId,
    PaperKey,
    arxiv_key,
    doi_key,
    paper_keys,
)
from bot.domain.source_names import IMPORTED

LINE_MAX_CHARS = 2_000_000
ID_MAX_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is no paper, and why; `number` counts from 1."""

    number: int
    reason: str


@contextmanager
def open_lines(path: Path) -> Iterator[Iterable[bytes]]:
    """The lines of a file, plain or `.gz`, as bytes: one bad line must not hide the others."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield lines


def read_papers(lines: Iterable[bytes | str]) -> Iterator[Paper | BadLine]:
    """A paper or a reason for every line that is not blank."""
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _paper_or_reason(number, line)
    except (OSError, EOFError, zlib.error):
        yield BadLine(number=number + 1, reason="the file is damaged from here on")


def _paper_or_reason(number: int, line: bytes | str) -> Paper | BadLine:
    try:
        return _paper(_record(line))
    except ValueError as error:
        return BadLine(number=number, reason=str(error))


def _record(line: bytes | str) -> dict[str, Any]:
    if len(line) > LINE_MAX_CHARS:
        raise ValueError("longer than 2 million characters")
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object") from None
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 -- what `read_papers` reports
    return record


def _paper(record: dict[str, Any]) -> Paper:
    source_id = _source_id(record.get("id"))
    title = _line(record, "title", limit=TITLE_MAX_CHARS)
    if not title:
        raise ValueError("no title")
    source = _slug(record.get("source"))
    authors = plain_names(_authors(record.get("authors")), entities=True)
    key = _key(source, source_id)
    doi = doi_key(str(record.get("doi") or ""))
    announced = _moment(record, "announced", "day", "submittedOnDailyAt", "first_listed")
    listing = Listing(
        source=source,
        source_id=source_id,
        announced=announced.date() if announced else None,
        url=safe_url(_text(record, "url")),
    )
    keys = paper_keys(key, doi, title=title, authors=authors)
    return Paper(
        id=PaperId(keys[0]),
        keys=keys,
        title=title,
        abstract=_line(record, "abstract", "summary"),
        authors=authors,
        organization=_organization(record.get("organization")),
        categories=_categories(record.get("categories")),
        venue=_line(record, "venue", limit=NAME_MAX_CHARS) or None,
        published=_moment(record, "published", "publishedAt", "created"),
        upvotes=_number(record, "upvotes"),
        comments=_number(record, "comments", "numComments"),
        stars=_number(record, "stars", "githubStars"),
        code_url=code_url(_text(record, "code_url", "githubRepo")),
        project_url=safe_url(_text(record, "project_url", "projectPage")),
        listings=(listing,),
    )


def _source_id(value: Any) -> str:
    """The id exactly as given. JSON numbers lose what ids need: 2401.10000 becomes 2401.1."""
    if isinstance(value, float):
        raise ValueError("the id is a number with a fraction: write it as text")  # noqa: TRY004 -- as above
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no id")
    if len(value) > ID_MAX_CHARS or not value.isprintable():
        raise ValueError("the id is too long or holds control characters")
    return value


def _key(source: str, source_id: str) -> PaperKey:
    strong = arxiv_key(source_id) or doi_key(source_id)
    if strong:
        return strong
    # A source named like a kind of id (`openreview`) gives ids of that kind; but nothing
    # that reads as neither arXiv id nor DOI may pass for one, nor for a title's key.
    scheme = IMPORTED if source in ("arxiv", "doi", "title") else source
    return PaperKey(f"{scheme}:{source_id.strip()}")


def _slug(value: Any) -> str:
    """`OpenReview` as `openreview`: what `source:` in queries can say."""
    text = value.lower() if isinstance(value, str) else ""
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:40] or IMPORTED


def _text(record: dict[str, Any], *names: str) -> str:
    return next((x for x in map(record.get, names) if isinstance(x, str) and x), "")


def _line(record: dict[str, Any], *names: str, limit: int = ABSTRACT_MAX_CHARS) -> str:
    return plain_text(_text(record, *names), limit=limit, entities=True)


def _moment(record: dict[str, Any], *names: str) -> datetime | None:
    return next((x for x in map(moment, map(record.get, names)) if x), None)


def _number(record: dict[str, Any], *names: str) -> int | None:
    numbers = (x for x in map(record.get, names) if isinstance(x, int) and not isinstance(x, bool))
    return next((x for x in numbers if 0 <= x < 2**31), None)


def _authors(value: Any) -> Iterator[str]:
    for author in value if isinstance(value, list) else [value]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str):
            yield name


def _categories(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else []
    return plain_names(x for x in names if isinstance(x, str))


def _organization(value: Any) -> str | None:
    names = [value.get("fullname"), value.get("name")] if isinstance(value, dict) else [value]
    known = plain_names((x for x in names if isinstance(x, str)), entities=True)
    return next(iter(known), None)
