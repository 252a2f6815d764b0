"""`match` and `tldr`: files in, lines out, no database."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from adapters.chat.printable import printable
from adapters.sources.jsonlines import BadLine, open_lines, read_papers
from adapters.summaries.extractive import Extractive
from bot.domain.channels import SubscriptionId
from bot.domain.errors import QuerySyntaxError
from bot.domain.papers import Paper
from bot.domain.parsing import parse_subscription
from bot.domain.subscription_index import SubscriptionIndex
from bot.services.presenting.guidance import marked
from bot.verbs.printing import complain_of, given_id, print_json, say


def match(args: argparse.Namespace) -> int:
    """Exit code 1 if a query or a paper could not be read; the others are matched all the same."""
    today = datetime.now(UTC).date()
    index, bad_queries = _subscriptions(args.subscriptions)
    bad_papers: list[BadLine] = []
    for paper in _papers(args.papers, bad_papers):
        for number, reasons in sorted(index.match(paper, today=today)):
            terms = list(dict.fromkeys(reason.term for reason in reasons))
            if args.json:
                print_json({"paper": given_id(paper), "subscription": number, "terms": terms})
            else:
                query = f"line {number}: {', '.join(terms)}"
                say(printable(f"{given_id(paper):<12}  {paper.title}  "), (printable(query), "dim"))
    complain_of(bad_queries, args.subscriptions)
    complain_of(bad_papers, args.papers)
    return int(bool(bad_queries or bad_papers))


def tldr(args: argparse.Namespace) -> int:
    """Exit code 1 if a line could not be read."""
    summarizer = Extractive()
    bad: list[BadLine] = []
    for paper in _papers(args.file, bad):
        summary = summarizer.summarize(paper)
        text = summary.text if summary else ""
        if args.json:
            print_json({"id": given_id(paper), "tldr": text})
        else:
            say((printable(paper.title), "bold"), "\n", printable(text))
    complain_of(bad, args.file or "standard input")
    return int(bool(bad))


def _subscriptions(path: Path) -> tuple[SubscriptionIndex, list[BadLine]]:
    """Queries by line number from 1; blank lines and `# comments` count as lines."""
    index = SubscriptionIndex()
    bad: list[BadLine] = []
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            text = line.decode("utf-8", "replace").strip()
            if not text or text.startswith("#"):
                continue
            try:
                index.add(SubscriptionId(number), parse_subscription(text))
            except QuerySyntaxError as error:
                where = marked(text, error.position)
                bad.append(BadLine(number=number, reason=f"{error} ({where})"))
    return index, bad


def _papers(path: Path | None, bad: list[BadLine]) -> Iterator[Paper]:
    """The papers that the lines hold; lines that hold none go to `bad`."""
    with open_lines(path) if path else nullcontext(sys.stdin.buffer) as lines:
        for item in read_papers(lines):
            if isinstance(item, Paper):
                yield item
            else:
                bad.append(item)
