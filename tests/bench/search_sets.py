"""The sets of `tests.bench.search_quality`: papers, queries and what these should find.

With judgements that people made: Cranfield (225 questions), and for each paper of SciTLDR dev
its authors' and a reviewer's one-sentence summary, to be found among 2,611 papers and again with
10,000 of the corpus. Made from corpus papers: their title, half of its words, the long form of
an acronym of theirs and the other way round, first author with a word of the title, a word
misspelt. Last, what the seed page showed for a search of its own.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adapters.sources.jsonlines import read_papers
from bot.domain.papers import Paper
from tests.shared import SHARED

SEED = 20261116
MADE = 300  # queries of each set made from the corpus
SCITLDR = SHARED / "bench" / "scitldr"
ACRONYM = re.compile(r"((?:[\w-]+ ){1,8})\(([A-Z][A-Za-z-]*[A-Z])s?\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Queries over papers, each with the ids that should be found."""

    papers: Sequence[Paper]
    wanted: Mapping[str, frozenset[str]]


def lines_of(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


def imported(records: Iterable[Mapping[str, object]]) -> dict[str, Paper]:
    """By the id that the line had; the papers are as `paperlark import` makes them."""
    return {
        str(record["id"]): paper
        for record in records
        for paper in read_papers([json.dumps(record)])
        if isinstance(paper, Paper)
    }


def typed(sentence: str) -> str:
    """As far as a query may go."""
    words = sentence.split()[:30]
    while len(" ".join(words)) > 256:
        words.pop()
    return " ".join(words)


def bare(text: str) -> str:
    """Without signs."""
    return " ".join(re.findall(r"[^\W_]+(?:['.-][^\W_]+)*", text))


def cranfield() -> Task:
    folder = SHARED / "bench" / "cranfield"
    papers = imported(
        {"id": f"cranfield-{r['id']}", "title": r["title"], "abstract": r["text"]}
        for r in lines_of(folder / "docs.jsonl.gz")
    )
    texts = {r["id"]: r["text"] for r in lines_of(folder / "queries.jsonl")}
    wanted: dict[str, set[str]] = {}
    for line in (folder / "qrels.txt").read_text().splitlines():
        query, _, document, grade = line.split()
        if int(grade) > 0:
            paper = papers.get(f"cranfield-{document}")  # two are empty, and judged all the same
            wanted.setdefault(query, set()).add(paper.id if paper else document)
    return Task(
        papers=[*papers.values()],
        wanted={typed(texts[q]): frozenset(found) for q, found in wanted.items()},
    )


@cache
def summarised(*, others: bool) -> list[Paper]:
    """The papers of SciTLDR dev and train, alone or with others."""
    records = (r for split in ("dev", "train") for r in lines_of(SCITLDR / f"{split}.jsonl.gz"))
    papers = imported(
        {"id": r["paper_id"], "title": r["title"], "abstract": " ".join(r["source"])}
        for r in records
    )
    return [*papers.values(), *(corpus()[:10_000] if others else ())]


def tldr(reference: int, *, others: bool) -> Task:
    """Author's (0) or reviewer's (1) summaries of the dev papers."""
    papers = summarised(others=others)
    by_key = {paper.id: paper for paper in papers}
    wanted = {
        typed(r["target"][reference]): frozenset({f"import:{r['paper_id']}"})
        for r in lines_of(SCITLDR / "dev.jsonl.gz")
        if len(r["target"]) > reference and f"import:{r['paper_id']}" in by_key
    }
    return Task(papers=papers, wanted=wanted)


@cache
def corpus() -> list[Paper]:
    names = ("hf_daily_2024-05_2025-06", "arxiv_listing_2025-06", "arxiv_wide_2019",
             "openreview_colm2024")  # fmt: skip
    files = (SHARED / "corpus" / f"{name}.jsonl.gz" for name in names)
    return [*{p.id: p for f in files for p in imported(lines_of(f)).values()}.values()]


def made(query: Callable[[Paper, random.Random], str | None]) -> Callable[[], Task]:
    """A set whose queries are made of the papers that are to be found."""

    def task() -> Task:
        papers, chance, wanted = corpus(), random.Random(SEED), dict[str, frozenset[str]]()
        for paper in chance.sample(papers, len(papers)):
            if len(wanted) < MADE and (text := query(paper, chance)):
                wanted.setdefault(text, frozenset({paper.id}))
        return Task(papers=papers, wanted=wanted)

    return task


def title(paper: Paper, _: random.Random) -> str:
    return typed(paper.title)


def half_title(paper: Paper, chance: random.Random) -> str | None:
    """Half of its words, in another order."""
    known = bare(paper.title).split()
    return " ".join(chance.sample(known, (len(known) + 1) // 2)) if len(known) > 5 else None


def misspelt(paper: Paper, chance: random.Random) -> str | None:
    """The title with two letters of its longest word exchanged."""
    known = bare(paper.title).split()
    long = max(known, key=len)
    if len(known) < 4 or len(long) < 7:
        return None
    at = chance.randrange(1, len(long) - 2)
    return " ".join(
        [long[:at] + long[at + 1] + long[at] + long[at + 2 :], *chance.sample(known, 2)]
    )


def author_and_word(paper: Paper, chance: random.Random) -> str | None:
    long = [word for word in bare(paper.title).split() if len(word) > 5]
    if not (paper.authors and long):
        return None
    return bare(f"{paper.authors[0].split()[-1]} {chance.choice(long)}")


def defined(paper: Paper) -> tuple[str, str] | None:
    """An acronym that its abstract introduces, and what it stands for."""
    for found in ACRONYM.finditer(paper.abstract):
        letters = [c for c in found[2].lower() if c.isalpha()]
        words = found[1].split()[-len(letters) :]
        if len(letters) >= 3 and "".join(w[0].lower() for w in words) == "".join(letters):
            return found[2], " ".join(words)
    return None


def acronyms(way: int) -> Callable[[], Task]:
    """Asked for the one form, all papers that have the other in their text should be found."""

    def task() -> Task:
        papers, wanted = corpus(), dict[str, frozenset[str]]()
        texts = {
            p.id: f" {bare(f'{p.title} {p.abstract}').lower().replace('-', ' ')} " for p in papers
        }
        for short, long in dict.fromkeys(d for p in papers if (d := defined(p))):
            asked, other = (short, long) if way else (long, short)
            forms = [f" {f.lower().replace('-', ' ')} " for f in (asked, other)]
            only = frozenset(i for i, t in texts.items() if forms[1] in t and forms[0] not in t)
            if 3 <= len(only) <= 30:
                wanted[bare(asked)] = only
        return Task(papers=papers, wanted=wanted)

    return task


def seed_page() -> Task:
    """The seed page's own search, and the papers that it showed."""
    lines = lines_of(SHARED / "corpus" / "seed_daily_papers.jsonl")
    shown = imported({"id": f"seed-{r['n']}", "source": "seed", **r} for r in lines).values()
    titles = {paper.title for paper in shown}
    papers = {p.title: p for p in (*shown, *corpus())}
    wanted = frozenset(p.id for p in papers.values() if p.title in titles)
    return Task(papers=[*corpus(), *shown], wanted={"AI alignment": wanted})


SETS: dict[str, Callable[[], Task]] = {
    "cranfield": cranfield,
    "title": made(title),
    "half-title": made(half_title),
    "misspelt": made(misspelt),
    "author-and-word": made(author_and_word),
    "acronym-for-long": acronyms(1),
    "long-for-acronym": acronyms(0),
    "seed": seed_page,
    "tldr-author": lambda: tldr(0, others=False),
    "tldr-reviewer": lambda: tldr(1, others=False),
    "tldr-author-12k": lambda: tldr(0, others=True),
    "tldr-reviewer-12k": lambda: tldr(1, others=True),
}
