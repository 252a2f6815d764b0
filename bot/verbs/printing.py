"""What several commands print: JSON lines for programs, text for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from adapters.chat.printable import printable
from adapters.sources.jsonlines import BadLine
from bot.domain.papers import Paper
from bot.services.searching import Found

BAD_LINES_SHOWN = 5


def say(*parts: str | tuple[str, str] | Text) -> None:
    """One line on standard output, however long; what it holds is never markup."""
    Console(highlight=False, soft_wrap=True).print(Text.assemble(*parts))


def print_json(record: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def complain(text: str) -> None:
    """On standard error, so that standard output holds nothing but results."""
    sys.stderr.write(f"{text}\n")


def complain_of(lines: Sequence[BadLine], path: Path | str) -> None:
    """The first few, and how many more."""
    for line in lines[:BAD_LINES_SHOWN]:
        complain(printable(f"{path}, line {line.number}: {line.reason}; skipped"))
    if (rest := len(lines) - BAD_LINES_SHOWN) > 0:
        complain(f"{path}: {rest:,} more bad lines skipped")


def given_id(paper: Paper) -> str:
    """The id as the paper's first source wrote it."""
    return paper.listings[0].source_id if paper.listings else paper.short_id


def print_found(found: Iterable[Found], *, as_json: bool) -> None:
    for exact, several in groupby(found, key=lambda item: item.exact):
        if not (exact or as_json):
            say(("Close, but no exact match:", "dim"))
        for item in several:
            print_json(_record(item)) if as_json else say(_line(item.paper))


def _record(item: Found) -> dict[str, object]:
    id_, score = given_id(item.paper), round(item.score, 6)
    return {"id": id_, "title": item.paper.title, "score": score, "exact": item.exact}


def _line(paper: Paper) -> Text:
    """`id  day  title`, the title a link."""
    link = f"link {paper.url}" if paper.url else ""
    day = paper.date.isoformat() if paper.date else " " * 10
    id_ = f"{printable(given_id(paper)):<12}"
    return Text.assemble((f"{id_}  {day}  ", "dim"), (printable(paper.title), link))
